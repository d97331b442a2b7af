use proptest::prelude::*;

use super::*;
use crate::data::{Dataset, ImageShape};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|class| class.to_string()).collect()
}

fn pixels(values: &[u8], labels: &[u32], dimension: usize) -> Samples {
    Samples::new(Features::Bytes { values: values.to_vec(), maximum: 255 }, labels.to_vec(), dimension).unwrap()
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_pixel_is_divided_by_the_maximum() {
    let features = Features::Bytes { values: vec![0, 4, 8, 16], maximum: 16 };
    let samples = Samples::new(features, vec![7, 3], 2).unwrap();
    assert_eq!(samples.to_floats(), [0.0, 0.25, 0.5, 1.0]);
    assert_eq!(samples.sample(1), Sample { features: vec![0.5, 1.0], label: 3 });
}

#[test]
fn features_are_appended_in_the_order_of_the_indices() {
    let samples = pixels(&[0, 255, 51, 102], &[0, 1], 2);
    let mut output = vec![9.0];
    samples.write_features([1, 0, 1], &mut output);
    assert_eq!(output, [9.0, 0.2, 0.4, 0.0, 1.0, 0.2, 0.4]);
}

#[test]
fn samples_whose_lengths_disagree_are_refused() {
    let floats = |count| Features::Floats(vec![0.0; count]);
    assert!(refusal(Samples::new(floats(5), vec![0, 1], 3)).contains("5 feature values do not fill 2 rows of 3"));
    assert!(refusal(Samples::new(floats(0), vec![], 0)).contains("rows need at least one feature"));
    assert!(refusal(Samples::new(floats(4), vec![0; 3], usize::MAX)).contains("do not fill"));
}

#[test]
fn invalid_values_are_refused_with_their_row_and_column() {
    let floats = Features::Floats(vec![0.0, 1.0, 2.0, f32::NAN]);
    assert!(refusal(Samples::new(floats, vec![0, 1], 2)).contains("feature 1 of row 1: NaN is not a finite number"));
    let floats = Features::Floats(vec![f32::NEG_INFINITY]);
    assert!(refusal(Samples::new(floats, vec![0], 1)).contains("-inf is not a finite number"));
    let bytes = Features::Bytes { values: vec![16, 17], maximum: 16 };
    assert!(refusal(Samples::new(bytes, vec![0], 2)).contains("feature 1 of row 0: 17 is above the maximum 16"));
    let bytes = Features::Bytes { values: vec![0], maximum: 0 };
    assert!(Samples::new(bytes, vec![0], 1).is_err());
}

#[test]
fn a_dataset_whose_sets_do_not_fit_is_refused() {
    let train = || pixels(&[0; 8], &[0, 1], 4);
    let refused = |train, test, classes, shape| refusal(Dataset::new("mine", train, test, names(classes), shape));
    assert!(refused(train(), None, 1, None).contains("mine has 1 class(es)"));
    assert!(refused(pixels(&[], &[], 4), None, 2, None).contains("the training set has no rows"));
    assert!(refused(train(), Some(pixels(&[], &[], 4)), 2, None).contains("the test set has no rows"));
    let test = pixels(&[0; 4], &[2], 4);
    assert!(
        refused(train(), Some(test), 2, None).contains("label 2 of row 0 of the test set is outside the 2 classes")
    );
    let test = pixels(&[0; 3], &[1], 3);
    assert!(refused(train(), Some(test), 2, None).contains("test rows have 3 features, but training rows have 4"));
    let shape = Some(ImageShape::grey(2, 3));
    assert!(refused(train(), None, 2, shape).contains("rows of 4 features are not images of 2x3 pixels"));
    let shape = Some(ImageShape::grey(usize::MAX, 2));
    assert!(refused(train(), None, 2, shape).contains("are not images"));
}

proptest! {
    #[test]
    fn selecting_rows_copies_each_of_them(
        values in proptest::collection::vec(any::<u8>(), 12),
        indices in proptest::collection::vec(0..4_usize, 0..9),
    ) {
        let bytes = pixels(&values, &[0, 1, 2, 3], 3);
        let floats = Samples::new(Features::Floats(bytes.to_floats()), vec![0, 1, 2, 3], 3).unwrap();
        for samples in [bytes, floats] {
            let selected = samples.select(&indices);
            prop_assert_eq!(selected.len(), indices.len());
            for (position, &index) in indices.iter().enumerate() {
                prop_assert_eq!(selected.sample(position), samples.sample(index));
            }
        }
    }
}
