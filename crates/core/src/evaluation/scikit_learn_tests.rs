//! Compares every metric with scikit-learn's, on predictions drawn by
//! `tests/fixtures/make_metrics.py` or in the file named by `BURN_MLP_METRICS`.

use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::config::ThresholdRule;
use crate::evaluation::{ClassificationReport, ConfusionMatrix, Predictions, best_threshold};

/// Probabilities are multiples of this.
const UNIT: f32 = 1.0 / (1 << 24) as f32;

#[derive(Deserialize)]
struct Case {
    name: String,
    classes: usize,
    labels: Vec<u32>,
    logits: Vec<f32>,
    units: Vec<u32>,
    expected: Expected,
}

#[derive(Deserialize)]
struct Expected {
    accuracy: f64,
    loss: f64,
    impossible: usize,
    loss_from_logits: f64,
    /// For k from 1 to the number of classes.
    top_k_accuracy: Vec<f64>,
    confusion_matrix: Vec<Vec<u64>>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    support: Vec<u64>,
    macro_mean: [f64; 3],
    absent_classes: usize,
    weighted_mean: [f64; 3],
    bin_counts: Vec<u64>,
    bin_accuracy: Vec<f64>,
    bin_confidence: Vec<f64>,
    expected_calibration_error: f64,
    balanced_accuracy: f64,
    mcc: f64,
    roc_auc: Option<f64>,
    average_precision: Option<f64>,
    brier: Option<f64>,
    best_f1: Option<f64>,
    best_youden: Option<f64>,
    roc: Option<[Vec<f64>; 2]>,
    precision_recall: Option<[Vec<f64>; 2]>,
}

impl Case {
    fn report(&self, top_k: usize) -> ClassificationReport {
        let probabilities = self.units.iter().map(|&units| units as f32 * UNIT).collect();
        let predictions = Predictions::new(probabilities, self.labels.clone(), self.classes).unwrap();
        self.evaluate(&predictions, top_k)
    }

    /// With the threshold that `rule` chooses on the same rows.
    fn report_by(&self, rule: ThresholdRule) -> ClassificationReport {
        let probabilities = self.units.iter().map(|&units| units as f32 * UNIT).collect();
        let predictions = Predictions::new(probabilities, self.labels.clone(), self.classes).unwrap();
        let threshold = best_threshold(&predictions, rule);
        self.evaluate(&predictions.with_threshold(Some(threshold)), 1)
    }

    fn report_from_logits(&self) -> ClassificationReport {
        self.evaluate(&Predictions::from_logits(&self.logits, self.labels.clone(), self.classes).unwrap(), 1)
    }

    fn evaluate(&self, predictions: &Predictions, top_k: usize) -> ClassificationReport {
        let names: Vec<String> = (0..self.classes).map(|class| format!("class {class}")).collect();
        ClassificationReport::new(predictions, &names, top_k).unwrap()
    }
}

fn cases() -> Vec<Case> {
    let kept = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/metrics.json.gz");
    let path = std::env::var_os("BURN_MLP_METRICS").map_or(kept, PathBuf::from);
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() > 100);
    cases
}

#[track_caller]
fn close(ours: f64, theirs: f64, name: &str) {
    assert!((ours - theirs).abs() <= 1e-9, "{name}: {ours} is not scikit-learn's {theirs}");
}

#[test]
fn accuracy_and_confusion_matrix_equal_scikit_learns() {
    for case in cases() {
        let ours = case.report(1);
        close(ours.accuracy, case.expected.accuracy, &case.name);
        assert_eq!(ours.confusion_matrix.rows(), case.expected.confusion_matrix, "{}", case.name);
    }
}

#[test]
fn top_k_equals_scikit_learns_for_every_k_even_with_ties() {
    for case in cases() {
        let ours: Vec<f64> = (1..=case.classes).map(|k| case.report(k).top_k.accuracy).collect();
        assert_eq!(ours, case.expected.top_k_accuracy, "{}", case.name);
        assert_eq!(ours[0], case.expected.accuracy, "{}", case.name);
    }
}

/// scikit-learn and burn-mlp clip a probability of 0 at different values.
#[test]
fn loss_equals_scikit_learns_except_for_the_cost_of_zero_probabilities() {
    for case in cases() {
        let impossible = case.expected.impossible as f64 / case.labels.len() as f64;
        let further = (126.0 - 52.0) * std::f64::consts::LN_2;
        close(case.report(1).loss, case.expected.loss + impossible * further, &case.name);
    }
}

#[test]
fn loss_from_logits_equals_scipys_even_if_probabilities_round_to_zero() {
    for case in cases() {
        let (ours, theirs) = (case.report_from_logits().loss, case.expected.loss_from_logits);
        assert!((ours - theirs).abs() <= 1e-6 * theirs.max(1e-3), "{}: {ours} is not SciPy's {theirs}", case.name);
    }
}

#[test]
fn class_metrics_equal_scikit_learns_even_for_absent_and_never_predicted_classes() {
    for case in cases() {
        for (class, metrics) in case.report(1).classes.iter().enumerate() {
            close(metrics.precision, case.expected.precision[class], &case.name);
            close(metrics.recall, case.expected.recall[class], &case.name);
            close(metrics.f1, case.expected.f1[class], &case.name);
            assert_eq!(metrics.support, case.expected.support[class], "{}", case.name);
        }
    }
}

#[test]
fn macro_and_weighted_means_equal_scikit_learns_over_the_classes_that_occur_or_are_predicted() {
    for case in cases() {
        let ours = case.report(1);
        assert_eq!(ours.absent_classes, case.expected.absent_classes, "{}", case.name);
        let means = [(ours.macro_mean, case.expected.macro_mean), (ours.weighted_mean, case.expected.weighted_mean)];
        for (mean, [precision, recall, f1]) in means {
            close(mean.precision, precision, &case.name);
            close(mean.recall, recall, &case.name);
            close(mean.f1, f1, &case.name);
        }
        assert_eq!(ours.confusion_matrix.macro_f1(), ours.macro_mean.f1, "{}", case.name);
    }
}

#[test]
fn reliability_equals_scikit_learns_calibration_curve() {
    for case in cases() {
        let (name, theirs) = (&case.name, &case.expected);
        let reliability = case.report(1).reliability;
        let occupied: Vec<_> = reliability.bins.iter().filter(|bin| bin.count > 0).collect();
        assert_eq!(occupied.len(), theirs.bin_counts.len(), "{name}");
        for (index, bin) in occupied.into_iter().enumerate() {
            assert_eq!(bin.count, theirs.bin_counts[index], "{name}");
            close(bin.accuracy, theirs.bin_accuracy[index], name);
            close(bin.mean_confidence, theirs.bin_confidence[index], name);
        }
        close(reliability.expected_calibration_error, theirs.expected_calibration_error, name);
    }
}

#[test]
fn balanced_accuracy_and_the_correlation_coefficient_equal_scikit_learns() {
    for case in cases() {
        let ours = case.report(1);
        close(ours.balanced_accuracy, case.expected.balanced_accuracy, &case.name);
        close(ours.mcc, case.expected.mcc, &case.name);
    }
}

#[test]
fn the_area_under_the_roc_curve_equals_scikit_learns_even_with_ties_and_leaves_out_classes_without_rows() {
    for case in cases() {
        let (ours, theirs) = (case.report(1).roc_auc, case.expected.roc_auc);
        assert_eq!(ours.is_some(), theirs.is_some(), "{}", case.name);
        ours.zip(theirs).into_iter().for_each(|(ours, theirs)| close(ours, theirs, &case.name));
    }
}

#[test]
fn average_precision_and_the_brier_score_of_two_classes_equal_scikit_learns() {
    for case in cases() {
        let ours = case.report(1).two_classes;
        assert_eq!(ours.is_some(), case.classes == 2, "{}", case.name);
        let Some(ours) = ours else { continue };
        close(ours.brier, case.expected.brier.unwrap(), &case.name);
        assert_eq!(ours.average_precision.is_some(), case.expected.average_precision.is_some(), "{}", case.name);
        let averages = ours.average_precision.zip(case.expected.average_precision);
        averages.into_iter().for_each(|(ours, theirs)| close(ours, theirs, &case.name));
    }
}

#[test]
fn the_points_of_both_curves_of_two_classes_are_scikit_learns() {
    let mut compared = 0;
    for case in cases() {
        let (Some([rates, roc_recalls]), Some([precisions, recalls])) =
            (case.expected.roc.clone(), case.expected.precision_recall.clone())
        else {
            continue;
        };
        let curve = case.report(1).two_classes.unwrap().curve;
        assert_eq!(curve.len(), rates.len(), "{}", case.name);
        for (index, point) in curve.iter().enumerate() {
            close(point.false_positive_rate, rates[index], &case.name);
            close(point.recall, roc_recalls[index], &case.name);
            close(point.precision, precisions[index], &case.name);
            close(point.recall, recalls[index], &case.name);
        }
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn a_threshold_reaches_the_highest_f1_and_youden_index_of_scikit_learns_curves() {
    for case in cases() {
        let (Some(f1), Some(youden)) = (case.expected.best_f1, case.expected.best_youden) else { continue };
        let by_f1 = case.report_by(ThresholdRule::F1);
        close(by_f1.classes[1].f1, f1, &case.name);
        assert_eq!(by_f1.most_probable.unwrap().rows(), case.expected.confusion_matrix, "{}", case.name);
        close(2.0 * case.report_by(ThresholdRule::Youden).balanced_accuracy - 1.0, youden, &case.name);
    }
}

#[test]
fn a_threshold_by_cost_is_as_good_as_any_and_beyond_all_probabilities_if_that_is_cheapest() {
    for case in cases().iter().filter(|case| case.expected.best_f1.is_some()) {
        for (false_positive, false_negative) in [(1.0, 1.0), (1.0, 5.0), (7.0, 2.0)] {
            let report = case.report_by(ThresholdRule::Cost { false_positive, false_negative });
            let cost = |matrix: &ConfusionMatrix| {
                false_positive * matrix.rows()[0][1] as f64 + false_negative * matrix.rows()[1][0] as f64
            };
            let ours = cost(&report.confusion_matrix);
            let [negatives, positives] = [0, 1].map(|class| report.classes[class].support as f64);
            assert!(ours <= cost(report.most_probable.as_ref().unwrap()), "{}", case.name);
            assert!(ours <= false_positive * negatives && ours <= false_negative * positives, "{}", case.name);
            let curve = &report.two_classes.unwrap().curve;
            let costs = curve.iter().map(|point| {
                false_positive * point.false_positive_rate * negatives
                    + false_negative * (1.0 - point.recall) * positives
            });
            costs.for_each(|other| assert!(ours <= other + 1e-9, "{}", case.name));
        }
    }
}
