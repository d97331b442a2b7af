use super::*;
use crate::config::NumberScaling;
use burn_mlp_infer::csv::{Cell, ColumnBuilder, Columns, Lines, Role};
use burn_mlp_infer::table::{Categories, Notation, Numbers, Scaling, TableSchema};

fn config(missing: MissingValues) -> CsvConfig {
    CsvConfig { missing, ..CsvConfig::default() }
}

fn texts(values: &[&str]) -> Column {
    let notation = Notation::default();
    let mut builder = ColumnBuilder::new("x", Role::Texts, &notation);
    values.iter().for_each(|value| builder.push(Cell::Text(value)));
    builder.finish(&Lines::from((1..=values.len() as u64).collect::<Vec<_>>()))
}

fn fit_one(column: &Column, rows: &[usize], config: &CsvConfig) -> ColumnKind {
    fit(&[("x", column)], &BTreeMap::new(), rows, config).columns.remove(0).kind
}

/// Encodes new numbers with a fitted column.
fn features(kind: ColumnKind, numbers: &[f64]) -> Vec<f32> {
    let schema = TableSchema {
        targets: vec!["y".into()],
        classes: vec!["0".into(), "1".into()],
        header: true,
        width: 2,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        embedding_size: 0,
        other_encodings: Vec::new(),
        columns: vec![TableColumn { name: "x".into(), kind }],
    };
    let rows: Vec<usize> = (0..numbers.len()).collect();
    let mut read = Columns { lines: vec![1; numbers.len()].into(), columns: vec![Column::Numbers(numbers.to_vec())] };
    let [encoded] = schema.encode(&mut read, &[0], [&rows]).unwrap();
    encoded.features
}

const NAN: f64 = f64::NAN;

fn numeric(mean: f64, deviation: f64, (lowest, highest): (f64, f64)) -> ColumnKind {
    ColumnKind::Numeric(Numbers::new(Scaling::Standard { mean, deviation }, (lowest, highest)))
}

// Expected values are from scikit-learn 1.9.1's make_pipeline(SimpleImputer(strategy="median"),
// StandardScaler()).
#[test]
fn medians_means_and_deviations_equal_scikit_learns() {
    let column = Column::Numbers(vec![1.5, NAN, -2.25, 4.0, 1e-3, 10.5]);
    let kind = fit_one(&column, &[0, 1, 2, 3, 4, 5], &config(MissingValues::Impute));
    let ColumnKind::Numeric(Numbers { scaling, missing, lowest, highest, .. }) = &kind else { panic!("{kind:?}") };
    let &Scaling::Standard { mean, deviation } = scaling else { panic!("{kind:?}") };
    assert_eq!((*missing, *lowest, *highest), (Some(1.5), -2.25, 10.5));
    assert!((mean - 2.541_833_33).abs() < 1e-8 && (deviation - 4.021_753_37).abs() < 1e-8, "{mean} {deviation}");
    let features = features(kind, &[NAN, 7.0]);
    for (feature, expected) in features.iter().zip([-0.259_049_533_489_050_96, 1.108_513_193_296_852_4]) {
        assert!((f64::from(*feature) - expected).abs() < 1e-7, "{features:?}");
    }
}

#[test]
fn the_median_of_an_even_count_is_the_mean_of_the_middle_two() {
    let kind =
        fit_one(&Column::Numbers(vec![10.0, 4.0, NAN, 2.0, 1.0]), &[0, 1, 2, 3, 4], &config(MissingValues::Impute));
    assert!(matches!(kind, ColumnKind::Numeric(Numbers { missing: Some(3.0), .. })), "{kind:?}");
}

#[test]
fn columns_that_teach_nothing_are_left_out_with_the_reason() {
    let names: Vec<String> = (0..30).map(|row| format!("name {row}")).collect();
    let names = texts(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let (constant, same) = (Column::Numbers(vec![0.1; 30]), texts(&["a"; 30]));
    let (empty, age) = (Column::Numbers(vec![NAN; 30]), Column::Numbers((0..30).map(f64::from).collect()));
    let columns = [("name", &names), ("one", &constant), ("same", &same), ("empty", &empty), ("age", &age)];
    let fitted = fit(&columns, &BTreeMap::new(), &(0..30).collect::<Vec<_>>(), &CsvConfig::default());
    assert_eq!((fitted.columns.len(), fitted.places), (1, vec![4]));
    assert_eq!(
        fitted.notes,
        [
            "column \"name\" has 30 different texts in 30 rows, from which nothing can be learned; it is left out",
            "column \"one\" is 0.1 in every training row; it is left out",
            "column \"same\" is \"a\" in every training row; it is left out",
            "column \"empty\" has no value in the training rows; it is left out",
        ]
    );
}

// scikit-learn 1.9.1: OneHotEncoder(max_categories=3) keeps b and c of these, and puts the others together.
#[test]
fn rare_texts_share_a_feature() {
    let column = texts(&["a", "b", "b", "b", "c", "c", "d", "e", "b", "c"]);
    let config = CsvConfig { max_one_hot: 2, embedding_size: 0, ..CsvConfig::default() };
    let fitted = fit(&[("x", &column)], &BTreeMap::new(), &(0..10).collect::<Vec<_>>(), &config);
    let values = ["b", "c"].map(String::from).to_vec();
    let kind = ColumnKind::OneHot(Categories { values, other: true, missing: Some("b".into()), indicator: false });
    assert_eq!(fitted.columns[0].kind, kind);
    assert!(fitted.notes[0].contains("has 5 different texts; the 2 most frequent are features"), "{:?}", fitted.notes);
}

#[test]
fn many_texts_have_a_learned_vector_each_and_rare_ones_share_one() {
    let column = texts(&["a", "b", "b", "b", "c", "c", "d", "e", "b", "c", "a", "NA"]);
    let config = CsvConfig { max_one_hot: 2, ..CsvConfig::default() };
    let fitted = fit(&[("x", &column)], &BTreeMap::new(), &(0..12).collect::<Vec<_>>(), &config);
    let values = ["a", "b", "c"].map(String::from).to_vec();
    let kind = ColumnKind::Embedded(Categories { values, other: true, missing: None, indicator: true });
    assert_eq!(fitted.columns[0].kind, kind);
    assert!(fitted.notes[0].contains("has 5 different texts; the network learns 8 numbers for each of 3, and one"));
    let fewer = CsvConfig { max_categories: 2, ..config };
    let fitted = fit(&[("x", &column)], &BTreeMap::new(), &(0..12).collect::<Vec<_>>(), &fewer);
    let ColumnKind::Embedded(categories) = &fitted.columns[0].kind else { panic!("{fitted:?}") };
    assert_eq!(categories.values, ["b", "c"]);
}

// scikit-learn 1.9.1: SimpleImputer(strategy="median", add_indicator=True).
#[test]
fn a_missing_number_is_marked_and_a_missing_text_is_a_category() {
    let config = CsvConfig { scaling: NumberScaling::None, ..config(MissingValues::Indicator) };
    let kind = fit_one(&Column::Numbers(vec![1.0, NAN, 5.0, 3.0]), &[0, 1, 2, 3], &config);
    assert_eq!(features(kind, &[NAN, 7.0]), [3.0, 1.0, 7.0, 0.0]);
    let complete = fit_one(&Column::Numbers(vec![1.0, 2.0]), &[0, 1], &config);
    assert_eq!(features(complete, &[NAN]), [1.5], "nothing marks what the training rows do not have");
    let kind = fit_one(&texts(&["a", "NA", "b"]), &[0, 1, 2], &config);
    let values = ["a", "b"].map(String::from).to_vec();
    assert_eq!(kind, ColumnKind::OneHot(Categories { values, other: false, missing: None, indicator: true }));
}

#[test]
fn only_training_rows_count() {
    let numbers = Column::Numbers(vec![1.0, 3.0, 1e6, NAN]);
    let kind = fit_one(&numbers, &[0, 1], &config(MissingValues::Refuse));
    assert_eq!(kind, numeric(2.0, 1.0, (1.0, 3.0)));
    let values = vec!["a".to_string(), "b".to_string()];
    let kind = fit_one(&texts(&["b", "a", "c"]), &[0, 1], &config(MissingValues::Refuse));
    assert_eq!(kind, ColumnKind::OneHot(Categories { values, other: false, missing: None, indicator: false }));
}

#[test]
fn without_standardisation_numbers_are_unchanged() {
    let config = CsvConfig { scaling: NumberScaling::None, ..config(MissingValues::Refuse) };
    let kind = fit_one(&Column::Numbers(vec![5.0, 7.0]), &[0, 1], &config);
    assert_eq!(features(kind, &[5.0, -3.5]), [5.0, -3.5]);
}

// scikit-learn 1.9.1: SimpleImputer(strategy="most_frequent") on b, a, b, a, c takes a.
#[test]
fn missing_text_becomes_the_most_frequent_value_or_the_first_of_equals() {
    let kind = fit_one(&texts(&["b", "a", "b", "a", "c", "NA"]), &[0, 1, 2, 3, 4, 5], &config(MissingValues::Impute));
    let values = ["a", "b", "c"].map(String::from).to_vec();
    assert_eq!(
        kind,
        ColumnKind::OneHot(Categories { values, other: false, missing: Some("a".into()), indicator: false })
    );
}

#[test]
fn spellings_of_one_number_are_one_category_and_codes_are_not() {
    let kind =
        fit_one(&texts(&["1.0", "x", "1", "2", "1.00", "01"]), &[0, 1, 2, 3, 4, 5], &config(MissingValues::Impute));
    let values = ["01", "1", "2", "x"].map(String::from).to_vec();
    assert_eq!(
        kind,
        ColumnKind::OneHot(Categories { values, other: false, missing: Some("1".into()), indicator: false })
    );
}
