//! Types and limits of settings: checks a value, reads one from text, and describes what is
//! allowed.

use std::fmt;

use burn_mlp_infer::suggest::not_one_of;
use burn_mlp_infer::{MAX_LAYERS, MAX_NEURONS};
use toml::Value;

use crate::config::values::backend::{BACKENDS, BackendRequest};
use crate::config::values::enums::ClassWeighting;
use crate::config::values::image_size::ImageSize;
use crate::config::values::source::{SOURCES, Source};
use crate::config::values::threshold_rule::ThresholdRule;
use crate::text::quoted;
use crate::{Error, Result};

/// Type and allowed values of a setting. `Display` describes them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueType {
    Boolean,
    /// An integer from the first to the second, inclusive.
    Integer(i64, i64),
    /// A finite number.
    Number(Interval),
    /// A list of at most [`MAX_LAYERS`] sizes from 1 to [`MAX_NEURONS`].
    LayerSizes,
    /// A list of epochs, from 1.
    Epochs,
    /// One dropout rate, or a list of them.
    DropoutRates,
    /// `none`, `balanced`, or a list of weights.
    ClassWeights,
    /// One of these names.
    Choice(&'static [&'static str]),
    Backend,
    Source,
    /// WIDTHxHEIGHT in pixels, or empty.
    ImageSize,
    /// `f1`, `youden`, `cost=FP:FN`, or empty.
    ThresholdRule,
    String,
    StringList,
}

/// Bounds of a number.
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
    /// From 0 to this, inclusive.
    UpTo(u8),
}

pub(crate) const POSITIVE: ValueType = ValueType::Number(Interval::Positive);
pub(crate) const NOT_NEGATIVE: ValueType = ValueType::Number(Interval::NotNegative);
pub(crate) const BELOW_ONE: ValueType = ValueType::Number(Interval::ZeroToBelowOne);
pub(crate) const BETWEEN_ZERO_AND_ONE: ValueType = ValueType::Number(Interval::BetweenZeroAndOne);
pub(crate) const UP_TO_ONE: ValueType = up_to(1);
pub(crate) const ONE_OR_MORE: ValueType = ValueType::Integer(1, 1_000_000);
pub(crate) const ZERO_OR_MORE: ValueType = ValueType::Integer(0, 1_000_000);
pub(crate) const SEED: ValueType = ValueType::Integer(0, i64::MAX);

pub(crate) const fn up_to(maximum: u8) -> ValueType {
    ValueType::Number(Interval::UpTo(maximum))
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
                Self::UpTo(maximum) => (0.0..=f64::from(maximum)).contains(&number),
            }
    }
}

impl ValueType {
    /// Checks `value` and normalises it: numbers become floats. Errors name it as `label`, list
    /// entries as `label[index]`.
    pub(crate) fn check(self, label: &str, value: Value) -> Result<Value> {
        match (self, value) {
            (Self::Boolean, value @ Value::Boolean(_)) | (Self::String, value @ Value::String(_)) => Ok(value),
            (Self::Integer(low, high), Value::Integer(number)) if (low..=high).contains(&number) => Ok(number.into()),
            (Self::Number(interval), Value::Integer(number)) if interval.contains(number as f64) => {
                Ok(float(number as f64))
            }
            (Self::Number(interval), Value::Float(number)) if interval.contains(number) => Ok(float(number)),
            (Self::LayerSizes, Value::Array(sizes)) if sizes.len() <= MAX_LAYERS => {
                check_each(Self::Integer(1, MAX_NEURONS as i64), label, sizes)
            }
            (Self::Epochs, Value::Array(epochs)) => check_each(ONE_OR_MORE, label, epochs),
            (Self::StringList, Value::Array(strings)) => check_each(Self::String, label, strings),
            (Self::DropoutRates, Value::Array(rates)) => check_each(BELOW_ONE, label, rates),
            (Self::DropoutRates, rate @ (Value::Integer(_) | Value::Float(_))) => BELOW_ONE.check(label, rate),
            (Self::ClassWeights, Value::Array(weights)) if !weights.is_empty() => {
                check_each(NOT_NEGATIVE, label, weights)
            }
            (Self::ClassWeights, Value::String(name)) => Self::Choice(ClassWeighting::NAMES).check(label, name.into()),
            (
                Self::Choice(_) | Self::Backend | Self::Source | Self::ImageSize | Self::ThresholdRule,
                Value::String(name),
            ) => {
                self.check_name(&name).map_err(|problem| Error::config(label, problem))?;
                Ok(name.into())
            }
            (Self::Choice(names), Value::Boolean(value)) if names.contains(&value.to_string().as_str()) => {
                Ok(value.to_string().into())
            }
            (_, value) => Err(Error::config(label, format!("expected {self}, found {}", found(&value)))),
        }
    }

    fn check_name(self, name: &str) -> std::result::Result<(), String> {
        match self {
            Self::Choice(names) if !names.contains(&name) => Err(not_one_of(name, names)),
            Self::Backend => BackendRequest::parse(name).map(drop),
            Self::Source => Source::parse(name).map(drop),
            Self::ImageSize => ImageSize::parse(name).map(drop),
            Self::ThresholdRule => ThresholdRule::parse(name).map(drop),
            _ => Ok(()),
        }
    }

    /// Reads the text of `--set KEY=TEXT` or of a flag. Unreadable text stays a string, which
    /// [`check`](Self::check) refuses with what the setting expects.
    pub(crate) fn read(self, text: &str) -> Value {
        let text = text.trim();
        let as_string = || Value::String(text.into());
        let toml = text.parse::<Value>().ok();
        match self {
            Self::Choice(_) | Self::Backend | Self::Source | Self::ImageSize | Self::ThresholdRule | Self::String => {
                toml.filter(Value::is_str).unwrap_or_else(as_string)
            }
            Self::StringList if !text.starts_with('[') => read_list(Self::String, text),
            Self::LayerSizes | Self::Epochs if !text.starts_with('[') => read_list(ONE_OR_MORE, text),
            Self::ClassWeights if !text.starts_with('[') && text.contains(',') => read_list(NOT_NEGATIVE, text),
            Self::DropoutRates if !text.starts_with('[') && text.contains(',') => read_list(BELOW_ONE, text),
            // Rust also reads `.5` and `1.`, which TOML does not.
            Self::Number(_) | Self::DropoutRates => {
                toml.or_else(|| text.parse().ok().map(Value::Float)).unwrap_or_else(as_string)
            }
            Self::ClassWeights => toml.filter(|value| !value.is_bool()).unwrap_or_else(as_string),
            Self::Boolean | Self::Integer(..) | Self::LayerSizes | Self::Epochs | Self::StringList => {
                toml.unwrap_or_else(as_string)
            }
        }
    }
}

/// Turns `-0` into `0`: the two are equal and must be written the same way.
fn float(number: f64) -> Value {
    Value::Float(number + 0.0)
}

fn check_each(entry: ValueType, label: &str, values: Vec<Value>) -> Result<Value> {
    let check = |(index, value)| entry.check(&format!("{label}[{index}]"), value);
    values.into_iter().enumerate().map(check).collect::<Result<Vec<_>>>().map(Value::Array)
}

/// Reads `128,64`; empty text is the empty list.
fn read_list(entry: ValueType, text: &str) -> Value {
    let text = text.strip_suffix(',').filter(|entries| !entries.is_empty()).unwrap_or(text);
    let entries = text.split(',').filter(|_| !text.is_empty());
    Value::Array(entries.map(|text| entry.read(text)).collect())
}

fn found(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the string {}", quoted(text)),
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
            Self::UpTo(maximum) => return write!(f, "a number from 0 to {maximum}"),
            Self::Positive => "a number above 0",
            Self::NotNegative => "a number of 0 or more",
            Self::ZeroToBelowOne => "a number from 0 to below 1",
            Self::BetweenZeroAndOne => "a number above 0 and below 1",
        })
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("true or false"),
            Self::Integer(low, high) => write!(f, "a whole number from {low} to {high}"),
            Self::Number(interval) => interval.fmt(f),
            Self::LayerSizes => write!(f, "a list of at most {MAX_LAYERS} whole numbers from 1 to {MAX_NEURONS}"),
            Self::Epochs => f.write_str("a list of whole numbers of 1 or more"),
            Self::DropoutRates => write!(f, "{}, or a list of them", Interval::ZeroToBelowOne),
            Self::ClassWeights => f.write_str("none, balanced, or a weight of 0 or more for each class"),
            Self::Choice(names) => write!(f, "one of {}", names.join(", ")),
            Self::Backend => write!(f, "NAME or NAME:INDEX, NAME one of {}", BACKENDS.join(", ")),
            Self::Source => write!(f, "one of {}", SOURCES.join(", ")),
            Self::ImageSize => f.write_str("WIDTHxHEIGHT in pixels, as in 28x28, or empty"),
            Self::ThresholdRule => f.write_str("f1, youden, cost=FP:FN, or empty"),
            Self::String => f.write_str("a string"),
            Self::StringList => f.write_str("a list of strings"),
        }
    }
}

#[cfg(test)]
#[path = "value_type_tests.rs"]
mod tests;
