//! Which of several models to put together, and how often each counts.

/// Maximum number of steps: more change the shares of the candidates by less than 2 %.
const MAX_STEPS: usize = 50;

/// The result of [`greedy_selection`].
#[derive(Debug, Clone, PartialEq)]
pub struct GreedySelection {
    /// Number of times that each candidate was added `[candidates]`.
    pub times: Vec<usize>,
    /// The loss of the ensemble after each step, up to the best.
    pub losses: Vec<f64>,
}

/// Chooses from `candidates`, each the predictions `[n, outputs]` of a model of the same rows, by greedy selection with
/// replacement (Caruana, Niculescu-Mizil, Crew, Ksikes 2004, "Ensemble Selection from Libraries of Models"): each step
/// adds the candidate with which the mean of all added so far has the lowest `loss`. The step with the lowest loss is the
/// result; of equal losses the first, and of equal candidates the first.
///
/// A candidate whose loss is NaN is never chosen. Without a candidate that can be, nothing is chosen.
pub fn greedy_selection(candidates: &[Vec<f64>], loss: impl Fn(&[f64]) -> f64) -> GreedySelection {
    let mut sum = vec![0.0; candidates.first().map_or(0, Vec::len)];
    let (mut times, mut losses) = (vec![0; candidates.len()], Vec::new());
    let mut best = GreedySelection { times: times.clone(), losses: Vec::new() };
    for step in 1..=MAX_STEPS {
        let loss_with = |candidate: &Vec<f64>| {
            let mean: Vec<f64> = sum.iter().zip(candidate).map(|(sum, value)| (sum + value) / step as f64).collect();
            loss(&mean)
        };
        let possible = candidates.iter().map(loss_with).enumerate().filter(|(_, loss)| !loss.is_nan());
        let Some((chosen, lowest)) = possible.min_by(|(_, one), (_, other)| one.total_cmp(other)) else { break };
        sum.iter_mut().zip(&candidates[chosen]).for_each(|(sum, value)| *sum += value);
        times[chosen] += 1;
        losses.push(lowest);
        if best.losses.last().is_none_or(|best| lowest < *best) {
            best = GreedySelection { times: times.clone(), losses: losses.clone() };
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn squared_error(truth: &[f64]) -> impl Fn(&[f64]) -> f64 + '_ {
        move |mean| mean.iter().zip(truth).map(|(mean, truth)| (mean - truth).powi(2)).sum()
    }

    #[test]
    fn candidates_are_added_as_long_as_the_mean_gets_better() {
        let candidates = [vec![0.0, 0.0], vec![3.0, 3.0], vec![9.0, -9.0]];
        let chosen = greedy_selection(&candidates, squared_error(&[1.0, 1.0]));
        // 0, then 3, then 0 again: the mean of 0, 3, 0 is exactly 1.
        assert_eq!(chosen, GreedySelection { times: vec![2, 1, 0], losses: vec![2.0, 0.5, 0.0] });
    }

    #[test]
    fn of_equal_candidates_the_first_is_chosen_and_once_is_enough() {
        let candidates = [vec![2.0], vec![2.0]];
        assert_eq!(greedy_selection(&candidates, squared_error(&[1.0])).times, [1, 0]);
    }

    #[test]
    fn a_candidate_without_a_loss_is_never_chosen() {
        let candidates = [vec![f64::NAN], vec![5.0]];
        assert_eq!(greedy_selection(&candidates, squared_error(&[1.0])).times, [0, 1]);
        assert_eq!(greedy_selection(&candidates[..1], squared_error(&[1.0])).times, [0]);
    }

    proptest! {
        #[test]
        fn the_chosen_ensemble_is_never_worse_than_the_best_candidate(
            candidates in prop::collection::vec(prop::collection::vec(-5.0..5.0f64, 3), 1..6),
            truth in prop::collection::vec(-5.0..5.0f64, 3),
        ) {
            let loss = squared_error(&truth);
            let chosen = greedy_selection(&candidates, &loss);
            let best = candidates.iter().map(|candidate| loss(candidate)).fold(f64::INFINITY, f64::min);
            prop_assert!(*chosen.losses.last().unwrap() <= best);
            prop_assert_eq!(chosen.times.iter().sum::<usize>(), chosen.losses.len());
        }
    }
}
