//! Seeded, stratified splits: validation rows off the training set, test rows off a source without
//! a test set.

use rand::rngs::ChaCha8Rng;

use super::random::{Purpose, shuffle, stream};
use crate::{Error, Result};

/// Rows of the training set that train and that validate. Each list ascends; together they are all
/// rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitIndices {
    pub train: Vec<usize>,
    pub valid: Vec<usize>,
}

/// Rows of a source that belong to the training set and to the test set. Each list ascends;
/// together they are all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestSplit {
    pub train: Vec<usize>,
    pub test: Vec<usize>,
}

/// Holds out `valid_fraction` of the rows for validation, with each class in proportion.
///
/// `round(n * valid_fraction)` rows are held out, shared among the classes by largest remainder
/// (ties: the lower class index); which rows of a class they are is random, from `seed`. Every
/// class keeps at least one row for training, so a fraction near 1 may hold out fewer. A fraction
/// of 0 holds out none.
///
/// # Errors
/// [`Error::Config`] if the fraction is not in `[0, 1)` or leaves no row to train or, above 0, to
/// validate; [`Error::Data`] if there are no rows or a label is not below `classes`.
pub fn stratified_split(labels: &[u32], classes: usize, valid_fraction: f64, seed: u64) -> Result<SplitIndices> {
    let (train, valid) = hold_out(labels, classes, valid_fraction, &mut stream(seed, Purpose::Split, 0))?;
    Ok(SplitIndices { train, valid })
}

/// Splits a stratified test set of `fraction` of the rows off a source that has none. `key` names
/// the setting of the fraction.
///
/// # Errors
/// [`Error::Config`] if no row is left to train or to test.
pub(super) fn split_test_set(labels: &[u32], classes: usize, fraction: f64, seed: u64, key: &str) -> Result<TestSplit> {
    match hold_out(labels, classes, fraction, &mut stream(seed, Purpose::TestSplit, 0)) {
        Ok((train, test)) => Ok(TestSplit { train, test }),
        Err(_) => {
            let problem = format!(
                "{fraction} of {} rows leaves no row to train or to test; set another fraction, or 0 for no test set",
                labels.len()
            );
            Err(Error::config(key, problem))
        }
    }
}

/// Returns the rows that stay and those that are held out; see [`stratified_split`].
fn hold_out(
    labels: &[u32],
    classes: usize,
    fraction: f64,
    generator: &mut ChaCha8Rng,
) -> Result<(Vec<usize>, Vec<usize>)> {
    if !(0.0..1.0).contains(&fraction) {
        let problem = format!("{fraction} is not a fraction of the training rows; set one from 0 to below 1");
        return Err(Error::config("split.valid", problem));
    }
    let mut rows_of_class = rows_by_class(labels, classes)?;
    let counts: Vec<usize> = rows_of_class.iter().map(Vec::len).collect();
    let (mut kept, mut held_out) = (Vec::new(), Vec::new());
    for (rows, count) in rows_of_class.iter_mut().zip(held_out_counts(&counts, fraction)) {
        shuffle(rows, generator);
        held_out.extend_from_slice(&rows[..count]);
        kept.extend_from_slice(&rows[count..]);
    }
    kept.sort_unstable();
    held_out.sort_unstable();
    check_not_empty(&kept, &held_out, fraction)?;
    Ok((kept, held_out))
}

fn rows_by_class(labels: &[u32], classes: usize) -> Result<Vec<Vec<usize>>> {
    let mut rows = vec![Vec::new(); classes];
    for (row, &label) in labels.iter().enumerate() {
        let Some(rows) = rows.get_mut(label as usize) else {
            return Err(Error::data("the training set", format!("label {label} of row {row} is not below {classes}")));
        };
        rows.push(row);
    }
    Ok(rows)
}

/// Returns how many rows of each class to hold out: its share rounded down, then one more by
/// largest remainder until the total is right.
fn held_out_counts(counts: &[usize], fraction: f64) -> Vec<usize> {
    let share = |class: usize| counts[class] as f64 * fraction;
    let maximum = |class: usize| counts[class].saturating_sub(1);
    let mut held_out: Vec<usize> = (0..counts.len()).map(|class| (share(class) as usize).min(maximum(class))).collect();

    let total = (counts.iter().sum::<usize>() as f64 * fraction).round() as usize;
    let mut missing = total.saturating_sub(held_out.iter().sum());
    let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
    by_remainder.sort_by(|&a, &b| share(b).fract().total_cmp(&share(a).fract()));
    while missing > 0 {
        let before = missing;
        for &class in &by_remainder {
            if missing > 0 && held_out[class] < maximum(class) {
                held_out[class] += 1;
                missing -= 1;
            }
        }
        if missing == before {
            break;
        }
    }
    held_out
}

fn check_not_empty(kept: &[usize], held_out: &[usize], fraction: f64) -> Result<()> {
    let rows = kept.len() + held_out.len();
    if rows == 0 {
        return Err(Error::data("the training set", "has no rows to split"));
    }
    let empty = if kept.is_empty() {
        "train"
    } else if fraction > 0.0 && held_out.is_empty() {
        "validate"
    } else {
        return Ok(());
    };
    let problem =
        format!("{fraction} of {rows} rows leaves no row to {empty}; set another fraction, or 0 for no validation");
    Err(Error::config("split.valid", problem))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn held_out_per_class(labels: &[u32], valid: &[usize], classes: usize) -> Vec<usize> {
        (0..classes).map(|class| valid.iter().filter(|&&row| labels[row] as usize == class).count()).collect()
    }

    fn labels_with_counts(counts: &[usize]) -> Vec<u32> {
        counts.iter().enumerate().flat_map(|(class, &count)| vec![class as u32; count]).collect()
    }

    #[test]
    fn mnists_classes_are_held_out_in_proportion() {
        // The training set's class counts; expected: largest remainder in Python's exact fractions.
        let counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
        let labels = labels_with_counts(&counts);
        let split = stratified_split(&labels, 10, 0.2, 0).unwrap();
        let expected = [1185, 1348, 1192, 1226, 1168, 1084, 1184, 1253, 1170, 1190];
        assert_eq!(held_out_per_class(&labels, &split.valid, 10), expected);
        assert_eq!((split.train.len(), split.valid.len()), (48_000, 12_000));
    }

    #[test]
    fn the_seed_determines_the_rows() {
        let labels = labels_with_counts(&[50, 50]);
        let split = |seed| stratified_split(&labels, 2, 0.2, seed).unwrap();
        assert_eq!(split(3), split(3));
        assert_ne!(split(3).valid, split(4).valid);
    }

    #[test]
    fn a_fraction_of_zero_trains_on_all_rows() {
        let split = stratified_split(&[1, 0, 1], 2, 0.0, 0).unwrap();
        assert_eq!(split, SplitIndices { train: vec![0, 1, 2], valid: vec![] });
    }

    #[test]
    fn a_fraction_near_one_leaves_each_class_a_training_row() {
        let split = stratified_split(&labels_with_counts(&[2, 3, 5]), 3, 0.99, 0).unwrap();
        assert_eq!((split.train.len(), split.valid.len()), (3, 7));
    }

    #[test]
    fn the_only_row_of_a_class_trains() {
        for seed in 0..20 {
            let split = stratified_split(&[0, 1, 0, 0, 2, 0, 0], 3, 0.4, seed).unwrap();
            assert!(split.train.contains(&1) && split.train.contains(&4), "{split:?}");
            assert_eq!(split.valid.len(), 3);
        }
    }

    #[test]
    fn splits_without_training_or_validation_rows_are_refused() {
        let refusal = |labels: &[u32], fraction| stratified_split(labels, 2, fraction, 0).unwrap_err().to_string();
        assert!(refusal(&[0, 1, 0], 0.1).contains("split.valid: 0.1 of 3 rows leaves no row to validate"));
        assert!(refusal(&[0, 1], 0.9).contains("leaves no row to validate"));
        assert!(refusal(&[], 0.2).contains("has no rows to split"));
    }

    #[test]
    fn fractions_and_labels_out_of_range_are_refused() {
        for fraction in [1.0, -0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(stratified_split(&[0, 1], 2, fraction, 0).unwrap_err().exit_code(), 2);
        }
        assert!(stratified_split(&[0, 2], 2, 0.5, 0).unwrap_err().to_string().contains("label 2 of row 1"));
    }

    proptest! {
        #[test]
        fn splits_are_disjoint_complete_ascending_and_in_proportion(
            counts in proptest::collection::vec(3..60_usize, 1..8),
            fraction in 0.05..0.6_f64,
            seed: u64,
        ) {
            let labels = labels_with_counts(&counts);
            let expected_total = (labels.len() as f64 * fraction).round() as usize;
            prop_assume!(expected_total > 0);
            let split = stratified_split(&labels, counts.len(), fraction, seed).unwrap();

            prop_assert!(split.train.is_sorted() && split.valid.is_sorted());
            let mut all = [split.train.clone(), split.valid.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..labels.len()).collect::<Vec<_>>());

            prop_assert_eq!(split.valid.len(), expected_total);
            let per_class = held_out_per_class(&labels, &split.valid, counts.len());
            for (&count, held_out) in counts.iter().zip(per_class) {
                prop_assert!(held_out < count);
                prop_assert!((held_out as f64 - count as f64 * fraction).abs() < 1.0 + 1e-9);
            }
        }
    }
}
