//! Parsers of option values that are not settings.

use burn_mlp::Error;
use burn_mlp::config::BackendRequest;

/// Maximum of `--timeout`, in seconds: a week.
pub const MAX_TIMEOUT: u64 = 7 * 24 * 3600;

/// Parses a whole number from `min` to `max`; the error names both.
pub fn whole<T: TryFrom<u64>>(min: u64, max: u64) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| (min..=max).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| format!("not a whole number from {min} to {max}"))
    }
}

/// Parses a number from 0 to 1.
pub fn fraction(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "not a number from 0 to 1, as in 0.95".to_string())
}

/// Adapts a parser of the library: clap names the option itself, so only the problem is kept.
pub fn option<T>(parse: impl Fn(&str) -> burn_mlp::Result<T> + Clone) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        parse(text).map_err(|error| match error {
            Error::Config { problem, .. } => problem,
            other => other.to_string(),
        })
    }
}

/// Parses `NAME[:INDEX]`.
pub fn backend(text: &str) -> Result<BackendRequest, String> {
    option(str::parse)(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_range_or_other_text_is_refused_with_the_range() {
        let seconds = whole::<u64>(1, MAX_TIMEOUT);
        assert_eq!((seconds("1"), seconds("604800")), (Ok(1), Ok(604_800)));
        for text in ["0", "604801", "-1", "0.5", "", "x", "99999999999999999999999"] {
            assert_eq!(seconds(text).unwrap_err(), "not a whole number from 1 to 604800", "{text:?}");
        }
    }
    #[test]
    fn a_fraction_is_from_0_to_1() {
        assert_eq!((fraction("0"), fraction("0.95"), fraction("1")), (Ok(0.0), Ok(0.95), Ok(1.0)));
        for text in ["-0.1", "1.5", "NaN", "inf", "", "x"] {
            assert_eq!(fraction(text).unwrap_err(), "not a number from 0 to 1, as in 0.95", "{text:?}");
        }
    }

    #[test]
    fn an_unknown_backend_is_refused_without_the_name_of_the_setting() {
        assert_eq!(backend("wgpu:1").unwrap().to_string(), "wgpu:1");
        assert!(backend("wgpuu").unwrap_err().starts_with("\"wgpuu\" is not one of flex, "));
    }
}
