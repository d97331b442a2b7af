//! Conversion between samples and burn-dataset's `Dataset`.

use burn_dataset::{Dataset, DatasetError};

use crate::data::{Features, Sample, Samples};
use crate::{Error, Result};

/// Makes samples a burn-dataset `Dataset`.
#[derive(Debug, Clone)]
pub struct SampleDataset(pub Samples);

impl Dataset<Sample> for SampleDataset {
    fn get(&self, index: usize) -> std::result::Result<Sample, DatasetError> {
        Ok(self.0.sample(index))
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// Copies a dataset into memory, so that it trains like any source.
///
/// # Errors
/// [`Error::Data`] if a row cannot be read, rows differ in length, a feature is NaN or infinite, or
/// a label exceeds 32 bits.
pub fn samples_from_dataset(dataset: &dyn Dataset<Sample>) -> Result<Samples> {
    let rows = dataset.len();
    let (mut values, mut labels, mut dimension) = (Vec::new(), Vec::with_capacity(rows), None);
    for row in 0..rows {
        let fail = |problem: String| Error::data(format!("row {row} of the dataset"), problem);
        let sample = dataset.get(row).map_err(|error| fail(error.to_string()))?;
        let expected = *dimension.get_or_insert(sample.features.len());
        if sample.features.len() != expected {
            return Err(fail(format!("has {} features where row 0 has {expected}", sample.features.len())));
        }
        values.extend_from_slice(&sample.features);
        labels.push(u32::try_from(sample.label).map_err(|_| fail(format!("label {} is too large", sample.label)))?);
    }
    let dimension = dimension.ok_or_else(|| Error::data("the dataset", "has no rows"))?;
    Samples::new(Features::Floats(values), labels, dimension)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ragged;

    impl Dataset<Sample> for Ragged {
        fn get(&self, index: usize) -> std::result::Result<Sample, DatasetError> {
            Ok(Sample { features: vec![0.0; 1 + index], label: index })
        }

        fn len(&self) -> usize {
            2
        }
    }

    #[test]
    fn samples_survive_the_conversion_to_a_burn_dataset_and_back() {
        let pixels = Features::Bytes { values: vec![0, 8, 16, 4], maximum: 16 };
        let samples = Samples::new(pixels, vec![1, 0], 2).unwrap();
        let back = samples_from_dataset(&SampleDataset(samples)).unwrap();
        assert_eq!(back.features(), &Features::Floats(vec![0.0, 0.5, 1.0, 0.25]));
        assert_eq!((back.labels(), back.dimension()), (&[1, 0][..], 2));
    }

    #[test]
    fn rows_of_different_lengths_are_refused_by_their_number() {
        let error = samples_from_dataset(&Ragged).unwrap_err();
        assert_eq!(error.to_string(), "row 1 of the dataset has 2 features where row 0 has 1");
    }
}
