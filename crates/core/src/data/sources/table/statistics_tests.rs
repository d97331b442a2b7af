use std::fs;

use burn_mlp_infer::table::{ColumnKind, Scaling};

use super::tests::*;
use super::*;
use crate::config::{MissingValues, NumberScaling};

// Expected values are from scikit-learn 1.9.1's StandardScaler on load_iris, all rows.
#[test]
fn standardised_iris_equals_scikit_learns() {
    let data = load(IRIS, |config| (config.csv.test_fraction, config.split.valid) = (0.0, 0.0)).unwrap();
    assert_eq!((data.train.len(), data.test.is_none()), (150, true));
    let means = [5.843_333_333_333_335, 3.057_333_333_333_334, 3.758_000_000_000_002_7, 1.199_333_333_333_334];
    let scales = [0.825_301_291_785_140_9, 0.434_410_967_735_494_37, 1.759_404_065_775_303_2, 0.759_692_627_902_159_4];
    for (column, (mean, scale)) in data.table.as_ref().unwrap().columns.iter().zip(means.into_iter().zip(scales)) {
        let ColumnKind::Numeric(numbers) = &column.kind else { panic!("{column:?}") };
        let Scaling::Standard { mean: ours, deviation } = numbers.scaling else { panic!("{column:?}") };
        assert!((ours - mean).abs() < 1e-13 && (deviation - scale).abs() < 1e-13, "{column:?}");
    }
    let row = |index: usize| data.train.sample(index).features;
    assert_eq!(row(77), [1.038_004_8, -0.131_979_48, 0.705_920_8, 0.659_038_5]);
    assert_eq!(row(149), [0.068_661_794, -0.131_979_48, 0.762_758_26, 0.790_670_65]);
}

#[test]
fn statistics_come_only_from_the_rows_that_train() {
    let data = load(IRIS, |config| config.split.seed = 3).unwrap();
    let split = data.split_training_set(&SplitConfig { seed: 3, ..SplitConfig::default() }).unwrap();
    let mean = |rows: &[usize], feature: usize| {
        let sum: f64 = rows.iter().map(|&row| f64::from(data.train.sample(row).features[feature])).sum();
        sum / rows.len() as f64
    };
    for feature in 0..4 {
        assert!(mean(&split.train, feature).abs() < 1e-6);
        assert!(mean(&split.valid, feature).abs() > 1e-4, "validation rows have another mean");
    }
}

#[test]
fn missing_values_are_refused_with_a_remedy_or_imputed() {
    let text = "x,y,class\n".to_string()
        + &twelve(|row| format!("{},{}", if row > 9 { "NA".into() } else { row.to_string() }, 1));
    let message = problem(&text, |config| config.csv.missing = MissingValues::Refuse);
    assert!(
        message.starts_with(
            "t.csv: line 12, column \"x\": the value is missing, as is another in the column; complete it"
        ),
        "{message}"
    );
    let ends = "or let --set csv.missing=indicator fill it in; this works, with your other options: burn-mlp --data csv:t.csv \
                --set csv.missing=indicator";
    assert!(message.ends_with(ends), "{message}");
    let data = load_text(&text, |config| config.csv.missing = MissingValues::Impute).unwrap();
    assert_eq!(data.train.len() + data.test.unwrap().len(), 12);
}

#[test]
fn a_test_file_is_encoded_by_the_same_schema() {
    let (_directory, test) = written("class;more;x\nb;!;5.5\na;!;-1\n");
    let text = "x,class\n".to_string() + &twelve(|row| format!("{row}.5"));
    let set = |config: &mut RunConfig| {
        (config.csv.test, config.csv.scaling) = (test.display().to_string(), NumberScaling::None);
        config.csv.missing = MissingValues::Refuse;
    };
    let data = load_text(&text, set).unwrap();
    assert_eq!((data.train.len(), data.test.as_ref().unwrap().labels()), (12, &[1, 0][..]));
    assert_eq!(data.test.unwrap().to_floats(), [5.5, -1.0]);
    for (bad, words) in [
        ("x,class\n1,c\n", "line 2, column \"class\": \"c\" is not a class of"),
        ("x,class\nz,a\n", "line 2, column \"x\": \"z\" is not a number"),
        ("x\n1\n", "has no column \"class\" with the classes"),
        ("y,class\n1,a\n", "has no column \"x\"; its first line has \"y\", \"class\""),
        ("x,class\n,a\n", "line 2, column \"x\": the value is missing"),
        ("x,class\n", "the test set has no rows"),
        ("", "is empty"),
    ] {
        fs::write(&test, bad).unwrap();
        let message = load_text(&text, set).unwrap_err().to_string();
        assert!(message.contains(words), "{bad:?}: {message}");
    }
}

#[test]
fn the_hash_depends_on_the_content_and_not_on_the_path_or_dialect() {
    let text = fs::read_to_string(IRIS).unwrap();
    let hash = |text: &str, change: fn(&mut RunConfig)| load_text(text, change).unwrap().hash();
    let original = load(IRIS, |_| ()).unwrap().hash();
    assert_eq!(hash(&text, |_| ()), original);
    assert_eq!(hash(&text.replace('\n', "\r\n"), |_| ()), original);
    assert_eq!(hash(&text.replace(',', ";"), |_| ()), original);
    for changed in [
        hash(&text.replacen("5.1,", "5.2,", 1), |_| ()),
        hash(&text.replace("setosa", "sétosa"), |_| ()),
        hash(&text.replace("sepal length", "sepals"), |_| ()),
        hash(&text, |config| config.csv.ignore = vec!["1".into()]),
    ] {
        assert_ne!(changed, original);
    }
    for encoded_otherwise in [
        hash(&text, |config| config.seed = 1),
        hash(&text, |config| config.split.valid = 0.3),
        hash(&text, |config| config.split.seed = 1),
        hash(&text, |config| config.csv.test_fraction = 0.3),
        hash(&text, |config| config.csv.scaling = NumberScaling::None),
        hash(&text, |config| config.csv.missing = MissingValues::Impute),
    ] {
        assert_eq!(encoded_otherwise, original);
    }
}

#[test]
fn a_hash_of_its_own_tells_which_rows_test_and_what_a_file_is_for() {
    let drawn = |seed| load(IRIS, |config| config.split.seed = seed).unwrap().drawn_test_hash.unwrap();
    assert_eq!(drawn(3), drawn(3));
    assert_ne!(drawn(3), drawn(4));
    let judged_by = |set: fn(&mut RunConfig)| load(IRIS, set).unwrap();
    let test = judged_by(|config| config.csv.test = IRIS.into());
    let valid = judged_by(|config| config.csv.valid = IRIS.into());
    assert_eq!(test.drawn_test_hash, None);
    assert_ne!(test.hash(), valid.hash());
}

#[test]
fn the_test_set_depends_on_the_seed_of_the_split_alone() {
    let raw = |seed, split_seed| {
        let data = load(IRIS, |config| {
            (config.seed, config.split.seed, config.csv.scaling) = (seed, split_seed, NumberScaling::None);
        });
        data.unwrap().test.unwrap()
    };
    assert_eq!(raw(0, 0), raw(7, 0));
    assert_ne!(raw(0, 0), raw(0, 1));
}
