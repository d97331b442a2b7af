//! Images as characters.

use burn_mlp::walkthrough::{Images, Picture};

use super::wrap::WIDTH;

/// Columns and lines of an image; a character is about twice as high as wide.
const COLUMNS: usize = 18;
const LINES: usize = 9;

/// From black to white, on a dark terminal.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];

/// Draws the selected images side by side, with their labels above.
pub fn draw(images: &Images) -> Vec<String> {
    let selected: Vec<&Picture> = images.images.iter().filter(|picture| picture.is_selected).collect();
    let mut lines = vec![images.caption.clone()];
    for row in selected.chunks(WIDTH / (COLUMNS + 1)) {
        lines.push(String::new());
        lines.push(joined(row.iter().map(|picture| shortened(&picture.label))));
        let drawn: Vec<Vec<String>> = row.iter().map(|picture| characters(images, picture)).collect();
        lines.extend((0..LINES).map(|line| joined(drawn.iter().map(|image| image[line].clone()))));
    }
    lines
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let line: String = parts.map(|part| format!("{part:<width$}", width = COLUMNS + 1)).collect();
    line.trim_end().to_string()
}

/// The label up to its first comma, cut to the image's width.
fn shortened(label: &str) -> String {
    label.split(',').next().unwrap_or(label).chars().take(COLUMNS).collect()
}

/// Each character is the mean of the pixels below it.
fn characters(images: &Images, picture: &Picture) -> Vec<String> {
    let range = |index: usize, parts: usize, length: usize| {
        let start = index * length / parts;
        start..((index + 1) * length).div_ceil(parts).clamp(start + 1, length)
    };
    let shade = |line: usize, column: usize| {
        let (mut sum, mut count) = (0.0, 0);
        for y in range(line, LINES, images.height) {
            for x in range(column, COLUMNS, images.width) {
                let first = (y * images.width + x) * images.channels;
                sum += picture.pixels[first..first + images.channels].iter().sum::<f32>();
                count += images.channels;
            }
        }
        let mean = (sum / count.max(1) as f32).clamp(0.0, 1.0);
        SHADES[(mean * (SHADES.len() - 1) as f32).round() as usize]
    };
    (0..LINES).map(|line| (0..COLUMNS).map(|column| shade(line, column)).collect()).collect()
}
