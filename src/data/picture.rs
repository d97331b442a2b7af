//! Image files: decoded, and brought to the shape that a network takes.

use std::io::{Cursor, Read};
use std::path::Path;

use image::error::{ImageFormatHint, UnsupportedErrorKind};
use image::imageops::FilterType;
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageError, ImageReader, ImageResult, Limits, Rgb, RgbImage, Rgba, imageops,
};

use super::ImageShape;

/// Endings of files that are images by their name, in lower case.
pub const IMAGE_ENDINGS: [&str; 10] = ["png", "jpg", "jpeg", "jfif", "bmp", "pgm", "ppm", "pnm", "pbm", "pam"];

/// The same of images that are not read.
const OTHER_IMAGE_ENDINGS: [&str; 17] = [
    "gif", "webp", "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2", "ico", "svg", "tga", "dds", "exr", "hdr",
    "qoi", "psd",
];

/// Largest file that is read, in bytes.
const LARGEST_FILE: u64 = 512 << 20;

/// Most pixels along a side, and most memory for an image while it is decoded, in bytes.
const LARGEST_SIDE: u32 = 16_384;
const LARGEST_IMAGE: u64 = 512 << 20;

/// A decoded image of bytes, grey or in colour.
#[derive(Debug, Clone)]
pub struct Picture(DynamicImage);

impl Picture {
    /// Decodes a PNG, JPEG, BMP or PNM (PGM, PPM) file, told by its first bytes. Where it is transparent, the white behind
    /// it shows, as on a page.
    ///
    /// # Errors
    /// A sentence, if the bytes are no such file, are damaged, or make an image larger than 16,384 pixels a side or half
    /// a gigabyte.
    pub fn decode(file: &[u8]) -> Result<Self, String> {
        let reader = ImageReader::new(Cursor::new(file)).with_guessed_format();
        let mut reader = reader.map_err(|error| format!("cannot be read: {error}"))?;
        if reader.format().is_none() {
            return Err("is no PNG, JPEG, BMP or PGM image".to_string());
        }
        let mut limits = Limits::default();
        (limits.max_image_width, limits.max_image_height) = (Some(LARGEST_SIDE), Some(LARGEST_SIDE));
        limits.max_alloc = Some(LARGEST_IMAGE);
        reader.limits(limits);
        let image = upright(reader).map_err(|error| not_decoded(&error))?;
        Ok(Self(if image.color().has_alpha() { on_white(&image) } else { image }))
    }

    /// Of pixels `[height * width * channels]`, from 0 to 255, one channel or three; none if they are fewer.
    pub fn of_pixels(shape: ImageShape, pixels: Vec<u8>) -> Option<Self> {
        let (width, height) = (u32::try_from(shape.width).ok()?, u32::try_from(shape.height).ok()?);
        let image = match shape.channels {
            1 => DynamicImage::ImageLuma8(GrayImage::from_raw(width, height, pixels)?),
            _ => DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, pixels)?),
        };
        Some(Self(image))
    }

    /// Reads and decodes a file.
    ///
    /// # Errors
    /// A sentence, if it cannot be read, is empty or over half a gigabyte, or as [`decode`](Self::decode).
    pub fn read(file: impl Read) -> Result<Self, String> {
        let mut bytes = Vec::new();
        let read = file.take(LARGEST_FILE + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("cannot be read: {error}"))?;
        match bytes.len() as u64 {
            0 => Err("is empty".to_string()),
            length if length > LARGEST_FILE => {
                Err(format!("is larger than {} MiB, which no image is", LARGEST_FILE >> 20))
            }
            _ => Self::decode(&bytes),
        }
    }

    /// Its own shape, grey or three channels.
    pub fn shape(&self) -> ImageShape {
        let channels = if self.0.color().has_color() { 3 } else { 1 };
        ImageShape { height: self.0.height() as usize, width: self.0.width() as usize, channels }
    }

    /// Whether every pixel is grey, also in a file that could hold colours.
    pub fn is_grey(&self) -> bool {
        let is_grey = |pixel: &[u8]| pixel[0] == pixel[1] && pixel[1] == pixel[2];
        match &self.0 {
            image if !image.color().has_color() => true,
            DynamicImage::ImageRgb8(image) => image.as_raw().chunks_exact(3).all(is_grey),
            image => image.to_rgb8().as_raw().chunks_exact(3).all(is_grey),
        }
    }

    /// Its pixels in `shape`, `[height * width * channels]`: colour becomes grey by its luma (Rec. 709) or grey becomes
    /// colour, and another size is reached by stretching, each new pixel being a triangle-weighted mean of old ones.
    pub fn fitted(&self, shape: ImageShape) -> Vec<u8> {
        let (width, height) = (shape.width as u32, shape.height as u32);
        let same_size = (self.0.width(), self.0.height()) == (width, height);
        let resize = |image: DynamicImage| match same_size {
            true => image,
            false => image.resize_exact(width, height, FilterType::Triangle),
        };
        match shape.channels {
            1 => resize(DynamicImage::ImageLuma8(self.0.to_luma8())).into_luma8().into_raw(),
            _ => resize(DynamicImage::ImageRgb8(self.0.to_rgb8())).into_rgb8().into_raw(),
        }
    }
}

/// Whether a file is an image by its name.
pub fn has_image_ending(path: &Path) -> bool {
    ends_in(path, &IMAGE_ENDINGS)
}

/// Whether a file is by its name an image of a kind that is not read.
pub fn has_other_image_ending(path: &Path) -> bool {
    ends_in(path, &OTHER_IMAGE_ENDINGS)
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Photographs may be stored lying, with a note of how they stand.
fn upright(reader: ImageReader<Cursor<&[u8]>>) -> ImageResult<DynamicImage> {
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn not_decoded(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => {
            format!("is larger than {LARGEST_SIDE} pixels a side or {} MiB in memory", LARGEST_IMAGE >> 20)
        }
        ImageError::Unsupported(unsupported) => {
            let kind = match unsupported.kind() {
                UnsupportedErrorKind::Format(ImageFormatHint::Exact(format)) => format!("{format:?}").to_uppercase(),
                _ => error.to_string(),
            };
            format!("is an image of a kind that is not read, {kind}; PNG, JPEG, BMP and PGM are")
        }
        _ => format!("is damaged: {error}"),
    }
}

fn on_white(image: &DynamicImage) -> DynamicImage {
    let grey = !image.color().has_color();
    let mut page = image::RgbaImage::from_pixel(image.width(), image.height(), Rgba([255; 4]));
    imageops::overlay(&mut page, &image.to_rgba8(), 0, 0);
    let opaque = |pixel: &Rgba<u8>| Rgb([pixel.0[0], pixel.0[1], pixel.0[2]]);
    let colour = RgbImage::from_fn(page.width(), page.height(), |x, y| opaque(page.get_pixel(x, y)));
    let flattened = DynamicImage::ImageRgb8(colour);
    if grey { DynamicImage::ImageLuma8(flattened.to_luma8()) } else { flattened }
}

#[cfg(test)]
mod tests {
    use image::{GrayAlphaImage, ImageFormat, Luma, LumaA};

    use super::*;

    fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn grey_ramp() -> DynamicImage {
        DynamicImage::ImageLuma8(GrayImage::from_fn(4, 3, |x, y| Luma([(20 * x + 60 * y) as u8])))
    }

    #[test]
    fn an_image_of_the_wanted_shape_keeps_its_pixels_in_every_lossless_format() {
        for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Pnm] {
            let picture = Picture::decode(&file(&grey_ramp(), format)).unwrap();
            assert_eq!(picture.fitted(ImageShape::grey(3, 4)), grey_ramp().into_luma8().into_raw(), "{format:?}");
        }
    }

    #[test]
    fn colour_becomes_grey_by_its_luma_and_grey_becomes_colour() {
        let red = DynamicImage::ImageRgb8(RgbImage::from_pixel(2, 2, Rgb([255, 0, 0])));
        let red = Picture::decode(&file(&red, ImageFormat::Png)).unwrap();
        assert_eq!(red.shape().channels, 3);
        assert_eq!(red.fitted(ImageShape::grey(2, 2)), [54; 4]); // 0.2126 * 255
        let grey = Picture::decode(&file(&grey_ramp(), ImageFormat::Png)).unwrap();
        assert_eq!(grey.fitted(ImageShape { height: 3, width: 4, channels: 3 })[3..6], [20; 3]);
    }

    #[test]
    fn another_size_is_reached_by_stretching() {
        let black_and_white = DynamicImage::ImageLuma8(GrayImage::from_fn(4, 4, |x, _| Luma([255 * u8::from(x > 1)])));
        let picture = Picture::decode(&file(&black_and_white, ImageFormat::Png)).unwrap();
        let halved = picture.fitted(ImageShape::grey(1, 2));
        assert!(halved[0] < 64 && halved[1] > 191, "{halved:?}");
        assert_eq!(picture.fitted(ImageShape::grey(8, 8)).len(), 64);
    }

    #[test]
    fn what_is_transparent_is_white() {
        let ink = GrayAlphaImage::from_fn(2, 1, |x, _| LumaA([0, 255 * u8::from(x == 0)]));
        let picture = Picture::decode(&file(&DynamicImage::ImageLumaA8(ink), ImageFormat::Png)).unwrap();
        assert_eq!(picture.fitted(ImageShape::grey(1, 2)), [0, 255]);
    }

    #[test]
    fn what_is_no_image_is_refused_with_the_kinds_that_are() {
        for bytes in [&b""[..], b"label,pixel\n", &[0xff; 64]] {
            assert!(Picture::decode(bytes).unwrap_err().contains("PNG, JPEG, BMP or PGM"));
        }
        let mut cut = file(&grey_ramp(), ImageFormat::Png);
        cut.truncate(cut.len() - 20);
        assert!(Picture::decode(&cut).unwrap_err().contains("damaged"));
    }

    #[test]
    fn an_enormous_image_and_one_of_another_kind_are_refused_for_what_they_are() {
        let error = Picture::decode(b"P5\n60000 60000\n255\n").unwrap_err();
        assert!(error.contains("is larger than 16384 pixels a side"), "{error}");
        let error = Picture::decode(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;").unwrap_err();
        assert_eq!(error, "is an image of a kind that is not read, GIF; PNG, JPEG, BMP and PGM are");
    }
}
