//! Values that are unlike those of the training rows.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::text::quoted;

/// Number of warnings that [`sentences`] writes out.
const MAX_SENTENCES: usize = 10;

/// Values of one column that the model did not see in training, or not like this. As a text it is a sentence.
///
/// Serialises as `{"column": "colour", "kind": "unseen", "count": 3, "first": "line 2", "value": "blue", "message": "..."}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// Empty if the warning concerns all pixels or a whole line.
    pub column: String,
    pub unlike: Unlike,
    /// Number of such values.
    pub count: usize,
    /// The place of the first, such as `line 2`; none for a single record.
    pub first: Option<String>,
    /// The first value, as text; empty if it is missing.
    pub value: String,
}

/// How a value is unlike those of the training rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Unlike {
    /// A text that does not occur in them, or, if a category stands for `rare` texts, not often. Without such a category
    /// its features are 0.
    Unseen { rare: bool },
    /// A number or one of the words true and false in another spelling than this category's, which it is taken for.
    Respelled { category: String },
    /// A number that lies outside their range by more than the range's own width.
    Far { lowest: String, highest: String },
    /// Missing; `filled` is used instead, or a category of its own if that is empty.
    Missing { filled: String },
    /// Numbers in another notation than the training file's, such as `a decimal comma`, in which they are read.
    Notation { notation: String },
    /// A first line that numbers the columns: read as a row, or as names.
    Numbered { is_row: bool },
    /// A target that is not a class of the model.
    UnknownClass,
    /// Pixels that all lie from 0 to 1, where those of the training rows go up to `maximum`.
    Scaled { maximum: f32 },
    /// An image whose values are of another range than the training images'.
    OffScale { problem: &'static str },
}

impl Unlike {
    /// Its name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unseen { .. } => "unseen",
            Self::Respelled { .. } => "respelled",
            Self::Far { .. } => "far",
            Self::Missing { .. } => "missing",
            Self::Notation { .. } => "notation",
            Self::Numbered { .. } => "numbered",
            Self::UnknownClass => "unknown_class",
            Self::Scaled { .. } => "scaled",
            Self::OffScale { .. } => "off_scale",
        }
    }
}

/// Adds a warning to those before it.
pub fn add_warning(warnings: &mut Vec<Warning>, warning: Warning) {
    let same = |other: &&mut Warning| other.column == warning.column && other.unlike.name() == warning.unlike.name();
    match warnings.iter_mut().find(same) {
        Some(before) => before.count += warning.count,
        None => warnings.push(warning),
    }
}

/// Writes warnings for a reader: the first ten in full, the others as a count.
pub fn sentences(warnings: &[Warning]) -> Vec<String> {
    let mut sentences: Vec<String> = warnings.iter().take(MAX_SENTENCES).map(Warning::to_string).collect();
    let more = warnings.len() - sentences.len();
    if more > 0 {
        sentences.push(format!("{more} more warnings of this kind; JSON output lists them all"));
    }
    sentences
}

impl Warning {
    /// Warns of `rows` whose pixels were scaled before, where the model was trained on pixels up to `maximum`.
    pub fn scaled(maximum: f32, rows: usize) -> Self {
        let (column, value) = (String::new(), String::new());
        Self { column, unlike: Unlike::Scaled { maximum }, count: rows, first: None, value }
    }

    /// Warns of an image that has this `problem` with its range.
    pub fn off_scale(problem: &'static str) -> Self {
        let (column, value) = (String::new(), String::new());
        Self { column, unlike: Unlike::OffScale { problem }, count: 1, first: None, value }
    }

    /// `"blue" in line 2` or `3 values, the first "blue" in line 2,`.
    fn subject(&self) -> String {
        let value = match self.unlike {
            Unlike::Missing { .. } => String::new(),
            Unlike::Far { .. } => self.value.clone(),
            _ => quoted(&self.value),
        };
        let place = self.first.as_ref().map(|place| format!("in {place}")).unwrap_or_default();
        let first = [value.as_str(), &place].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        match (self.count, value.is_empty(), first.is_empty()) {
            (1, false, _) => first,
            (1, true, false) => format!("the value {first}"),
            (1, true, true) => "the value".to_string(),
            (count, _, false) => format!("{count} values, the first {first},"),
            (count, _, true) => format!("{count} values"),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Unlike::Scaled { maximum } = self.unlike {
            let all = "all pixels are from 0 to 1, but the model was trained on pixels from 0 to";
            return write!(f, "{all} {maximum}");
        }
        if let Unlike::Numbered { is_row } = self.unlike {
            let read = if is_row { "is read as a row; if it only" } else { "is not read as a row, since it" };
            let cure = if is_row { ", remove it" } else { "" };
            return write!(f, "the first line, {}, {read} numbers the columns{cure}", self.value);
        }
        if let Unlike::OffScale { problem } = self.unlike {
            return match self.count {
                1 => write!(f, "the image has {problem}"),
                images => write!(f, "{images} images have {problem}"),
            };
        }
        if let Unlike::Notation { notation } = &self.unlike {
            let (column, value) = (quoted(&self.column), quoted(&self.value));
            return write!(
                f,
                "column {column}: numbers such as {value} are read with {notation}, other than in training"
            );
        }
        write!(f, "column {}: {} ", quoted(&self.column), self.subject())?;
        let one = self.count == 1;
        let (are, lie, their, it) = if one { ("is", "lies", "its", "it") } else { ("are", "lie", "their", "they") };
        match &self.unlike {
            Unlike::Unseen { rare: false } => {
                write!(f, "{are} not among the values of the training rows; {their} features are 0")
            }
            Unlike::Unseen { rare: true } => {
                let count = if one { "counts as a rare one" } else { "count as rare ones" };
                write!(f, "{are} not among the values that the model knows by name; {it} {count}")
            }
            Unlike::Respelled { category } => {
                let (value, category) = (quoted(&self.value), quoted(category));
                write!(f, "{are} spelled differently in the training rows; {value} is read as {category}")
            }
            Unlike::Far { lowest, highest } if lowest == highest => {
                write!(f, "{lie} outside the training rows, which are all {lowest}")
            }
            Unlike::Far { lowest, highest } => {
                write!(f, "{lie} far outside the training rows, which go from {lowest} to {highest}")
            }
            Unlike::Missing { filled } if filled.is_empty() => {
                write!(f, "{are} missing, which is a category of its own")
            }
            Unlike::Missing { filled } => write!(f, "{are} missing; {filled} is filled in"),
            Unlike::UnknownClass => write!(f, "{are} not {} of the model", if one { "a class" } else { "classes" }),
            Unlike::Notation { .. } | Unlike::Numbered { .. } | Unlike::Scaled { .. } | Unlike::OffScale { .. } => {
                Ok(())
            }
        }
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Warning", 6)?;
        fields.serialize_field("column", &self.column)?;
        fields.serialize_field("kind", self.unlike.name())?;
        fields.serialize_field("count", &self.count)?;
        fields.serialize_field("first", &self.first)?;
        fields.serialize_field("value", &self.value)?;
        fields.serialize_field("message", &self.to_string())?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warning(unlike: Unlike, count: usize, value: &str) -> Warning {
        Warning { column: "x".into(), unlike, count, first: Some("line 4".into()), value: value.into() }
    }

    #[test]
    fn a_warning_is_a_sentence_about_one_value_or_several() {
        let far = Unlike::Far { lowest: "1".into(), highest: "9.5".into() };
        let respelled = Unlike::Respelled { category: "True".into() };
        for (warning, sentence) in [
            (
                warning(Unlike::Unseen { rare: false }, 1, "blue"),
                "\"blue\" in line 4 is not among the values of the training rows; its features are 0",
            ),
            (
                warning(Unlike::Unseen { rare: false }, 3, "blue"),
                "3 values, the first \"blue\" in line 4, are not among the values of the training rows; their features are 0",
            ),
            (
                warning(respelled, 2, "TRUE"),
                "2 values, the first \"TRUE\" in line 4, are spelled differently in the training rows; \"TRUE\" is read as \"True\"",
            ),
            (warning(far, 1, "400"), "400 in line 4 lies far outside the training rows, which go from 1 to 9.5"),
            (
                warning(Unlike::Far { lowest: "0".into(), highest: "0".into() }, 2, "1"),
                "2 values, the first 1 in line 4, lie outside the training rows, which are all 0",
            ),
            (
                warning(Unlike::Missing { filled: "28".into() }, 1, ""),
                "the value in line 4 is missing; 28 is filled in",
            ),
            (
                warning(Unlike::Missing { filled: "28".into() }, 7, ""),
                "7 values, the first in line 4, are missing; 28 is filled in",
            ),
            (warning(Unlike::UnknownClass, 1, "z"), "\"z\" in line 4 is not a class of the model"),
            (
                Warning { first: None, ..warning(Unlike::Missing { filled: "28".into() }, 1, "") },
                "the value is missing; 28 is filled in",
            ),
        ] {
            assert_eq!(warning.to_string(), format!("column \"x\": {sentence}"));
        }
    }

    #[test]
    fn warnings_of_one_kind_and_column_are_counted_together() {
        let mut warnings = Vec::new();
        for value in ["a", "b"] {
            add_warning(&mut warnings, warning(Unlike::Unseen { rare: false }, 1, value));
        }
        add_warning(&mut warnings, warning(Unlike::UnknownClass, 1, "c"));
        assert_eq!(warnings, [warning(Unlike::Unseen { rare: false }, 2, "a"), warning(Unlike::UnknownClass, 1, "c")]);
        let json = serde_json::to_value(&warnings[0]).unwrap();
        assert_eq!((&json["kind"], &json["count"], &json["first"]), (&"unseen".into(), &2.into(), &"line 4".into()));
        assert_eq!(json["message"], warnings[0].to_string());
    }

    #[test]
    fn of_many_warnings_the_first_are_written_out() {
        let sentences = sentences(&vec![warning(Unlike::Unseen { rare: false }, 1, "a"); 12]);
        assert_eq!(sentences.len(), 11);
        assert!(sentences[10].starts_with("2 more warnings"), "{}", sentences[10]);
    }
}
