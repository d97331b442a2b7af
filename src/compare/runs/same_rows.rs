//! Do the metrics of two runs come from the same rows? Only then are differences due to the models.

use super::loaded_run::LoadedRun;
use crate::format::count;
use crate::report::sanitize::short_name;

/// Whether both runs have the same training and test rows, and predict the same of them.
pub(super) fn same_data(one: &LoadedRun, other: &LoadedRun) -> bool {
    let (one, other) = (&one.record.data, &other.record.data);
    one.hash == other.hash && one.target_names == other.target_names && one.drawn_test_hash == other.drawn_test_hash
}

/// Whether both runs hold out the same rows for validation: the same data, divided the same way.
pub(super) fn same_validation_rows(one: &LoadedRun, other: &LoadedRun) -> bool {
    let split = |run: &LoadedRun| run.config.as_ref().ok().map(|config| config.split.clone());
    let rows = |run: &LoadedRun| run.record.data.valid_rows;
    same_data(one, other) && rows(one) == rows(other) && split(one) == split(other)
}

/// Returns sentences on the test rows and the validation rows of at least two runs.
pub(super) fn sentences(runs: &[LoadedRun]) -> Vec<String> {
    let Some((first, others)) = runs.split_first() else { return Vec::new() };
    let (same, different): (Vec<&LoadedRun>, Vec<&LoadedRun>) =
        others.iter().partition(|other| same_data(first, other));
    let mut sentences = Vec::new();
    if !same.is_empty() {
        sentences.push(test_sentence(first, &same, different.is_empty()));
        sentences.extend(validation_sentences(first, &same, different.is_empty()));
    }
    sentences.extend(different.iter().map(|other| {
        let (one, source) = (&first.record.data.source, &other.record.data.source);
        let which = match one == source {
            true => format!("both use {source}, which has changed or is used differently"),
            false => format!("{source}, not {one}"),
        };
        let targets = (&first.record.data.target_names, &other.record.data.target_names);
        if targets.0 != targets.1 {
            return format!(
                "{} predicts {}, {} predicts {}, so differences of their metrics are left out.",
                other.letter,
                predicted(targets.1),
                first.letter,
                predicted(targets.0)
            );
        }
        if first.record.data.hash == other.record.data.hash {
            return format!(
                "{} has the same data as {}, but other test rows, which were drawn differently, so differences of their \
                 metrics are left out.",
                other.letter, first.letter
            );
        }
        format!(
            "{} uses different data from {} ({which}), so differences of their metrics are left out.",
            other.letter, first.letter
        )
    }));
    sentences
}

fn predicted(targets: &[String]) -> String {
    match targets {
        [] => "classes".to_string(),
        targets => targets.iter().map(|target| short_name(target)).collect::<Vec<_>>().join(", "),
    }
}

fn test_sentence(first: &LoadedRun, same: &[&LoadedRun], are_all: bool) -> String {
    let who = if are_all { "All runs have".into() } else { format!("{} have", letters(&with_first(first, same))) };
    match first.record.data.test_rows {
        0 => format!("{who} the same data, which has no test set."),
        rows => format!("{who} the same data, so test metrics come from the same {} rows.", count(rows)),
    }
}

fn validation_sentences(first: &LoadedRun, same: &[&LoadedRun], are_all: bool) -> Vec<String> {
    let rows = first.record.data.valid_rows;
    let (alike, unlike): (Vec<&LoadedRun>, Vec<&LoadedRun>) =
        same.iter().partition(|other| same_validation_rows(first, other));
    let mut sentences = Vec::new();
    if rows > 0 && !alike.is_empty() {
        let whose = if are_all && unlike.is_empty() {
            String::new()
        } else {
            format!(" of {}", letters(&with_first(first, &alike)))
        };
        sentences.push(format!("Validation metrics{whose} come from the same {} rows.", count(rows)));
    }
    sentences.extend(unlike.iter().map(|other| {
        let why = match (first.record.data.valid_rows, other.record.data.valid_rows) {
            (_, 0) => return format!("{} has no validation set.", other.letter),
            (0, _) => return format!("{} has no validation set, {} has one.", first.letter, other.letter),
            (one, rows) if one != rows => "a set of another size",
            _ => "drawn differently",
        };
        format!(
            "{} has different validation rows from {} ({why}), so differences of their validation metrics are partly due to the rows.",
            other.letter, first.letter
        )
    }));
    sentences
}

/// Lists the letters: "A, B and D".
pub(super) fn letters(runs: &[&LoadedRun]) -> String {
    let letters: Vec<&str> = runs.iter().map(|run| run.letter.as_str()).collect();
    match letters.as_slice() {
        [start @ .., last] if !start.is_empty() => format!("{} and {last}", start.join(", ")),
        _ => letters.concat(),
    }
}

/// The first run and others.
fn with_first<'a>(first: &'a LoadedRun, others: &[&'a LoadedRun]) -> Vec<&'a LoadedRun> {
    [first].into_iter().chain(others.iter().copied()).collect()
}
