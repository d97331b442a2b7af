//! Reads and writes dates and times of day.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const DAY: f64 = 86_400.0;

crate::choices! {
    /// The order of a date's parts that are numbers, where the year is last.
    DateOrder, "date order", {
        /// Takes the only order that all dates of a column can be in. A model that says so knows dates that both orders
        /// read alike, and no others.
        Auto = "auto",
        DayFirst = "day-first",
        MonthFirst = "month-first",
    }
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Since 1970-01-01, in UTC or in the local time of all rows.
    pub seconds: f64,
    pub has_offset: bool,
}

/// Reads `2024-01-31`, `2024/1/31`, `2024-01`, `2024`, `20240131`, `31.1.2024`, `31/1/2024` or
/// `1/31/2024` by `order`, `31 Jan 2024`, `January 31, 2024`; then possibly `T` or a space and a
/// time of day.
pub fn moment(text: &str, order: DateOrder) -> Option<Moment> {
    if order == DateOrder::Auto {
        let day_first = moment(text, DateOrder::DayFirst);
        return match (day_first, moment(text, DateOrder::MonthFirst)) {
            (Some(one), Some(other)) if one != other => None,
            (one, other) => one.or(other),
        };
    }
    let text = text.trim();
    let (date, clock) = split_clock(text);
    let days = parse_date(date.trim(), order)?;
    let (seconds, offset) = clock.map_or(Some((0.0, None)), parse_clock)?;
    Some(Moment { seconds: days as f64 * DAY + seconds - offset.unwrap_or(0.0), has_offset: offset.is_some() })
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
fn parse_date(text: &str, order: DateOrder) -> Option<i64> {
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
        [day, month, year] if is_year(year) && (separator == Some('.') || order == DateOrder::DayFirst) => {
            (*year, number(month)?, *day)
        }
        [month, day, year] if is_year(year) => (*year, number(month)?, *day),
        _ => return None,
    };
    days_since_1970(number(year)?, month, number(day)?)
}

fn month_named(name: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    // Three letters, four as in Sept, or all.
    let place = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(&name))?;
    Some(place as u32 + 1)
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

/// Reads a time of day such as `18:30`, `18:30:15.5` or `6:30 PM`, as seconds since midnight.
pub(super) fn clock(text: &str) -> Option<f64> {
    match parse_clock(text)? {
        (seconds, None) if text.contains(':') => Some(seconds),
        _ => None,
    }
}

/// Writes seconds since 1970 as `2024-01-31` or `2024-01-31T18:30:15`, to the second.
pub(super) fn date_text(seconds: f64) -> String {
    let seconds = seconds.round();
    let (year, month, day) = date_of(seconds.div_euclid(DAY) as i64);
    match seconds.rem_euclid(DAY) {
        0.0 => format!("{year:04}-{month:02}-{day:02}"),
        clock => format!("{year:04}-{month:02}-{day:02}T{}", time_text(clock)),
    }
}

/// Writes seconds since midnight as `18:30` or `18:30:15`.
pub(super) fn time_text(seconds: f64) -> String {
    let seconds = seconds.round() as i64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match seconds {
        0 => format!("{hours:02}:{minutes:02}"),
        _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

/// The year, month and day of a number of days since 1970; `civil_from_days` of the same source as
/// [`days_since_1970`].
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
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
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_they_are_read() {
        for text in ["1970-01-01", "2024-02-29", "1899-12-31", "2000-03-01", "0001-01-01", "2024-01-31T18:30:15"] {
            let seconds = moment(text, DateOrder::Auto).unwrap().seconds;
            assert_eq!(date_text(seconds), text);
        }
        assert_eq!(date_text(moment("2024-06-30 24:00", DateOrder::Auto).unwrap().seconds), "2024-07-01");
    }

    #[test]
    fn a_time_of_day_needs_hours_and_minutes() {
        for (text, seconds) in [("18:30", 66_600.0), ("06:05:07.5", 21_907.5), ("6:30 PM", 66_600.0), ("0:00", 0.0)] {
            assert_eq!(clock(text), Some(seconds), "{text}");
        }
        assert_eq!(["18", "25:00", "10:60", "18:30Z", "x:30"].map(clock), [None; 5]);
        assert_eq!([66_600.0, 21_907.4].map(time_text), ["18:30", "06:05:07"]);
    }

    #[test]
    fn a_date_is_refused_where_its_order_is_not_known_and_matters() {
        let days = |text, order| moment(text, order).map(|moment| moment.seconds / DAY);
        assert_eq!(days("1/2/1970", DateOrder::DayFirst), Some(31.0));
        assert_eq!(days("1/2/1970", DateOrder::MonthFirst), Some(1.0));
        assert_eq!(days("1/2/1970", DateOrder::Auto), None);
        assert_eq!(days("1/13/1970", DateOrder::Auto), Some(12.0));
        assert_eq!(days("2.1.1970", DateOrder::MonthFirst), Some(1.0), "with dots the day is first");
    }

    #[test]
    fn a_month_is_named_whole_or_by_its_start() {
        let days = |text| moment(text, DateOrder::Auto).map(|moment| moment.seconds / DAY);
        assert_eq!(["1 Feb 1970", "1 february 1970", "1 Sept 1970"].map(days), [Some(31.0), Some(31.0), Some(243.0)]);
        assert_eq!(["Mayor 1970", "Marvin 1970", "Ma 1970"].map(days), [None; 3]);
    }
}
