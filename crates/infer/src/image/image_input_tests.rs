use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};

use super::*;
use crate::{Normalization, test_models};

/// Of a model trained on images of `shape` with this background, or on rows of 4 features.
fn metadata(shape: Option<ImageShape>, background: f32, deviation: f32) -> ModelMetadata {
    let features = shape.and_then(ImageShape::features).unwrap_or(4);
    let framing = Framing { background, background_deviation: deviation, ..Framing::MNIST };
    ModelMetadata {
        image_shape: shape,
        framing: shape.map(|_| framing),
        normalization: Normalization::DivideBy(255.0),
        ..test_models::metadata(features)
    }
}

fn black_on_white(side: u32) -> Picture {
    let image = GrayImage::from_fn(side, side, |x, _| Luma([if x == side / 2 { 0 } else { 255 }]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(image).write_to(&mut file, ImageFormat::Png).unwrap();
    Picture::decode(file.get_ref()).unwrap()
}

#[test]
fn dark_ink_looks_inverted_to_a_model_of_light_ink_and_is_turned_round_on_request() {
    let model = metadata(Some(ImageShape::grey(4, 4)), 0.0, 0.0);
    let see = |inversion| model.see(&black_on_white(4), Preparation { inversion, center: false }).unwrap();
    let as_it_is = see(Inversion::Never);
    assert!(as_it_is.looks_inverted && !as_it_is.inverted && as_it_is.pixels[0] == 255);
    for inversion in [Inversion::Always, Inversion::WhereItLooksSo] {
        let seen = see(inversion);
        assert_eq!((seen.inverted, seen.pixels[0], seen.pixels[2]), (true, 0, 255));
        assert!(!seen.needlessly_inverted);
        assert_eq!(seen.features()[..3], [0.0, 0.0, 1.0]);
    }
    let paper = metadata(Some(ImageShape::grey(4, 4)), 1.0, 0.0);
    let preparation = Preparation { inversion: Inversion::WhereItLooksSo, center: false };
    assert!(!paper.see(&black_on_white(4), preparation).unwrap().inverted);
    let always = Preparation { inversion: Inversion::Always, center: false };
    assert!(paper.see(&black_on_white(4), always).unwrap().needlessly_inverted);
}

#[test]
fn another_size_is_told_unless_it_is_centred() {
    let model = metadata(Some(ImageShape::grey(4, 4)), 0.0, 0.0);
    let stretched = |side, center| {
        let preparation = Preparation { center, ..Preparation::default() };
        model.see(&black_on_white(side), preparation).unwrap().stretched
    };
    assert_eq!([stretched(8, false), stretched(4, false), stretched(8, true)], [true, false, false]);
}

#[test]
fn what_cannot_be_seen_is_refused_in_a_sentence() {
    let center = Preparation { center: true, ..Preparation::default() };
    let rows = metadata(None, 0.0, 0.0).see(&black_on_white(4), center).unwrap_err();
    assert!(rows.contains("takes rows of 4 features"), "{rows}");
    let photographs = metadata(Some(ImageShape::grey(4, 4)), 0.5, 0.3);
    assert!(photographs.see(&black_on_white(4), center).unwrap_err().contains("cannot be centred"));
    assert!(photographs.see(&black_on_white(4), Preparation::default()).is_ok());
    let colour = metadata(Some(ImageShape { height: 4, width: 4, channels: 3 }), 0.0, 0.0);
    assert_eq!(colour.see(&black_on_white(4), Preparation::default()).unwrap().pixels.len(), 48);
    assert!(colour.see(&black_on_white(4), center).is_err());
}
