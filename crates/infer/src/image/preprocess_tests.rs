use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};

use super::*;
use crate::{Normalization, test_models};

/// Describes a model trained on images of `shape` with this background, or on rows of 4 features.
fn metadata(shape: Option<ImageShape>, background: f32, deviation: f32) -> ModelMetadata {
    let features = shape.and_then(ImageShape::features).unwrap_or(4);
    let stats = ImageStats { background, background_deviation: deviation, ..ImageStats::MNIST };
    ModelMetadata {
        image_shape: shape,
        image_stats: shape.map(|_| stats),
        normalization: Normalization::DivideBy(255.0),
        ..test_models::metadata(features)
    }
}

fn black_on_white(side: u32) -> DecodedImage {
    let image = GrayImage::from_fn(side, side, |x, _| Luma([if x == side / 2 { 0 } else { 255 }]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(image).write_to(&mut file, ImageFormat::Png).unwrap();
    DecodedImage::decode(file.get_ref()).unwrap()
}

#[test]
fn dark_ink_looks_inverted_to_a_model_of_light_ink_and_is_inverted_on_request() {
    let model = metadata(Some(ImageShape::grey(4, 4)), 0.0, 0.0);
    let prepare = |invert| model.preprocess(&black_on_white(4), Preparation { invert, center: false }).unwrap();
    let unchanged = prepare(Invert::Never);
    assert!(unchanged.looks_inverted && !unchanged.inverted && unchanged.features[0] == 1.0);
    for invert in [Invert::Always, Invert::Auto] {
        let prepared = prepare(invert);
        assert_eq!((prepared.inverted, prepared.pixels()[..3].to_vec()), (true, vec![0, 0, 255]));
        assert!(!prepared.needlessly_inverted);
        assert_eq!(prepared.features[..3], [0.0, 0.0, 1.0]);
    }
    let paper = metadata(Some(ImageShape::grey(4, 4)), 1.0, 0.0);
    let preparation = Preparation { invert: Invert::Auto, center: false };
    assert!(!paper.preprocess(&black_on_white(4), preparation).unwrap().inverted);
    let always = Preparation { invert: Invert::Always, center: false };
    assert!(paper.preprocess(&black_on_white(4), always).unwrap().needlessly_inverted);
}

#[test]
fn stretching_is_reported_unless_the_image_is_centred() {
    let model = metadata(Some(ImageShape::grey(4, 4)), 0.0, 0.0);
    let stretched = |side, center| {
        let preparation = Preparation { center, ..Preparation::default() };
        model.preprocess(&black_on_white(side), preparation).unwrap().stretched
    };
    assert_eq!([stretched(8, false), stretched(4, false), stretched(8, true)], [true, false, false]);
}

#[test]
fn an_image_that_cannot_be_prepared_is_refused_in_a_sentence() {
    let center = Preparation { center: true, ..Preparation::default() };
    let rows = metadata(None, 0.0, 0.0).preprocess(&black_on_white(4), center).unwrap_err();
    assert!(rows.contains("takes rows of 4 features"), "{rows}");
    let photographs = metadata(Some(ImageShape::grey(4, 4)), 0.5, 0.3);
    assert!(photographs.preprocess(&black_on_white(4), center).unwrap_err().contains("cannot be centred"));
    assert!(photographs.preprocess(&black_on_white(4), Preparation::default()).is_ok());
    let colour = metadata(Some(ImageShape { height: 4, width: 4, channels: 3 }), 0.0, 0.0);
    assert_eq!(colour.preprocess(&black_on_white(4), Preparation::default()).unwrap().features.len(), 48);
    assert!(colour.preprocess(&black_on_white(4), center).is_err());
}
