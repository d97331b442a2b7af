//! Derives the classes from the values of the target column.

use burn_mlp_infer::csv::Texts;
use burn_mlp_infer::table::{Value, number_name, value};
use burn_mlp_infer::text::quoted;

/// Maximum number of classes of a table.
const MAX_CLASSES: usize = 65_536;

/// Maximum number of different values of which some are fractions; with more, the target is a
/// quantity rather than a class.
const MAX_FRACTIONAL_CLASSES: usize = 20;

/// The classes of a table and the class of each row.
#[derive(Debug)]
pub(super) struct Target {
    /// Names of the classes, sorted as numbers if all are, otherwise as text.
    pub names: Vec<String>,
    /// Class index of each row, `[n]`.
    pub labels: Vec<u32>,
}

impl Target {
    /// Derives the classes from a column without missing values.
    ///
    /// # Errors
    /// If there is only one class, or so many values that they cannot be classes.
    pub fn new(column: &str, texts: &Texts) -> std::result::Result<Self, String> {
        let numbers: Vec<Option<f64>> = texts.values.iter().map(|text| number(text)).collect();
        let all_numbers = numbers.iter().all(Option::is_some);
        let name = |index: usize| match numbers[index].filter(|_| all_numbers) {
            Some(number) => number_name(number),
            None => texts.values[index].clone(),
        };
        let own_names: Vec<String> = (0..texts.values.len()).map(name).collect();
        let mut names = own_names.clone();
        match all_numbers {
            true => names.sort_unstable_by(|one, other| number_of(one).total_cmp(&number_of(other))),
            false => names.sort_unstable(),
        }
        names.dedup();
        check_classes(column, &names, all_numbers, texts.rows.len())?;
        let places: std::collections::HashMap<&str, u32> =
            names.iter().enumerate().map(|(place, name)| (name.as_str(), place as u32)).collect();
        let class: Vec<u32> = own_names.iter().map(|name| places[name.as_str()]).collect();
        let labels = texts.rows.iter().map(|&row| class[row as usize]).collect();
        Ok(Self { names, labels })
    }
}

fn number(text: &str) -> Option<f64> {
    match value(text) {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn number_of(name: &str) -> f64 {
    number(name).unwrap_or_default()
}

fn check_classes(column: &str, names: &[String], all_numbers: bool, rows: usize) -> std::result::Result<(), String> {
    let (column, classes) = (quoted(column), names.len());
    let another = "choose another column with --target";
    if classes < 2 {
        let all = names.first().map(|name| format!(": every row is {}", quoted(name))).unwrap_or_default();
        return Err(format!("target column {column} has one class{all}; a classifier needs two; {another}"));
    }
    let fractions = all_numbers && names.iter().any(|name| number_of(name).fract() != 0.0);
    let too_many = classes > MAX_CLASSES || classes > rows / 2 || (fractions && classes > MAX_FRACTIONAL_CLASSES);
    match too_many {
        false => Ok(()),
        true if all_numbers => Err(format!(
            "target column {column} has {classes} different numbers in {rows} rows; is it a quantity to predict? \
             burn-mlp predicts classes and does no regression; {another}"
        )),
        true => Err(format!(
            "target column {column} has {classes} different values in {rows} rows, too many to be classes; {another}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the target of rows with these values.
    fn target(values: &[&str]) -> std::result::Result<Target, String> {
        let mut texts = Texts::default();
        for value in values {
            let known = texts.values.iter().position(|known| known == value);
            texts.rows.push(known.unwrap_or(texts.values.len()) as u32);
            if known.is_none() {
                texts.values.push(value.to_string());
            }
        }
        Target::new("y", &texts)
    }

    #[test]
    fn classes_are_sorted_as_numbers_if_all_are_and_otherwise_as_text() {
        let numbers = target(&["10", "9", "10", "9", "-1", "-1"]).unwrap();
        assert_eq!(numbers.names, ["-1", "9", "10"]);
        assert_eq!(numbers.labels, [2, 1, 2, 1, 0, 0]);
        assert_eq!(target(&["10", "9", "b", "9", "10", "b"]).unwrap().names, ["10", "9", "b"]);
    }

    #[test]
    fn equal_numbers_are_one_class_however_they_are_written() {
        let target = target(&["0", "1.0", "1", "0.0"]).unwrap();
        assert_eq!((target.names, target.labels), (vec!["0".into(), "1".into()], vec![0, 1, 1, 0]));
    }

    #[test]
    fn a_single_class_and_a_class_per_row_are_refused() {
        let message = target(&["x", "x"]).unwrap_err();
        assert!(message.starts_with("target column \"y\" has one class: every row is \"x\";"), "{message}");
        assert!(target(&["a", "b", "c", "d"]).unwrap_err().contains("has 4 different values in 4 rows"));
    }

    #[test]
    fn quantities_are_distinguished_from_classes() {
        let prices: Vec<String> = (0..100).map(|row| format!("{}.5", row % 21)).collect();
        let prices: Vec<&str> = prices.iter().map(String::as_str).collect();
        assert!(target(&prices).unwrap_err().contains("is it a quantity to predict?"));
        let ages: Vec<String> = (0..100).map(|row| (row % 50).to_string()).collect();
        let ages: Vec<&str> = ages.iter().map(String::as_str).collect();
        assert_eq!(target(&ages).unwrap().names.len(), 50);
    }
}
