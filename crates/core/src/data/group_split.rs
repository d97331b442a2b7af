//! Holds out whole groups of rows.

use std::collections::HashMap;

use rand::rngs::ChaCha8Rng;

use super::random::shuffle;

/// Number of random orders tried. Few groups leave few good divisions, and one order may miss them.
const ORDERS: usize = 20;

/// The rows of a group.
struct Group {
    rows: Vec<usize>,
    /// Its classes, each with the number of its rows.
    counts: Vec<(usize, f64)>,
}

/// Divides `rows` into those that stay and those held out, so that no group is on both sides. Each
/// class comes as near to `fraction` as the groups allow, and keeps rows that stay. `labels` and
/// `groups` are those of all rows of the source.
///
/// The groups are tried in a random order; one is held out if this brings the classes nearer to
/// their shares, by the sum over the classes of the squared difference divided by the class's rows.
/// The best of [`ORDERS`] orders counts.
pub(super) fn hold_out_groups(
    rows: &[usize],
    labels: &[u32],
    groups: &[u32],
    fraction: f64,
    generator: &mut ChaCha8Rng,
) -> (Vec<usize>, Vec<usize>) {
    let groups = collect(rows, labels, groups);
    let mut totals = vec![0.0; labels.iter().max().map_or(0, |&label| label as usize + 1)];
    groups.iter().flat_map(|group| &group.counts).for_each(|&(class, count)| totals[class] += count);

    let mut order: Vec<usize> = (0..groups.len()).collect();
    let (mut best, mut best_cost) = (vec![false; groups.len()], f64::INFINITY);
    for _ in 0..ORDERS {
        shuffle(&mut order, generator);
        if let Some((chosen, cost)) = choose(&order, &groups, &totals, fraction)
            && cost < best_cost
        {
            (best, best_cost) = (chosen, cost);
        }
    }
    let (mut kept, mut held_out) = (Vec::new(), Vec::new());
    for (group, is_held_out) in groups.iter().zip(best) {
        if is_held_out { &mut held_out } else { &mut kept }.extend_from_slice(&group.rows);
    }
    (kept, held_out)
}

/// Collects the groups in the order of their first rows.
fn collect(rows: &[usize], labels: &[u32], groups: &[u32]) -> Vec<Group> {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut collected: Vec<Group> = Vec::new();
    for &row in rows {
        let place = *places.entry(groups[row]).or_insert(collected.len());
        if place == collected.len() {
            collected.push(Group { rows: Vec::new(), counts: Vec::new() });
        }
        let (group, class) = (&mut collected[place], labels[row] as usize);
        group.rows.push(row);
        match group.counts.iter_mut().find(|(known, _)| *known == class) {
            Some((_, count)) => *count += 1.0,
            None => group.counts.push((class, 1.0)),
        }
    }
    collected
}

/// Returns which groups to hold out and how far the classes are from their shares; `None` if no
/// group may be held out.
fn choose(order: &[usize], groups: &[Group], totals: &[f64], fraction: f64) -> Option<(Vec<bool>, f64)> {
    let mut held = vec![0.0; totals.len()];
    let mut chosen = vec![false; groups.len()];
    // The cost of holding out nothing: (0 - fraction n)^2 / n of each class.
    let mut cost: f64 = fraction * fraction * totals.iter().sum::<f64>();
    let mut least: Option<(usize, f64)> = None;
    for &index in order {
        let (mut change, mut is_allowed) = (0.0, true);
        for &(class, count) in &groups[index].counts {
            let (total, before) = (totals[class], held[class]);
            let distance = before - fraction * total;
            change += count * (count + 2.0 * distance) / total;
            is_allowed &= before + count < total;
        }
        if !is_allowed {
            continue;
        }
        if least.is_none_or(|(_, smallest)| change < smallest) {
            least = Some((index, change));
        }
        if change < 0.0 {
            groups[index].counts.iter().for_each(|&(class, count)| held[class] += count);
            chosen[index] = true;
            cost += change;
        }
    }
    if !chosen.contains(&true) {
        // Every group is larger than the share: the one that exceeds it least.
        let (index, change) = least?;
        chosen[index] = true;
        cost += change;
    }
    Some((chosen, cost))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::random::{Purpose, stream};
    use super::*;

    fn hold_out(labels: &[u32], groups: &[u32], fraction: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
        let rows: Vec<usize> = (0..labels.len()).collect();
        hold_out_groups(&rows, labels, groups, fraction, &mut stream(seed, Purpose::Split, 0))
    }

    #[test]
    fn classes_keep_their_shares_as_far_as_the_groups_allow() {
        // 40 groups of 5 rows with 10 % of class 1: in every tenth group all rows.
        let groups: Vec<u32> = (0..200).map(|row| row / 5).collect();
        let labels: Vec<u32> = groups.iter().map(|group| u32::from(group % 10 == 0)).collect();
        for seed in 0..10 {
            let (_, held_out) = hold_out(&labels, &groups, 0.25, seed);
            let of_class_1 = held_out.iter().filter(|&&row| labels[row] == 1).count();
            assert_eq!((held_out.len(), of_class_1), (50, 5), "seed {seed}");
        }
    }

    #[test]
    fn the_only_group_of_a_class_stays() {
        let (labels, groups) = ([0, 0, 0, 0, 1, 1, 0, 0], [0, 0, 1, 1, 2, 2, 3, 3]);
        for seed in 0..10 {
            let (kept, _) = hold_out(&labels, &groups, 0.5, seed);
            assert!(kept.contains(&4) && kept.contains(&5));
        }
    }

    #[test]
    fn a_group_larger_than_its_share_is_held_out_if_there_is_no_smaller_one() {
        let (kept, held_out) = hold_out(&[0, 1, 0, 1, 0, 1], &[7, 7, 7, 7, 9, 9], 0.1, 0);
        assert_eq!((kept, held_out), (vec![0, 1, 2, 3], vec![4, 5]));
    }

    #[test]
    fn one_group_or_a_group_for_each_class_cannot_be_divided() {
        assert!(hold_out(&[0, 1, 0], &[5, 5, 5], 0.4, 0).1.is_empty());
        assert!(hold_out(&[0, 1, 0, 1], &[0, 1, 0, 1], 0.4, 0).1.is_empty());
    }

    proptest! {
        #[test]
        fn no_group_is_on_two_sides_and_every_class_keeps_a_row(
            rows in proptest::collection::vec((0..4_u32, 0..12_u32), 1..200),
            fraction in 0.05..0.9_f64,
            seed: u64,
        ) {
            let (labels, groups): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
            let (kept, held_out) = hold_out(&labels, &groups, fraction, seed);
            prop_assert_eq!(kept.len() + held_out.len(), labels.len());
            prop_assert!(held_out.iter().all(|&row| kept.iter().all(|&other| groups[row] != groups[other])));
            prop_assert!(held_out.iter().all(|&row| kept.iter().any(|&other| labels[row] == labels[other])));
            prop_assert_eq!(hold_out(&labels, &groups, fraction, seed), (kept, held_out));
        }
    }
}
