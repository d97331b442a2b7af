//! Contact sheet: samples of each class on one image.

use std::io::Cursor;

use image::imageops::{self, FilterType};
use image::{ImageFormat, Rgb, RgbImage};

mod tiny_font;

use super::{Augmentation, Features, ImageShape, Samples, Workspace};
use crate::config::AugmentationMode;
use crate::{Error, Result};

/// Maximum number of samples of a class.
const MAX_SAMPLES: usize = 16;
/// Maximum number of classes; each has a row.
const MAX_CLASSES: usize = 64;
/// Maximum number of characters of a class name.
const MAX_NAME_LENGTH: usize = 16;

/// Minimum and maximum of an image's longer side on the sheet, in pixels. Smaller images are
/// enlarged by an integer factor, larger ones are reduced.
const MIN_TILE: usize = 48;
const MAX_TILE: usize = 96;

const GAP: usize = 4;
const BACKGROUND: Rgb<u8> = Rgb([255, 255, 255]);
const TEXT: Rgb<u8> = Rgb([60, 60, 60]);
/// Frame that separates images, whatever the colours at their edges.
const FRAME: Rgb<u8> = Rgb([205, 212, 222]);

/// Samples of each class on one image, with a row for each class and its name on the left.
#[derive(Debug)]
pub struct ContactSheet {
    image: RgbImage,
    /// Number of classes that have a row; the data may have more.
    pub classes: usize,
}

/// Sizes on the sheet, in pixels.
struct Layout {
    tile_width: usize,
    tile_height: usize,
    labels: usize,
}

impl ContactSheet {
    /// Draws up to 16 evenly spaced rows of each class of `samples`, images of `shape`.
    ///
    /// # Errors
    /// [`Error::Data`] if there are no rows or they are not images of `shape`.
    pub fn new(samples: &Samples, class_names: &[String], shape: ImageShape) -> Result<Self> {
        Self::draw(samples, class_names, shape, |row| samples.sample(row).features)
    }

    /// Draws images as the first epoch sees them: each augmented, or, if the training set is
    /// expanded, each followed by its variants. See [`new`](Self::new).
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn augmented(
        samples: &Samples,
        class_names: &[String],
        shape: ImageShape,
        augmentation: &Augmentation,
    ) -> Result<Self> {
        if augmentation.mode() == AugmentationMode::Expand {
            let images = (MAX_SAMPLES / (1 + augmentation.active().len())).max(1);
            let rows = rows_of_classes(samples, class_names.len());
            let originals: Vec<usize> = rows.iter().flat_map(|rows| evenly_spaced(rows, images)).collect();
            return Self::new(&augmentation.expand(&samples.select(&originals))?, class_names, shape);
        }
        Self::draw(samples, class_names, shape, |row| {
            let image = samples.sample(row).features;
            let mut augmented = vec![0.0; image.len()];
            augmentation.online(&image, 1, row, &mut Workspace::default(), &mut augmented);
            augmented
        })
    }

    fn draw(
        samples: &Samples,
        class_names: &[String],
        shape: ImageShape,
        features: impl Fn(usize) -> Vec<f32>,
    ) -> Result<Self> {
        if shape.features() != Some(samples.dimension()) || samples.is_empty() {
            return Err(Error::data("the contact sheet", "needs rows that are images"));
        }
        let classes = class_names.len().min(MAX_CLASSES);
        let rows = rows_of_classes(samples, classes);
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0).min(MAX_SAMPLES);
        let layout = Layout::new(shape, &class_names[..classes]);
        let range = range(samples.features());
        let (width, height) = layout.size(columns, classes);
        let mut image = RgbImage::from_pixel(width as u32, height as u32, BACKGROUND);
        for (class, rows) in rows.iter().enumerate() {
            let top = GAP + class * (layout.tile_height + GAP);
            let middle = top + (layout.tile_height - tiny_font::HEIGHT.min(layout.tile_height)) / 2;
            tiny_font::write(&mut image, &label(class, &class_names[class]), GAP, middle, TEXT);
            for (column, row) in evenly_spaced(rows, MAX_SAMPLES).enumerate() {
                let left = layout.labels + column * (layout.tile_width + GAP);
                layout.place(&mut image, &tile(&features(row), shape, range), left, top);
            }
        }
        Ok(Self { image, classes })
    }

    /// Encodes the sheet as a PNG file.
    ///
    /// # Errors
    /// [`Error::Data`] if the encoder fails.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        let mut file = Cursor::new(Vec::new());
        let written = self.image.write_to(&mut file, ImageFormat::Png);
        written.map_err(|error| Error::data("the contact sheet", format!("cannot be encoded: {error}")))?;
        Ok(file.into_inner())
    }
}

impl Layout {
    fn new(shape: ImageShape, class_names: &[String]) -> Self {
        let longer = shape.height.max(shape.width);
        let fitted = |side: usize| match longer {
            longer if longer < MIN_TILE => side * MIN_TILE.div_ceil(longer),
            longer if longer > MAX_TILE => (side * MAX_TILE / longer).max(1),
            _ => side,
        };
        let names = class_names.iter().enumerate().map(|(class, name)| tiny_font::width(&label(class, name)));
        let labels = names.max().unwrap_or(0) + 3 * GAP;
        // A row is at least as high as its label.
        Self { tile_width: fitted(shape.width), tile_height: fitted(shape.height).max(tiny_font::HEIGHT), labels }
    }

    fn size(&self, columns: usize, rows: usize) -> (usize, usize) {
        (self.labels + columns * (self.tile_width + GAP), GAP + rows * (self.tile_height + GAP))
    }

    fn place(&self, image: &mut RgbImage, tile: &RgbImage, left: usize, top: usize) {
        let (width, height) = (self.tile_width as u32, self.tile_height as u32);
        let is_enlarged = width >= tile.width() && height >= tile.height();
        let filter = if is_enlarged { FilterType::Nearest } else { FilterType::Triangle };
        let frame = RgbImage::from_pixel(width + 2, height + 2, FRAME);
        imageops::overlay(image, &frame, left as i64 - 1, top as i64 - 1);
        imageops::overlay(image, &imageops::resize(tile, width, height, filter), left as i64, top as i64);
    }
}

/// Returns the class name, shortened, if the font has all its characters, otherwise the class
/// number.
fn label(class: usize, name: &str) -> String {
    match !name.is_empty() && name.chars().all(tiny_font::has) {
        true => name.chars().take(MAX_NAME_LENGTH).collect(),
        false => class.to_string(),
    }
}

/// Returns the row indices of each of the first `classes` classes.
fn rows_of_classes(samples: &Samples, classes: usize) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new(); classes];
    for (row, &label) in samples.labels().iter().enumerate() {
        if let Some(rows) = rows.get_mut(label as usize) {
            rows.push(row);
        }
    }
    rows
}

/// Returns up to `maximum` evenly spaced entries of `rows`.
fn evenly_spaced(rows: &[usize], maximum: usize) -> impl Iterator<Item = usize> {
    let count = rows.len().min(maximum);
    (0..count).map(move |position| rows[position * rows.len() / count])
}

/// Returns the values shown as black and white: 0 and 1, extended to the lowest and highest
/// feature.
fn range(features: &Features) -> (f32, f32) {
    match features {
        Features::Bytes { .. } => (0.0, 1.0),
        Features::Floats(values) => {
            values.iter().fold((0.0, 1.0), |(low, high), &value| (value.min(low), value.max(high)))
        }
    }
}

/// Converts a row's features to an image.
fn tile(features: &[f32], shape: ImageShape, (low, high): (f32, f32)) -> RgbImage {
    let shade = |value: f32| (255.0 * ((value - low) / (high - low)).clamp(0.0, 1.0)).round() as u8;
    RgbImage::from_fn(shape.width as u32, shape.height as u32, |x, y| {
        let first = (y as usize * shape.width + x as usize) * shape.channels;
        match shape.channels {
            3 => Rgb([0, 1, 2].map(|channel| shade(features[first + channel]))),
            _ => Rgb([shade(features[first]); 3]),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(shape: ImageShape, values: Vec<u8>, labels: Vec<u32>, names: &[&str]) -> ContactSheet {
        let samples =
            Samples::new(Features::Bytes { values, maximum: 255 }, labels, shape.features().unwrap()).unwrap();
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let sheet = ContactSheet::new(&samples, &names, shape).unwrap();
        assert_eq!(image::load_from_memory(&sheet.to_png().unwrap()).unwrap().into_rgb8(), sheet.image);
        sheet
    }

    fn count(sheet: &ContactSheet, color: [u8; 3]) -> usize {
        sheet.image.pixels().filter(|pixel| pixel.0 == color).count()
    }

    #[test]
    fn every_class_has_a_row_of_samples_and_its_name() {
        let red_and_blue = [[200, 0, 0].repeat(16), [0, 0, 200].repeat(16), [200, 0, 0].repeat(16)].concat();
        let shape = ImageShape { height: 4, width: 4, channels: 3 };
        let sheet = sheet(shape, red_and_blue, vec![0, 1, 0], &["RED", "BLUE"]);
        let tile = 48 * 48;
        assert_eq!((count(&sheet, [200, 0, 0]), count(&sheet, [0, 0, 200])), (2 * tile, tile));
        let top_row = |color| sheet.image.enumerate_pixels().any(|(_, y, pixel)| pixel.0 == color && y < 50);
        assert!(top_row([200, 0, 0]) && !top_row([0, 0, 200]));
        assert!(count(&sheet, TEXT.0) > 50, "there is text");
    }

    #[test]
    fn large_images_are_reduced_and_samples_are_evenly_spaced() {
        let sheet = sheet(ImageShape::grey(300, 150), vec![7; 2 * 300 * 150], vec![0, 1], &["a", "b"]);
        assert_eq!(count(&sheet, [7; 3]), 2 * 96 * 48);
        let rows: Vec<usize> = (0..160).collect();
        assert_eq!(
            evenly_spaced(&rows, MAX_SAMPLES).collect::<Vec<_>>(),
            (0..16).map(|position| position * 10).collect::<Vec<_>>()
        );
        assert_eq!(evenly_spaced(&[5], MAX_SAMPLES).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn a_name_outside_the_font_is_replaced_by_the_class_number() {
        assert_eq!(
            (label(3, "お"), label(4, ""), label(5, "T-shirt/top")),
            ("3".into(), "4".into(), "T-shirt/top".into())
        );
    }
}
