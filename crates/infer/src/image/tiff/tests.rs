//! The files are by Pillow 12, of 5x3 pixels that go up by 16 from 0, unless the test says otherwise.

use crate::ImageShape;
use crate::image::{DecodedImage, Pixels};

macro_rules! case {
    ($name:literal) => {
        DecodedImage::decode(include_bytes!(concat!("cases/", $name, ".tif"))).unwrap()
    };
}

const GREY: ImageShape = ImageShape::grey(3, 5);
const COLOUR: ImageShape = ImageShape { height: 3, width: 5, channels: 3 };

fn steps() -> impl Iterator<Item = u8> {
    (0..15).map(|step| 16 * step)
}

#[test]
fn grey_bytes_are_read_from_every_compression() {
    let expected = Pixels::Bytes(steps().collect());
    for image in [case!("grey"), case!("lzw"), case!("deflate"), case!("packbits"), case!("palette"), case!("pages")] {
        assert_eq!(image.fitted(GREY), expected);
    }
    assert!(case!("pages").is_first_of_several() && !case!("grey").is_first_of_several());
    let bilevel = steps().map(|value| if value > 100 { 255 } else { 0 }).collect();
    assert_eq!(case!("bilevel").fitted(GREY), Pixels::Bytes(bilevel));
}

#[test]
fn colours_are_read_and_transparent_pixels_are_white() {
    let expected = Pixels::Bytes(steps().flat_map(|value| [value, 255 - value, value / 2]).collect());
    assert_eq!(case!("rgb").fitted(COLOUR), expected);
    assert_eq!(case!("rgb-lzw-predictor").fitted(COLOUR), expected);
    let alpha = steps().enumerate().map(|(index, value)| if index < 5 { 255 } else { value }).collect();
    assert_eq!(case!("alpha").fitted(GREY), Pixels::Bytes(alpha));
    // Pillow's conversion to RGB of the last pixel, cyan 224 and black 56.
    let Pixels::Bytes(cmyk) = case!("cmyk").fitted(COLOUR) else { panic!("not of bytes") };
    let theirs = [24, 199, 199];
    assert!(cmyk[42..].iter().zip(theirs).all(|(ours, theirs)| ours.abs_diff(theirs) <= 1), "{:?}", &cmyk[42..]);
}

#[test]
fn numbers_of_more_than_8_bits_keep_their_depth() {
    assert_eq!(case!("words").fitted(GREY), Pixels::Words(steps().map(|value| 200 * u16::from(value)).collect()));
    let close = |image: DecodedImage, expected: fn(f32) -> f32| {
        let Pixels::Floats(values) = image.fitted(GREY) else { panic!("not of floats") };
        let pairs = values.into_iter().zip(steps());
        pairs.for_each(|(ours, value)| {
            let expected = expected(value.into());
            assert!((ours - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{ours} is not {expected}");
        });
    };
    close(case!("floats"), |value| value / 100.0);
    close(case!("integers"), |value| 1000.0 * value - 50.0);
    assert!(case!("floats").is_grey());
}

#[test]
fn the_orientation_is_applied() {
    assert_eq!((case!("orientation").shape().height, case!("orientation").shape().width), (5, 3));
}

#[test]
fn a_damaged_file_is_refused_wherever_it_is_cut_or_changed() {
    let files: [&[u8]; 4] = [
        include_bytes!("cases/grey.tif"),
        include_bytes!("cases/lzw.tif"),
        include_bytes!("cases/deflate.tif"),
        include_bytes!("cases/packbits.tif"),
    ];
    for file in files {
        for length in 4..file.len() {
            let _ = DecodedImage::decode(&file[..length]);
            let mut changed = file.to_vec();
            changed[length] ^= 0xff;
            let _ = DecodedImage::decode(&changed);
        }
        assert!(DecodedImage::decode(&file[..20]).unwrap_err().contains("damaged"));
    }
}
