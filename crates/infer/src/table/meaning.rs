//! What the texts of a column mean that is read as numbers.

use serde::{Deserialize, Serialize};

use super::moment::{DateOrder, clock, date_text, moment, time_text};

const DAY: f64 = 86_400.0;

crate::choices! {
    /// The words of a boolean, in upper or lower case: for yes, then for no.
    BooleanWords, "boolean", {
        TrueFalse = "true/false",
        YesNo = "yes/no",
        TF = "t/f",
        YN = "y/n",
    }
}

/// What the texts of a column mean that is read as numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// Numbers with this unit after or before them; one may go without.
    Unit(String),
    /// 1 for yes and 0 for no, in the words of the training file or in others.
    Boolean(BooleanWords),
    /// Dates with or without a time of day: days since 1970, in UTC if they have an offset.
    Date(DateOrder),
    /// Times of day: fractions of a day.
    Time,
}

impl BooleanWords {
    fn of(self, yes: bool) -> &'static str {
        self.name().split('/').nth(usize::from(!yes)).unwrap_or_default()
    }

    fn value(self, text: &str) -> Option<bool> {
        [true, false].into_iter().find(|&yes| self.of(yes).eq_ignore_ascii_case(text))
    }
}

impl Meaning {
    /// Booleans, if all `texts` are words of one pair.
    pub fn boolean<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Option<Self> {
        let all_are = |words: &&BooleanWords| texts.clone().all(|text| words.value(text).is_some());
        BooleanWords::ALL.iter().find(all_are).map(|&words| Self::Boolean(words))
    }

    /// The number that a text means; `None` if it means something else, or has a unit.
    pub fn number(&self, text: &str) -> Option<f64> {
        match self {
            Self::Unit(_) => None,
            Self::Boolean(_) => {
                let yes = BooleanWords::ALL.iter().find_map(|words| words.value(text));
                yes.map(|yes| f64::from(u8::from(yes))).or_else(|| text.parse().ok().filter(|&number| self.has(number)))
            }
            Self::Date(order) => moment(text, *order).map(|moment| moment.seconds / DAY),
            Self::Time => clock(text).map(|seconds| seconds / DAY),
        }
    }

    /// Whether a number as such can be one of these.
    pub fn has(&self, number: f64) -> bool {
        !matches!(self, Self::Boolean(_)) || number == 0.0 || number == 1.0
    }

    /// Writes a number as the column has it.
    pub fn text(&self, number: f64) -> String {
        match self {
            Self::Unit(_) => number.to_string(),
            Self::Boolean(words) => words.of(number >= 0.5).to_string(),
            Self::Date(_) => date_text(number * DAY),
            Self::Time => time_text(number * DAY),
        }
    }

    /// Names a value of the column.
    pub fn noun(&self) -> String {
        match self {
            Self::Unit(_) => "a number".to_string(),
            Self::Boolean(words) => format!("{} or {}", words.of(true), words.of(false)),
            Self::Date(_) => "a date".to_string(),
            Self::Time => "a time of day".to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_one_pair_are_booleans_in_any_case() {
        let of = |texts: &[&str]| Meaning::boolean(texts.iter().copied());
        assert_eq!(of(&["TRUE", "False", "true"]), Some(Meaning::Boolean(BooleanWords::TrueFalse)));
        assert_eq!(of(&["y", "N"]), Some(Meaning::Boolean(BooleanWords::YN)));
        for texts in [&["yes", "true"][..], &["yes", "maybe"], &["t", "f", "n"]] {
            assert_eq!(of(texts), None, "{texts:?}");
        }
    }

    #[test]
    fn a_boolean_is_read_in_all_words_and_written_in_its_own() {
        let boolean = Meaning::Boolean(BooleanWords::YesNo);
        for (text, number) in [("YES", 1.0), ("no", 0.0), ("True", 1.0), ("f", 0.0), ("1", 1.0), ("0.0", 0.0)] {
            assert_eq!(boolean.number(text), Some(number), "{text}");
        }
        assert_eq!(["2", "maybe", ""].map(|text| boolean.number(text)), [None; 3]);
        assert_eq!([1.0, 0.0].map(|number| boolean.text(number)), ["yes", "no"]);
        assert_eq!(boolean.noun(), "yes or no");
    }
}
