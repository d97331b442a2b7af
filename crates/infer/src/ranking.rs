//! Ranks classes by their probability.

/// A class with its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The class's index.
    pub class: usize,
    /// From 0 to 1.
    pub probability: f32,
}

/// Returns the `k` most probable of `probabilities` `[classes]`, most probable first. Ties are broken by the lower index,
/// as in an evaluation.
pub fn most_probable(probabilities: &[f32], k: usize) -> Vec<Ranked> {
    let ranked = probabilities.iter().enumerate();
    let mut ranked: Vec<Ranked> = ranked.map(|(class, &probability)| Ranked { class, probability }).collect();
    ranked.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    ranked.truncate(k);
    ranked
}

/// Returns the index of the predicted class: the most probable of `probabilities` `[classes]` (ties: the lowest index),
/// or of two classes with a threshold the second if its probability reaches it, otherwise the first.
pub fn predicted_class(probabilities: &[f32], threshold: Option<f32>) -> usize {
    if let (Some(threshold), [_, positive]) = (threshold, probabilities) {
        return usize::from(*positive >= threshold);
    }
    most_probable(probabilities, 1).first().map_or(0, |ranked| ranked.class)
}

/// The problem with a row whose probabilities are not finite.
pub const OVERFLOWS: &str = "contains values so large that the network overflows";

/// Whether all `probabilities` `[classes]` are finite.
pub fn is_finite(probabilities: &[f32]) -> bool {
    probabilities.iter().all(|probability| probability.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_decides_between_two_classes() {
        assert_eq!(predicted_class(&[0.75, 0.25], Some(0.25)), 1);
        assert_eq!(predicted_class(&[0.75, 0.25], Some(0.26)), 0);
        assert_eq!(predicted_class(&[0.25, 0.75], Some(0.8)), 0);
        assert_eq!(predicted_class(&[0.5, 0.5], None), 0);
    }

    #[test]
    fn the_most_probable_come_first_and_ties_keep_their_order() {
        let classes = |k| most_probable(&[0.2, 0.3, 0.2, 0.3], k).iter().map(|ranked| ranked.class).collect::<Vec<_>>();
        assert_eq!(classes(9), [1, 3, 0, 2]);
        assert_eq!(classes(1), [1]);
        assert_eq!(predicted_class(&[0.2, 0.3, 0.2, 0.3], None), 1);
        assert_eq!(most_probable(&[0.25, 0.75], 1), [Ranked { class: 1, probability: 0.75 }]);
    }
}
