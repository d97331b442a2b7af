//! Writes image files.

use std::fs;
use std::path::Path;

use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};

use super::support::Program;

/// A pixel of a pattern that differs between classes, and a little between images.
pub fn shade(class: usize, number: usize, x: u32, y: u32) -> u8 {
    let stripe = if (x + y * class as u32).is_multiple_of(class as u32 + 2) { 180 } else { 20 };
    stripe + ((x * 7 + y * 13 + number as u32 * 31) % 60) as u8
}

pub fn grey(class: usize, number: usize, width: u32, height: u32) -> DynamicImage {
    GrayImage::from_fn(width, height, |x, y| Luma([shade(class, number, x, y)])).into()
}

/// Class 0 is reddish, class 1 greenish, class 2 bluish.
pub fn colour(class: usize, number: usize, width: u32, height: u32) -> DynamicImage {
    let pixel =
        |x, y| Rgb(std::array::from_fn(|channel| shade(0, number, x, y) / if channel == class { 1 } else { 3 }));
    RgbImage::from_fn(width, height, pixel).into()
}

/// Saves a picture in the format of its extension; creates the directory.
pub fn save(picture: &DynamicImage, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    picture.save(path).unwrap();
}

/// Saves `each` grey images of 8 x 6 pixels in `classes` folders of `directory`.
pub fn save_classes(program: &Program, directory: &str, classes: &[&str], each: usize) {
    for (class, name) in classes.iter().enumerate() {
        for number in 0..each {
            save(&grey(class, number, 8, 6), &program.path(&format!("{directory}/{name}/{number}.png")));
        }
    }
}
