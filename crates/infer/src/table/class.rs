//! Finds the class that a value of the target names.

use super::notation::value;
use super::value::{MAX_EXACT, Value};
use super::warning::{Unlike, Warning};

/// Finds the one of `classes` that `text` names: the text itself, or else the only class that is the same number, `1.0`
/// for `1`.
pub fn class_of(classes: &[String], text: &str) -> Option<u32> {
    let find = |is_same: &dyn Fn(&String) -> bool| {
        let mut found = (0..classes.len()).filter(|&class| is_same(&classes[class]));
        found.next().filter(|_| found.next().is_none()).map(|class| class as u32)
    };
    find(&|class| class == text).or_else(|| match value(text) {
        Value::Number(number) if number.abs() < MAX_EXACT => find(&|class| value(class) == Value::Number(number)),
        _ => None,
    })
}

/// Finds the class that a `text` of the target `column` names, and says whether it is unlike those of the training
/// rows: it is not one of `classes`, or another spelling of one.
pub(crate) fn find_class(classes: &[String], column: &str, text: &str) -> (Option<u32>, Option<Warning>) {
    let class = class_of(classes, text);
    let unlike = match class.map(|class| &classes[class as usize]) {
        Some(name) if name == text => return (class, None),
        Some(class) => Unlike::Respelled { category: class.clone() },
        None => Unlike::UnknownClass,
    };
    (class, Some(Warning { column: column.to_string(), unlike, count: 1, first: None, value: text.to_string() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_its_text_or_the_only_one_that_is_the_same_number() {
        let classes = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        let (plain, codes) = (classes(&["1", "2", "a"]), classes(&["07", "7", "9007199254740993"]));
        for (text, class) in [("1", Some(0)), ("2.0", Some(1)), ("a", Some(2)), ("A", None), ("3", None), ("", None)] {
            assert_eq!(class_of(&plain, text), class, "{text}");
        }
        for (text, class) in [("07", Some(0)), ("7", Some(1)), ("7.0", None), ("9007199254740992", None)] {
            assert_eq!(class_of(&codes, text), class, "{text}");
        }
    }

    #[test]
    fn another_spelling_of_a_class_is_warned_of() {
        let classes = ["1".to_string(), "2".to_string()];
        let warning = |text: &str| find_class(&classes, "y", text).1.map(|warning| warning.to_string());
        assert_eq!(warning("1"), None);
        let respelled = "column \"y\": \"1.0\" is spelled differently in the training rows; \"1.0\" is read as \"1\"";
        assert_eq!(warning("1.0").unwrap(), respelled);
        assert_eq!(warning("3").unwrap(), "column \"y\": \"3\" is not a class of the model");
    }
}
