//! Decodes image files and resizes them.

use std::io::{Cursor, Read};

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::error::{ImageFormatHint, LimitError, LimitErrorKind, UnsupportedErrorKind};
use image::imageops::FilterType;
use image::{
    AnimationDecoder, DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
    Rgb32FImage, RgbImage,
};

use super::formats::IMAGE_FORMATS;
use super::opaque::on_white;
use super::{Pixels, tiff};
use crate::ImageShape;

/// Maximum size of a file, in bytes.
const MAX_FILE: u64 = 512 << 20;

/// Maximum number of pixels along a side.
const MAX_SIDE: u32 = 16_384;
/// Maximum size of a decoded image, in bytes.
const MAX_DECODED: u64 = 512 << 20;

/// A decoded image, grey or in colour, of bytes, 16-bit numbers or floats.
#[derive(Debug, Clone)]
pub struct DecodedImage {
    image: DynamicImage,
    is_first_of_several: bool,
}

impl DecodedImage {
    /// Decodes a PNG, JPEG, BMP, GIF, TIFF, WebP or PNM (PGM, PPM) file, recognised by its first bytes. Transparent pixels
    /// are laid over white, and of several images in the file the first counts.
    ///
    /// # Errors
    /// Returns a sentence if the bytes are not such a file, are damaged, or make an image of more than 16,384 pixels a
    /// side or half a gigabyte.
    pub fn decode(file: &[u8]) -> Result<Self, String> {
        if tiff::is_tiff(file) {
            let (image, is_first_of_several) = tiff::decode(file)?;
            return Self::of_opaque(image, is_first_of_several);
        }
        let reader = reader(file)?;
        let format = reader.format();
        if format == Some(ImageFormat::Jpeg) && !has_jpeg_end(file) {
            return Err("is damaged: it breaks off before its end".to_string());
        }
        let image = upright(reader).map_err(|error| not_decoded(&error))?;
        Self::of_opaque(image, has_several(file, format))
    }

    /// Lays an image over white.
    fn of_opaque(image: DynamicImage, is_first_of_several: bool) -> Result<Self, String> {
        let image = if image.color().has_alpha() { on_white(image) } else { image };
        match image.as_rgb32f().is_some_and(|image| image.iter().any(|value| !value.is_finite())) {
            true => Err("has pixels that are NaN or infinite".to_string()),
            false => Ok(Self { image, is_first_of_several }),
        }
    }

    /// Reads from a file's header how many bytes [`decode`](Self::decode) would take.
    ///
    /// # Errors
    /// Returns a sentence if the bytes are not such a file, or its side is too long to decode.
    pub fn decoded_size(file: &[u8]) -> Result<u64, String> {
        if tiff::is_tiff(file) {
            return tiff::decoded_size(file);
        }
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
        Some(Self { image, is_first_of_several: false })
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

    /// Whether the file holds more images, such as the frames of an animation.
    pub fn is_first_of_several(&self) -> bool {
        self.is_first_of_several
    }

    /// Whether it has more than 8 bits a channel.
    pub fn is_deep(&self) -> bool {
        !matches!(self.image, DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_))
    }

    /// The shape as decoded, with one channel or three.
    pub fn shape(&self) -> ImageShape {
        let channels = if self.image.color().has_color() { 3 } else { 1 };
        ImageShape { height: self.image.height() as usize, width: self.image.width() as usize, channels }
    }

    /// Whether every pixel is grey, even if the file could hold colours.
    pub fn is_grey(&self) -> bool {
        fn all_grey<T: PartialEq>(values: &[T]) -> bool {
            values.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2])
        }
        match &self.image {
            image if !image.color().has_color() => true,
            DynamicImage::ImageRgb8(image) => all_grey(image.as_raw()),
            DynamicImage::ImageRgb16(image) => all_grey(image.as_raw()),
            image => all_grey(image.to_rgb32f().as_raw()),
        }
    }

    /// Returns the pixels in `shape`, `[height, width, channels]`, row-major, in the file's own values. Colour becomes
    /// grey by its luma (Rec. 709), grey becomes colour, and another size is reached by stretching with a triangle filter.
    pub fn fitted(&self, shape: ImageShape) -> Pixels {
        match (&self.image, shape.channels) {
            (DynamicImage::ImageRgb32F(image), channels) => Pixels::Floats(fitted_floats(image, shape, channels)),
            (image @ (DynamicImage::ImageLuma16(_) | DynamicImage::ImageRgb16(_)), 1) => {
                Pixels::Words(resized(DynamicImage::ImageLuma16(image.to_luma16()), shape).into_luma16().into_raw())
            }
            (image @ (DynamicImage::ImageLuma16(_) | DynamicImage::ImageRgb16(_)), _) => {
                Pixels::Words(resized(DynamicImage::ImageRgb16(image.to_rgb16()), shape).into_rgb16().into_raw())
            }
            (image, 1) => {
                Pixels::Bytes(resized(DynamicImage::ImageLuma8(image.to_luma8()), shape).into_luma8().into_raw())
            }
            (image, _) => {
                Pixels::Bytes(resized(DynamicImage::ImageRgb8(image.to_rgb8()), shape).into_rgb8().into_raw())
            }
        }
    }
}

fn resized(image: DynamicImage, shape: ImageShape) -> DynamicImage {
    let (width, height) = (shape.width as u32, shape.height as u32);
    match (image.width(), image.height()) == (width, height) {
        true => image,
        false => image.resize_exact(width, height, FilterType::Triangle),
    }
}

fn fitted_floats(image: &Rgb32FImage, shape: ImageShape, channels: usize) -> Vec<f32> {
    // Resizing clips to 0 to 1.
    let largest = image.as_raw().iter().fold(1.0_f32, |largest, &value| largest.max(value));
    let mut image = image.clone();
    image.iter_mut().for_each(|value| *value /= largest);
    let mut values = resized(DynamicImage::ImageRgb32F(image), shape).into_rgb32f().into_raw();
    if channels == 1 {
        let luma = |pixel: &[f32]| 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
        values = values.chunks_exact(3).map(luma).collect();
    }
    values.iter_mut().for_each(|value| *value *= largest);
    values
}

fn has_several(file: &[u8], format: Option<ImageFormat>) -> bool {
    match format {
        Some(ImageFormat::Gif) => {
            let decoder = GifDecoder::new(Cursor::new(file));
            decoder.is_ok_and(|decoder| decoder.into_frames().nth(1).is_some_and(|frame| frame.is_ok()))
        }
        Some(ImageFormat::WebP) => WebPDecoder::new(Cursor::new(file)).is_ok_and(|decoder| decoder.has_animation()),
        Some(ImageFormat::Png) => {
            PngDecoder::new(Cursor::new(file)).is_ok_and(|decoder| decoder.is_apng().unwrap_or(false))
        }
        _ => false,
    }
}

/// A JPEG file without its end marker is cut off; the decoder would invent the rest.
fn has_jpeg_end(file: &[u8]) -> bool {
    file.windows(2).rev().any(|marker| marker == [0xff, 0xd9])
}

fn reader(file: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, String> {
    let reader = ImageReader::new(Cursor::new(file)).with_guessed_format();
    let mut reader = reader.map_err(|error| format!("cannot be read: {error}"))?;
    if reader.format().is_none() {
        return Err(format!("is not a {IMAGE_FORMATS} image"));
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
            format!("is an image of an unsupported format, {kind}; use {IMAGE_FORMATS}")
        }
        _ => format!("is damaged: {error}"),
    }
}

#[cfg(test)]
#[path = "decoded_image_tests.rs"]
mod tests;
