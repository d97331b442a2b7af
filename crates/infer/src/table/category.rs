//! Finds the category of a column that a value names.

use super::notation::value;
use super::value::{MAX_EXACT, Value};

/// The category that a value names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    pub index: usize,
    /// Whether the value is spelled in a way that is less plain than `1.0` for `1`: see [`category`].
    pub respelled: bool,
}

/// Finds the one of `categories` that `text` names: the text itself, or the same number, `1.0` for `1`. Failing that,
/// the only one that is the same number in an unusual spelling, `7` for `007` or `1e2` for `100`, or the same of the
/// words true and false in other case, `TRUE` for `True`.
pub fn category(categories: &[String], text: &str) -> Option<Category> {
    let same = categories.iter().position(|category| category == text);
    let same = same.or_else(|| {
        let number = decimal(text)?;
        categories.iter().position(|category| decimal(category).as_deref() == Some(&number))
    });
    same.map(|index| Category { index, respelled: false }).or_else(|| respelled(categories, text))
}

/// The only category that `text` may mean in an unusual spelling.
pub(crate) fn respelled(categories: &[String], text: &str) -> Option<Category> {
    if !is_bool(text) && !matches!(value(text), Value::Number(_)) {
        return None;
    }
    let mut alike = (0..categories.len()).filter(|&index| is_alike(&categories[index], text));
    alike.next().filter(|_| alike.next().is_none()).map(|index| Category { index, respelled: true })
}

fn is_bool(text: &str) -> bool {
    ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Writes a plain decimal number in its shortest form: `1.0` becomes 1 and `.50` becomes 0.5. Returns `None` for
/// anything else, such as the codes `007` and `1E2`.
pub fn decimal(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.len() + fraction.len() == 0 || has_leading_zero || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    Some(match (whole, fraction) {
        ("0", "") => "0".to_string(),
        (_, "") => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{fraction}"),
    })
}

fn is_alike(category: &str, text: &str) -> bool {
    match (value(category), value(text)) {
        (Value::Number(one), Value::Number(other)) => one == other && one.abs() < MAX_EXACT,
        _ => is_bool(text) && category.eq_ignore_ascii_case(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(categories: &[&str], text: &str) -> Option<(usize, bool)> {
        let categories: Vec<String> = categories.iter().map(|category| category.to_string()).collect();
        category(&categories, text).map(|found| (found.index, found.respelled))
    }

    #[test]
    fn numbers_compare_as_numbers_and_all_else_as_text() {
        let levels = ["-0.5", "1", "2.50", "10", "none"];
        for (text, index) in [("1.0", 1), ("1.", 1), ("2.5", 2), ("-.5", 0), ("10.00", 3), ("none", 4)] {
            assert_eq!(find(&levels, text), Some((index, false)), "{text}");
        }
        for text in ["0.5", "1.01", "None", "1 ", "one", "", ".", "-"] {
            assert_eq!(find(&levels, text), None, "{text}");
        }
    }

    #[test]
    fn unusual_spellings_are_found_if_only_one_category_can_be_meant() {
        assert_eq!(find(&["True", "False"], "TRUE"), Some((0, true)));
        assert_eq!(find(&["007", "100"], "7"), Some((0, true)));
        assert_eq!(find(&["007", "100"], "1e2"), Some((1, true)));
        assert_eq!(find(&["01", "1"], "1"), Some((1, false)));
        assert_eq!(find(&["01", "001"], "1"), None);
        assert_eq!(find(&["True", "true"], "TRUE"), None);
        assert_eq!(find(&["Red"], "red"), None);
    }

    #[test]
    fn codes_beyond_the_exact_numbers_stay_apart() {
        assert_eq!(find(&["9007199254740993"], "9007199254740992"), None);
        assert_eq!(find(&["9007199254740993"], "9007199254740993.0"), Some((0, false)));
    }

    #[test]
    fn a_decimal_has_one_shortest_form() {
        let forms = ["0.0", "-0", ".50", "1.0", "-3.140", "120"].map(decimal);
        assert_eq!(forms.map(Option::unwrap), ["0", "0", "0.5", "1", "-3.14", "120"]);
        assert!(
            ["007", "1e2", "+1", "1,5", "", ".", "-", "x", "1.2.3", "--1"].iter().all(|text| decimal(text).is_none())
        );
    }
}
