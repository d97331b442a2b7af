//! Whole numbers on the command line that are no settings.

/// Longest time limit, in seconds: a week.
pub const LONGEST_TIMEOUT: u64 = 7 * 24 * 3600;

/// Reads a whole number from `least` to `most`; the sentence about any other text names both.
pub fn whole<T: TryFrom<u64>>(least: u64, most: u64) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| format!("not a whole number from {least} to {most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_numbers_and_texts_are_answered_with_the_range() {
        let seconds = whole::<u64>(1, LONGEST_TIMEOUT);
        assert_eq!((seconds("1"), seconds("604800")), (Ok(1), Ok(604_800)));
        for text in ["0", "604801", "-1", "0.5", "", "x", "99999999999999999999999"] {
            assert_eq!(seconds(text).unwrap_err(), "not a whole number from 1 to 604800", "{text:?}");
        }
    }
}
