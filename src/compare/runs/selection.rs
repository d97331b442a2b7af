//! What the validation rows have chosen: metrics on rows that chose something are too good.

use super::loaded_run::LoadedRun;
use super::same_rows::letters;
use crate::config::{Selection, selection_label};

/// Returns a sentence for each different choice, with the runs that made it.
pub(super) fn sentences(runs: &[LoadedRun]) -> Vec<String> {
    let mut groups: Vec<(&[Selection], Vec<&LoadedRun>)> = Vec::new();
    for run in runs.iter().filter(|run| !run.record.used_for_selection.is_empty()) {
        let selections = &run.record.used_for_selection[..];
        match groups.iter_mut().find(|(chosen, _)| *chosen == selections) {
            Some((_, runs)) => runs.push(run),
            None => groups.push((selections, vec![run])),
        }
    }
    let sentence = |(selections, chosen): (&[Selection], Vec<&LoadedRun>)| {
        let whose = if chosen.len() == runs.len() { "all runs".to_string() } else { letters(&chosen) };
        Some(format!("The validation rows of {whose} were {}.", selection_label(selections)?))
    };
    groups.into_iter().filter_map(sentence).collect()
}
