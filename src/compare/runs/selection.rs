//! What the validation rows have chosen: metrics on rows that chose something are too good.

use super::loaded_run::LoadedRun;
use super::same_rows::letters;
use crate::config::{Selection, selection_label};
use crate::run_directory::OUT_OF_FOLD;

/// What was chosen, and what the rows that chose it are called.
type Choice<'r> = (&'r [Selection], &'static str);

/// Returns a sentence for each different choice, with the runs that made it.
pub(super) fn sentences(runs: &[LoadedRun]) -> Vec<String> {
    let mut groups: Vec<(Choice, Vec<&LoadedRun>)> = Vec::new();
    for run in runs.iter().filter(|run| !run.record.used_for_selection.is_empty()) {
        let choice = (&run.record.used_for_selection[..], rows_of(run));
        match groups.iter_mut().find(|(other, _)| *other == choice) {
            Some((_, runs)) => runs.push(run),
            None => groups.push((choice, vec![run])),
        }
    }
    let sentence = |((selections, rows), chosen): (Choice, Vec<&LoadedRun>)| {
        let whose = if chosen.len() == runs.len() { "all runs".to_string() } else { letters(&chosen) };
        Some(format!("The {rows} of {whose} were {}.", selection_label(selections)?))
    };
    groups.into_iter().filter_map(sentence).collect()
}

/// What the rows that chose are called.
fn rows_of(run: &LoadedRun) -> &'static str {
    let judged_by = run.record.ensemble.as_ref().and_then(|ensemble| ensemble.judged_by.as_deref());
    if judged_by == Some(OUT_OF_FOLD) { "held-out folds" } else { "validation rows" }
}
