//! The names of members in an ensemble's directory.

use std::collections::BTreeSet;

use super::candidates::Candidate;
use crate::run_directory::RunDirectory;

/// Returns a name for each run of each candidate: its own, or with the candidate's before it where runs share one.
pub(super) fn member_names(candidates: &[Candidate]) -> Vec<Vec<String>> {
    let own: Vec<&str> = candidates.iter().flat_map(|candidate| &candidate.runs).map(|run| run.run.name()).collect();
    let distinct: BTreeSet<&str> = own.iter().copied().collect();
    let are_distinct = distinct.len() == own.len();
    // A member may not be called like a file of the ensemble itself.
    let mut taken: BTreeSet<String> = RunDirectory::FILES.iter().map(ToString::to_string).collect();
    let name =
        |candidate: &Candidate, run: &str| if are_distinct { run.to_string() } else { joined(&candidate.name, run) };
    let mut names = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let of_candidate = candidate.runs.iter().map(|run| free(name(candidate, run.run.name()), &mut taken));
        names.push(of_candidate.collect());
    }
    names
}

/// Joins the names of a group and of its run: "cv, seed 1" and "fold-1-seed-1" to `cv-fold-1-seed-1`.
fn joined(candidate: &str, run: &str) -> String {
    let group = candidate.split(',').next().unwrap_or(candidate);
    if group == run { run.to_string() } else { format!("{group}-{run}") }
}

/// Adds a number to a name that is taken.
fn free(name: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered).filter(|name| !taken.contains(name));
    let free = names.next().unwrap_or(name);
    taken.insert(free.clone());
    free
}
