use burn_mlp_infer::csv::Texts;
use proptest::prelude::*;

use super::*;

fn texts(rows: &[Option<u32>], values: &[&str]) -> Column {
    let rows = rows.iter().map(|row| row.unwrap_or(Texts::MISSING)).collect();
    Column::Texts(Texts { rows, values: values.iter().map(ToString::to_string).collect(), ..Texts::default() })
}

fn describe(column: &Column, labels: &[u32]) -> ColumnProfile {
    let described = Described { name: "x", column_use: ColumnUse::Features(1), encoding: None, column, meaning: None };
    let rows: Vec<usize> = (0..labels.len()).collect();
    profile(vec![described], &rows, labels).remove(0)
}

#[test]
fn numbers_have_their_range_in_the_unit_of_the_file() {
    // Expected: pandas.Series([3, 1, 1, nan, 1000001]).describe(), median(), std(ddof=0).
    let column = Column::Numbers(vec![3.0, 1.0, 1.0, f64::NAN, 1_000_001.0]);
    let values = describe(&column, &[0, 1, 0, 1, 0]).values.unwrap();
    let range = values.range.unwrap();
    assert_eq!((range.lowest, range.median, range.highest, range.mean), (1.0, 2.0, 1_000_001.0, 250_001.5));
    assert!((range.deviation - 433_012.413).abs() < 0.001, "{}", range.deviation);
    assert_eq!((values.rows, values.missing, values.distinct), (5, 1, 3));
    assert_eq!(values.frequent[0], ("1".to_string(), 2));
}

#[test]
fn texts_have_their_most_frequent_values() {
    let column = texts(&[Some(0), Some(2), Some(2), None, Some(1)], &["a", "b", "c"]);
    let values = describe(&column, &[0, 1, 0, 1, 0]).values.unwrap();
    assert_eq!((values.missing, values.distinct, values.range), (1, 3, None));
    assert_eq!(values.frequent, [("c".to_string(), 2), ("a".to_string(), 1), ("b".to_string(), 1)]);
    assert_eq!(describe(&Column::LeftOut, &[0, 1]).values, None);
}

#[test]
fn a_constant_column_and_an_identifier_are_warned_of() {
    let labels: Vec<u32> = (0..40).map(|row| row / 7 % 2).collect();
    let constant = describe(&Column::Numbers(vec![7.0; 40]), &labels);
    assert_eq!(constant.warnings, ["has the same value in every training row"]);
    let names: Vec<String> = (0..40).map(|row| format!("customer {row}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let id = describe(&texts(&(0..40).map(Some).collect::<Vec<_>>(), &names), &labels);
    assert!(id.warnings[0].contains("csv.id"), "{:?}", id.warnings);
}

#[test]
fn a_column_that_counts_the_rows_is_warned_of_in_a_note_alone() {
    let labels: Vec<u32> = (0..40).map(|row| row / 7 % 2).collect();
    let of = |number: fn(usize) -> f64| {
        let column = Column::Numbers((0..40).map(number).collect());
        let column_use = ColumnUse::Features(1);
        let described = Described { name: "Id", column_use, encoding: None, column: &column, meaning: None };
        profile(vec![described], &Vec::from_iter(0..40), &labels).remove(0).warnings
    };
    assert!(of(|row| row as f64).is_empty());
    assert!(of(|row| (row * 37 % 101) as f64)[0].starts_with("is named like an identifier"));
}

#[test]
fn a_column_that_alone_predicts_the_target_is_warned_of() {
    let labels: Vec<u32> = (0..200).map(|row| u32::from(row % 10 == 0)).collect();
    let refund = |label: u32, row: usize| if label == 1 { 5.0 + row as f64 } else { 0.0 };
    let leak = Column::Numbers(labels.iter().enumerate().map(|(row, &label)| refund(label, row)).collect());
    assert!(describe(&leak, &labels).warnings[0].contains("alone predicts 100.00 % of the rows"));
    let code = texts(&labels.iter().map(|&label| Some(label)).collect::<Vec<_>>(), &["open", "closed"]);
    assert!(describe(&code, &labels).warnings[0].contains("csv.ignore"));
    // 90 % right without any column is not a leak.
    let noise = Column::Numbers((0..200).map(|row| f64::from(row * 37 % 101)).collect());
    assert!(describe(&noise, &labels).warnings.is_empty());
}

#[test]
fn columns_named_like_identifiers_are_known_by_their_last_word() {
    for name in ["id", "ID", "Id", "customer_id", "customer id", "CustomerID", "userId", "order-ID"] {
        assert!(is_named_id(name), "{name}");
    }
    for name in ["humid", "paid", "HUMID", "PAID", "idle", "grid", ""] {
        assert!(!is_named_id(name), "{name}");
    }
}

proptest! {
    #[test]
    fn a_column_that_does_not_depend_on_the_target_is_not_warned_of(seed in 0_u64..1000) {
        use crate::data::random::{Purpose, permutation, stream};
        let mut generator = stream(seed, Purpose::Synthetic, 0);
        let labels: Vec<u32> = permutation(100, &mut generator).iter().map(|&place| place as u32 % 3).collect();
        let numbers = permutation(100, &mut generator).iter().map(|&place| (place % 50) as f64).collect();
        prop_assert!(describe(&Column::Numbers(numbers), &labels).warnings.is_empty());
    }
}
