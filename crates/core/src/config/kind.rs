//! What a setting's value may be: its type and its limits, checked, read from text, and said in words.

use super::backend::{BACKENDS, BackendRequest};
use super::choices::ClassWeighting;
use super::image_size::ImageSize;
use super::source::{SOURCES, Source};
use crate::text::{quoted, shortened};
use crate::{Error, Result};
use burn_mlp_infer::suggest::not_one_of;
use std::fmt;
use toml::Value;

/// Type and allowed values of a setting. `Display` says them in words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Boolean,
    /// A whole number from the first to the second, both included.
    Whole(i64, i64),
    /// A finite number.
    Number(Interval),
    /// Layer sizes: at most `longest` whole numbers from 1 to `largest`.
    Sizes {
        longest: usize,
        largest: i64,
    },
    /// One dropout rate, or a list of them.
    Rates,
    /// `none`, `balanced`, or a list of weights.
    ClassWeights,
    /// One of a list of names.
    Choice(&'static [&'static str]),
    Backend,
    Source,
    /// WIDTHxHEIGHT in pixels, or empty.
    ImageSize,
    Text,
    /// A list of texts.
    Texts,
}

/// Finite numbers within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// Above 0.
    Positive,
    /// 0 or above.
    NotNegative,
    /// `[0, 1)`.
    ZeroToBelowOne,
    /// `(0, 1)`.
    BetweenZeroAndOne,
    /// From 0 to this, both included.
    UpTo(u8),
}

impl Interval {
    /// Whether `number` is finite and within the bounds.
    pub fn contains(self, number: f64) -> bool {
        number.is_finite()
            && match self {
                Self::Positive => number > 0.0,
                Self::NotNegative => number >= 0.0,
                Self::ZeroToBelowOne => (0.0..1.0).contains(&number),
                Self::BetweenZeroAndOne => number > 0.0 && number < 1.0,
                Self::UpTo(most) => (0.0..=f64::from(most)).contains(&number),
            }
    }
}

impl Kind {
    /// Checks `value` and brings it into its one form: numbers as floats. Errors are under `key`, list entries under
    /// `key[index]`.
    pub(super) fn check(self, key: &str, value: Value) -> Result<Value> {
        match (self, value) {
            (Self::Boolean, value @ Value::Boolean(_)) | (Self::Text, value @ Value::String(_)) => Ok(value),
            (Self::Whole(low, high), Value::Integer(number)) if (low..=high).contains(&number) => Ok(number.into()),
            (Self::Number(interval), Value::Integer(number)) if interval.contains(number as f64) => {
                Ok(float(number as f64))
            }
            (Self::Number(interval), Value::Float(number)) if interval.contains(number) => Ok(float(number)),
            (Self::Sizes { longest, largest }, Value::Array(sizes)) if sizes.len() <= longest => {
                check_each(Self::Whole(1, largest), key, sizes)
            }
            (Self::Texts, Value::Array(texts)) => check_each(Self::Text, key, texts),
            (Self::Rates, Value::Array(rates)) => check_each(Self::Number(Interval::ZeroToBelowOne), key, rates),
            (Self::Rates, rate @ (Value::Integer(_) | Value::Float(_))) => {
                Self::Number(Interval::ZeroToBelowOne).check(key, rate)
            }
            (Self::ClassWeights, Value::Array(weights)) if !weights.is_empty() => {
                check_each(Self::Number(Interval::NotNegative), key, weights)
            }
            (Self::ClassWeights, Value::String(name)) => Self::Choice(ClassWeighting::NAMES).check(key, name.into()),
            (Self::Choice(_) | Self::Backend | Self::Source | Self::ImageSize, Value::String(name)) => {
                self.check_name(&name).map_err(|problem| Error::config(key, problem))?;
                Ok(name.into())
            }
            (_, value) => Err(Error::config(key, format!("expected {self}, found {}", found(&value)))),
        }
    }

    fn check_name(self, name: &str) -> std::result::Result<(), String> {
        match self {
            Self::Choice(names) if !names.contains(&name) => Err(not_one_of(name, names)),
            Self::Backend => BackendRequest::parse(name).map(drop),
            Self::Source => Source::parse(name).map(drop),
            Self::ImageSize => ImageSize::parse(name).map(drop),
            _ => Ok(()),
        }
    }

    /// Reads the text of `--set KEY=TEXT`: names and texts need no quotes, lists no brackets. What cannot be read
    /// stays a text, which [`check`](Self::check) refuses in the setting's own terms.
    pub(super) fn read(self, text: &str) -> Value {
        let text = text.trim();
        let as_text = || Value::String(text.into());
        let toml = text.parse::<Value>().ok();
        match self {
            Self::Choice(_) | Self::Backend | Self::Source | Self::ImageSize | Self::Text => {
                toml.filter(Value::is_str).unwrap_or_else(as_text)
            }
            Self::Texts if !text.starts_with('[') => read_list(Self::Text, text),
            Self::Sizes { .. } if !text.starts_with('[') => read_list(Self::Whole(1, i64::MAX), text),
            Self::ClassWeights if !text.starts_with('[') && text.contains(',') => {
                read_list(Self::Number(Interval::NotNegative), text)
            }
            Self::Rates if !text.starts_with('[') && text.contains(',') => {
                read_list(Self::Number(Interval::ZeroToBelowOne), text)
            }
            // Rust also reads `.5` and `1.`, which TOML does not.
            Self::Number(_) | Self::Rates => {
                toml.or_else(|| text.parse().ok().map(Value::Float)).unwrap_or_else(as_text)
            }
            Self::ClassWeights => toml.filter(|value| !value.is_bool()).unwrap_or_else(as_text),
            Self::Boolean | Self::Whole(..) | Self::Sizes { .. } | Self::Texts => toml.unwrap_or_else(as_text),
        }
    }
}

/// The one form of a number: `-0` and `0` are equal and are written alike.
fn float(number: f64) -> Value {
    Value::Float(number + 0.0)
}

fn check_each(kind: Kind, key: &str, values: Vec<Value>) -> Result<Value> {
    let check = |(index, value)| kind.check(&format!("{key}[{index}]"), value);
    values.into_iter().enumerate().map(check).collect::<Result<Vec<_>>>().map(Value::Array)
}

/// Reads `128,64`; no text at all is the empty list.
fn read_list(entry: Kind, text: &str) -> Value {
    let text = text.strip_suffix(',').filter(|entries| !entries.is_empty()).unwrap_or(text);
    let entries = text.split(',').filter(|_| !text.is_empty());
    Value::Array(entries.map(|text| entry.read(text)).collect())
}

fn found(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the text {}", quoted(text)),
        // 1e308 has 309 digits.
        Value::Float(number) if number.is_finite() && number.abs() >= 1e16 => format!("{number:e}"),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => value.to_string(),
        Value::Datetime(_) => "a date".into(),
        Value::Array(values) => format!("a list of {}", values.len()),
        Value::Table(table) => match table.keys().next() {
            Some(name) => format!("a section with {}", quoted(name)),
            None => "an empty section".into(),
        },
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UpTo(most) => return write!(f, "a number from 0 to {most}"),
            Self::Positive => "a number above 0",
            Self::NotNegative => "a number of 0 or more",
            Self::ZeroToBelowOne => "a number from 0 to below 1",
            Self::BetweenZeroAndOne => "a number above 0 and below 1",
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("true or false"),
            Self::Whole(low, high) => write!(f, "a whole number from {low} to {high}"),
            Self::Number(interval) => interval.fmt(f),
            Self::Sizes { longest, largest } => {
                write!(f, "a list of at most {longest} whole numbers from 1 to {largest}")
            }
            Self::Rates => write!(f, "{}, or a list of them", Interval::ZeroToBelowOne),
            Self::ClassWeights => f.write_str("none, balanced, or a weight of 0 or more for each class"),
            Self::Choice(names) => write!(f, "one of {}", names.join(", ")),
            Self::Backend => write!(f, "NAME or NAME:INDEX, NAME one of {}", BACKENDS.join(", ")),
            Self::Source => write!(f, "one of {}", SOURCES.join(", ")),
            Self::ImageSize => f.write_str("WIDTHxHEIGHT in pixels, as in 28x28, or empty"),
            Self::Text => f.write_str("a text"),
            Self::Texts => f.write_str("a list of texts"),
        }
    }
}

/// `value` as a message shows it: in TOML's spelling, on one line and not too long.
pub(super) fn shown_value(value: &Value) -> String {
    shortened(&value.to_string())
}
