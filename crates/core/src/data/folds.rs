//! Divides rows into the folds of a cross-validation.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::ChaCha8Rng;

use super::random::{Purpose, shuffle, stream};
use super::split::SplitBy;
use crate::config::SplitConfig;
use crate::{Error, Result};

impl SplitBy {
    /// Divides `rows`, which ascend, into those that stay and those of fold `split.fold` of `split.folds`. By class or by group,
    /// each row is in one fold. By time, the rows are cut into one block more than there are folds: fold k is the block
    /// after the first k, which stay; newer rows are on neither side. `labels` are those of all rows of the source.
    ///
    /// # Errors
    /// [`Error::Config`] if there are fewer rows, groups or times than folds.
    pub fn hold_out_fold(
        &self,
        rows: &[usize],
        labels: &[u32],
        classes: usize,
        split: &SplitConfig,
    ) -> Result<(Vec<usize>, Vec<usize>)> {
        let mut generator = stream(split.seed, Purpose::Folds, split.repeat as u64);
        let folds = match self {
            Self::Class => folds_of_classes(rows, labels, classes, split.folds, &mut generator),
            Self::Group(groups) => folds_of_groups(rows, labels, groups, split.folds, &mut generator),
            Self::Time(times) => blocks_of_times(rows, times, split.folds + 1),
        };
        if folds.iter().any(Vec::is_empty) {
            return Err(self.too_many_folds(rows, split.folds));
        }
        let is_kept = |index: usize| match self {
            Self::Time(_) => index < split.fold,
            _ => index + 1 != split.fold,
        };
        let mut kept: Vec<usize> =
            folds.iter().enumerate().filter(|(index, _)| is_kept(*index)).flat_map(|(_, fold)| fold).copied().collect();
        let held_out = match self {
            Self::Time(_) => split.fold,
            _ => split.fold - 1,
        };
        let mut held_out = folds[held_out].clone();
        kept.sort_unstable();
        held_out.sort_unstable();
        Ok((kept, held_out))
    }

    fn too_many_folds(&self, rows: &[usize], folds: usize) -> Error {
        let problem = match self {
            Self::Class => format!("{} rows cannot be divided into {folds} folds; set fewer", rows.len()),
            Self::Group(groups) => format!(
                "{} groups cannot be divided into {folds} folds; set fewer, or another column in split.group",
                rows.iter().map(|&row| groups[row]).collect::<BTreeSet<_>>().len()
            ),
            Self::Time(_) => format!(
                "{folds} folds by time need {} different times or more; set fewer, or another column in split.time",
                folds + 1
            ),
        };
        Error::config("split.folds", problem)
    }
}

/// Deals the shuffled rows of each class to the folds in turn, each class going on where the one before it ended: folds
/// differ by at most one row, in all and of each class.
fn folds_of_classes(
    rows: &[usize],
    labels: &[u32],
    classes: usize,
    folds: usize,
    generator: &mut ChaCha8Rng,
) -> Vec<Vec<usize>> {
    let mut rows_of_class = vec![Vec::new(); classes];
    rows.iter().for_each(|&row| rows_of_class[labels[row] as usize].push(row));
    rows_of_class.iter_mut().for_each(|rows| shuffle(rows, generator));
    let mut dealt = vec![Vec::new(); folds];
    rows_of_class.iter().flatten().enumerate().for_each(|(turn, &row)| dealt[turn % folds].push(row));
    dealt
}

/// Gives each group, the largest first, to the fold that then has least of the group's classes (ties: the one with
/// fewer rows). Groups of one size come in a random order.
fn folds_of_groups(
    rows: &[usize],
    labels: &[u32],
    groups: &[u32],
    folds: usize,
    generator: &mut ChaCha8Rng,
) -> Vec<Vec<usize>> {
    let mut rows_of_group: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    rows.iter().for_each(|&row| rows_of_group.entry(groups[row]).or_default().push(row));
    let mut by_size: Vec<Vec<usize>> = rows_of_group.into_values().collect();
    shuffle(&mut by_size, generator);
    by_size.sort_by_key(|rows| std::cmp::Reverse(rows.len()));

    let mut totals: BTreeMap<u32, f64> = BTreeMap::new();
    rows.iter().for_each(|&row| *totals.entry(labels[row]).or_default() += 1.0);
    let mut dealt = vec![Vec::new(); folds];
    let mut held: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); folds];
    for group in by_size {
        let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
        group.iter().for_each(|&row| *counts.entry(labels[row]).or_default() += 1.0);
        // What the sum of the squared shares of each class would grow by, were the group added.
        let growth = |fold: usize| -> f64 {
            let of_class = |(class, count): (&u32, &f64)| {
                let before = held[fold].get(class).copied().unwrap_or_default();
                ((before + count).powi(2) - before.powi(2)) / totals[class].powi(2)
            };
            counts.iter().map(of_class).sum()
        };
        let before = |&one: &usize, &other: &usize| {
            growth(one).total_cmp(&growth(other)).then(dealt[one].len().cmp(&dealt[other].len()))
        };
        let Some(fold) = (0..folds).min_by(before) else { break };
        counts.into_iter().for_each(|(class, count)| *held[fold].entry(class).or_default() += count);
        dealt[fold].extend(group);
    }
    dealt
}

/// Cuts the rows, oldest first, into `count` blocks as even as possible. Rows of one time are in one block, so blocks are
/// empty if there are too few times.
fn blocks_of_times(rows: &[usize], times: &[f64], count: usize) -> Vec<Vec<usize>> {
    let mut by_time = rows.to_vec();
    by_time.sort_by(|&one, &other| times[one].total_cmp(&times[other]));
    let mut of_one_time: Vec<Vec<usize>> = Vec::new();
    for row in by_time {
        match of_one_time.last_mut() {
            Some(last) if times[last[0]] == times[row] => last.push(row),
            _ => of_one_time.push(vec![row]),
        }
    }
    let mut blocks = vec![Vec::new(); count];
    let (mut block, mut left, times_in_all) = (0, rows.len(), of_one_time.len());
    for (place, rows) in of_one_time.into_iter().enumerate() {
        // The next block begins when this one is nearer to its share without the rows than with them, or when every block
        // to come needs a time of its own.
        let (size, share) = (blocks[block].len(), (left + blocks[block].len()) as f64 / (count - block) as f64);
        let is_full = size > 0 && size as f64 + rows.len() as f64 / 2.0 > share;
        let is_needed = size > 0 && times_in_all - place < count - block;
        if block + 1 < count && (is_full || is_needed) {
            block += 1;
        }
        left -= rows.len();
        blocks[block].extend(rows);
    }
    blocks
}

#[cfg(test)]
#[path = "folds_tests.rs"]
mod tests;
