//! Holds out the newest rows.

/// Divides `rows` into older ones that stay and newer ones held out. Rows of one time are on one
/// side, so the number held out is the nearest to `fraction` of the rows that their times allow;
/// none if all times are equal. `times` are those of all rows of the source.
pub(super) fn hold_out_newest(rows: &[usize], times: &[f64], fraction: f64) -> (Vec<usize>, Vec<usize>) {
    let mut by_time = rows.to_vec();
    by_time.sort_by(|&one, &other| times[one].total_cmp(&times[other]));
    let wanted = rows.len() as f64 * (1.0 - fraction);
    let is_boundary = |&kept: &usize| times[by_time[kept - 1]] < times[by_time[kept]];
    let distance = |kept: usize| (kept as f64 - wanted).abs();
    // Of two boundaries equally near, the one that keeps more rows.
    let boundary =
        (1..by_time.len()).rev().filter(is_boundary).min_by(|&one, &other| distance(one).total_cmp(&distance(other)));
    let held_out = by_time.split_off(boundary.unwrap_or(by_time.len()));
    (by_time, held_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_rows_are_held_out_in_whatever_order_they_come() {
        let times = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(hold_out_newest(&[0, 1, 2, 3, 4], &times, 0.4), (vec![1, 3, 4], vec![2, 0]));
        assert_eq!(hold_out_newest(&[1, 3, 4], &times, 0.4), (vec![1, 3], vec![4]));
    }

    #[test]
    fn rows_of_one_time_stay_together() {
        let times = [1.0, 2.0, 2.0, 2.0, 2.0, 3.0];
        assert_eq!(hold_out_newest(&[0, 1, 2, 3, 4, 5], &times, 0.5).1, [5]);
        assert_eq!(hold_out_newest(&[0, 1, 2, 3, 4, 5], &times, 0.9).1, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn equal_times_cannot_be_divided() {
        assert!(hold_out_newest(&[0, 1, 2], &[7.0; 3], 0.5).1.is_empty());
    }
}
