//! The wording of comparisons of predicted numbers, for the terminal and the page alike.

use super::error_comparison::ErrorComparison;
use super::phrasing::{SIGNIFICANCE_LEVEL, p_value};
use crate::format::{count, number};

/// Says which of the runs `first` and `other` has the lower `subject`, such as "RMSE", and what the bootstrap makes of
/// the difference.
pub(super) fn verdict(
    first: &str,
    other: &str,
    subject: &str,
    comparison: &ErrorComparison,
) -> (String, Option<String>) {
    let test = &comparison.test;
    let rows = count(comparison.rows);
    if test.difference == 0.0 {
        let fact = format!(
            "{first} and {other} have the same {subject}, {} on the same {rows} test rows.",
            number(test.first_rmse)
        );
        return (fact, None);
    }
    let is_better = test.difference < 0.0;
    // From the better run's side, so that a positive number says how much better it is.
    let [low, high] = match is_better {
        true => [-test.interval[1], -test.interval[0]],
        false => test.interval,
    };
    let (better, worse) = if is_better { (other, first) } else { (first, other) };
    let (lower, higher) = (test.first_rmse.min(test.second_rmse), test.first_rmse.max(test.second_rmse));
    let fact = format!(
        "{better}'s {subject} is {} lower than {worse}'s (95 % interval {} to {}): {} versus {} on the same {rows} test \
         rows.",
        number(test.difference.abs()),
        number(low),
        number(high),
        number(lower),
        number(higher)
    );
    (fact, Some(meaning(better, low <= 0.0, comparison)))
}

fn meaning(better: &str, contains_zero: bool, comparison: &ErrorComparison) -> String {
    let unproven = format!("so these rows do not show that {better} is the better model");
    let unlikely = "so chance is an unlikely explanation";
    let is_significant = comparison.corrected_p_value < SIGNIFICANCE_LEVEL;
    let corrected = || {
        let (several, p) = (comparison.comparisons, p_value(comparison.corrected_p_value));
        format!("corrected for {several} comparisons, p is {p}")
    };
    match (comparison.comparisons > 1, contains_zero, is_significant) {
        (_, true, _) => format!("The interval contains 0, {unproven}."),
        (true, false, false) => format!("The interval does not contain 0, but {}, {unproven}.", corrected()),
        (true, false, true) => format!("The interval does not contain 0, and {}, {unlikely}.", corrected()),
        (false, false, _) => format!("The interval does not contain 0, {unlikely}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::RmseDifference;

    fn comparison(rmse: [f64; 2], interval: [f64; 2], p_values: [f64; 2], comparisons: usize) -> ErrorComparison {
        let test = RmseDifference {
            first_rmse: rmse[0],
            second_rmse: rmse[1],
            difference: rmse[1] - rmse[0],
            interval,
            p_value: p_values[0],
            resamples: 10_000,
        };
        ErrorComparison {
            target: "y".into(),
            rows: 1000,
            test,
            corrected_p_value: p_values[1],
            comparisons,
            sentence: String::new(),
            meaning: None,
        }
    }

    fn sentences(comparison: &ErrorComparison) -> (String, String) {
        let (fact, meaning) = verdict("A", "B", "RMSE", comparison);
        (fact, meaning.unwrap_or_default())
    }

    #[test]
    fn the_better_run_is_named_with_its_advantage() {
        let (fact, meaning) = sentences(&comparison([55.5, 53.25], [-3.5, -0.5], [0.01; 2], 1));
        let expected = "B's RMSE is 2.25 lower than A's (95 % interval 0.5 to 3.5): 53.25 versus 55.5 on the same 1,000 \
                        test rows.";
        assert_eq!(fact, expected);
        assert_eq!(meaning, "The interval does not contain 0, so chance is an unlikely explanation.");
        let (fact, meaning) = sentences(&comparison([53.25, 55.5], [-0.5, 5.0], [0.2; 2], 1));
        assert!(
            fact.starts_with("A's RMSE is 2.25 lower than B's (95 % interval -0.5 to 5): 53.25 versus 55.5"),
            "{fact}"
        );
        let expected = "The interval contains 0, so these rows do not show that A is the better model.";
        assert_eq!(meaning, expected);
    }

    #[test]
    fn several_comparisons_are_judged_by_the_corrected_p_value() {
        let (_, meaning) = sentences(&comparison([2.0, 1.0], [-2.0, -0.1], [0.04, 0.08], 2));
        let expected = "The interval does not contain 0, but corrected for 2 comparisons, p is 0.080, so these rows do not \
                        show that B is the better model.";
        assert_eq!(meaning, expected);
        let (_, meaning) = sentences(&comparison([2.0, 1.0], [-2.0, -0.1], [0.004, 0.008], 2));
        assert!(meaning.ends_with("p is 0.008, so chance is an unlikely explanation."), "{meaning}");
    }

    #[test]
    fn equal_errors_need_no_test() {
        let (fact, meaning) = sentences(&comparison([2.0, 2.0], [0.0, 0.0], [1.0; 2], 1));
        assert_eq!(
            (fact.as_str(), meaning.as_str()),
            ("A and B have the same RMSE, 2 on the same 1,000 test rows.", "")
        );
    }
}
