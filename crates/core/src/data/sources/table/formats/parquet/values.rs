//! The values of a Parquet column by its logical type.

use std::fmt::{Display, Write};

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;
use time::{Date, OffsetDateTime};

use burn_mlp_infer::csv::Cell;

/// The Julian day of 1 January 1970.
const UNIX_EPOCH_JULIAN_DAY: i64 = 2_440_588;

/// What the values of a column mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    /// An integer without sign.
    Unsigned,
    /// A number of 16 bits.
    Half,
    /// An integer, to be divided by this power of ten.
    Decimal(u32),
    Text,
    Boolean,
    /// Days since 1970.
    Date,
    /// In units of this many nanoseconds since midnight.
    Time(i64),
    /// In units of this many nanoseconds since 1970.
    Timestamp(i64),
    Bytes,
    Nested,
}

impl Kind {
    /// Determines what `column` holds.
    pub fn of(column: &ColumnDescriptor) -> Self {
        if column.max_rep_level() > 0 {
            return Self::Nested;
        }
        let unit = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 1_000_000,
            TimeUnit::MICROS => 1_000,
            TimeUnit::NANOS => 1,
        };
        match column.logical_type_ref() {
            Some(LogicalType::Integer(integer)) if !integer.is_signed => return Self::Unsigned,
            Some(LogicalType::Float16) => return Self::Half,
            Some(LogicalType::Time(time)) => return Self::Time(unit(&time.unit)),
            Some(LogicalType::Timestamp(time)) => return Self::Timestamp(unit(&time.unit)),
            _ => {}
        }
        match (column.converted_type(), column.physical_type()) {
            (ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON, _) => Self::Text,
            (ConvertedType::DECIMAL, _) => Self::Decimal(column.type_scale().max(0) as u32),
            (ConvertedType::DATE, _) => Self::Date,
            (ConvertedType::TIME_MILLIS, _) => Self::Time(1_000_000),
            (ConvertedType::TIME_MICROS, _) => Self::Time(1_000),
            (ConvertedType::TIMESTAMP_MILLIS, _) => Self::Timestamp(1_000_000),
            (ConvertedType::TIMESTAMP_MICROS, _) | (_, Type::INT96) => Self::Timestamp(1_000),
            (ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64, _) => {
                Self::Unsigned
            }
            (_, Type::BOOLEAN) => Self::Boolean,
            // Old writers do not mark texts.
            (ConvertedType::NONE, Type::BYTE_ARRAY) => Self::Text,
            (_, Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY) => Self::Bytes,
            _ => Self::Number,
        }
    }

    /// Why values of this kind cannot be read.
    pub fn problem(self) -> Option<&'static str> {
        match self {
            Self::Bytes => Some("holds bytes, neither numbers nor texts"),
            Self::Nested => Some("holds lists or structures, not single values"),
            _ => None,
        }
    }

    /// Returns the cell of an integer. `exact` asks for its text, whatever its kind; texts are written to `text`.
    pub fn integer(self, value: i64, exact: bool, text: &mut String) -> Cell<'_> {
        match self {
            Self::Number if !exact => return Cell::Number(value as f64),
            Self::Unsigned if !exact => return Cell::Number(value as u64 as f64),
            Self::Decimal(scale) => return decimal(value.into(), scale, exact, text),
            Self::Unsigned => write_to(text, value as u64),
            Self::Date => write_to(text, date(value)),
            Self::Time(unit) => write_to(text, time(value.saturating_mul(unit))),
            Self::Timestamp(unit) => write_to(text, timestamp(i128::from(value) * i128::from(unit))),
            _ => write_to(text, value),
        }
        Cell::Text(text)
    }

    /// Returns the cell of bytes: a text, a decimal number or a number of 16 bits.
    ///
    /// # Errors
    /// Returns a sentence if they are not what the column's type says.
    pub fn bytes<'a>(self, bytes: &'a [u8], exact: bool, text: &'a mut String) -> Result<Cell<'a>, String> {
        match (self, bytes) {
            (Self::Decimal(scale), _) => Ok(decimal(big_endian(bytes)?, scale, exact, text)),
            (Self::Half, &[low, high]) => Ok(number(half::f16::from_le_bytes([low, high]), exact, text)),
            _ => {
                std::str::from_utf8(bytes).map(Cell::Text).map_err(|_| "the bytes are not a text in UTF-8".to_string())
            }
        }
    }
}

/// Returns the cell of a number of any width; NaN is a missing value.
pub fn number<T: Copy + Into<f64> + Display>(value: T, exact: bool, text: &mut String) -> Cell<'_> {
    let wide: f64 = value.into();
    if exact && wide.is_finite() {
        // Without the sign of -0.
        if wide == 0.0 {
            text.push('0')
        } else {
            write_to(text, value)
        }
        return Cell::Text(text);
    }
    Cell::Number(wide)
}

/// Returns the cell of `value / 10^scale`.
fn decimal(value: i128, scale: u32, exact: bool, text: &mut String) -> Cell<'_> {
    // Both are exact, so the quotient is the nearest number.
    if !exact && value.unsigned_abs() < 1 << 53 && scale <= 22 {
        return Cell::Number(value as f64 / 10_f64.powi(scale as i32));
    }
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    let (sign, point) = (if value < 0 { "-" } else { "" }, if scale > 0 { "." } else { "" });
    write_to(text, format_args!("{sign}{whole}{point}{fraction}"));
    Cell::Text(text)
}

/// Reads a signed integer of up to 16 significant bytes.
fn big_endian(bytes: &[u8]) -> Result<i128, String> {
    let sign = if bytes.first().is_some_and(|&byte| byte >= 0x80) { 0xff } else { 0 };
    let significant = &bytes[bytes.iter().take_while(|&&byte| byte == sign).count()..];
    if significant.len() > 15 {
        return Err("the decimal number has more digits than can be read".to_string());
    }
    let mut value = if sign == 0 { 0 } else { -1 };
    significant.iter().for_each(|&byte| value = value << 8 | i128::from(byte));
    Ok(value)
}

/// Returns a date in ISO 8601, or the number of days if it lies beyond the years with four digits.
fn date(days: i64) -> String {
    let julian = i32::try_from(days.saturating_add(UNIX_EPOCH_JULIAN_DAY)).ok();
    julian.and_then(|day| Date::from_julian_day(day).ok()).map_or_else(|| days.to_string(), |date| date.to_string())
}

fn time(nanoseconds: i64) -> String {
    let (seconds, rest) = (nanoseconds.div_euclid(1_000_000_000), nanoseconds.rem_euclid(1_000_000_000));
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}{}", fraction(rest as u32))
}

fn timestamp(nanoseconds: i128) -> String {
    let Ok(moment) = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds) else { return nanoseconds.to_string() };
    let (hours, minutes, seconds) = moment.to_hms();
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}{}", moment.date(), fraction(moment.nanosecond()))
}

/// ".12" for 120,000,000 nanoseconds.
fn fraction(nanoseconds: u32) -> String {
    match nanoseconds {
        0 => String::new(),
        _ => format!(".{nanoseconds:09}").trim_end_matches('0').to_string(),
    }
}

fn write_to(text: &mut String, value: impl Display) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}
