//! Reads a column of times: numbers, or dates with or without a time of day.

use burn_mlp_infer::csv::{Column, Texts};
use burn_mlp_infer::text::quoted;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The order of a date's parts that are numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    DayFirst,
    MonthFirst,
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Time {
    /// Since 1970-01-01, in UTC or in the local time of all rows.
    seconds: f64,
    has_offset: bool,
}

/// Returns each row's time, in any unit; only their order counts. `place` names the place of a row.
///
/// # Errors
/// Returns a sentence with the line if a text is not a date, some dates have an offset from UTC and
/// others do not, or days cannot be distinguished from months.
pub(super) fn times(column: &Column, name: &str, place: &dyn Fn(usize) -> String) -> Result<Vec<f64>, String> {
    let texts = match column {
        Column::Numbers(numbers) => return Ok(numbers.clone()),
        Column::Texts(texts) => texts,
        Column::LeftOut => return Err("has no column of times".to_string()),
    };
    let place_of = |value: usize| {
        let row = texts.rows.iter().position(|&row| row as usize == value);
        row.map(place).unwrap_or_default()
    };
    let at = |value: usize| format!("{}, column {}: {}", place_of(value), quoted(name), quoted(&texts.values[value]));
    let read = read_dates(texts, at)?;
    let mut parsed = vec![f64::NAN; texts.values.len()];
    let mut first_with: [Option<usize>; 2] = [None, None];
    for (value, time) in read {
        let Some(Time { seconds, has_offset }) = time else { continue };
        parsed[value] = seconds;
        first_with[usize::from(has_offset)].get_or_insert(value);
    }
    if let [Some(without), Some(with)] = first_with {
        let other = quoted(&texts.values[with]);
        return Err(format!(
            "{} has no offset from UTC, but {other} has one; write all times the same way",
            at(without)
        ));
    }
    Ok(texts.rows.iter().map(|&row| parsed[row as usize]).collect())
}

/// Reads the values that occur as dates, in the one order that suits all of them; `at` names a value's place.
///
/// # Errors
/// Returns a sentence if one is not a date, or both orders suit and disagree.
fn read_dates(texts: &Texts, at: impl Fn(usize) -> String) -> Result<Vec<(usize, Option<Time>)>, String> {
    let used = used_values(texts);
    let [day_first, month_first] = [Order::DayFirst, Order::MonthFirst]
        .map(|order| used.iter().map(|&value| (value, parse(&texts.values[value], order))).collect::<Vec<_>>());
    let unreadable = |times: &[(usize, Option<Time>)]| Some(times.iter().find(|(_, time)| time.is_none())?.0);
    match (unreadable(&day_first), unreadable(&month_first)) {
        (None, None) => match day_first.iter().zip(&month_first).find(|(one, other)| one != other) {
            Some(((value, _), _)) => Err(format!(
                "{} may begin with the day or with the month, as all dates of the column; write dates as 2024-01-31",
                at(*value)
            )),
            None => Ok(day_first),
        },
        (None, _) => Ok(day_first),
        (_, None) => Ok(month_first),
        (Some(value), Some(_)) => Err(format!(
            "{} is not a time; split.time needs a column of numbers or of dates such as 2024-01-31 or \
             2024-01-31T18:30:00",
            at(value)
        )),
    }
}

/// Returns the indices of the values that occur, ascending.
fn used_values(texts: &Texts) -> Vec<usize> {
    let mut is_used = vec![false; texts.values.len()];
    texts.rows.iter().filter(|&&row| row != Texts::MISSING).for_each(|&row| is_used[row as usize] = true);
    (0..is_used.len()).filter(|&value| is_used[value]).collect()
}

/// Reads `2024-01-31`, `2024/1/31`, `2024-01`, `2024`, `20240131`, `31.1.2024`, `31/1/2024` or
/// `1/31/2024` by `order`, `31 Jan 2024`, `January 31, 2024`; then possibly `T` or a space and a
/// time of day.
fn parse(text: &str, order: Order) -> Option<Time> {
    let text = text.trim();
    let (date, clock) = split_clock(text);
    let days = parse_date(date.trim(), order)?;
    let (seconds, offset) = clock.map_or(Some((0.0, None)), parse_clock)?;
    Some(Time { seconds: days as f64 * 86_400.0 + seconds - offset.unwrap_or(0.0), has_offset: offset.is_some() })
}

/// Separates a date from the time of day: at a `T` between digits, or at the space before the first
/// colon.
fn split_clock(text: &str) -> (&str, Option<&str>) {
    let is_digit = |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    let between_digits = |&(at, _): &(usize, char)| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    let letter = text.char_indices().filter(|(_, letter)| matches!(letter, 'T' | 't')).find(between_digits);
    let colon = text.find(':').and_then(|colon| text[..colon].rfind(' '));
    match letter.map(|(at, _)| at).or(colon) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// Returns the days since 1970-01-01.
fn parse_date(text: &str, order: Order) -> Option<i64> {
    let parts: Vec<&str> = text.split([' ', ',', '-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let separator = text.chars().find(|letter| !letter.is_ascii_alphanumeric());
    let is_year = |part: &str| part.len() == 4;
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let (year, month, day) = match parts.as_slice() {
        [compact] if compact.len() == 8 && compact.is_ascii() => {
            (&compact[..4], number(&compact[4..6])?, &compact[6..])
        }
        [year] if is_year(year) => (*year, 1, "1"),
        [year, month] if is_year(year) => (*year, number(month)?, "1"),
        [month, year] if is_year(year) => (*year, month_named(month)?, "1"),
        [year, month, day] if is_year(year) => (*year, number(month).or_else(|| month_named(month))?, *day),
        [day, month, year] if is_year(year) && number(month).is_none() => (*year, month_named(month)?, *day),
        [month, day, year] if is_year(year) && number(month).is_none() => (*year, month_named(month)?, *day),
        // A date with dots begins with the day everywhere.
        [day, month, year] if is_year(year) && (separator == Some('.') || order == Order::DayFirst) => {
            (*year, number(month)?, *day)
        }
        [month, day, year] if is_year(year) => (*year, number(month)?, *day),
        _ => return None,
    };
    days_since_1970(number(year)?, month, number(day)?)
}

fn month_named(name: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    let start = name.get(..3)?;
    MONTHS.iter().position(|month| *month == start).map(|month| month as u32 + 1)
}

/// Returns `None` if there is no such day. The algorithm is `days_from_civil` of H. Hinnant's
/// "chrono-Compatible Low-Level Date Algorithms".
fn days_since_1970(year: u32, month: u32, day: u32) -> Option<i64> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > length {
        return None;
    }
    let year = i64::from(year) - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468)
}

/// Returns the seconds since midnight and the offset from UTC in seconds, if there is one.
fn parse_clock(text: &str) -> Option<(f64, Option<f64>)> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_suffix("utc").or(text.strip_suffix("gmt")).map_or(text.clone(), |clock| format!("{clock}z"));
    let (lower, offset) = match text.find(['z', '+', '-']) {
        Some(at) => (text[..at].trim_end(), Some(parse_offset(&text[at..])?)),
        None => (text.as_str(), None),
    };
    let (digits, is_afternoon) = match lower.strip_suffix("am") {
        Some(digits) => (digits.trim_end(), Some(false)),
        None => lower.strip_suffix("pm").map_or((lower, None), |digits| (digits.trim_end(), Some(true))),
    };
    let mut parts = digits.split(':');
    let hours = whole(parts.next()?, if is_afternoon.is_some() { 12 } else { 24 })?;
    let minutes = parts.next().map_or(Some(0.0), |minutes| whole(minutes, 59))?;
    let seconds = parts.next().map_or(Some(0.0), |seconds| seconds.replace(',', ".").parse::<f64>().ok())?;
    if parts.next().is_some() || !(0.0..61.0).contains(&seconds) {
        return None;
    }
    let hours = match is_afternoon {
        Some(is_afternoon) => hours % 12.0 + if is_afternoon { 12.0 } else { 0.0 },
        None => hours,
    };
    Some((hours * 3600.0 + minutes * 60.0 + seconds, offset))
}

/// Reads `Z`, `+02:00`, `+0200` or `+02`.
fn parse_offset(text: &str) -> Option<f64> {
    if text == "z" {
        return Some(0.0);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+')?),
    };
    let digits = digits.replace(':', "");
    let minutes = match digits.len() {
        2 => 0.0,
        4 => whole(digits.get(2..)?, 59)?,
        _ => return None,
    };
    Some(sign * (whole(digits.get(..2)?, 23)? * 3600.0 + minutes * 60.0))
}

fn whole(digits: &str, maximum: u32) -> Option<f64> {
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse::<u32>().ok().filter(|&number| is_plain && number <= maximum).map(f64::from)
}

#[cfg(test)]
#[path = "time_column_tests.rs"]
mod tests;
