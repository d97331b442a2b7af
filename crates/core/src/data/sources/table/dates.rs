//! Reads the texts of a column as dates, all in the same order of day and month.

use burn_mlp_infer::csv::Texts;
use burn_mlp_infer::table::{DateOrder, Moment, moment};

/// Dates of a column, in seconds since 1970.
pub(super) struct Dates {
    pub order: DateOrder,
    /// That of each value of the column; NaN for a value that no row has.
    pub seconds: Vec<f64>,
}

/// Why the texts of a column are not dates. Each text is an index among the column's values.
pub(super) enum DateProblem {
    /// A text that is not a date.
    NotADate(usize),
    /// The first that may begin with the day or with the month, as all dates of the column.
    Ambiguous(usize),
    /// Two texts, of which only the second has an offset from UTC.
    Mixed(usize, usize),
}

/// Reads the texts of a column in this order.
pub(super) fn dates(texts: &Texts, order: DateOrder) -> Result<Dates, DateProblem> {
    let used = used_values(texts);
    let read = |order: DateOrder| -> Vec<Option<Moment>> {
        used.iter().map(|&value| moment(&texts.values[value], order)).collect()
    };
    let unreadable = |moments: &[Option<Moment>]| moments.iter().position(Option::is_none).map(|at| used[at]);
    let (order, moments) = match order {
        DateOrder::DayFirst | DateOrder::MonthFirst => (order, read(order)),
        DateOrder::Auto => {
            let (day_first, month_first) = (read(DateOrder::DayFirst), read(DateOrder::MonthFirst));
            match (unreadable(&day_first), unreadable(&month_first)) {
                (None, None) => match day_first.iter().zip(&month_first).position(|(one, other)| one != other) {
                    Some(at) => return Err(DateProblem::Ambiguous(used[at])),
                    None => (DateOrder::Auto, day_first),
                },
                (None, _) => (DateOrder::DayFirst, day_first),
                (_, None) => (DateOrder::MonthFirst, month_first),
                (Some(value), Some(_)) => return Err(DateProblem::NotADate(value)),
            }
        }
    };
    if let Some(value) = unreadable(&moments) {
        return Err(DateProblem::NotADate(value));
    }
    let with = |has_offset: bool| {
        let found = moments.iter().position(|moment| moment.is_some_and(|moment| moment.has_offset == has_offset));
        found.map(|at| used[at])
    };
    if let (Some(without), Some(with)) = (with(false), with(true)) {
        return Err(DateProblem::Mixed(without, with));
    }
    let mut seconds = vec![f64::NAN; texts.values.len()];
    for (&value, moment) in used.iter().zip(&moments) {
        seconds[value] = moment.map_or(f64::NAN, |moment| moment.seconds);
    }
    Ok(Dates { order, seconds })
}

/// Returns the indices of the values that occur, ascending.
pub(super) fn used_values(texts: &Texts) -> Vec<usize> {
    let mut is_used = vec![false; texts.values.len()];
    texts.rows.iter().filter(|&&row| row != Texts::MISSING).for_each(|&row| is_used[row as usize] = true);
    (0..is_used.len()).filter(|&value| is_used[value]).collect()
}
