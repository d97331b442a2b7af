//! "Did you mean ...?": the names closest to one that does not exist.

use crate::text::quoted;

/// Names are compared by this many characters only: the distance takes quadratic time.
const MAX_COMPARED: usize = 200;

/// Minimum likeness of a suggestion; 1 is equal.
const MIN_LIKENESS: f64 = 0.6;

/// Minimum length at which the beginning of a name suggests the whole name.
const MIN_PREFIX: usize = 3;

/// The candidates that `name` may be a misspelling or the beginning of, most alike first.
pub fn similar<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = |text: &str| text.chars().take(MAX_COMPARED).collect::<String>().to_lowercase();
    let name = lower(name);
    let likeness = |candidate: &str| {
        let candidate = lower(candidate);
        let likeness = strsim::normalized_damerau_levenshtein(&name, &candidate);
        let is_prefix = name.len() >= MIN_PREFIX && candidate.starts_with(&name);
        if is_prefix { likeness.max(MIN_LIKENESS) } else { likeness }
    };
    let scored = candidates.into_iter().map(|candidate| (likeness(candidate), candidate));
    let mut alike: Vec<(f64, &str)> = scored.filter(|(likeness, _)| *likeness >= MIN_LIKENESS).collect();
    alike.sort_by(|one, other| other.0.total_cmp(&one.0));
    alike.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The candidate most like `name`, if any is similar.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    similar(name, candidates).first().copied()
}

/// The problem with a `value` that is not in a list of names.
pub fn not_one_of(value: &str, names: &[&str]) -> String {
    let problem = format!("{} is not one of {}", quoted(value), names.join(", "));
    match nearest(value, names.iter().copied()) {
        Some(name) => format!("{problem}; did you mean {name}?"),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_its_name_and_an_unrelated_word_finds_none() {
        let names = ["momentum", "learning_rate", "epsilon"];
        assert_eq!(nearest("momentun", names), Some("momentum"));
        assert_eq!(nearest("Learning-Rate", names), Some("learning_rate"));
        assert_eq!(nearest("colour", names), None);
    }

    #[test]
    fn the_closest_name_comes_first() {
        let names = ["digits-flex-001", "digits-flex-002", "mnist"];
        assert_eq!(similar("digit-flex-002", names), ["digits-flex-002", "digits-flex-001"]);
        assert_eq!(similar("Dig", names), ["digits-flex-001", "digits-flex-002"]);
        assert!(similar("zzz", names).is_empty());
    }

    #[test]
    fn a_name_of_a_million_characters_is_compared_at_once() {
        assert_eq!(nearest(&"m".repeat(1_000_000), ["momentum"]), None);
    }
}
