//! Fewer points where a chart or a table cannot show all of them.

/// Returns every `n`th of `items`, with the smallest `n` that leaves at most `maximum`; the last
/// one and those for which `is_kept` holds come on top.
pub(crate) fn thin<T>(items: &[T], maximum: usize, is_kept: impl Fn(&T) -> bool) -> impl Iterator<Item = &T> {
    let every = items.len().div_ceil(maximum).max(1);
    let last = items.len().saturating_sub(1);
    let shown = move |&(index, item): &(usize, &T)| index.is_multiple_of(every) || index == last || is_kept(item);
    items.iter().enumerate().filter(shown).map(|(_, item)| item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_items_are_all_shown() {
        assert!(thin(&[1, 2, 3], 3, |_| false).eq(&[1, 2, 3]));
        assert_eq!(thin(&[0; 0], 3, |_| false).count(), 0);
    }

    #[test]
    fn of_many_items_the_last_and_the_kept_ones_are_shown_too() {
        let items: Vec<usize> = (0..10).collect();
        assert!(thin(&items, 4, |&item| item == 4).eq(&[0, 3, 4, 6, 9]));
    }
}
