//! What a person should make of a comparison, in sentences.

use super::agreement::{GRADIENT_TOLERANCE, Verdict};
use super::comparison::{Ran, Row};
use crate::format::{epochs, seconds};

/// A backend that ran.
#[derive(Clone, Copy)]
struct Entry<'a> {
    name: &'a str,
    ran: &'a Ran,
}

impl Entry<'_> {
    /// Its gradients are right, and it computes what the reference computes, unless the reference itself is wrong.
    fn is_trusted(&self, reference_is_right: bool) -> bool {
        self.is_exact() && (self.ran.agreement.verdict.is_good() || !reference_is_right)
    }

    fn is_exact(&self) -> bool {
        self.ran.exact_error <= GRADIENT_TOLERANCE
    }

    fn samples_per_second(&self) -> f64 {
        self.ran.speed.samples_per_second.median
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
            let others: Vec<&Entry> = entries.iter().filter(|entry| entry.name != best.name).collect();
            sentences.extend(speeds(best, &others));
            sentences.extend(others.iter().filter_map(|other| break_even(best, other)));
            sentences.push(format!("Choose {} here.", best.name));
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

/// "flex is 3.1 times as fast as ndarray and 42 times as fast as wgpu."
fn speeds(best: &Entry, others: &[&Entry]) -> Option<String> {
    let mut others = others.to_vec();
    others.sort_by(|a, b| b.samples_per_second().total_cmp(&a.samples_per_second()));
    let compared = others.iter().map(|other| {
        let ratio = best.samples_per_second() / other.samples_per_second();
        let overlaps = best.ran.speed.samples_per_second.overlaps(&other.ran.speed.samples_per_second);
        match ratio {
            ratio if overlaps && ratio < 1.2 => format!("about as fast as {}", other.name),
            ratio if ratio < 10.0 => format!("{ratio:.1} times as fast as {}", other.name),
            ratio => format!("{ratio:.0} times as fast as {}", other.name),
        }
    });
    let compared: Vec<String> = compared.collect();
    (!compared.is_empty()).then(|| format!("Once warm, {} is {}.", best.name, listed(&compared)))
}

/// Where the fastest needs longer to warm up: how long a run has to be for it to be the sooner one.
fn break_even(best: &Entry, other: &Entry) -> Option<String> {
    let (fast, slow) = (&best.ran.speed, &other.ran.speed);
    let later = fast.extra_warm_up_seconds() - slow.extra_warm_up_seconds();
    let gained = slow.epoch_seconds.median - fast.epoch_seconds.median;
    let pays_after = (later / gained).ceil();
    (gained > 0.0 && pays_after > 1.0).then(|| {
        format!(
            "Its warm-up takes {} longer than that of {}, which pays in runs of more than {} of this size.",
            seconds(later),
            other.name,
            epochs(pays_after as usize)
        )
    })
}

fn software(entry: &Entry) -> String {
    format!("{} runs on a software rasteriser here, so its speed says nothing about a GPU.", entry.name)
}

/// "a", "a and b", "a, b and c".
fn listed(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
