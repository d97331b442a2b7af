//! Centres the ink of an image the way MNIST's digits were centred.
//!
//! Y. LeCun, C. Cortes, C. Burges, "The MNIST database": each digit was scaled to fit a box of 20x20 pixels, keeping its
//! aspect ratio, and shifted so that its centre of mass is the centre of the 28x28 field. Here the box and the centre are
//! those of the model's own training images, and the ink is never shifted beyond the frame.

use image::imageops::{self, FilterType};
use image::{GrayImage, ImageBuffer};

use super::DecodedImage;
use super::grey_plane::{GreyPlane, median};
use crate::{ImageShape, ImageStats, MaxValues};

/// A larger image is first scaled down to this many pixels along its longer side.
const MAX_SIDE: usize = 1024;

/// Minimum difference between the background and the strongest ink; below it the page counts as empty.
const MIN_CONTRAST: u8 = 16;

/// Maximum share of the contrast that the background's unevenness may take.
const MAX_NOISE: f32 = 0.4;

/// Returns the grey pixels `[height * width]` of `shape`, from 0 to 1 in steps of 1/255, on the training images' background.
pub fn centred(
    image: &DecodedImage,
    inverted: bool,
    shape: ImageShape,
    stats: &ImageStats,
    max_values: &MaxValues,
) -> Vec<f32> {
    let dark_background = stats.background < 0.5;
    let ink = ink_of(image, inverted == dark_background, max_values);
    let placed = placed(&ink, shape, stats).into_iter();
    placed.map(|ink| f32::from(if dark_background { ink } else { 255 - ink }) / 255.0).collect()
}

/// Returns how much ink lies on each pixel, from 0 (the background) to 255, after subtracting the unevenness of
/// photographed paper. `dark_ink` says whether ink is darker than the background.
fn ink_of(image: &DecodedImage, dark_ink: bool, max_values: &MaxValues) -> GrayImage {
    let own = image.shape();
    let shrink = (MAX_SIDE as f64 / own.height.max(own.width) as f64).min(1.0);
    let side = |length: usize| ((shrink * length as f64).round() as usize).max(1);
    let (height, width) = (side(own.height), side(own.width));
    let mut pixels = image.fitted(ImageShape::grey(height, width)).into_bytes(max_values);
    if dark_ink {
        pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
    let border = GreyPlane { pixels: &pixels, height, width }.border();
    let background = median(&border);
    let strongest = pixels.iter().max().map_or(0, |brightest| brightest.saturating_sub(background));
    if strongest < MIN_CONTRAST {
        return GrayImage::new(width as u32, height as u32);
    }
    let noise = (3.0 * spread(&border, background)).min(MAX_NOISE * f32::from(strongest));
    let scale = 255.0 / (f32::from(strongest) - noise);
    let ink = |pixel: &u8| (scale * (f32::from(pixel.saturating_sub(background)) - noise)).max(0.0).round() as u8;
    let ink: Vec<u8> = pixels.iter().map(ink).collect();
    ImageBuffer::from_raw(width as u32, height as u32, ink).unwrap_or_default()
}

/// The median difference of the border's pixels from the background.
fn spread(border: &[u8], background: u8) -> f32 {
    let mut differences: Vec<u8> = border.iter().map(|pixel| pixel.abs_diff(background)).collect();
    differences.sort_unstable();
    f32::from(median(&differences))
}

/// Scales the ink to the box and shifts it; `[height * width]`.
fn placed(ink: &GrayImage, shape: ImageShape, stats: &ImageStats) -> Vec<u8> {
    let mut frame = vec![0; shape.height * shape.width];
    let plane = GreyPlane { pixels: ink.as_raw(), height: ink.height() as usize, width: ink.width() as usize };
    let Some((rows, columns)) = plane.ink(0) else { return frame };
    let target = |fraction: f32, side: usize| (fraction * side as f32).round().clamp(1.0, side as f32);
    let box_height = target(stats.ink_height, shape.height);
    let box_width = target(stats.ink_width, shape.width);
    let scale = (box_height / rows.len() as f32).min(box_width / columns.len() as f32);
    let scaled = |length: usize, side: f32| (scale * length as f32).round().clamp(1.0, side) as u32;
    let (height, width) = (scaled(rows.len(), box_height), scaled(columns.len(), box_width));
    let (x, y) = (columns.start as u32, rows.start as u32);
    let drawn = imageops::crop_imm(ink, x, y, columns.len() as u32, rows.len() as u32).to_image();
    let drawn = match drawn.dimensions() == (width, height) {
        true => drawn,
        false => imageops::resize(&drawn, width, height, FilterType::Triangle),
    };
    let plane = GreyPlane { pixels: drawn.as_raw(), height: height as usize, width: width as usize };
    let Some((row, column)) = plane.centre_of_mass(0) else { return frame };
    let top = offset(f64::from(stats.mass_row), row, plane.height, shape.height);
    let left = offset(f64::from(stats.mass_column), column, plane.width, shape.width);
    for (x, y, pixel) in drawn.enumerate_pixels() {
        frame[(top + y as usize) * shape.width + left + x as usize] = pixel.0[0];
    }
    frame
}

/// The offset of `length` pixels that puts `mass`, counted in pixels from their start, at the fraction `target` of `side`,
/// or as close to it as the frame allows.
fn offset(target: f64, mass: f64, length: usize, side: usize) -> usize {
    (target * side as f64 - mass).round().clamp(0.0, side.saturating_sub(length) as f64) as usize
}

#[cfg(test)]
#[path = "centering_tests.rs"]
mod tests;
