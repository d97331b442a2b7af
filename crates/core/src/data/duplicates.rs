//! Finds test rows that also occur among the training rows.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use super::{Features, Samples};

/// Counts the rows of `test` whose features also occur in `train`.
pub(super) fn repeated_rows(train: &Samples, test: &Samples) -> usize {
    let known: HashSet<u64> = hashes(train).into_iter().collect();
    hashes(test).iter().filter(|hash| known.contains(hash)).count()
}

/// Hashes each row's features, `[n]`.
fn hashes(samples: &Samples) -> Vec<u64> {
    let dimension = samples.dimension();
    match samples.features() {
        Features::Bytes { values, .. } => values.par_chunks(dimension).map(|row| hash(&row)).collect(),
        // 0.0 and -0.0 are equal.
        Features::Floats(values) => values
            .par_chunks(dimension)
            .map(|row| hash(&row.iter().map(|value| (value + 0.0).to_bits()).collect::<Vec<u32>>()))
            .collect(),
    }
}

fn hash(row: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_rows_that_equal_a_training_row_are_counted() {
        let samples =
            |values: &[f32]| Samples::new(Features::Floats(values.to_vec()), vec![0; values.len() / 2], 2).unwrap();
        let train = samples(&[1.0, 2.0, 3.0, 0.0]);
        assert_eq!(repeated_rows(&train, &samples(&[3.0, -0.0, 1.0, 3.0, 1.0, 2.0, 1.0, 2.0])), 3);
        let pixels = |values: &[u8]| {
            let features = Features::Bytes { values: values.to_vec(), maximum: 255 };
            Samples::new(features, vec![0; values.len() / 2], 2).unwrap()
        };
        assert_eq!(repeated_rows(&pixels(&[1, 2, 3, 4]), &pixels(&[3, 4, 2, 1])), 1);
    }
}
