use image::{GrayAlphaImage, Luma, LumaA, Rgb, Rgba, RgbaImage};

use super::*;

fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The pixels of an image of bytes.
fn bytes(image: &DecodedImage, shape: ImageShape) -> Vec<u8> {
    let Pixels::Bytes(values) = image.fitted(shape) else { panic!("not of bytes") };
    values
}

fn grey_ramp() -> DynamicImage {
    DynamicImage::ImageLuma8(GrayImage::from_fn(4, 3, |x, y| Luma([(20 * x + 60 * y) as u8])))
}

#[test]
fn an_image_of_the_wanted_shape_keeps_its_pixels_in_every_lossless_format() {
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Pnm] {
        let decoded = DecodedImage::decode(&file(&grey_ramp(), format)).unwrap();
        assert_eq!(bytes(&decoded, ImageShape::grey(3, 4)), grey_ramp().into_luma8().into_raw(), "{format:?}");
    }
}

#[test]
fn colour_becomes_grey_by_its_luma_and_grey_becomes_colour() {
    let red = DynamicImage::ImageRgb8(RgbImage::from_pixel(2, 2, Rgb([255, 0, 0])));
    let red = DecodedImage::decode(&file(&red, ImageFormat::Png)).unwrap();
    assert_eq!(red.shape().channels, 3);
    assert_eq!(bytes(&red, ImageShape::grey(2, 2)), [54; 4]); // 0.2126 * 255
    let grey = DecodedImage::decode(&file(&grey_ramp(), ImageFormat::Png)).unwrap();
    assert_eq!(bytes(&grey, ImageShape { height: 3, width: 4, channels: 3 })[3..6], [20; 3]);
}

#[test]
fn an_image_is_stretched_to_another_size() {
    let black_and_white = DynamicImage::ImageLuma8(GrayImage::from_fn(4, 4, |x, _| Luma([255 * u8::from(x > 1)])));
    let decoded = DecodedImage::decode(&file(&black_and_white, ImageFormat::Png)).unwrap();
    let halved = bytes(&decoded, ImageShape::grey(1, 2));
    assert!(halved[0] < 64 && halved[1] > 191, "{halved:?}");
    assert_eq!(bytes(&decoded, ImageShape::grey(8, 8)).len(), 64);
}

#[test]
fn transparent_pixels_are_white() {
    let ink = GrayAlphaImage::from_fn(2, 1, |x, _| LumaA([0, 255 * u8::from(x == 0)]));
    let decoded = DecodedImage::decode(&file(&DynamicImage::ImageLumaA8(ink), ImageFormat::Png)).unwrap();
    assert_eq!(bytes(&decoded, ImageShape::grey(1, 2)), [0, 255]);
    let red = RgbaImage::from_fn(3, 1, |x, _| Rgba([255, 0, 0, [0, 128, 255][x as usize]]));
    let decoded = DecodedImage::decode(&file(&DynamicImage::ImageRgba8(red), ImageFormat::Png)).unwrap();
    let pixels = bytes(&decoded, ImageShape { height: 1, width: 3, channels: 3 });
    assert_eq!(pixels, [255, 255, 255, 255, 127, 127, 255, 0, 0]);
}

#[test]
fn a_file_that_is_not_an_image_is_refused_with_the_supported_formats() {
    for bytes in [&b""[..], b"label,pixel\n", &[0xff; 64]] {
        assert!(DecodedImage::decode(bytes).unwrap_err().contains("PNG, JPEG, BMP, GIF, TIFF, WebP or PGM"));
    }
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp, ImageFormat::Pnm] {
        let whole = file(&grey_ramp(), format);
        assert!(DecodedImage::decode(&whole).is_ok(), "{format:?}");
        let cut = &whole[..whole.len() - whole.len().min(20) / 2];
        assert!(DecodedImage::decode(cut).unwrap_err().contains("damaged"), "{format:?}");
    }
}

#[test]
fn an_enormous_or_unsupported_image_is_refused_with_the_reason() {
    let error = DecodedImage::decode(b"P5\n60000 60000\n255\n").unwrap_err();
    assert!(error.contains("is larger than 16384 pixels a side"), "{error}");
    let head = b"P6\n16000 16000\n65535\n";
    assert_eq!(DecodedImage::decoded_size(head), Ok(16_000 * 16_000 * 6));
    assert!(DecodedImage::decode(head).unwrap_err().ends_with("or 512 MiB in memory"));
    let error = DecodedImage::decode(b"qoif\0\0\0\x01\0\0\0\x01\x03\0").unwrap_err();
    assert_eq!(error, "is an image of an unsupported format, QOI; use PNG, JPEG, BMP, GIF, TIFF, WebP or PGM");
}
