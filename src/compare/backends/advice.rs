//! What a person should make of a comparison, in sentences.

use super::agreement::{GRADIENT_TOLERANCE, Verdict};
use super::comparison::{Ran, Row};
use crate::bench::Spread;
use crate::format::{epochs, seconds};

/// Speeds nearer to each other than this are called about the same.
const ABOUT_EQUAL: f64 = 1.1;

/// A shorter warm-up is nothing that a person waits for.
const NOTICEABLE_SECONDS: f64 = 1.0;

/// A backend that ran.
#[derive(Clone, Copy)]
struct Entry<'a> {
    name: &'a str,
    ran: &'a Ran,
}

impl Entry<'_> {
    /// Its gradients are right, and it computes what the reference computes, unless the reference
    /// itself is wrong.
    fn is_trusted(&self, reference_is_right: bool) -> bool {
        self.is_exact() && (self.ran.agreement.verdict.is_good() || !reference_is_right)
    }

    fn is_exact(&self) -> bool {
        self.ran.exact_error <= GRADIENT_TOLERANCE
    }

    fn samples_per_second(&self) -> f64 {
        self.ran.speed.samples_per_second.median
    }

    /// Whether the spread of the measurements leaves open which is the faster one.
    fn overlaps(&self, other: &Self) -> bool {
        self.ran.speed.samples_per_second.overlaps(&other.ran.speed.samples_per_second)
    }

    fn spreads_widely(&self) -> bool {
        self.ran.speed.samples_per_second.is_wide()
    }
}

pub(super) fn advice(rows: &[Row]) -> Vec<String> {
    let entries: Vec<Entry> =
        rows.iter().filter_map(|row| row.ran().map(|ran| Entry { name: &row.backend, ran })).collect();
    let Some(reference) = entries.iter().find(|entry| entry.ran.agreement.verdict == Verdict::Reference) else {
        return vec!["No backend ran, so there is nothing to choose from.".to_string()];
    };
    let trusted = |entry: &&Entry| entry.is_trusted(reference.is_exact());
    let best = entries.iter().filter(trusted).max_by(|a, b| a.samples_per_second().total_cmp(&b.samples_per_second()));
    let mut sentences = wrong_ones(&entries, reference);
    match best {
        None => sentences.push("Trust none of them here: none computes the exact gradient.".to_string()),
        Some(_) if entries.len() == 1 => {
            sentences.push(format!("Only {} ran, so there is nothing to compare it with.", reference.name));
        }
        Some(best) => {
            if sentences.is_empty() {
                sentences.push(format!("{} agree.", listed(&entries.iter().map(name).collect::<Vec<_>>())));
            }
            // The speed of a wrong result is nothing to choose by.
            let mut others: Vec<&Entry> =
                entries.iter().filter(trusted).filter(|other| other.name != best.name).collect();
            others.sort_by(|a, b| b.samples_per_second().total_cmp(&a.samples_per_second()));
            sentences.extend(choice(best, &others));
        }
    }
    sentences.extend(entries.iter().filter(|entry| entry.ran.software).map(software));
    sentences
}

/// Those that should not be used before it is known why they differ.
fn wrong_ones(entries: &[Entry], reference: &Entry) -> Vec<String> {
    let mut sentences = Vec::new();
    if !reference.is_exact() {
        sentences.push(format!(
            "{}, which the others are compared with, is itself {:.0e} off the exact gradient: look into that first.",
            reference.name, reference.ran.exact_error
        ));
    }
    for entry in entries {
        let Verdict::Differs { first } = &entry.ran.agreement.verdict else { continue };
        let name = entry.name;
        sentences.push(match (entry.is_exact(), reference.is_exact()) {
            (true, true) => format!(
                "{name} differs from {} in the {first}, though both have the exact gradient: look at the figures before \
                 you rely on it.",
                reference.name
            ),
            (true, false) => format!("{name} differs from it and has the exact gradient."),
            (false, _) => format!(
                "{name} is wrong here: its gradients are {:.0e} off the exact ones. Do not train with it.",
                entry.ran.exact_error
            ),
        });
    }
    sentences
}

/// How much faster `best` is than `others`, which come fastest first, and what follows.
fn choice(best: &Entry, others: &[&Entry]) -> Vec<String> {
    let mut sentences = Vec::from_iter(speeds(best, others));
    let noisy = [best].into_iter().chain(others.iter().copied()).filter(|entry| entry.spreads_widely());
    let noisy: Vec<String> = noisy.map(name).collect();
    if !noisy.is_empty() {
        sentences.push(format!(
            "The speed of {} varied by more than {} times: close other programs and compare again.",
            listed(&noisy),
            Spread::MAX_RATIO
        ));
    }
    let later = others.iter().find_map(|other| Some((other.name, break_even(best, other)?)));
    let open = others.first().filter(|other| best.overlaps(other));
    match (later, open) {
        (Some((other, sentence)), _) => {
            sentences.push(sentence);
            sentences.push(format!("Choose {} for such runs, and {other} for shorter ones.", best.name));
        }
        (None, Some(other)) => sentences.push(format!("Choose {} or {} here.", best.name, other.name)),
        (None, None) => sentences.push(format!("Choose {} here.", best.name)),
    }
    sentences
}

/// "flex is 3.1 times as fast as ndarray and 42 times as fast as wgpu."
fn speeds(best: &Entry, others: &[&Entry]) -> Option<String> {
    let compared = others.iter().map(|other| {
        let ratio = best.samples_per_second() / other.samples_per_second();
        let perhaps = if best.overlaps(other) { "perhaps " } else { "" };
        match ratio {
            ratio if ratio < ABOUT_EQUAL => format!("about as fast as {}", other.name),
            ratio if ratio < 10.0 => format!("{perhaps}{ratio:.1} times as fast as {}", other.name),
            ratio => format!("{perhaps}{ratio:.0} times as fast as {}", other.name),
        }
    });
    let compared: Vec<String> = compared.collect();
    let warms_up = best.ran.compiles_kernels || others.iter().any(|other| other.ran.compiles_kernels);
    let once_warm = if warms_up { "Once warm, " } else { "" };
    (!compared.is_empty()).then(|| format!("{once_warm}{} is {}.", best.name, listed(&compared)))
}

/// Where the fastest needs longer to warm up: how long a run has to be for it to be the sooner one.
fn break_even(best: &Entry, other: &Entry) -> Option<String> {
    let (fast, slow) = (&best.ran.speed, &other.ran.speed);
    let later = fast.extra_warm_up_seconds() - slow.extra_warm_up_seconds();
    let gained = slow.epoch_seconds.median - fast.epoch_seconds.median;
    let pays_from = (later / gained).ceil();
    (gained > 0.0 && later >= NOTICEABLE_SECONDS && pays_from > 1.0).then(|| {
        format!(
            "Its warm-up takes {} longer than that of {}, which pays in runs of {} or more.",
            seconds(later),
            other.name,
            epochs(pays_from as usize)
        )
    })
}

fn software(entry: &Entry) -> String {
    format!("{} runs on a software rasteriser here, so its speed says nothing about a GPU.", entry.name)
}

fn name(entry: &Entry) -> String {
    entry.name.to_string()
}

/// "a", "a and b", "a, b and c".
fn listed(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
