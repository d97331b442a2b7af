use proptest::prelude::*;

use super::tests::load_text;
use super::*;
use crate::config::NumberScaling;

/// Rows of the table, ordered by time: the first 64 % train.
const ROWS: usize = 50;
const TRAINING: usize = 32;

/// The values of a row: a number, a text of many, a word of few, a boolean and a date.
fn row(number: f64, text: u32, word: u32, flag: bool, day: u32) -> String {
    let word = ["red", "green", "blue", ""][word as usize % 4];
    format!("{number},text {text},{word},{flag},2024-{:02}-{:02}T{:02}:00", 1 + day % 12, 1 + day % 28, day % 24)
}

/// The schema of a table whose rows that do not train have these values, as it is saved.
fn saved(others: &[(f64, u32, u32, bool, u32)], scaling: NumberScaling, missing: MissingValues) -> String {
    let mut text = "order,number,text,word,flag,day,class\n".to_string();
    for place in 0..ROWS {
        let of_place = place as u32;
        let values = match place.checked_sub(TRAINING) {
            Some(other) => others[other],
            None => (f64::from(of_place * of_place % 17), of_place % 13, of_place % 5, place % 3 == 0, of_place * 7),
        };
        let (number, text_of, word, flag, day) = values;
        text += &format!("{place},{},{}\n", row(number, text_of, word, flag, day), ["a", "b"][place % 2]);
    }
    let data = load_text(&text, |config| {
        (config.csv.scaling, config.csv.missing, config.split.time) = (scaling, missing, "order".into());
        config.csv.max_one_hot = 5;
    });
    let schema = data.unwrap().table.unwrap();
    serde_json::to_string(&schema).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_saved_does_not_depend_on_rows_that_validate_or_test(
        others in prop::collection::vec((-1e6..1e6f64, 0..60u32, 0..4u32, any::<bool>(), 0..400u32), ROWS - TRAINING),
        scaling in prop::sample::select(NumberScaling::ALL),
        missing in prop::sample::select(&[MissingValues::Indicator, MissingValues::Impute][..]),
    ) {
        let plain = vec![(1.0, 1, 1, true, 1); ROWS - TRAINING];
        let (one, other) = (saved(&plain, scaling, missing), saved(&others, scaling, missing));
        prop_assert!(one.contains("\"embedded\"") && one.contains("\"year\"") && one.contains("true/false"));
        prop_assert_eq!(one, other);
    }
}
