//! What a model says of rows.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};

use crate::encode::at_row;
use crate::ranking::{OVERFLOWS, is_finite, most_probable, predicted_class};
use crate::table::Warning;
use crate::{ModelMetadata, NumericTarget, Result, Task};

/// What a model says of one row. As a text it is the class or the numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Prediction<'m> {
    /// A classifier's.
    Class(ClassPrediction<'m>),
    /// A regression's.
    Numbers(NumberPrediction<'m>),
}

/// The class probabilities of one row.
///
/// Serialises as `{"class": "7", "index": 7, "probability": 0.98, "probabilities": [...]}`.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassPrediction<'m> {
    class_names: &'m [String],
    /// `[classes]`.
    probabilities: Vec<f32>,
    /// Index of the predicted class.
    predicted: usize,
}

/// The numbers predicted for one row, in the targets' own units.
///
/// Serialises as `{"values": {"price": 24.5}}`.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberPrediction<'m> {
    targets: &'m [NumericTarget],
    /// `[targets]`.
    values: Vec<f64>,
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
    /// Makes predictions of the network's outputs `[n, outputs]`, row-major: class probabilities, or standardised numbers.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) with the row if an output is not finite: the network overflows.
    pub fn predictions(&self, outputs: &[f32]) -> Result<Vec<Prediction<'_>>> {
        let rows = outputs.chunks_exact(self.outputs()).enumerate();
        let prediction = |(row, outputs): (usize, &[f32])| match is_finite(outputs) {
            true => Ok(Prediction::new(&self.task, self.threshold, outputs)),
            false => Err(at_row(row, OVERFLOWS)),
        };
        rows.map(prediction).collect()
    }
}

impl<'m> Prediction<'m> {
    /// `outputs` are finite and those of `task`.
    fn new(task: &'m Task, threshold: Option<f32>, outputs: &[f32]) -> Self {
        match task {
            Task::Classification { class_names } => Self::Class(ClassPrediction::new(class_names, threshold, outputs)),
            Task::Regression { targets } => {
                let values = targets.iter().zip(outputs).map(|(target, &output)| target.value(output)).collect();
                Self::Numbers(NumberPrediction { targets, values })
            }
        }
    }

    /// Name of the predicted class; `None` in regression.
    pub fn class(&self) -> Option<&'m str> {
        self.as_class().map(ClassPrediction::class)
    }

    /// Probability of the predicted class, from 0 to 1; `None` in regression.
    pub fn probability(&self) -> Option<f32> {
        self.as_class().map(ClassPrediction::probability)
    }

    /// The predicted number of a model of one target; `None` of all others.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Numbers(numbers) if numbers.values.len() == 1 => numbers.values.first().copied(),
            _ => None,
        }
    }

    /// The class probabilities; `None` in regression.
    pub fn as_class(&self) -> Option<&ClassPrediction<'m>> {
        match self {
            Self::Class(class) => Some(class),
            Self::Numbers(_) => None,
        }
    }

    /// The predicted numbers; `None` in classification.
    pub fn as_numbers(&self) -> Option<&NumberPrediction<'m>> {
        match self {
            Self::Class(_) => None,
            Self::Numbers(numbers) => Some(numbers),
        }
    }
}

impl fmt::Display for Prediction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Class(class) => write!(f, "{} with probability {:.3}", class.class(), class.probability()),
            Self::Numbers(numbers) => {
                let named = numbers.iter().map(|(name, value)| format!("{name} {value}"));
                f.write_str(&named.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl<'m> NumberPrediction<'m> {
    /// The predicted numbers `[targets]`.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The name of each target with its number.
    pub fn iter(&self) -> impl Iterator<Item = (&'m str, f64)> + use<'_, 'm> {
        self.targets.iter().zip(&self.values).map(|(target, &value)| (target.name.as_str(), value))
    }
}

impl<'m> ClassPrediction<'m> {
    /// `probabilities` `[classes]` are finite and at least one.
    pub(crate) fn new(class_names: &'m [String], threshold: Option<f32>, probabilities: &[f32]) -> Self {
        let predicted = predicted_class(probabilities, threshold);
        Self { class_names, probabilities: probabilities.to_vec(), predicted }
    }

    /// Name of the predicted class: the most probable one, or the one that the model's
    /// [`threshold`](ModelMetadata::threshold) decides for.
    pub fn class(&self) -> &'m str {
        self.name(self.predicted)
    }

    /// Index of the predicted class.
    pub fn index(&self) -> usize {
        self.predicted
    }

    /// Probability of the predicted class, from 0 to 1.
    pub fn probability(&self) -> f32 {
        self.probabilities.get(self.predicted).copied().unwrap_or(0.0)
    }

    /// Probability of every class, `[classes]`, in the order of the model's class names.
    pub fn probabilities(&self) -> &[f32] {
        &self.probabilities
    }

    /// All classes with their probabilities: the predicted one, then the others, most probable first.
    pub fn ranking(&self) -> Vec<(&'m str, f32)> {
        let mut ranked = most_probable(&self.probabilities, self.probabilities.len());
        ranked.sort_by_key(|ranked| ranked.class != self.predicted);
        ranked.into_iter().map(|ranked| (self.name(ranked.class), ranked.probability)).collect()
    }

    fn name(&self, class: usize) -> &'m str {
        self.class_names.get(class).map_or("", String::as_str)
    }
}

impl Serialize for ClassPrediction<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ClassPrediction", 4)?;
        fields.serialize_field("class", self.class())?;
        fields.serialize_field("index", &self.index())?;
        fields.serialize_field("probability", &self.probability())?;
        fields.serialize_field("probabilities", self.probabilities())?;
        fields.end()
    }
}

impl Serialize for NumberPrediction<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        struct Values<'a>(&'a NumberPrediction<'a>);
        impl Serialize for Values<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.values.len()))?;
                for (name, value) in self.0.iter() {
                    map.serialize_entry(name, &value)?;
                }
                map.end()
            }
        }
        let mut fields = serializer.serialize_struct("NumberPrediction", 1)?;
        fields.serialize_field("values", &Values(self))?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prediction_names_and_ranks_its_classes() {
        let names = ["cat", "dog", "hen"].map(String::from);
        let prediction = ClassPrediction::new(&names, None, &[0.25, 0.5, 0.25]);
        assert_eq!((prediction.class(), prediction.index(), prediction.probability()), ("dog", 1, 0.5));
        assert_eq!(prediction.ranking(), [("dog", 0.5), ("cat", 0.25), ("hen", 0.25)]);
        let json = serde_json::to_string(&prediction).unwrap();
        assert_eq!(json, r#"{"class":"dog","index":1,"probability":0.5,"probabilities":[0.25,0.5,0.25]}"#);
    }

    #[test]
    fn the_class_that_a_threshold_decides_for_comes_first() {
        let names = ["no", "yes"].map(String::from);
        let prediction = ClassPrediction::new(&names, Some(0.25), &[0.7, 0.3]);
        assert_eq!((prediction.class(), prediction.index(), prediction.probability()), ("yes", 1, 0.3));
        assert_eq!(prediction.ranking(), [("yes", 0.3), ("no", 0.7)]);
    }

    #[test]
    fn a_number_is_predicted_in_the_targets_own_unit() {
        let target = |name: &str| NumericTarget::fit(name, [10.0, 30.0].into_iter(), false);
        let (one, two) = (
            Task::Regression { targets: vec![target("price")] },
            Task::Regression { targets: vec![target("width"), target("height")] },
        );
        let price = Prediction::new(&one, None, &[0.5]);
        assert_eq!((price.value(), price.class(), price.to_string().as_str()), (Some(25.0), None, "price 25"));
        assert_eq!(serde_json::to_string(&price).unwrap(), r#"{"values":{"price":25.0}}"#);
        let size = Prediction::new(&two, None, &[0.0, -1.0]);
        assert_eq!((size.value(), size.as_numbers().unwrap().values()), (None, &[20.0, 10.0][..]));
    }
}
