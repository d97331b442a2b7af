//! The mistakes with the highest loss, shown as images if the rows are images.

use super::png_image::{self, Shape};
use crate::Result;
use crate::evaluation::{ClassificationReport, Mistake};
use crate::format::{count, percent, without_directory};
use crate::text::printable;

/// The view of the section.
#[derive(Debug)]
pub(super) struct WorstMistakes {
    pub shown: Vec<ShownMistake>,
    pub has_images: bool,
    /// Whether rows are counted by their lines in a file.
    pub has_lines: bool,
    /// Number of all mistakes.
    pub total: String,
}

/// The formatted values of a mistake.
#[derive(Debug, PartialEq)]
pub(super) struct ShownMistake {
    /// The row's line in its file if it is known, after the file's name if there are several; otherwise its number in the
    /// split.
    pub row: String,
    /// The row's value of the column `csv.id`.
    pub id: Option<String>,
    pub true_name: String,
    pub predicted_name: String,
    pub probability: String,
    pub true_probability: String,
    /// The data URI of a PNG.
    pub image: Option<String>,
}

impl WorstMistakes {
    pub fn new(report: &ClassificationReport, names: &[String], shape: Option<Shape>) -> Result<Self> {
        let shape = shape.filter(|&shape| have_pixels(&report.worst, shape));
        let range = range(&report.worst);
        let shown = |mistake: &Mistake| -> Result<ShownMistake> {
            let image = shape.zip(mistake.pixels.as_deref());
            Ok(ShownMistake {
                row: place(mistake),
                id: mistake.origin.id.as_deref().map(printable),
                true_name: names[mistake.true_class].clone(),
                predicted_name: names[mistake.predicted_class].clone(),
                probability: probability(mistake.probability),
                true_probability: probability(mistake.true_probability),
                image: image.map(|(shape, pixels)| png_image::scaled(pixels, shape, range)).transpose()?,
            })
        };
        let matrix = &report.confusion_matrix;
        let correct: u64 = (0..matrix.classes()).map(|class| matrix.correct(class)).sum();
        Ok(Self {
            shown: report.worst.iter().map(shown).collect::<Result<_>>()?,
            has_images: shape.is_some(),
            has_lines: report.worst.iter().any(|mistake| mistake.origin.line.is_some()),
            total: count((matrix.total() - correct) as usize),
        })
    }
}

impl WorstMistakes {
    /// Whether rows have ids.
    pub fn has_ids(&self) -> bool {
        self.shown.iter().any(|mistake| mistake.id.is_some())
    }
}

fn place(mistake: &Mistake) -> String {
    let name = |file: &String| printable(&without_directory(file));
    match (&mistake.origin.file, mistake.origin.line) {
        (Some(file), Some(line)) => format!("{}:{line}", name(file)),
        (None, Some(line)) => line.to_string(),
        (_, None) => mistake.index.to_string(),
    }
}

/// Formats a probability; a small one is not rounded to 0 %, nor a large one to 100 %.
fn probability(value: f32) -> String {
    match f64::from(value) {
        value if value < 1e-4 => "< 0.01 %".to_string(),
        value if value > 0.9999 => "> 99.99 %".to_string(),
        value => percent(value),
    }
}

fn have_pixels(mistakes: &[Mistake], shape: Shape) -> bool {
    let values = png_image::value_count(shape);
    values.is_some() && mistakes.iter().all(|mistake| mistake.pixels.as_ref().map(Vec::len) == values)
}

/// Returns the lowest and the highest pixel value of all mistakes and 0, so that all images share a
/// scale.
fn range(mistakes: &[Mistake]) -> (f32, f32) {
    let values = mistakes.iter().flat_map(|mistake| mistake.pixels.iter().flatten());
    values.filter(|value| value.is_finite()).fold((0.0, 0.0), |(low, high), &value| (value.min(low), value.max(high)))
}
