//! Small images embedded in the page as data URIs of PNG files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use crate::run_directory::DataRecord;
use crate::{Error, Result};

/// Intensities that the image of a weight distinguishes. More would be invisible, and larger.
const INTENSITIES: f32 = 31.0;

/// Red-orange and blue of about the same lightness, visible on white and on black.
const POSITIVE: [u8; 3] = [0xe0, 0x4f, 0x2f];
const NEGATIVE: [u8; 3] = [0x2f, 0x7d, 0xe1];

/// Height and width in pixels, and channels: 1 for grey, 3 for red, green and blue.
pub(crate) type Shape = [usize; 3];

/// Returns the shape of the rows, if they are images.
pub(super) fn shape_of(data: &DataRecord) -> Option<Shape> {
    data.image_shape.map(|[height, width]| [height, width, data.image_channels])
}

/// Returns the number of values of an image, or `None` if there are none or too many.
pub(crate) fn value_count([height, width, channels]: Shape) -> Option<usize> {
    height.checked_mul(width)?.checked_mul(channels).filter(|&values| values > 0 && matches!(channels, 1 | 3))
}

/// Draws `values` `[height, width, channels]` from black at `low` to white, or the full colour of
/// the channel, at `high`.
pub(crate) fn scaled(values: &[f32], shape: Shape, (low, high): (f32, f32)) -> Result<String> {
    let span = if high > low { high - low } else { 1.0 };
    let shade = |&value: &f32| (255.0 * ((value - low) / span).clamp(0.0, 1.0)).round() as u8;
    let color = if shape[2] == 3 { ExtendedColorType::Rgb8 } else { ExtendedColorType::L8 };
    png(&values.iter().map(shade).collect::<Vec<u8>>(), shape, color)
}

/// Draws signed `values` `[height, width, channels]`, saturated at `strongest`. With one channel
/// positive values are red, negative ones blue, and zero is transparent. With three, every channel
/// goes from none of its colour at `-strongest` to all of it at `strongest`.
pub(super) fn signed(values: &[f32], shape: Shape, strongest: f32) -> Result<String> {
    if shape[2] == 3 {
        let intensity =
            |value: f32| (INTENSITIES * (value / strongest.max(f32::MIN_POSITIVE)).clamp(-1.0, 1.0)).round();
        let shade = |&value: &f32| (127.5 + 127.5 * intensity(value) / INTENSITIES) as u8;
        return png(&values.iter().map(shade).collect::<Vec<u8>>(), shape, ExtendedColorType::Rgb8);
    }
    let pixel = |&value: &f32| {
        let strength = (value.abs() / strongest.max(f32::MIN_POSITIVE)).min(1.0);
        let intensity = if strength.is_nan() { 0.0 } else { (INTENSITIES * strength).round() };
        let [red, green, blue] = if intensity == 0.0 {
            [0; 3]
        } else if value > 0.0 {
            POSITIVE
        } else {
            NEGATIVE
        };
        [red, green, blue, (255.0 * intensity / INTENSITIES) as u8]
    };
    png(&values.iter().flat_map(pixel).collect::<Vec<u8>>(), shape, ExtendedColorType::Rgba8)
}

fn png(bytes: &[u8], [height, width, _]: Shape, color: ExtendedColorType) -> Result<String> {
    let failed =
        |problem: &dyn std::fmt::Display| Error::data("the report", format!("an image cannot be encoded: {problem}"));
    let side = |pixels: usize| u32::try_from(pixels).map_err(|error| failed(&error));
    let mut file = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Best, FilterType::NoFilter);
    let needed = u64::from(color.bits_per_pixel() / 8) * height as u64 * width as u64;
    if bytes.len() as u64 != needed {
        return Err(failed(&format!("{} bytes do not fit {height}x{width} pixels", bytes.len())));
    }
    encoder.write_image(bytes, side(width)?, side(height)?, color).map_err(|error| failed(&error))?;
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(uri: &str) -> image::RgbaImage {
        let file = STANDARD.decode(uri.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        image::load_from_memory(&file).unwrap().to_rgba8()
    }

    #[test]
    fn grey_values_go_from_black_to_white_row_by_row() {
        let image = decoded(&scaled(&[0.0, 0.5, 1.0, 2.0, -1.0, f32::NAN], [2, 3, 1], (0.0, 1.0)).unwrap());
        assert_eq!(image.dimensions(), (3, 2));
        let shades: Vec<u8> = image.pixels().map(|pixel| pixel.0[0]).collect();
        assert_eq!(shades, [0, 128, 255, 255, 0, 0]);
    }

    #[test]
    fn the_sign_sets_the_colour_and_the_magnitude_the_opacity() {
        let image = decoded(&signed(&[0.0, 0.5, -1.0, 9.0], [1, 4, 1], 1.0).unwrap());
        let pixels: Vec<[u8; 4]> = image.pixels().map(|pixel| pixel.0).collect();
        let [red, green, blue] = POSITIVE;
        assert_eq!(pixels[0][3], 0);
        assert_eq!((pixels[1][0..3].to_vec(), pixels[3]), (POSITIVE.to_vec(), [red, green, blue, 255]));
        assert!((120..140).contains(&pixels[1][3]));
        assert_eq!((pixels[2][0..3].to_vec(), pixels[2][3]), (NEGATIVE.to_vec(), 255));
    }

    #[test]
    fn three_channels_make_the_colour_of_a_pixel() {
        let pixels = |uri: String| decoded(&uri).pixels().map(|pixel| pixel.0).collect::<Vec<_>>();
        let image = scaled(&[0.0, 0.5, 1.0, 1.0, 0.0, 0.0], [1, 2, 3], (0.0, 1.0)).unwrap();
        assert_eq!(pixels(image), [[0, 128, 255, 255], [255, 0, 0, 255]]);
        let weights = signed(&[0.0, 1.0, -1.0, f32::NAN, 9.0, -9.0], [1, 2, 3], 1.0).unwrap();
        assert_eq!(pixels(weights), [[127, 255, 0, 255], [0, 255, 0, 255]]);
    }

    #[test]
    fn values_that_do_not_fill_the_image_are_refused() {
        assert!(scaled(&[0.0; 5], [2, 3, 1], (0.0, 1.0)).unwrap_err().to_string().contains("5 bytes do not fit 2x3"));
    }
}
