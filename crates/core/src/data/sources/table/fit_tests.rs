use super::*;
use burn_mlp_infer::csv::{Cell, ColumnBuilder, Columns, Lines, Role};
use burn_mlp_infer::table::{Notation, TableSchema};

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
    fit(&[("x", column)], rows, config).unwrap().remove(0).kind
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
        columns: vec![TableColumn { name: "x".into(), kind }],
    };
    let rows: Vec<usize> = (0..numbers.len()).collect();
    let read = Columns { lines: vec![1; numbers.len()].into(), columns: vec![Column::Numbers(numbers.to_vec())] };
    schema.encode(&read, &[0], &rows).unwrap().features
}

const NAN: f64 = f64::NAN;

fn numeric(mean: f64, deviation: f64, (lowest, highest): (f64, f64)) -> ColumnKind {
    ColumnKind::Numeric { mean, deviation, lowest, highest, missing: None }
}

// Expected values are from scikit-learn 1.9.1's make_pipeline(SimpleImputer(strategy="median"),
// StandardScaler()).
#[test]
fn medians_means_and_deviations_equal_scikit_learns() {
    let column = Column::Numbers(vec![1.5, NAN, -2.25, 4.0, 1e-3, 10.5]);
    let kind = fit_one(&column, &[0, 1, 2, 3, 4, 5], &config(MissingValues::Impute));
    let ColumnKind::Numeric { mean, deviation, missing, lowest, highest } = kind else { panic!("{kind:?}") };
    assert_eq!((missing, lowest, highest), (Some(1.5), -2.25, 10.5));
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
    assert!(matches!(kind, ColumnKind::Numeric { missing: Some(3.0), .. }), "{kind:?}");
}

// scikit-learn 1.9.1: StandardScaler's scale_ of a constant column is 1.
#[test]
fn a_constant_column_becomes_zeros() {
    for constant in [0.1, 100.0, 0.0, -1e30] {
        let kind = fit_one(&Column::Numbers(vec![constant; 7]), &[0, 1, 2, 3, 4, 5, 6], &config(MissingValues::Refuse));
        let range = (constant, constant);
        assert_eq!(kind, numeric(constant, 1.0, range));
        assert_eq!(features(kind, &[constant]), [0.0]);
    }
}

#[test]
fn only_training_rows_count() {
    let numbers = Column::Numbers(vec![1.0, 3.0, 1e6, NAN]);
    let kind = fit_one(&numbers, &[0, 1], &config(MissingValues::Refuse));
    assert_eq!(kind, numeric(2.0, 1.0, (1.0, 3.0)));
    let values = vec!["a".to_string(), "b".to_string()];
    let kind = fit_one(&texts(&["b", "a", "c"]), &[0, 1], &config(MissingValues::Refuse));
    assert_eq!(kind, ColumnKind::OneHot { values, missing: None });
}

#[test]
fn without_standardisation_numbers_are_unchanged() {
    let config = CsvConfig { standardize: false, ..config(MissingValues::Refuse) };
    let kind = fit_one(&Column::Numbers(vec![5.0, 7.0]), &[0, 1], &config);
    assert_eq!(features(kind, &[5.0, -3.5]), [5.0, -3.5]);
}

// scikit-learn 1.9.1: SimpleImputer(strategy="most_frequent") on b, a, b, a, c takes a.
#[test]
fn missing_text_becomes_the_most_frequent_value_or_the_first_of_equals() {
    let kind = fit_one(&texts(&["b", "a", "b", "a", "c", "NA"]), &[0, 1, 2, 3, 4, 5], &config(MissingValues::Impute));
    let values = ["a", "b", "c"].map(String::from).to_vec();
    assert_eq!(kind, ColumnKind::OneHot { values, missing: Some("a".into()) });
}

#[test]
fn spellings_of_one_number_are_one_category_and_codes_are_not() {
    let kind =
        fit_one(&texts(&["1.0", "x", "1", "2", "1.00", "01"]), &[0, 1, 2, 3, 4, 5], &config(MissingValues::Impute));
    let values = ["01", "1", "2", "x"].map(String::from).to_vec();
    assert_eq!(kind, ColumnKind::OneHot { values, missing: Some("1".into()) });
}

#[test]
fn a_column_without_values_in_the_training_rows_is_refused() {
    for column in [Column::Numbers(vec![NAN, 1.0]), texts(&["NA", "a"])] {
        let message = fit(&[("x", &column)], &[0], &config(MissingValues::Impute)).unwrap_err();
        assert!(message.starts_with("column \"x\" has no value in the training rows;"), "{message}");
    }
}

#[test]
fn all_columns_with_too_many_categories_are_reported_at_once() {
    let names = texts(&["ann", "bob", "cy"]);
    let ages = texts(&["30", "31", "thirty"]);
    let config = CsvConfig { max_categories: 2, ..config(MissingValues::Refuse) };
    let columns = [("name", &names), ("age", &ages), ("sex", &texts(&["f", "m", "m"]))];
    assert_eq!(
        fit(&columns, &[0, 1, 2], &config).unwrap_err(),
        "text columns \"name\" (3), \"age\" (3, text because of \"thirty\" in line 3) have more than 2 different values; \
         leave them out with --set 'csv.ignore=name,age', or raise csv.max_categories"
    );
}
