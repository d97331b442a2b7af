//! The wording of metrics and verdicts, for the terminal and the page alike.

use super::agreement::Agreement;
use super::metrics::{MetricRow, Unit};
use super::settings::SettingsComparison;
use crate::format::{count, loss, number, percent, score};

/// Differences with a smaller p-value are called significant.
pub(super) const SIGNIFICANCE_LEVEL: f64 = 0.05;

/// Shown for a run without a value.
pub(super) const NO_VALUE: &str = "–";

/// Formats the values of `row`, all in the same unit.
pub fn value_texts(row: &MetricRow) -> Vec<Option<String>> {
    let largest = row.values.iter().flatten().copied().fold(0.0, f64::max);
    let smallest = row.values.iter().flatten().copied().fold(largest, f64::min);
    let text = |value: f64| match row.unit {
        Unit::Fraction => percent(value),
        Unit::Loss => loss(value),
        Unit::Score => score(value),
        Unit::Number => number(value),
        Unit::Count | Unit::PerSecond => count(value.round() as usize),
        Unit::Seconds if largest < 1.0 => format!("{} ms", two_digits(1000.0 * value, 1000.0 * smallest)),
        Unit::Seconds => format!("{} s", two_digits(value, smallest)),
    };
    row.values.iter().map(|value| value.map(text)).collect()
}

/// Formats the differences of `row` from its first value: in percentage points for fractions,
/// relative for times and speeds.
pub fn difference_texts(row: &MetricRow) -> Vec<Option<String>> {
    let first = row.values.first().copied().flatten().unwrap_or(f64::NAN);
    let text = |difference: f64| match row.unit {
        Unit::Fraction => format!("{} points", signed(format!("{:+.2}", 100.0 * difference))),
        Unit::Loss => signed(format!("{}{}", sign(difference), loss(difference.abs()))),
        Unit::Score => signed(format!("{}{}", sign(difference), score(difference.abs()))),
        Unit::Number => signed(format!("{}{}", sign(difference), number(difference.abs()))),
        Unit::Count => signed(format!("{}{}", sign(difference), count(difference.abs().round() as usize))),
        Unit::Seconds | Unit::PerSecond => relative(difference / first),
    };
    row.differences.iter().map(|difference| difference.map(text)).collect()
}

fn relative(share: f64) -> String {
    match share {
        share if !share.is_finite() => "–".to_string(),
        // "9.1 times" reads better than "+812.0 %".
        share if share >= 9.0 => format!("{} times", two_digits(1.0 + share, 1.0 + share)),
        share => format!("{} %", signed(format!("{:+.1}", 100.0 * share))),
    }
}

fn sign(value: f64) -> char {
    if value < 0.0 { '-' } else { '+' }
}

/// Removes the sign if `text` is zero.
fn signed(text: String) -> String {
    let is_zero = text.chars().all(|c| !c.is_ascii_digit() || c == '0');
    if is_zero { text.trim_start_matches(['+', '-']).to_string() } else { text }
}

/// Formats `value` with as many decimals, at most two, as it takes to show two digits of
/// `smallest`.
fn two_digits(value: f64, smallest: f64) -> String {
    let decimals = (1.0 - smallest.max(1e-9).log10().floor()).clamp(0.0, 2.0) as usize;
    match decimals {
        0 => count(value.round() as usize),
        _ => format!("{value:.decimals$}"),
    }
}

/// Says how many settings are the same: "The other 44 settings are the same."
pub fn settings_sentence(settings: &SettingsComparison) -> String {
    match (settings.differing.len(), settings.same) {
        (0, 0) => "Fewer than two configurations can be compared.".to_string(),
        (0, same) => format!("All {same} settings are the same."),
        (_, same) => format!("The other {same} settings are the same."),
    }
}

/// Formats a p-value: "0.508", "3.1e-5".
pub fn p_value(value: f64) -> String {
    match value {
        value if value >= 0.001 => format!("{value:.3}"),
        0.0 => "0".to_string(),
        value => format!("{value:.1e}"),
    }
}

/// Says which of the runs `first` and `other` makes fewer mistakes, and what McNemar's test makes
/// of the difference.
pub(super) fn verdict(first: &str, other: &str, agreement: &Agreement) -> (String, Option<String>) {
    let test = &agreement.test;
    let shared = agreement.both_wrong as u64;
    // Rows that only one model has right are mistakes of the other.
    let (others, firsts) = (shared + test.only_first_right, shared + test.only_second_right);
    let rows = count(agreement.rows);
    if test.only_first_right == 0 && test.only_second_right == 0 {
        let fact = match shared {
            0 => format!("{first} and {other} are both right on all {rows} test rows."),
            _ => format!("{first} and {other} are wrong on the same {} of {rows} test rows.", count(shared as usize)),
        };
        return (fact, None);
    }
    if others == firsts {
        let disputed = count((2 * test.only_first_right) as usize);
        let fact = format!(
            "{first} and {other} make the same number of mistakes, {} on the same {rows} test rows, but not the same \
             ones: on {disputed} rows only one of them is right.",
            count(firsts as usize)
        );
        return (fact, None);
    }
    let (better, worse) = if others < firsts { (other, first) } else { (first, other) };
    let (fewer, more) = (others.min(firsts), others.max(firsts));
    let fact = format!(
        "{better} makes fewer mistakes than {worse}: {} versus {} on the same {rows} test rows.",
        count(fewer as usize),
        count(more as usize)
    );
    let corrected = match agreement.comparisons {
        0 | 1 => String::new(),
        several => format!(" (corrected for {several} comparisons)"),
    };
    let conclusion = match agreement.corrected_p_value < SIGNIFICANCE_LEVEL {
        true => "so chance is an unlikely explanation".to_string(),
        false => format!("so these rows do not show that {better} is the better model"),
    };
    let cases = cases(agreement.corrected_p_value);
    let meaning = format!("Two equally good models would differ this much in {cases}{corrected}, {conclusion}.");
    (fact, Some(meaning))
}

/// Says that one of two runs predicts numbers, the other classes.
pub(super) fn other_task(first: &str, other: &str, other_is_regression: bool) -> String {
    let (one, two) = if other_is_regression { ("numbers", "classes") } else { ("classes", "numbers") };
    format!("{other} predicts {one}, {first} predicts {two}, so their predictions cannot be compared.")
}

/// Turns a p-value into words: "3 of 100 cases".
fn cases(p_value: f64) -> String {
    match p_value {
        value if value >= 0.995 => "practically every case".to_string(),
        value if value >= 0.0095 => format!("{:.0} of 100 cases", 100.0 * value),
        value if value >= 0.00095 => format!("{:.0} of 1,000 cases", 1000.0 * value),
        value if value >= 0.000_095 => format!("{:.0} of 10,000 cases", 10_000.0 * value),
        _ => "fewer than 1 of 10,000 cases".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::McNemar;

    fn row(unit: Unit, values: &[f64]) -> MetricRow {
        MetricRow {
            name: "a metric".into(),
            unit,
            higher_is_better: None,
            values: values.iter().copied().map(Some).collect(),
            differences: values.iter().map(|value| Some(value - values[0])).collect(),
        }
    }

    fn texts(unit: Unit, values: &[f64]) -> (Vec<String>, Vec<String>) {
        let row = row(unit, values);
        let all = |texts: Vec<Option<String>>| texts.into_iter().map(Option::unwrap).collect();
        (all(value_texts(&row)), all(difference_texts(&row)))
    }

    #[test]
    fn fractions_differ_in_points_and_times_in_percent() {
        let (values, differences) = texts(Unit::Fraction, &[0.9722, 0.9750, 0.9722]);
        assert_eq!(values, ["97.22 %", "97.50 %", "97.22 %"]);
        assert_eq!(differences, ["0.00 points", "+0.28 points", "0.00 points"]);
        assert_eq!(texts(Unit::Loss, &[0.0929, 0.0911]).1, ["0.0000", "-0.0018"]);
        assert_eq!(texts(Unit::Count, &[17_226.0, 1_000.0]).1, ["0", "-16,226"]);
        assert_eq!(texts(Unit::Seconds, &[0.0048, 0.0123]), texts_of(&["4.8 ms", "12.3 ms"], &["0.0 %", "+156.3 %"]));
        assert_eq!(texts(Unit::Seconds, &[1.5, 1200.0]), texts_of(&["1.5 s", "1200.0 s"], &["0.0 %", "800 times"]));
        assert_eq!(texts(Unit::PerSecond, &[250_000.4, 125_000.0]).1, ["0.0 %", "-50.0 %"]);
    }

    fn texts_of(values: &[&str], differences: &[&str]) -> (Vec<String>, Vec<String>) {
        let owned = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect();
        (owned(values), owned(differences))
    }

    fn agreement(only_first: u64, only_second: u64, both_wrong: usize) -> Agreement {
        let test = McNemar::new(only_first, only_second);
        let corrected_p_value = test.p_value;
        Agreement { rows: 1000, both_right: 900, both_wrong, test, corrected_p_value, comparisons: 1 }
    }

    fn sentences(only_first: u64, only_second: u64, both_wrong: usize) -> (String, String) {
        let (fact, meaning) = verdict("A", "B", &agreement(only_first, only_second, both_wrong));
        (fact, meaning.unwrap_or_default())
    }

    #[test]
    fn a_verdict_names_the_better_run_and_how_often_that_is_chance() {
        let (fact, meaning) = sentences(5, 20, 8);
        assert_eq!(fact, "B makes fewer mistakes than A: 13 versus 28 on the same 1,000 test rows.");
        let expected =
            "Two equally good models would differ this much in 5 of 1,000 cases, so chance is an unlikely explanation.";
        assert_eq!(meaning, expected);
        assert!(
            sentences(6, 3, 5).1.ends_with("51 of 100 cases, so these rows do not show that A is the better model.")
        );
        assert!(sentences(400, 10, 5).1.contains("in fewer than 1 of 10,000 cases, so chance"));
        assert!(sentences(1, 0, 5).1.contains("in practically every case, so these rows"));
    }

    #[test]
    fn a_verdict_uses_the_corrected_p_value() {
        let several = Agreement { corrected_p_value: 0.12, comparisons: 3, ..agreement(5, 20, 8) };
        let meaning = verdict("A", "B", &several).1.unwrap();
        assert!(
            meaning.contains("in 12 of 100 cases (corrected for 3 comparisons), so these rows do not"),
            "{meaning}"
        );
    }

    #[test]
    fn a_tie_needs_no_test() {
        let same = "A and B are wrong on the same 8 of 1,000 test rows.";
        assert_eq!(sentences(0, 0, 8), (same.to_string(), String::new()));
        assert_eq!(sentences(0, 0, 0).0, "A and B are both right on all 1,000 test rows.");
        let apart = "A and B make the same number of mistakes, 12 on the same 1,000 test rows, but not the same ones: \
                     on 8 rows only one of them is right.";
        assert_eq!(sentences(4, 4, 8), (apart.to_string(), String::new()));
    }

    #[test]
    fn a_p_value_has_two_or_three_digits() {
        assert_eq!(
            (p_value(0.50781), p_value(3.14e-5), p_value(1.0)),
            ("0.508".into(), "3.1e-5".into(), "1.000".into())
        );
    }
}
