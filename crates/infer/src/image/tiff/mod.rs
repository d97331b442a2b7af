//! TIFF images (TIFF 6.0, Adobe 1992): grey, palette, RGB and CMYK in strips, uncompressed or compressed by LZW, deflate
//! or PackBits, of unsigned numbers up to 16 bits, integers and floats.

mod directory;
mod strips;

use image::{DynamicImage, ImageBuffer};

use directory::{Directory, Format, Photometric};

/// Whether the bytes begin like a TIFF file.
pub(super) fn is_tiff(file: &[u8]) -> bool {
    matches!(file, [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..])
}

/// Returns how many bytes [`decode`] takes.
///
/// # Errors
/// Returns the rest of a sentence on the file.
pub(super) fn decoded_size(file: &[u8]) -> Result<u64, String> {
    Ok(Directory::read(file)?.decoded_size())
}

/// Decodes the first image of the file, and says whether there are more. Grey numbers of over 16 bits become floats in
/// three channels.
///
/// # Errors
/// Returns the rest of a sentence if the file is damaged or of an unsupported kind.
pub(super) fn decode(file: &[u8]) -> Result<(DynamicImage, bool), String> {
    let directory = Directory::read(file)?;
    let values = strips::read(file, &directory)?;
    let image = image_of(&directory, values).ok_or("is damaged: its pixels do not fill its size")?;
    let mut image = if image.width() > 0 { image } else { return Err("is damaged: it has no pixels".to_string()) };
    image.apply_orientation(directory.orientation);
    Ok((image, directory.has_next))
}

/// Builds an image from its values `[height, width, samples]`.
fn image_of(directory: &Directory, values: Vec<f32>) -> Option<DynamicImage> {
    let max = directory.max();
    let samples = directory.samples;
    let pixels = values.chunks_exact(samples);
    match directory.photometric {
        Photometric::Palette => {
            let colours = directory.palette.len() / 3;
            let colour = |index: f32, first: usize| directory.palette.get(first * colours + index as usize);
            let values = pixels.map(|pixel| Some([0, 1, 2].map(|first| colour(pixel[0], first).copied())));
            let values: Option<Vec<f32>> = values.flat_map(|pixel| pixel.into_iter().flatten()).collect();
            // A palette's values have 16 bits, of which the upper 8 count.
            bytes(directory, values?.into_iter().map(|value| (value / 256.0).floor()).collect(), 3)
        }
        Photometric::Cmyk => {
            let rgb = pixels.flat_map(|pixel| {
                let black = pixel[3];
                [0, 1, 2].map(|channel| (max - pixel[channel]) * (max - black) / max)
            });
            of_depth(directory, rgb.collect(), 3)
        }
        photometric => {
            let colours = if photometric == Photometric::Rgb { 3 } else { 1 };
            let kept = colours + usize::from(directory.has_alpha && samples > colours);
            let value = |(index, value): (usize, &f32)| match photometric {
                Photometric::WhiteIsZero if index == 0 => max - value,
                _ => *value,
            };
            let values = pixels.flat_map(|pixel| pixel[..kept].iter().enumerate().map(value)).collect();
            of_depth(directory, values, kept)
        }
    }
}

/// Builds an image of bytes, 16-bit numbers or floats.
fn of_depth(directory: &Directory, values: Vec<f32>, channels: usize) -> Option<DynamicImage> {
    let max = directory.max();
    match (directory.format, directory.bits) {
        (Format::Unsigned, ..=8) => {
            bytes(directory, values.into_iter().map(|value| (255.0 * value / max).round()).collect(), channels)
        }
        (Format::Unsigned, 9..=16) => {
            let (width, height) = (directory.width, directory.height);
            let values: Vec<u16> = values.into_iter().map(|value| (65_535.0 * value / max).round() as u16).collect();
            Some(match channels {
                1 => DynamicImage::ImageLuma16(ImageBuffer::from_raw(width, height, values)?),
                2 => DynamicImage::ImageLumaA16(ImageBuffer::from_raw(width, height, values)?),
                3 => DynamicImage::ImageRgb16(ImageBuffer::from_raw(width, height, values)?),
                _ => DynamicImage::ImageRgba16(ImageBuffer::from_raw(width, height, values)?),
            })
        }
        _ => {
            let (width, height) = (directory.width, directory.height);
            Some(match channels {
                4 => DynamicImage::ImageRgba32F(ImageBuffer::from_raw(width, height, values)?),
                3 => DynamicImage::ImageRgb32F(ImageBuffer::from_raw(width, height, values)?),
                _ => {
                    let grey = values.chunks_exact(channels).flat_map(|pixel| [pixel[0]; 3]).collect();
                    DynamicImage::ImageRgb32F(ImageBuffer::from_raw(width, height, grey)?)
                }
            })
        }
    }
}

fn bytes(directory: &Directory, values: Vec<f32>, channels: usize) -> Option<DynamicImage> {
    let (width, height) = (directory.width, directory.height);
    let values: Vec<u8> = values.into_iter().map(|value| value as u8).collect();
    Some(match channels {
        1 => DynamicImage::ImageLuma8(ImageBuffer::from_raw(width, height, values)?),
        2 => DynamicImage::ImageLumaA8(ImageBuffer::from_raw(width, height, values)?),
        3 => DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, values)?),
        _ => DynamicImage::ImageRgba8(ImageBuffer::from_raw(width, height, values)?),
    })
}

#[cfg(test)]
mod tests;
