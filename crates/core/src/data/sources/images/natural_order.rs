//! Natural order of names: `2` before `10`, `image9.png` before `image10.png`.

use std::cmp::Ordering;

/// Compares runs of digits as numbers and everything else by bytes. Equal numbers (`7` and `07`)
/// are ordered by their bytes, so only equal texts are equal.
pub(super) fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one.as_bytes(), other.as_bytes());
    while let (Some(a), Some(b)) = (left.first(), right.first()) {
        let order = match a.is_ascii_digit() && b.is_ascii_digit() {
            true => take_number(&mut left).cmp(&take_number(&mut right)),
            false => {
                (left, right) = (&left[1..], &right[1..]);
                a.cmp(b)
            }
        };
        if order.is_ne() {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| one.cmp(other))
}

/// Removes the digits at the start of `text` and returns them without leading zeros, after their
/// number: together these compare like the number itself, however long it is.
fn take_number<'a>(text: &mut &'a [u8]) -> (usize, &'a [u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    let zeros = digits.iter().position(|&digit| digit != b'0').unwrap_or(digits.len());
    (digits.len() - zeros, &digits[zeros..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // Expected order is that of Python's sorted() with the key [int(part) if part.isdigit() else
    // part for part in re.split('(\d+)', x)].
    #[test]
    fn numbers_in_names_are_compared_by_value() {
        let ordered = [
            "",
            "0",
            "1",
            "2",
            "9",
            "10",
            "99999999999999999999998",
            "99999999999999999999999",
            "a",
            "a2b",
            "a02c",
            "a10",
            "image9.png",
            "image10.png",
        ];
        let mut sorted = ordered;
        sorted.reverse();
        sorted.sort_by(|a, b| natural_order(a, b));
        assert_eq!(sorted, ordered);
        assert_eq!(natural_order("7", "07"), Ordering::Greater);
    }

    proptest! {
        #[test]
        fn it_is_a_total_order(names in prop::collection::vec("[a0-9é.]{0,5}", 3)) {
            let [a, b, c] = [&names[0], &names[1], &names[2]];
            prop_assert_eq!(natural_order(a, b), natural_order(b, a).reverse());
            prop_assert_eq!(natural_order(a, b).is_eq(), a == b);
            if natural_order(a, b).is_le() && natural_order(b, c).is_le() {
                prop_assert!(natural_order(a, c).is_le());
            }
        }
    }
}
