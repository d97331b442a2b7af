//! Samples of each class on one picture.

use std::io::Cursor;

use image::imageops::{self, FilterType};
use image::{ImageFormat, Rgb, RgbImage};

mod tiny_font;

use super::{Augmentation, Features, ImageShape, Samples, Workspace};
use crate::config::AugmentationMode;
use crate::{Error, Result};

/// Most samples in a row of the sheet.
const SAMPLES: usize = 16;
/// Most classes, a row each.
const MOST_CLASSES: usize = 64;
/// Most letters of a class's name.
const MOST_LETTERS: usize = 16;

/// An image's longer side on the sheet, in pixels; small images are enlarged by a whole factor to at least the first, large
/// ones are reduced to the second.
const SMALLEST_TILE: usize = 48;
const LARGEST_TILE: usize = 96;

const GAP: usize = 4;
const PAPER: Rgb<u8> = Rgb([255, 255, 255]);
const INK: Rgb<u8> = Rgb([60, 60, 60]);
/// Seen between the images, whatever their own colours are at the rim.
const MOUNT: Rgb<u8> = Rgb([205, 212, 222]);

/// Samples of each class on one picture, a row for each class, named at its left.
#[derive(Debug)]
pub struct ContactSheet {
    picture: RgbImage,
    /// Classes that have a row; data may have more.
    pub classes: usize,
}

/// Where things are on the sheet.
struct Layout {
    tile_width: usize,
    tile_height: usize,
    labels: usize,
}

impl ContactSheet {
    /// Of `samples`, images of `shape`: for each class up to 16 of its rows, at equal distances in their order.
    ///
    /// # Errors
    /// If rows are not images of `shape`, or there are none.
    pub fn new(samples: &Samples, class_names: &[String], shape: ImageShape) -> Result<Self> {
        Self::with(samples, class_names, shape, |row| samples.sample(row).features)
    }

    /// As [`new`](Self::new), with the images as the first epoch sees them: each changed, or, in the expanded form, each
    /// followed by its variants.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn augmented(
        samples: &Samples,
        class_names: &[String],
        shape: ImageShape,
        augmentation: &Augmentation,
    ) -> Result<Self> {
        if augmentation.mode() == AugmentationMode::Expand {
            let images = (SAMPLES / (1 + augmentation.active().len())).max(1);
            let rows = rows_of_classes(samples, class_names.len());
            let few: Vec<usize> = rows.iter().flat_map(|rows| chosen(rows, images)).collect();
            return Self::new(&augmentation.expand(&samples.select(&few))?, class_names, shape);
        }
        Self::with(samples, class_names, shape, |row| {
            let image = samples.sample(row).features;
            let mut changed = vec![0.0; image.len()];
            augmentation.online(&image, 1, row, &mut Workspace::default(), &mut changed);
            changed
        })
    }

    fn with(
        samples: &Samples,
        class_names: &[String],
        shape: ImageShape,
        image: impl Fn(usize) -> Vec<f32>,
    ) -> Result<Self> {
        if shape.features() != Some(samples.dimension()) || samples.is_empty() {
            return Err(Error::data("the contact sheet", "needs rows that are images"));
        }
        let classes = class_names.len().min(MOST_CLASSES);
        let rows = rows_of_classes(samples, classes);
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0).min(SAMPLES);
        let layout = Layout::new(shape, &class_names[..classes]);
        let range = range(samples.features());
        let (width, height) = layout.size(columns, classes);
        let mut picture = RgbImage::from_pixel(width as u32, height as u32, PAPER);
        for (class, rows) in rows.iter().enumerate() {
            let top = GAP + class * (layout.tile_height + GAP);
            let middle = top + (layout.tile_height - tiny_font::HEIGHT.min(layout.tile_height)) / 2;
            tiny_font::write(&mut picture, &label(class, &class_names[class]), GAP, middle, INK);
            for (column, row) in chosen(rows, SAMPLES).enumerate() {
                let left = layout.labels + column * (layout.tile_width + GAP);
                layout.place(&mut picture, &tile(&image(row), shape, range), left, top);
            }
        }
        Ok(Self { picture, classes })
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    /// If the encoder fails.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        let mut file = Cursor::new(Vec::new());
        let written = self.picture.write_to(&mut file, ImageFormat::Png);
        written.map_err(|error| Error::data("the contact sheet", format!("cannot be made: {error}")))?;
        Ok(file.into_inner())
    }
}

impl Layout {
    fn new(shape: ImageShape, class_names: &[String]) -> Self {
        let longer = shape.height.max(shape.width);
        let fitted = |side: usize| match longer {
            longer if longer < SMALLEST_TILE => side * SMALLEST_TILE.div_ceil(longer),
            longer if longer > LARGEST_TILE => (side * LARGEST_TILE / longer).max(1),
            _ => side,
        };
        let names = class_names.iter().enumerate().map(|(class, name)| tiny_font::width(&label(class, name)));
        let labels = names.max().unwrap_or(0) + 3 * GAP;
        // A row is never lower than its label.
        Self { tile_width: fitted(shape.width), tile_height: fitted(shape.height).max(tiny_font::HEIGHT), labels }
    }

    fn size(&self, columns: usize, rows: usize) -> (usize, usize) {
        (self.labels + columns * (self.tile_width + GAP), GAP + rows * (self.tile_height + GAP))
    }

    fn place(&self, picture: &mut RgbImage, tile: &RgbImage, left: usize, top: usize) {
        let (width, height) = (self.tile_width as u32, self.tile_height as u32);
        let is_enlarged = width >= tile.width() && height >= tile.height();
        let filter = if is_enlarged { FilterType::Nearest } else { FilterType::Triangle };
        let mount = RgbImage::from_pixel(width + 2, height + 2, MOUNT);
        imageops::overlay(picture, &mount, left as i64 - 1, top as i64 - 1);
        imageops::overlay(picture, &imageops::resize(tile, width, height, filter), left as i64, top as i64);
    }
}

/// The class's name as far as it can be drawn, else its number.
fn label(class: usize, name: &str) -> String {
    match !name.is_empty() && name.chars().all(tiny_font::has) {
        true => name.chars().take(MOST_LETTERS).collect(),
        false => class.to_string(),
    }
}

/// The rows of each of the first `classes`.
fn rows_of_classes(samples: &Samples, classes: usize) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new(); classes];
    for (row, &label) in samples.labels().iter().enumerate() {
        if let Some(rows) = rows.get_mut(label as usize) {
            rows.push(row);
        }
    }
    rows
}

/// Up to `most` of `rows`, at equal distances.
fn chosen(rows: &[usize], most: usize) -> impl Iterator<Item = usize> {
    let count = rows.len().min(most);
    (0..count).map(move |position| rows[position * rows.len() / count])
}

/// What is black and what is white: 0 and 1, or the lowest and highest feature where these are beyond.
fn range(features: &Features) -> (f32, f32) {
    match features {
        Features::Bytes { .. } => (0.0, 1.0),
        Features::Floats(values) => {
            values.iter().fold((0.0, 1.0), |(low, high), &value| (value.min(low), value.max(high)))
        }
    }
}

/// A row's features as a picture.
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
        assert_eq!(image::load_from_memory(&sheet.to_png().unwrap()).unwrap().into_rgb8(), sheet.picture);
        sheet
    }

    fn count(sheet: &ContactSheet, color: [u8; 3]) -> usize {
        sheet.picture.pixels().filter(|pixel| pixel.0 == color).count()
    }

    #[test]
    fn every_class_has_a_row_of_its_samples_and_its_name() {
        let red_and_blue = [[200, 0, 0].repeat(16), [0, 0, 200].repeat(16), [200, 0, 0].repeat(16)].concat();
        let shape = ImageShape { height: 4, width: 4, channels: 3 };
        let sheet = sheet(shape, red_and_blue, vec![0, 1, 0], &["RED", "BLUE"]);
        let tile = 48 * 48;
        assert_eq!((count(&sheet, [200, 0, 0]), count(&sheet, [0, 0, 200])), (2 * tile, tile));
        let top_row = |color| sheet.picture.enumerate_pixels().any(|(_, y, pixel)| pixel.0 == color && y < 50);
        assert!(top_row([200, 0, 0]) && !top_row([0, 0, 200]));
        assert!(count(&sheet, INK.0) > 50, "there is writing");
    }

    #[test]
    fn large_images_are_reduced_and_many_samples_chosen_at_equal_distances() {
        let sheet = sheet(ImageShape::grey(300, 150), vec![7; 2 * 300 * 150], vec![0, 1], &["a", "b"]);
        assert_eq!(count(&sheet, [7; 3]), 2 * 96 * 48);
        let rows: Vec<usize> = (0..160).collect();
        assert_eq!(
            chosen(&rows, SAMPLES).collect::<Vec<_>>(),
            (0..16).map(|position| position * 10).collect::<Vec<_>>()
        );
        assert_eq!(chosen(&[5], SAMPLES).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn a_name_that_cannot_be_drawn_is_told_by_its_number() {
        assert_eq!(
            (label(3, "お"), label(4, ""), label(5, "T-shirt/top")),
            ("3".into(), "4".into(), "T-shirt/top".into())
        );
    }
}
