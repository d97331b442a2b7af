//! Sentences that say which backend to choose, and what to be careful about.

use super::agreement::{GRADIENT_TOLERANCE, Verdict};
use super::backend_row::{BackendMetrics, BackendRow};
use crate::bench::Spread;
use crate::format::{epochs, seconds};

/// Below this ratio two speeds are called about the same.
const ABOUT_EQUAL: f64 = 1.1;

/// From this ratio on, decimals are left out.
const WHOLE_NUMBERS: f64 = 10.0;

/// A user does not notice a shorter warm-up.
const NOTICEABLE_SECONDS: f64 = 1.0;

/// A backend that ran.
#[derive(Clone, Copy)]
struct Entry<'a> {
    name: &'a str,
    metrics: &'a BackendMetrics,
}

impl Entry<'_> {
    /// Whether its gradients are exact and it agrees with the reference, unless the reference is
    /// wrong.
    fn is_trusted(&self, reference_is_exact: bool) -> bool {
        self.is_exact() && (self.metrics.agreement.verdict.is_good() || !reference_is_exact)
    }

    fn is_exact(&self) -> bool {
        self.metrics.exact_error <= GRADIENT_TOLERANCE
    }

    fn samples_per_second(&self) -> f64 {
        self.metrics.speed.samples_per_second.median
    }

    /// Whether the measurements overlap so much that either may be the faster one.
    fn overlaps(&self, other: &Self) -> bool {
        self.metrics.speed.samples_per_second.overlaps(&other.metrics.speed.samples_per_second)
    }

    fn is_noisy(&self) -> bool {
        self.metrics.speed.samples_per_second.is_wide()
    }
}

/// Returns the advice on `rows`, of which the first that ran is the reference.
pub(super) fn advice(rows: &[BackendRow]) -> Vec<String> {
    let entries: Vec<Entry> =
        rows.iter().filter_map(|row| row.metrics().map(|metrics| Entry { name: &row.backend, metrics })).collect();
    let Some((reference, others)) = entries.split_first() else {
        return vec!["No backend ran, so there is nothing to choose from.".to_string()];
    };
    let mut sentences = disagreements(reference, others);
    // The speed of a wrong result does not matter.
    let mut trusted: Vec<Entry> =
        entries.iter().copied().filter(|entry| entry.is_trusted(reference.is_exact())).collect();
    trusted.sort_by(|a, b| b.samples_per_second().total_cmp(&a.samples_per_second()));
    match trusted.split_first() {
        None => sentences.push("None of them computes the exact gradient here, so trust none of them.".to_string()),
        Some(_) if others.is_empty() => {
            sentences.push(format!("Only {} ran, so there is nothing to compare it with.", reference.name));
        }
        Some((best, slower)) => {
            if sentences.is_empty() {
                sentences.push(format!("{} agree.", list(&names(&entries))));
            }
            sentences.extend(choice(best, slower));
        }
    }
    let software = entries.iter().filter(|entry| entry.metrics.software);
    sentences.extend(software.map(|entry| {
        format!("{} runs on a software rasteriser here, so its speed says nothing about a GPU.", entry.name)
    }));
    sentences
}

/// Describes the backends that should not be used before it is known why they differ.
fn disagreements(reference: &Entry, others: &[Entry]) -> Vec<String> {
    let mut sentences = Vec::new();
    if !reference.is_exact() {
        sentences.push(format!(
            "{}, the reference, is itself {:.0e} off the exact gradient; investigate that first.",
            reference.name, reference.metrics.exact_error
        ));
    }
    for entry in others {
        let Verdict::Differs { first } = &entry.metrics.agreement.verdict else { continue };
        let name = entry.name;
        sentences.push(match (entry.is_exact(), reference.is_exact()) {
            (true, true) => format!(
                "{name} differs from {} in the {first}, although both compute the exact gradient; check its metrics \
                 before you rely on it.",
                reference.name
            ),
            (true, false) => format!("{name} differs from {} and computes the exact gradient.", reference.name),
            (false, _) => format!(
                "{name} is wrong here: its gradients are {:.0e} off the exact ones. Do not train with it.",
                entry.metrics.exact_error
            ),
        });
    }
    sentences
}

/// Compares the speed of `best` with that of the `slower` ones, fastest first, and draws the
/// conclusion.
fn choice(best: &Entry, slower: &[Entry]) -> Vec<String> {
    let mut sentences = Vec::from_iter(speeds(best, slower));
    let noisy: Vec<Entry> = [best].into_iter().chain(slower).copied().filter(Entry::is_noisy).collect();
    if !noisy.is_empty() {
        sentences.push(format!(
            "The speed of {} varied by a factor of more than {}; close other programs and compare again.",
            list(&names(&noisy)),
            Spread::MAX_RATIO
        ));
    }
    let sooner = slower.iter().find_map(|other| Some((other.name, break_even(best, other)?)));
    let about_as_fast = slower.first().filter(|other| best.overlaps(other));
    match (sooner, about_as_fast) {
        (Some((other, sentence)), _) => {
            sentences.push(sentence);
            sentences.push(format!("Choose {} for such runs, and {other} for shorter ones.", best.name));
        }
        (None, Some(other)) => sentences.push(format!("Choose {} or {} here.", best.name, other.name)),
        (None, None) => sentences.push(format!("Choose {} here.", best.name)),
    }
    sentences
}

/// Says how much faster `best` is: "flex is 3.1 times as fast as ndarray and 42 times as fast as
/// wgpu."
fn speeds(best: &Entry, slower: &[Entry]) -> Option<String> {
    let compared = slower.iter().filter_map(|other| {
        let ratio = best.samples_per_second() / other.samples_per_second();
        let perhaps = if best.overlaps(other) { "perhaps " } else { "" };
        match ratio {
            // The clock showed no time.
            ratio if ratio.is_nan() => None,
            ratio if ratio < ABOUT_EQUAL => Some(format!("about as fast as {}", other.name)),
            ratio if ratio < WHOLE_NUMBERS => Some(format!("{perhaps}{ratio:.1} times as fast as {}", other.name)),
            ratio => Some(format!("{perhaps}{ratio:.0} times as fast as {}", other.name)),
        }
    });
    let compared: Vec<String> = compared.collect();
    let warms_up = best.metrics.compiles_kernels || slower.iter().any(|other| other.metrics.compiles_kernels);
    let once_warm = if warms_up { "Once warm, " } else { "" };
    (!compared.is_empty()).then(|| format!("{once_warm}{} is {}.", best.name, list(&compared)))
}

/// Says from how many epochs on `best` finishes first, if its warm-up is noticeably longer.
fn break_even(best: &Entry, other: &Entry) -> Option<String> {
    let (fast, slow) = (&best.metrics.speed, &other.metrics.speed);
    let later = fast.extra_warm_up_seconds() - slow.extra_warm_up_seconds();
    let gained = slow.epoch_seconds.median - fast.epoch_seconds.median;
    let pays_from = (later / gained).ceil();
    (gained > 0.0 && later >= NOTICEABLE_SECONDS && pays_from > 1.0).then(|| {
        format!(
            "Its warm-up takes {} longer than that of {}, which pays off in runs of {} or more.",
            seconds(later),
            other.name,
            epochs(pays_from as usize)
        )
    })
}

fn names(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| entry.name.to_string()).collect()
}

/// Joins parts of a sentence: "a", "a and b", "a, b and c".
fn list(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
