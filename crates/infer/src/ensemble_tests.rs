use super::*;
use crate::model_file::{ensemble_file, network_file};
use crate::table::{ColumnKind, Numbers, OtherEncoding, Scaling, TableColumn, TableSchema};
use crate::test_models::{file, metadata, model};
use crate::{Model, Prediction};

fn member(name: &str, share: f64, of: &ModelMetadata) -> Member {
    Member {
        name: name.to_string(),
        share,
        model: Architecture { hidden: Vec::new(), ..of.model.clone() },
        encoding: 0,
        targets: of.targets().to_vec(),
        epoch: 1,
        trained_by: RunIdentity::default(),
    }
}

fn ensemble(of: ModelMetadata, shares: [f64; 2]) -> ModelMetadata {
    let members = vec![member("first", shares[0], &of), member("second", shares[1], &of)];
    ModelMetadata { model: members[0].model.clone(), members, ..of }
}

fn softmax(logits: [f64; 2]) -> [f64; 2] {
    let all: f64 = logits.iter().map(|logit| logit.exp()).sum();
    logits.map(|logit| logit.exp() / all)
}

#[test]
fn the_outputs_of_a_classifier_are_the_logarithms_of_the_mean_probabilities() {
    let ensemble = ensemble(metadata(1), [0.75, 0.25]);
    let combined = ensemble.combine(vec![vec![1.0, -1.0, 500.0, -500.0], vec![0.0, 2.0, 0.0, 0.0]]);
    let (first, second) = (softmax([1.0, -1.0]), softmax([0.0, 2.0]));
    for class in 0..2 {
        let expected = 0.75 * first[class] + 0.25 * second[class];
        assert!((f64::from(combined[class].exp()) - expected).abs() < 1e-6, "{combined:?}");
    }
    // softmax(500, -500) is (1, 0) to more digits than any float has.
    assert!((combined[2].exp() - 0.875).abs() < 1e-6 && (combined[3].exp() - 0.125).abs() < 1e-6, "{combined:?}");
}

#[test]
fn the_output_of_a_regression_is_the_mean_in_the_targets_own_unit() {
    let target = |mean, deviation| NumericTarget {
        name: "price".into(),
        mean,
        deviation,
        lowest: mean - deviation,
        highest: mean + deviation,
        clip: true,
    };
    let of = |target: NumericTarget| ModelMetadata { task: Task::Regression { targets: vec![target] }, ..metadata(1) };
    let mut ensemble = ensemble(of(NumericTarget { clip: false, ..target(10.0, 2.0) }), [0.5, 0.5]);
    ensemble.members[0].targets = vec![target(10.0, 2.0)];
    ensemble.members[1].targets = vec![target(20.0, 4.0)];
    // Members: 10 + 2 and 20 + 4 * 0.5; then 10 + 2, clipped, and 20 - 4, clipped.
    let combined = ensemble.combine(vec![vec![1.0, 9.0, 0.0], vec![0.5, -9.0, f32::INFINITY]]);
    let values: Vec<f64> = combined.iter().map(|&output| ensemble.targets()[0].value(output)).collect();
    assert_eq!(values[..2], [17.0, 14.0]);
    assert!(values[2].is_nan(), "clipping would hide an overflow");
}

#[test]
fn a_network_that_overflows_makes_the_row_unusable() {
    let ensemble = ensemble(metadata(1), [0.5, 0.5]);
    let combined = ensemble.combine(vec![vec![f32::NAN, 0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0, 0.0]]);
    assert!(
        combined[..2].iter().all(|output| output.is_nan()) && combined[2..].iter().all(|output| output.is_finite())
    );
}

#[test]
fn the_file_of_an_ensemble_predicts_the_mean_of_its_members() {
    let (first, second) = (file(metadata(2)), file(metadata(2)));
    let written = ensemble_file(&ensemble(metadata(2), [0.5, 0.5]), &[first.clone(), second]).unwrap();
    let (ensemble, single) = (Model::from_bytes(&written).unwrap(), model(metadata(2)));
    assert_eq!(ensemble.metadata().parameters(), 2 * single.metadata().parameters());
    let rows = [0.3, 9.0, -2.0, 1.0];
    let probability = |prediction: &Prediction| prediction.as_class().unwrap().probabilities().to_vec();
    let (found, expected) = (ensemble.predict(&rows).unwrap(), single.predict(&rows).unwrap());
    for (found, expected) in found.predictions.iter().zip(&expected.predictions) {
        let pairs = probability(found).into_iter().zip(probability(expected));
        assert!(pairs.into_iter().all(|(found, expected)| (found - expected).abs() < 1e-6));
    }
    assert_eq!(network_file(&written, "members.1.").unwrap(), network_file(&first, "").unwrap());
}

#[test]
fn members_that_do_not_fit_the_model_are_refused() {
    let whole = ensemble(metadata(2), [0.5, 0.5]);
    let refusal = |change: &dyn Fn(&mut ModelMetadata)| {
        let mut changed = whole.clone();
        change(&mut changed);
        ModelMetadata::from_json(&changed.to_json().unwrap()).unwrap_err()
    };
    ModelMetadata::from_json(&whole.to_json().unwrap()).unwrap();
    assert!(refusal(&|ensemble| ensemble.members[1].encoding = 1).contains("member \"second\" does not fit"));
    assert!(refusal(&|ensemble| ensemble.members[1].share = 0.4).contains("do not sum to 1"));
    assert!(refusal(&|ensemble| ensemble.members[1].share = -0.5).contains("do not sum to 1"));
    assert!(refusal(&|ensemble| ensemble.members[1].model.hidden = vec![0]).contains("usable network"));
    for sharing in [0, 257, usize::MAX] {
        assert!(refusal(&|ensemble| ensemble.members[1].model.members = sharing).contains("1 to 256 members"));
    }
}

#[test]
fn each_member_takes_the_features_of_its_own_encoding() {
    let column = |mean: f64| TableColumn {
        name: "age".into(),
        kind: ColumnKind::Numeric(Numbers::new(Scaling::Standard { mean, deviation: 2.0 }, (0.0, 100.0))),
    };
    let table = TableSchema {
        targets: vec!["kind".into()],
        classes: vec!["a".into(), "b".into()],
        header: true,
        width: 2,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        embedding_size: 0,
        columns: vec![column(40.0)],
        other_encodings: vec![OtherEncoding { embedding_size: 0, columns: vec![column(50.0)] }],
    };
    let mut ensemble = ensemble(ModelMetadata { table: Some(table), ..metadata(2) }, [0.5, 0.5]);
    ensemble.members[1].encoding = 1;
    let read = ModelMetadata::from_json(&ensemble.to_json().unwrap()).unwrap();
    let (features, _) = read.encode_record(&serde_json::json!({ "age": 44 })).unwrap();
    assert_eq!(features, [2.0, -3.0]);
    assert_eq!(read.encode_rows(&[44.0]).unwrap().0, features);
    let networks = read.networks();
    let taken: Vec<_> = networks.iter().map(|network| network.features_of(&features, 2).into_owned()).collect();
    assert_eq!(taken, [[2.0], [-3.0]]);
}
