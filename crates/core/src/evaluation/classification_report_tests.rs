use proptest::prelude::*;

use super::*;
use crate::data::{Features, Origins, Samples};
use crate::evaluation::{RELIABILITY_BINS, prediction_rows};

fn names(classes: usize) -> Vec<String> {
    (0..classes).map(|class| format!("class {class}")).collect()
}

fn report(probabilities: &[f32], labels: &[u32], classes: usize, top_k: usize) -> ClassificationReport {
    let predictions = Predictions::new(probabilities.to_vec(), labels.to_vec(), classes).unwrap();
    ClassificationReport::new(&predictions, &names(classes), top_k).unwrap()
}

fn close(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() <= 1e-9, "{what}: {ours} is not {theirs}");
}

#[test]
fn invalid_predictions_are_refused() {
    let refusal = |probabilities: &[f32], labels: &[u32], classes| {
        Predictions::new(probabilities.to_vec(), labels.to_vec(), classes).unwrap_err().to_string()
    };
    assert!(refusal(&[], &[], 2).contains("no rows to evaluate"));
    assert!(refusal(&[], &[0], 0).contains("0 classes"));
    assert!(refusal(&[], &[0], usize::MAX).contains("classes cannot be evaluated"));
    assert!(refusal(&[0.5, 0.5, 1.0], &[0, 1], 2).contains("3 probabilities do not match 2 rows"));
    assert!(refusal(&[0.5, 0.5], &[2], 2).contains("labels must be 0 to 1"));
    assert!(refusal(&[f32::NAN, 0.5], &[0], 2).contains("lower learning rate"));
    assert!(refusal(&[2.5, 0.5], &[0], 2).contains("softmax"));
    assert!(refusal(&[1.5, -0.5], &[0], 2).contains("softmax"));
}

#[test]
fn losses_of_the_wrong_number_or_not_finite_are_refused() {
    let predictions = Predictions::new(vec![0.5, 0.5], vec![0], 2).unwrap();
    assert!(predictions.clone().with_losses(vec![]).unwrap_err().to_string().contains("0 losses"));
    assert!(predictions.with_losses(vec![f32::INFINITY]).unwrap_err().to_string().contains("inf"));
}

#[test]
fn every_class_needs_a_name() {
    let predictions = Predictions::new(vec![0.5, 0.5], vec![0], 2).unwrap();
    assert!(ClassificationReport::new(&predictions, &names(3), 1).unwrap_err().to_string().contains("3 names"));
}

#[test]
fn a_true_class_of_probability_zero_gives_the_loss_of_the_smallest_normal_float() {
    close(report(&[1.0, 0.0], &[1], 2, 1).loss, 126.0 * std::f64::consts::LN_2, "-ln 2^-126");
}

#[test]
fn given_losses_replace_those_from_probabilities() {
    let predictions = Predictions::new(vec![1.0, 0.0, 1.0, 0.0], vec![1, 0], 2).unwrap();
    let predictions = predictions.with_losses(vec![200.0, 1.0]).unwrap();
    assert_eq!(ClassificationReport::new(&predictions, &names(2), 1).unwrap().loss, 100.5);
}

#[test]
fn ties_are_resolved_in_favour_of_the_lower_index() {
    let tied = [0.4, 0.4, 0.2];
    assert_eq!(report(&tied, &[0], 3, 1).accuracy, 1.0);
    assert_eq!(report(&tied, &[1], 3, 1).top_k.accuracy, 0.0);
    assert_eq!(report(&tied, &[1], 3, 2).top_k.accuracy, 1.0);
}

#[test]
fn k_is_clamped_to_the_number_of_classes() {
    assert_eq!(report(&[0.9, 0.1], &[1], 2, 5).top_k, TopK { k: 2, accuracy: 1.0 });
    assert_eq!(report(&[0.9, 0.1], &[1], 2, 0).top_k, TopK { k: 1, accuracy: 0.0 });
}

#[test]
fn a_confidence_of_one_belongs_to_the_last_bin() {
    let bins = report(&[1.0, 0.0], &[0], 2, 1).reliability.bins;
    assert_eq!(bins[RELIABILITY_BINS - 1].count, 1);
}

#[test]
fn at_most_64_mistakes_are_reported_by_descending_loss() {
    let wrong = |row: usize| 0.5 + row as f32 / 400.0;
    let probabilities: Vec<f32> = (0..100).flat_map(|row| [wrong(row), 1.0 - wrong(row)]).collect();
    let worst = report(&probabilities, &[1; 100], 2, 1).worst;
    let indices: Vec<usize> = worst.iter().map(|mistake| mistake.index).collect();
    assert_eq!(indices, (36..100).rev().collect::<Vec<_>>());
    assert_eq!((worst[0].true_class, worst[0].predicted_class), (1, 0));
    assert_eq!((worst[0].probability, worst[0].true_probability), (wrong(99), 1.0 - wrong(99)));
}

#[test]
fn prediction_rows_name_the_line_the_id_and_the_classes() {
    let predictions = Predictions::new(vec![0.25, 0.75, 0.9, 0.1], vec![0, 0], 2).unwrap();
    let (lines, ids) = (Some(vec![3, 2]), Some(vec!["007".to_string(), "a, b".to_string()]));
    let samples = Samples::new(Features::Floats(vec![1.0, 2.0]), vec![0, 0], 1).unwrap();
    let samples = samples.with_origins(Origins { lines, ids, ..Origins::default() }).unwrap();
    let names = ["no".to_string(), "yes".to_string()];
    let mut csv = csv::Writer::from_writer(Vec::new());
    prediction_rows(&predictions, &samples, &names).for_each(|row| csv.serialize(row).unwrap());
    assert_eq!(
        String::from_utf8(csv.into_inner().unwrap()).unwrap(),
        "index,line,id,true,predicted,probability\n0,3,007,no,yes,0.75\n1,2,\"a, b\",no,no,0.9\n"
    );
}

#[test]
fn a_curve_of_many_rows_keeps_its_ends_and_points_that_differ() {
    let rows = 20_000;
    let probabilities: Vec<f32> =
        (0..rows).flat_map(|row| [row, rows - row].map(|it| it as f32 / rows as f32)).collect();
    let labels: Vec<u32> = (0..rows).map(|row| u32::from(row % 3 == 0)).collect();
    let curve = report(&probabilities, &labels, 2, 1).two_classes.unwrap().curve;
    assert!((200..=402).contains(&curve.len()), "{}", curve.len());
    assert_eq!((curve[0].threshold, curve[0].precision), (1.0, 1.0));
    let last = curve.last().unwrap();
    assert_eq!((last.recall, last.false_positive_rate), (1.0, 1.0));
    assert!(curve.windows(2).all(|pair| pair[1].recall - pair[0].recall < 0.006));
}

#[test]
fn of_two_classes_the_second_is_the_positive_one() {
    let report = report(&[0.9, 0.1, 0.2, 0.8], &[0, 1], 2, 1);
    assert_eq!((report.two_classes.unwrap().positive.as_str(), report.roc_auc), ("class 1", Some(1.0)));
}

#[test]
fn the_json_has_the_documented_names() {
    let json = serde_json::to_value(report(&[0.9, 0.1], &[1], 2, 1)).unwrap();
    assert_eq!(json["confusion_matrix"], serde_json::json!([[0, 0], [1, 0]]));
    assert_eq!(json["classes"][1]["support"], 1);
    assert_eq!(json["worst"][0]["true"], 1);
    assert_eq!(json["worst"][0].get("pixels"), None);
}

#[test]
fn a_confusion_matrix_that_is_not_square_is_refused() {
    assert!(serde_json::from_str::<ConfusionMatrix>("[[1, 2], [3]]").is_err());
}

/// Generates rows of probabilities without ties, their labels and the number of classes.
fn untied() -> impl Strategy<Value = (Vec<Vec<f32>>, Vec<u32>, usize)> {
    (2_usize..7, 1_usize..30).prop_flat_map(|(classes, rows)| {
        let weights: Vec<usize> = (1..=classes).collect();
        let row = (Just(weights).prop_shuffle(), 0.2_f32..4.0).prop_map(|(weights, sharpness)| {
            let powers: Vec<f32> = weights.iter().map(|&weight| (weight as f32).powf(sharpness)).collect();
            let sum: f32 = powers.iter().sum();
            powers.iter().map(|power| power / sum).collect::<Vec<f32>>()
        });
        (prop::collection::vec(row, rows), prop::collection::vec(0..classes as u32, rows), Just(classes))
    })
}

proptest! {
    #[test]
    fn counts_add_up((rows, labels, classes) in untied()) {
        let report = report(&rows.concat(), &labels, classes, 1);
        prop_assert_eq!(report.confusion_matrix.total(), labels.len() as u64);
        prop_assert_eq!(report.classes.iter().map(|class| class.support).sum::<u64>(), labels.len() as u64);
        prop_assert_eq!(report.reliability.bins.iter().map(|bin| bin.count).sum::<u64>(), labels.len() as u64);
        prop_assert_eq!(report.top_k.accuracy, report.accuracy);
        prop_assert!((report.weighted_mean.recall - report.accuracy).abs() < 1e-12);
        prop_assert!((0.0..=1.0).contains(&report.reliability.expected_calibration_error));
    }

    #[test]
    fn reordering_the_classes_permutes_the_metrics((rows, labels, classes) in untied()) {
        let moved = |class: usize| (class + 1) % classes;
        let moved_rows: Vec<Vec<f32>> = rows.iter().map(|row| {
            let mut row = row.clone();
            row.rotate_right(1);
            row
        }).collect();
        let moved_labels: Vec<u32> = labels.iter().map(|&label| moved(label as usize) as u32).collect();
        let (before, after) =
            (report(&rows.concat(), &labels, classes, 2), report(&moved_rows.concat(), &moved_labels, classes, 2));
        prop_assert_eq!(before.accuracy, after.accuracy);
        prop_assert_eq!(before.top_k, after.top_k);
        for one in 0..classes {
            prop_assert_eq!(before.classes[one].f1, after.classes[moved(one)].f1);
            for other in 0..classes {
                let count = before.confusion_matrix.rows()[one][other];
                prop_assert_eq!(count, after.confusion_matrix.rows()[moved(one)][moved(other)]);
            }
        }
    }

    #[test]
    fn a_larger_k_never_lowers_top_k_accuracy((rows, labels, classes) in untied()) {
        let accuracies: Vec<f64> =
            (1..=classes).map(|k| report(&rows.concat(), &labels, classes, k).top_k.accuracy).collect();
        prop_assert!(accuracies.is_sorted());
        prop_assert_eq!(accuracies[classes - 1], 1.0);
    }
}

#[test]
fn rows_put_together_keep_the_thresholds_of_their_parts() {
    let part = |probability: f32, label: u32, threshold: Option<f32>| {
        Predictions::new(vec![1.0 - probability, probability], vec![label], 2).unwrap().with_threshold(threshold)
    };
    let pooled = |parts: &[Predictions]| {
        let pooled = Predictions::pooled(parts).unwrap();
        ClassificationReport::new(&pooled, &names(2), 1).unwrap()
    };
    let several = pooled(&[part(0.25, 1, Some(0.25)), part(0.375, 0, Some(0.5)), part(0.75, 1, Some(0.375))]);
    assert_eq!((several.threshold, several.thresholds), (None, Some([0.25, 0.5])));
    assert_eq!(several.accuracy, 1.0);
    assert_eq!(several.most_probable.as_ref().map(ConfusionMatrix::accuracy), Some(2.0 / 3.0));
    let decision = "at a probability of 0.25 to 0.5 or more, by the threshold of each fold's own run";
    assert_eq!(several.decision().as_deref(), Some(decision));
    let same = pooled(&[part(0.25, 1, Some(0.25)), part(0.75, 1, Some(0.25))]);
    assert_eq!((same.threshold, same.thresholds), (Some(0.25), None));
    assert_eq!(same.decision().as_deref(), Some("at a probability of 0.25 or more"));
    let plain = pooled(&[part(0.25, 1, None), part(0.75, 1, None)]);
    assert!(plain.decision().is_none() && plain.most_probable.is_none());
}
