//! Seeded splits: hold validation rows out of the training set, and test rows out of a source without a test set.

use rand::rngs::ChaCha8Rng;

use super::group_split::hold_out_groups;
use super::random::{Purpose, shuffle, stream};
use super::time_split::hold_out_newest;
use crate::{Error, Result};

/// Rows of the training set for training and for validation. Each list ascends; together they are all
/// rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitIndices {
    pub train: Vec<usize>,
    pub valid: Vec<usize>,
}

/// What decides which rows are held out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SplitBy {
    /// Chance, with each class in proportion.
    Class,
    /// Chance, among whole groups: each row's group.
    Group(Vec<u32>),
    /// Age: each row's time. The newest are held out.
    Time(Vec<f64>),
}

/// A part of the rows that is held out.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldOut<'a> {
    /// The setting of the fraction, for messages.
    pub key: &'a str,
    /// What the rows do: "validate".
    pub verb: &'a str,
    pub fraction: f64,
    pub seed: u64,
    pub purpose: Purpose,
}

impl<'a> HeldOut<'a> {
    pub fn validation(fraction: f64, seed: u64) -> Self {
        Self { key: "split.valid", verb: "validate", fraction, seed, purpose: Purpose::Split }
    }

    pub fn test(key: &'a str, fraction: f64, seed: u64) -> Self {
        Self { key, verb: "test", fraction, seed, purpose: Purpose::TestSplit }
    }
}

/// Holds out `valid_fraction` of the rows for validation, with each class in proportion.
///
/// `round(n * valid_fraction)` rows are held out, shared among the classes by largest remainder
/// (ties: the lower class index); which rows of a class they are is random, from `seed`. Every
/// class keeps at least one row for training, so a fraction near 1 may hold out fewer. A fraction
/// of 0 holds out none.
///
/// # Errors
/// [`Error::Config`] if the fraction is not in `[0, 1)` or leaves no row to train or, above 0, to
/// validate; [`Error::Data`] if there are no rows or a label is not below `classes`.
pub fn stratified_split(labels: &[u32], classes: usize, valid_fraction: f64, seed: u64) -> Result<SplitIndices> {
    let rows: Vec<usize> = (0..labels.len()).collect();
    let part = HeldOut::validation(valid_fraction, seed);
    let (train, valid) = SplitBy::Class.hold_out(&rows, labels, classes, part)?;
    Ok(SplitIndices { train, valid })
}

impl SplitBy {
    /// Divides `rows`, which ascend, into those that stay and those that `part` holds out. `labels`
    /// are those of all rows of the source, whether in `rows` or not.
    ///
    /// # Errors
    /// As [`stratified_split`].
    pub fn hold_out(
        &self,
        rows: &[usize],
        labels: &[u32],
        classes: usize,
        part: HeldOut,
    ) -> Result<(Vec<usize>, Vec<usize>)> {
        if !(0.0..1.0).contains(&part.fraction) {
            let problem = format!("{} is not a fraction of the rows; set one from 0 to below 1", part.fraction);
            return Err(Error::config(part.key, problem));
        }
        if rows.is_empty() {
            return Err(Error::data("the training set", "has no rows to split"));
        }
        if let Some(row) = rows.iter().find(|&&row| labels[row] as usize >= classes) {
            let problem = format!("label {} of row {row} is not below {classes}", labels[*row]);
            return Err(Error::data("the training set", problem));
        }
        if part.fraction == 0.0 {
            return Ok((rows.to_vec(), Vec::new()));
        }
        let mut generator = stream(part.seed, part.purpose, 0);
        let (mut kept, mut held_out) = match self {
            Self::Class => hold_out_of_classes(rows, labels, classes, part.fraction, &mut generator),
            Self::Group(groups) => hold_out_groups(rows, labels, groups, part.fraction, &mut generator),
            Self::Time(times) => hold_out_newest(rows, times, part.fraction),
        };
        kept.sort_unstable();
        held_out.sort_unstable();
        self.check_not_empty(&kept, &held_out, part)?;
        Ok((kept, held_out))
    }

    fn check_not_empty(&self, kept: &[usize], held_out: &[usize], part: HeldOut) -> Result<()> {
        let HeldOut { key, verb, fraction, .. } = part;
        let verb = match (kept.is_empty(), held_out.is_empty()) {
            (true, _) => "train",
            (_, true) => verb,
            _ => return Ok(()),
        };
        let rows = kept.len() + held_out.len();
        let problem = match self {
            Self::Class => {
                format!("{fraction} of {rows} rows leaves no row to {verb}; set another fraction, or 0 for none")
            }
            Self::Group(_) => format!(
                "no group can {verb}: each one has all rows of some class, which must train; set another column in \
                 split.group, or {key} to 0"
            ),
            Self::Time(_) => format!(
                "all {rows} rows have the same time, which leaves none to {verb}; set another column in split.time, or \
                 {key} to 0"
            ),
        };
        Err(Error::config(key, problem))
    }
}

fn hold_out_of_classes(
    rows: &[usize],
    labels: &[u32],
    classes: usize,
    fraction: f64,
    generator: &mut ChaCha8Rng,
) -> (Vec<usize>, Vec<usize>) {
    let mut rows_of_class = vec![Vec::new(); classes];
    rows.iter().for_each(|&row| rows_of_class[labels[row] as usize].push(row));
    let counts: Vec<usize> = rows_of_class.iter().map(Vec::len).collect();
    let (mut kept, mut held_out) = (Vec::new(), Vec::new());
    for (rows, count) in rows_of_class.iter_mut().zip(held_out_counts(&counts, fraction)) {
        shuffle(rows, generator);
        held_out.extend_from_slice(&rows[..count]);
        kept.extend_from_slice(&rows[count..]);
    }
    (kept, held_out)
}

/// Returns how many rows of each class to hold out: its share rounded down, then one more by
/// largest remainder until the total is right.
fn held_out_counts(counts: &[usize], fraction: f64) -> Vec<usize> {
    let share = |class: usize| counts[class] as f64 * fraction;
    let maximum = |class: usize| counts[class].saturating_sub(1);
    let mut held_out: Vec<usize> = (0..counts.len()).map(|class| (share(class) as usize).min(maximum(class))).collect();

    let total = (counts.iter().sum::<usize>() as f64 * fraction).round() as usize;
    let mut missing = total.saturating_sub(held_out.iter().sum());
    let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
    by_remainder.sort_by(|&a, &b| share(b).fract().total_cmp(&share(a).fract()));
    while missing > 0 {
        let before = missing;
        for &class in &by_remainder {
            if missing > 0 && held_out[class] < maximum(class) {
                held_out[class] += 1;
                missing -= 1;
            }
        }
        if missing == before {
            break;
        }
    }
    held_out
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
