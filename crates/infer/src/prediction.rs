//! What a model says of rows.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::encode::at_row;
use crate::ranking::{OVERFLOWS, is_finite, most_probable};
use crate::table::Warning;
use crate::{ModelMetadata, Ranked, Result};

/// The class probabilities of one row.
///
/// Serialises as `{"class": "7", "index": 7, "probability": 0.98, "probabilities": [...]}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction<'m> {
    class_names: &'m [String],
    /// `[classes]`.
    probabilities: Vec<f32>,
    best: Ranked,
}

/// The predictions of several rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Predictions<'m> {
    /// One for each row, in order.
    pub predictions: Vec<Prediction<'m>>,
    /// What is unlike the training rows, by column; only rows of a table have any.
    pub warnings: Vec<Warning>,
}

impl ModelMetadata {
    /// Makes predictions of class probabilities `[n, classes]`, row-major.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) with the row if a probability is not finite: the network overflows.
    pub fn predictions(&self, probabilities: &[f32]) -> Result<Vec<Prediction<'_>>> {
        let rows = probabilities.chunks_exact(self.classes()).enumerate();
        let prediction = |(row, probabilities): (usize, &[f32])| match is_finite(probabilities) {
            true => Ok(Prediction::new(&self.class_names, probabilities)),
            false => Err(at_row(row, OVERFLOWS)),
        };
        rows.map(prediction).collect()
    }
}

impl<'m> Prediction<'m> {
    /// `probabilities` `[classes]` are finite and at least one.
    pub(crate) fn new(class_names: &'m [String], probabilities: &[f32]) -> Self {
        let best = most_probable(probabilities, 1).first().copied().unwrap_or(Ranked { class: 0, probability: 0.0 });
        Self { class_names, probabilities: probabilities.to_vec(), best }
    }

    /// Name of the most probable class.
    pub fn class(&self) -> &'m str {
        self.name(self.best.class)
    }

    /// Index of the most probable class.
    pub fn index(&self) -> usize {
        self.best.class
    }

    /// Probability of the most probable class, from 0 to 1.
    pub fn probability(&self) -> f32 {
        self.best.probability
    }

    /// Probability of every class, `[classes]`, in the order of the model's class names.
    pub fn probabilities(&self) -> &[f32] {
        &self.probabilities
    }

    /// All classes with their probabilities, most probable first.
    pub fn ranking(&self) -> Vec<(&'m str, f32)> {
        let ranked = most_probable(&self.probabilities, self.probabilities.len());
        ranked.into_iter().map(|ranked| (self.name(ranked.class), ranked.probability)).collect()
    }

    fn name(&self, class: usize) -> &'m str {
        self.class_names.get(class).map_or("", String::as_str)
    }
}

impl Serialize for Prediction<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Prediction", 4)?;
        fields.serialize_field("class", self.class())?;
        fields.serialize_field("index", &self.index())?;
        fields.serialize_field("probability", &self.probability())?;
        fields.serialize_field("probabilities", self.probabilities())?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prediction_names_and_ranks_its_classes() {
        let names = ["cat", "dog", "hen"].map(String::from);
        let prediction = Prediction::new(&names, &[0.25, 0.5, 0.25]);
        assert_eq!((prediction.class(), prediction.index(), prediction.probability()), ("dog", 1, 0.5));
        assert_eq!(prediction.ranking(), [("dog", 0.5), ("cat", 0.25), ("hen", 0.25)]);
        let json = serde_json::to_string(&prediction).unwrap();
        assert_eq!(json, r#"{"class":"dog","index":1,"probability":0.5,"probabilities":[0.25,0.5,0.25]}"#);
    }
}
