//! How strongly two columns are associated.

use std::collections::BTreeMap;

/// A column's values, in the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnValues {
    Numbers(Vec<f64>),
    /// The index of each row's category.
    Categories(Vec<usize>),
}

impl ColumnValues {
    /// The strength of the association with `other`, from 0 to 1: of numbers the magnitude of Spearman's rank correlation,
    /// of categories Cramér's V. `None` of a number and a category, and where a column is constant.
    pub fn association(&self, other: &Self) -> Option<f64> {
        match (self, other) {
            (Self::Numbers(one), Self::Numbers(other)) => pearson(&ranks(one), &ranks(other)).map(f64::abs),
            (Self::Categories(one), Self::Categories(other)) => cramers_v(one, other),
            _ => None,
        }
    }
}

/// The rank of each value from 1; equal ones have the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&one, &other| values[one].total_cmp(&values[other]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for equal in order.chunk_by(|&one, &other| values[one] == values[other]) {
        let mean = first as f64 + (equal.len() as f64 + 1.0) / 2.0;
        equal.iter().for_each(|&row| ranks[row] = mean);
        first += equal.len();
    }
    ranks
}

fn pearson(one: &[f64], other: &[f64]) -> Option<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_one, mean_other) = (mean(one), mean(other));
    let sum = |terms: &dyn Fn(f64, f64) -> f64| -> f64 {
        one.iter().zip(other).map(|(one, other)| terms(one - mean_one, other - mean_other)).sum()
    };
    let variances = sum(&|one, _| one * one) * sum(&|_, other| other * other);
    (variances > 0.0).then(|| sum(&|one, other| one * other) / variances.sqrt())
}

/// Cramér's V (Cramér 1946), without correction for bias.
fn cramers_v(one: &[usize], other: &[usize]) -> Option<f64> {
    let mut joint: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let (mut of_one, mut of_other): (BTreeMap<usize, f64>, BTreeMap<usize, f64>) = Default::default();
    for (&one, &other) in one.iter().zip(other) {
        *joint.entry((one, other)).or_default() += 1.0;
        *of_one.entry(one).or_default() += 1.0;
        *of_other.entry(other).or_default() += 1.0;
    }
    let smaller = of_one.len().min(of_other.len());
    // The sum over all cells of (observed - expected)^2 / expected, where empty cells are summed at once.
    let terms = joint.iter().map(|((one, other), observed)| observed * observed / (of_one[one] * of_other[other]));
    let phi_squared = terms.sum::<f64>() - 1.0;
    (smaller > 1).then(|| (phi_squared.max(0.0) / (smaller - 1) as f64).sqrt().min(1.0))
}

/// The columns that are associated by more than `limit`, directly or through others, as groups of two and more.
pub fn groups(columns: &[ColumnValues], limit: f64) -> Vec<Vec<usize>> {
    let mut group_of: Vec<usize> = (0..columns.len()).collect();
    for one in 0..columns.len() {
        for other in one + 1..columns.len() {
            let joined = group_of[one] != group_of[other]
                && columns[one].association(&columns[other]).is_some_and(|strength| strength > limit);
            if joined {
                let (kept, given_up) = (group_of[one], group_of[other]);
                group_of.iter_mut().filter(|group| **group == given_up).for_each(|group| *group = kept);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (column, group) in group_of.into_iter().enumerate() {
        groups.entry(group).or_default().push(column);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: &[f64]) -> ColumnValues {
        ColumnValues::Numbers(values.to_vec())
    }

    // scipy 1.17.1: spearmanr, contingency.association(method="cramer").
    #[test]
    fn the_association_of_numbers_is_scipys_rank_correlation() {
        let (one, other) = (numbers(&[1.0, 2.0, 2.0, 4.0, 7.0]), numbers(&[3.0, -1.0, 0.5, 0.5, -2.0]));
        assert!((one.association(&other).unwrap() - 0.763_157_894_736_842_1).abs() < 1e-12);
        assert_eq!(one.association(&numbers(&[0.0; 5])), None, "a constant has no ranks");
        assert!((one.association(&one).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_association_of_categories_is_scipys_cramers_v() {
        let column = |values: &[usize]| ColumnValues::Categories(values.to_vec());
        let one = column(&[0, 0, 0, 1, 1, 2, 2, 2, 2, 1]);
        let other = column(&[0, 0, 1, 1, 1, 0, 1, 0, 0, 1]);
        assert!((one.association(&other).unwrap() - 0.658_280_588_604_383_3).abs() < 1e-12);
        let relabelled = column(&[5, 5, 5, 3, 3, 9, 9, 9, 9, 3]);
        assert!((one.association(&relabelled).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(one.association(&column(&[1; 10])), None);
        assert_eq!(one.association(&numbers(&[1.0; 10])), None);
    }

    #[test]
    fn columns_that_say_the_same_form_a_group() {
        let of = |change: fn(f64) -> f64| ColumnValues::Numbers((0..50).map(|row| change(f64::from(row))).collect());
        let columns = [of(|x| x), of(|x| (x * 1.7).sin()), of(|x| -x * x), of(|x| 2.0 * x + (x * 3.1).cos())];
        assert_eq!(groups(&columns, 0.9), [vec![0, 2, 3]]);
        assert!(groups(&columns[1..2], 0.9).is_empty());
    }
}
