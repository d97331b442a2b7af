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
