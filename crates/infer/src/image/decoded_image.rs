//! Decodes image files and resizes them.

use std::io::{Cursor, Read};
use std::path::Path;

use image::error::{ImageFormatHint, LimitError, LimitErrorKind, UnsupportedErrorKind};
use image::imageops::FilterType;
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits, RgbImage,
};

use crate::ImageShape;

/// File name extensions of the supported image formats, in lower case.
pub const IMAGE_ENDINGS: [&str; 10] = ["png", "jpg", "jpeg", "jfif", "bmp", "pgm", "ppm", "pnm", "pbm", "pam"];

/// Extensions of image formats that are not supported.
const OTHER_IMAGE_ENDINGS: [&str; 17] = [
    "gif", "webp", "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2", "ico", "svg", "tga", "dds", "exr", "hdr",
    "qoi", "psd",
];

/// Maximum size of a file, in bytes.
const MAX_FILE: u64 = 512 << 20;

/// Maximum number of pixels along a side.
const MAX_SIDE: u32 = 16_384;
/// Maximum size of a decoded image, in bytes.
const MAX_DECODED: u64 = 512 << 20;

/// A decoded image of bytes, grey or in colour.
#[derive(Debug, Clone)]
pub struct DecodedImage(DynamicImage);

impl DecodedImage {
    /// Decodes a PNG, JPEG, BMP or PNM (PGM, PPM) file, recognised by its first bytes. Transparent pixels are laid over
    /// white.
    ///
    /// # Errors
    /// Returns a sentence if the bytes are not such a file, are damaged, or make an image of more than 16,384 pixels a
    /// side or half a gigabyte.
    pub fn decode(file: &[u8]) -> Result<Self, String> {
        let reader = reader(file)?;
        if reader.format() == Some(ImageFormat::Jpeg) && !has_jpeg_end(file) {
            return Err("is damaged: it breaks off before its end".to_string());
        }
        let image = upright(reader).map_err(|error| not_decoded(&error))?;
        Ok(Self(if image.color().has_alpha() { on_white(image) } else { image }))
    }

    /// Reads from a file's header how many bytes [`decode`](Self::decode) would take.
    ///
    /// # Errors
    /// Returns a sentence if the bytes are not such a file, or its side is too long to decode.
    pub fn decoded_size(file: &[u8]) -> Result<u64, String> {
        let decoder = reader(file)?.into_decoder().map_err(|error| not_decoded(&error))?;
        Ok(decoder.total_bytes())
    }

    /// Wraps pixels `[height, width, channels]`, row-major, of one channel or three; `None` if there are too few.
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
    /// Returns a sentence if the file cannot be read, is empty or over half a gigabyte; as [`decode`](Self::decode).
    pub fn read(file: impl Read) -> Result<Self, String> {
        let mut bytes = Vec::new();
        let read = file.take(MAX_FILE + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("cannot be read: {error}"))?;
        match bytes.len() as u64 {
            0 => Err("is empty".to_string()),
            length if length > MAX_FILE => {
                Err(format!("is larger than {} MiB, too large for an image", MAX_FILE >> 20))
            }
            _ => Self::decode(&bytes),
        }
    }

    /// The shape as decoded, with one channel or three.
    pub fn shape(&self) -> ImageShape {
        let channels = if self.0.color().has_color() { 3 } else { 1 };
        ImageShape { height: self.0.height() as usize, width: self.0.width() as usize, channels }
    }

    /// Whether every pixel is grey, even if the file could hold colours.
    pub fn is_grey(&self) -> bool {
        let is_grey = |pixel: &[u8]| pixel[0] == pixel[1] && pixel[1] == pixel[2];
        match &self.0 {
            image if !image.color().has_color() => true,
            DynamicImage::ImageRgb8(image) => image.as_raw().chunks_exact(3).all(is_grey),
            image => image.to_rgb8().as_raw().chunks_exact(3).all(is_grey),
        }
    }

    /// Returns the pixels in `shape`, `[height, width, channels]`, row-major. Colour becomes grey by its luma (Rec. 709),
    /// grey becomes colour, and another size is reached by stretching with a triangle filter.
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

/// Whether a file's extension is that of a supported image format.
pub fn has_image_ending(path: &Path) -> bool {
    ends_in(path, &IMAGE_ENDINGS)
}

/// Whether a file's extension is that of an unsupported image format.
pub fn has_other_image_ending(path: &Path) -> bool {
    ends_in(path, &OTHER_IMAGE_ENDINGS)
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// A JPEG file without its end marker is cut off; the decoder would invent the rest.
fn has_jpeg_end(file: &[u8]) -> bool {
    file.windows(2).rev().any(|marker| marker == [0xff, 0xd9])
}

fn reader(file: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, String> {
    let reader = ImageReader::new(Cursor::new(file)).with_guessed_format();
    let mut reader = reader.map_err(|error| format!("cannot be read: {error}"))?;
    if reader.format().is_none() {
        return Err("is not a PNG, JPEG, BMP or PGM image".to_string());
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(MAX_DECODED);
    reader.limits(limits);
    Ok(reader)
}

/// Applies the orientation that cameras record instead of rotating the pixels.
fn upright(reader: ImageReader<Cursor<&[u8]>>) -> ImageResult<DynamicImage> {
    let mut decoder = reader.into_decoder()?;
    if decoder.total_bytes() > MAX_DECODED {
        return Err(ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory)));
    }
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn not_decoded(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => {
            format!("is larger than {MAX_SIDE} pixels a side or {} MiB in memory", MAX_DECODED >> 20)
        }
        ImageError::Unsupported(unsupported) => {
            let kind = match unsupported.kind() {
                UnsupportedErrorKind::Format(ImageFormatHint::Exact(format)) => format!("{format:?}").to_uppercase(),
                _ => error.to_string(),
            };
            format!("is an image of an unsupported format, {kind}; use PNG, JPEG, BMP or PGM")
        }
        _ => format!("is damaged: {error}"),
    }
}

/// Lays a transparent image over white, in place because it may be large.
fn on_white(image: DynamicImage) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let flattened = match image.color().has_color() {
        true => RgbImage::from_raw(width, height, over_white::<4>(image.into_rgba8().into_raw())).map(Into::into),
        false => {
            GrayImage::from_raw(width, height, over_white::<2>(image.into_luma_alpha8().into_raw())).map(Into::into)
        }
    };
    flattened.unwrap_or_default()
}

/// Drops the opacity, the last of each pixel's `N` bytes, laying the pixel over white.
fn over_white<const N: usize>(mut pixels: Vec<u8>) -> Vec<u8> {
    let blend = |value: u8, opacity: u8| {
        let (value, opacity) = (u32::from(value), u32::from(opacity));
        ((value * opacity + 255 * (255 - opacity) + 127) / 255) as u8
    };
    let count = pixels.len() / N;
    for pixel in 0..count {
        let opacity = pixels[N * pixel + N - 1];
        for channel in 0..N - 1 {
            pixels[(N - 1) * pixel + channel] = blend(pixels[N * pixel + channel], opacity);
        }
    }
    pixels.truncate((N - 1) * count);
    pixels
}

#[cfg(test)]
#[path = "decoded_image_tests.rs"]
mod tests;
