use serde_json::Value;

use super::*;
use burn_mlp_infer::table::DateOrder;

/// Columns scaled by scikit-learn, and dates divided by Python; see make_encodings.py.
const FIXTURE: &str = include_str!("../../../../../../tests/fixtures/encodings.json");

fn fixture(part: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(FIXTURE).unwrap();
    all[part].as_array().unwrap().clone()
}

fn numbers_of(json: &Value) -> Vec<f64> {
    json.as_array().unwrap().iter().map(|number| number.as_f64().unwrap_or(f64::NAN)).collect()
}

fn fit(numbers: &[f64], scaling: NumberScaling, meaning: Option<&Meaning>) -> Result<FittedNumbers, String> {
    let config = CsvConfig { scaling, missing: MissingValues::Impute, ..CsvConfig::default() };
    fit_numbers("x", numbers, &(0..numbers.len()).collect::<Vec<_>>(), &config, meaning)
}

fn auto(numbers: &[f64]) -> Scaling {
    fit(numbers, NumberScaling::Auto, None).unwrap().numbers.scaling
}

#[test]
fn scaled_numbers_equal_scikit_learns() {
    for column in fixture("scalings") {
        for (name, expected) in column["features"].as_object().unwrap() {
            let numbers = numbers_of(&column["numbers"]);
            let scaling = fit(&numbers, name.parse().unwrap(), None).unwrap().numbers.scaling;
            for (&value, expected) in numbers_of(&column["values"]).iter().zip(numbers_of(expected)) {
                let found = f64::from(scaling.feature(value));
                let tolerance = 1e-6 * expected.abs().max(1.0);
                assert!((found - expected).abs() < tolerance, "{} {name} {value}: {found} {expected}", column["name"]);
            }
        }
    }
}

#[test]
fn numbers_far_from_the_others_are_scaled_by_the_quartiles() {
    for column in fixture("scalings") {
        let is_robust = matches!(auto(&numbers_of(&column["numbers"])), Scaling::Robust { .. });
        assert_eq!(is_robust, column["name"] == "more rows than quantiles", "{}", column["name"]);
    }
    // Pixels at the border of images: most are 0.
    let pixels: Vec<f64> = (0..1000).map(|row| if row == 7 { 16.0 } else { 0.0 }).collect();
    assert!(matches!(auto(&pixels), Scaling::Standard { .. }));
}

#[test]
fn a_boolean_stays_0_and_1_and_a_missing_one_is_the_more_frequent() {
    let meaning = Meaning::boolean(["yes", "no"].into_iter()).unwrap();
    for (numbers, missing) in [([1.0, 0.0, 1.0, f64::NAN], 1.0), ([0.0, 1.0, f64::NAN, f64::NAN], 0.0)] {
        for scaling in [NumberScaling::Auto, NumberScaling::Quantile, NumberScaling::None] {
            let fitted = fit(&numbers, scaling, Some(&meaning)).unwrap().numbers;
            assert_eq!((fitted.scaling, fitted.missing), (Scaling::None, Some(missing)));
        }
    }
    assert_eq!(fit(&[1.0, 1.0], NumberScaling::Auto, Some(&meaning)).err().unwrap(), "is yes in every training row");
}

#[test]
fn dates_have_pythons_days_and_cycles() {
    let meaning = Meaning::Date(DateOrder::Auto);
    for date in fixture("dates") {
        let text = date["text"].as_str().unwrap();
        let days = meaning.number(text).unwrap();
        assert!((days - date["days"].as_f64().unwrap()).abs() < 1e-9, "{text} {days}");
        let cycles = Numbers { cycles: Cycle::ALL.to_vec(), ..Numbers::new(Scaling::None, (0.0, 1.0)) };
        let mut features = [0.0; 7];
        cycles.write(Some(days), &mut features);
        for (found, expected) in features[1..].iter().zip(numbers_of(&date["cycles"])) {
            assert!((f64::from(*found) - expected).abs() < 1e-6, "{text} {features:?}");
        }
    }
}

#[test]
fn parts_of_dates_that_never_change_are_left_out_with_a_note() {
    let meaning = Meaning::Date(DateOrder::Auto);
    let fitted = |texts: &[&str]| {
        let days: Vec<f64> = texts.iter().map(|text| meaning.number(text).unwrap()).collect();
        let fitted = fit(&days, NumberScaling::None, Some(&meaning)).unwrap();
        (fitted.numbers, fitted.note.unwrap())
    };
    let (dates, note) = fitted(&["2024-01-01", "2024-01-03"]);
    assert_eq!(dates.cycles, [Cycle::Year, Cycle::Week]);
    assert_eq!(dates.scaling.feature(dates.highest), 2.0, "days since the first of them");
    assert_eq!(
        note,
        "column \"x\" has dates; its features are the time, the cycle of the year and the cycle of the week"
    );
    let (mondays, note) = fitted(&["2024-01-01T08:00", "2024-01-08T08:00"]);
    assert_eq!(mondays.cycles, [Cycle::Year]);
    assert!(
        note.ends_with("the weekday and the time of day are the same in every training row and left out"),
        "{note}"
    );
    let times: Vec<f64> = ["08:00", "20:00"].iter().map(|text| Meaning::Time.number(text).unwrap()).collect();
    let times = fit(&times, NumberScaling::Auto, Some(&Meaning::Time)).unwrap();
    assert_eq!(times.numbers.cycles, [Cycle::Day]);
    assert_eq!(
        times.note.unwrap(),
        "column \"x\" has times of day; its features are the time and the cycle of the day"
    );
}

#[test]
fn bins_have_as_many_rows_each_and_equal_edges_count_once() {
    let fitted = |numbers: &[f64], bins: usize| {
        let config = CsvConfig { bins, scaling: NumberScaling::None, ..CsvConfig::default() };
        fit_numbers("x", numbers, &(0..numbers.len()).collect::<Vec<_>>(), &config, None).unwrap().numbers
    };
    let numbers = fitted(&[8.0, 0.0, 1.0, 2.0, f64::NAN, 4.0, 16.0], 5);
    assert_eq!(numbers.edges, [0.0, 1.0, 2.0, 4.0, 8.0, 16.0]);
    // The number, how much of each bin lies below it, and whether it is missing: its median, 3, stands for it.
    for (number, expected) in [
        (Some(5.0), [5.0, 1.0, 1.0, 1.0, 0.25, 0.0, 0.0]),
        (Some(-3.0), [-3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        (Some(99.0), [99.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0]),
        (None, [3.0, 1.0, 1.0, 0.5, 0.0, 0.0, 1.0]),
    ] {
        let mut features = [0.0; 7];
        assert_eq!(numbers.features(), features.len());
        numbers.write(number, &mut features);
        assert_eq!(features, expected, "{number:?}");
    }
    assert_eq!(fitted(&[1.0, 1.0, 1.0, 1.0, 2.0, 3.0], 4).edges, [1.0, 1.75, 3.0]);
    assert!(fitted(&[0.0, 1.0], 1).edges.is_empty(), "one bin says what the number does");
    assert!(fitted(&[0.0, 5.0, 9.0], 0).edges.is_empty());
}
