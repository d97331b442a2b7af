//! Whether two runs' figures are of the same rows: only then do they differ by the models alone.

use super::subject::Subject;
use crate::format::count;

/// Whether both runs have the same training and test rows.
pub(super) fn same_data(one: &Subject, other: &Subject) -> bool {
    one.record.data.hash == other.record.data.hash
}

/// Whether both runs hold out the same rows for validation: the same part of the same data, drawn by the same seed.
pub(super) fn same_validation_rows(one: &Subject, other: &Subject) -> bool {
    let part = |subject: &Subject| subject.config.as_ref().ok().map(|config| config.split.valid);
    let drawn = |subject: &Subject| (subject.record.seed, subject.record.data.valid_rows);
    same_data(one, other) && drawn(one) == drawn(other) && part(one) == part(other)
}

/// What can be said of the test set and of the validation part, in sentences. At least two subjects.
pub(super) fn sentences(subjects: &[Subject]) -> Vec<String> {
    let Some((first, others)) = subjects.split_first() else { return Vec::new() };
    let (same, different): (Vec<&Subject>, Vec<&Subject>) = others.iter().partition(|other| same_data(first, other));
    let mut sentences = Vec::new();
    if !same.is_empty() {
        sentences.push(test_sentence(first, &same, different.is_empty()));
        sentences.extend(validation_sentences(first, &same, different.is_empty()));
    }
    sentences.extend(different.iter().map(|other| {
        let (one, source) = (&first.record.data.source, &other.record.data.source);
        let which = match one == source {
            true => format!("both are of {source}, which has changed"),
            false => format!("{source}, not {one}"),
        };
        format!(
            "{} has other data than {} ({which}): its figures are not of the same rows, so their differences are left out.",
            other.letter, first.letter
        )
    }));
    sentences
}

fn test_sentence(first: &Subject, same: &[&Subject], are_all: bool) -> String {
    let who = if are_all { "All runs have".into() } else { format!("{} have", letters(first, same)) };
    match first.record.data.test_rows {
        0 => format!("{who} the same data, without a test set."),
        rows => format!("{who} the same data: test figures are of the same {} rows.", count(rows)),
    }
}

fn validation_sentences(first: &Subject, same: &[&Subject], are_all: bool) -> Vec<String> {
    let rows = first.record.data.valid_rows;
    let (alike, unlike): (Vec<&Subject>, Vec<&Subject>) =
        same.iter().partition(|other| same_validation_rows(first, other));
    let mut sentences = Vec::new();
    if rows > 0 && !alike.is_empty() {
        let whose =
            if are_all && unlike.is_empty() { String::new() } else { format!(" of {}", letters(first, &alike)) };
        sentences.push(format!("Validation figures{whose} are of the same {} rows.", count(rows)));
    }
    sentences.extend(unlike.iter().map(|other| {
        let why = match (first.record.data.valid_rows, other.record.data.valid_rows) {
            (_, 0) => return format!("{} has no validation part.", other.letter),
            (0, _) => return format!("{} has no validation part, {} has one.", first.letter, other.letter),
            (one, rows) if one != rows => "a part of another size",
            _ if first.record.seed != other.record.seed => "drawn by another seed",
            _ => "drawn otherwise",
        };
        format!(
            "{} has other validation rows than {} ({why}): differences between their validation figures are partly those of the rows.",
            other.letter, first.letter
        )
    }));
    sentences
}

/// "A, B and D".
fn letters(first: &Subject, others: &[&Subject]) -> String {
    let letters: Vec<&str> =
        [first].into_iter().chain(others.iter().copied()).map(|subject| subject.letter.as_str()).collect();
    match letters.as_slice() {
        [start @ .., last] if !start.is_empty() => format!("{} and {last}", start.join(", ")),
        _ => letters.concat(),
    }
}
