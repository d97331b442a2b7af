//! Finds columns that alone predict the target: often they were recorded after it.

use std::collections::HashMap;

use burn_mlp_infer::csv::Column;

use crate::data::random::{Purpose, shuffle, stream};
use crate::format::percent;

/// Rows looked at, at most; enough to tell 99 % from 100 %.
const MAX_ROWS: usize = 20_000;

/// A column gives the target away if it makes at most these shares of mistakes: of all rows, and of the mistakes
/// without it.
const MAX_MISTAKES: f64 = 0.01;
const MAX_OF_MISTAKES: f64 = 0.1;

/// Minimum number of rows on which a column is tested.
const MIN_JUDGED: usize = 20;

/// Predicts the classes of one half of the rows by the nearest value of a column in the other half.
pub(super) struct Leak<'a> {
    known: Vec<usize>,
    judged: Vec<usize>,
    labels: &'a [u32],
    majority: u32,
    /// Mistakes of always answering the most frequent class.
    mistakes_without: usize,
}

impl<'a> Leak<'a> {
    pub fn new(rows: &[usize], labels: &'a [u32]) -> Self {
        let step = rows.len().div_ceil(MAX_ROWS).max(1);
        let mut sample: Vec<usize> = rows.iter().step_by(step).copied().collect();
        shuffle(&mut sample, &mut stream(0, Purpose::Split, 0));
        let judged = sample.split_off(sample.len() / 2);
        let known = sample;
        let majority = most_frequent(known.iter().map(|&row| labels[row]));
        let mistakes_without = judged.iter().filter(|&&row| labels[row] != majority).count();
        Self { known, judged, labels, majority, mistakes_without }
    }

    /// Warns if `column` alone predicts the target.
    pub fn warning(&self, column: &Column) -> Option<String> {
        let predict = match column {
            Column::LeftOut => return None,
            Column::Numbers(numbers) => self.by_number(numbers),
            Column::Texts(texts) => self.by_text(&texts.rows),
        };
        let mistakes = self.judged.iter().filter(|&&row| predict(row) != self.labels[row]).count() as f64;
        let most = (self.judged.len() as f64 * MAX_MISTAKES).min(self.mistakes_without as f64 * MAX_OF_MISTAKES);
        let gives_away = self.judged.len() >= MIN_JUDGED && self.mistakes_without > 0 && mistakes <= most;
        gives_away.then(|| {
            let right = percent(1.0 - mistakes / self.judged.len() as f64);
            format!(
                "alone predicts {right} of the rows: is it known before the target is? If not, name it in csv.ignore"
            )
        })
    }

    /// Predicts by the nearest known number.
    fn by_number<'n>(&self, numbers: &'n [f64]) -> Box<dyn Fn(usize) -> u32 + 'n> {
        let mut known: Vec<(f64, u32)> = self.known.iter().map(|&row| (numbers[row], self.labels[row])).collect();
        known.retain(|(number, _)| !number.is_nan());
        known.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
        let equal = known.chunk_by(|(a, _), (b, _)| a == b);
        let class = |equal: &[(f64, u32)]| (equal[0].0, most_frequent(equal.iter().map(|(_, label)| *label)));
        let classes: Vec<(f64, u32)> = equal.map(class).collect();
        let majority = self.majority;
        Box::new(move |row| {
            let number = numbers[row];
            let after = classes.partition_point(|(known, _)| *known < number);
            let beside = classes[after.saturating_sub(1)..(after + 1).min(classes.len())].iter();
            let nearest = beside.min_by(|(a, _), (b, _)| (a - number).abs().total_cmp(&(b - number).abs()));
            nearest.filter(|_| !number.is_nan()).map_or(majority, |(_, class)| *class)
        })
    }

    /// Predicts by the known rows of the same text.
    fn by_text<'t>(&self, texts: &'t [u32]) -> Box<dyn Fn(usize) -> u32 + 't> {
        let mut labels: HashMap<u32, Vec<u32>> = HashMap::new();
        for &row in &self.known {
            labels.entry(texts[row]).or_default().push(self.labels[row]);
        }
        let class = |(text, labels): (u32, Vec<u32>)| (text, most_frequent(labels.into_iter()));
        let classes: HashMap<u32, u32> = labels.into_iter().map(class).collect();
        let majority = self.majority;
        Box::new(move |row| classes.get(&texts[row]).copied().unwrap_or(majority))
    }
}

/// Returns the most frequent of `labels`, of equally frequent ones the lowest; 0 without any.
fn most_frequent(labels: impl Iterator<Item = u32>) -> u32 {
    let mut labels: Vec<u32> = labels.collect();
    labels.sort_unstable();
    // `max_by_key` returns the last of equal ones.
    labels.chunk_by(|a, b| a == b).rev().max_by_key(|equal| equal.len()).map_or(0, |equal| equal[0])
}
