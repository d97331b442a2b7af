use proptest::prelude::*;

use super::*;

fn held_out(by: &SplitBy, labels: &[u32], split: &SplitConfig) -> Vec<(Vec<usize>, Vec<usize>)> {
    let rows: Vec<usize> = (0..labels.len()).collect();
    let classes = labels.iter().max().map_or(0, |&label| label as usize + 1);
    let fold = |fold| SplitConfig { fold, ..split.clone() };
    (1..=split.folds).map(|index| by.hold_out_fold(&rows, labels, classes, &fold(index)).unwrap()).collect()
}

fn split(folds: usize) -> SplitConfig {
    SplitConfig { folds, ..SplitConfig::default() }
}

#[test]
fn another_repeat_has_other_folds() {
    let labels = [0; 20];
    let repeat = |repeat| held_out(&SplitBy::Class, &labels, &SplitConfig { repeat, ..split(4) });
    assert_eq!(repeat(1), repeat(1));
    assert_ne!(repeat(1), repeat(2));
}

#[test]
fn folds_by_time_hold_out_what_follows_the_rows_that_stay() {
    // As scikit-learn's TimeSeriesSplit(n_splits=3) divides 12 rows.
    let times = SplitBy::Time((0..12).map(f64::from).collect());
    let folds = held_out(&times, &[0; 12], &split(3));
    let expected = [(0..3, 3..6), (0..6, 6..9), (0..9, 9..12)];
    for ((kept, held_out), (stays, goes)) in folds.into_iter().zip(expected) {
        assert_eq!((kept, held_out), (stays.collect::<Vec<_>>(), goes.collect::<Vec<_>>()));
    }
}

#[test]
fn rows_of_one_time_are_in_one_fold() {
    let times = [3.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 4.0];
    let folds = held_out(&SplitBy::Time(times.to_vec()), &[0; 8], &split(3));
    let held: Vec<&[usize]> = folds.iter().map(|(_, held_out)| held_out.as_slice()).collect();
    assert_eq!((folds[0].0.as_slice(), held), (&[1, 2, 3, 4, 5][..], vec![&[6][..], &[0], &[7]]));
}

#[test]
fn too_many_folds_are_refused_with_the_reason() {
    let refusal = |by: SplitBy, labels: &[u32], folds| {
        let rows: Vec<usize> = (0..labels.len()).collect();
        by.hold_out_fold(&rows, labels, 2, &SplitConfig { fold: 1, ..split(folds) }).unwrap_err().to_string()
    };
    assert!(refusal(SplitBy::Class, &[0, 1], 3).contains("2 rows cannot be divided into 3 folds"));
    assert!(refusal(SplitBy::Group(vec![0, 0, 1]), &[0, 1, 0], 3).contains("another column in split.group"));
    assert!(refusal(SplitBy::Time(vec![0.0, 0.0, 1.0]), &[0; 3], 2).contains("need 3 different times"));
}

proptest! {
    #[test]
    fn each_row_is_held_out_once_with_its_class_in_proportion(
        labels in proptest::collection::vec(0..4_u32, 12..200), folds in 2..7_usize, seed: u64,
    ) {
        let divided = held_out(&SplitBy::Class, &labels, &SplitConfig { seed, ..split(folds) });
        let mut all: Vec<usize> = divided.iter().flat_map(|(_, held_out)| held_out.clone()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..labels.len()).collect::<Vec<_>>());
        for class in 0..4 {
            let counts: Vec<usize> = divided.iter()
                .map(|(_, held_out)| held_out.iter().filter(|&&row| labels[row] == class).count())
                .collect();
            let range = counts.iter().max().unwrap() - counts.iter().min().unwrap();
            prop_assert!(range <= 1, "{counts:?}");
        }
        for (kept, held_out) in divided {
            prop_assert_eq!(kept.len() + held_out.len(), labels.len());
            prop_assert!(held_out.iter().all(|row| kept.binary_search(row).is_err()));
        }
    }

    #[test]
    fn no_group_is_on_two_sides_of_a_fold(
        rows in proptest::collection::vec((0..3_u32, 0..30_u32), 60..200), folds in 2..5_usize, seed: u64,
    ) {
        let (labels, groups): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
        let by = SplitBy::Group(groups.clone());
        let divided = held_out(&by, &labels, &SplitConfig { seed, ..split(folds) });
        prop_assert_eq!(divided.iter().map(|(_, held_out)| held_out.len()).sum::<usize>(), labels.len());
        for (kept, held_out) in divided {
            prop_assert!(held_out.iter().all(|&row| kept.iter().all(|&other| groups[row] != groups[other])));
        }
    }

    #[test]
    fn folds_by_time_are_in_order_whatever_the_times(
        times in proptest::collection::vec(0..40_u8, 30..100), folds in 2..5_usize,
    ) {
        let mut different = times.clone();
        different.sort_unstable();
        different.dedup();
        prop_assume!(different.len() > folds);
        let by = SplitBy::Time(times.iter().map(|&time| f64::from(time)).collect());
        for (kept, held_out) in held_out(&by, &vec![0; times.len()], &split(folds)) {
            let newest = kept.iter().map(|&row| times[row]).max().unwrap();
            prop_assert!(held_out.iter().all(|&row| times[row] > newest));
        }
    }
}
