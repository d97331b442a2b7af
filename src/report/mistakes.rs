//! The mistakes of the highest loss, as pictures where rows are images.

use super::picture::{self, Shape};
use crate::Result;
use crate::evaluation::{EvaluationReport, Mistake};
use crate::format::{count, percent};

/// The section's mistakes.
#[derive(Debug)]
pub(super) struct Mistakes {
    pub shown: Vec<ShownMistake>,
    /// Whether each has its picture.
    pub has_pictures: bool,
    /// All that there are.
    pub total: String,
}

/// One mistake, in words.
#[derive(Debug, PartialEq)]
pub(super) struct ShownMistake {
    pub index: usize,
    pub true_name: String,
    pub predicted_name: String,
    pub probability: String,
    pub true_probability: String,
    /// A PNG's data URI.
    pub picture: Option<String>,
}

impl Mistakes {
    pub fn new(report: &EvaluationReport, names: &[String], shape: Option<Shape>) -> Result<Self> {
        let shape = shape.filter(|shape| has_pixels(&report.worst, *shape));
        let range = range(&report.worst);
        let shown = |mistake: &Mistake| -> Result<ShownMistake> {
            let picture = shape.zip(mistake.pixels.as_deref());
            Ok(ShownMistake {
                index: mistake.index,
                true_name: names[mistake.true_class].clone(),
                predicted_name: names[mistake.predicted_class].clone(),
                probability: chance(mistake.probability),
                true_probability: chance(mistake.true_probability),
                picture: picture.map(|(shape, pixels)| picture::image(pixels, shape, range)).transpose()?,
            })
        };
        let matrix = &report.confusion_matrix;
        let right: u64 = (0..matrix.classes()).map(|class| matrix.correct(class)).sum();
        Ok(Self {
            shown: report.worst.iter().map(shown).collect::<Result<_>>()?,
            has_pictures: shape.is_some(),
            total: count((matrix.total() - right) as usize),
        })
    }
}

/// A probability, never said to be none or all because of rounding.
fn chance(probability: f32) -> String {
    match f64::from(probability) {
        value if value < 1e-4 => "< 0.01 %".to_string(),
        value if value > 0.9999 => "> 99.99 %".to_string(),
        value => percent(value),
    }
}

fn has_pixels(mistakes: &[Mistake], shape: Shape) -> bool {
    let whole = picture::values_of(shape);
    whole.is_some() && mistakes.iter().all(|mistake| mistake.pixels.as_ref().map(Vec::len) == whole)
}

/// Lowest and highest value of all, with 0 among them, so that the pictures have one scale.
fn range(mistakes: &[Mistake]) -> (f32, f32) {
    let values = mistakes.iter().flat_map(|mistake| mistake.pixels.iter().flatten());
    values.filter(|value| value.is_finite()).fold((0.0, 0.0), |(low, high), &value| (value.min(low), value.max(high)))
}
