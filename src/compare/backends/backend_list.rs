//! The list of backends to compare.

use crate::config::BackendRequest;
use crate::error::{Error, Result};

/// Parses a list of at least two backends, such as `flex,ndarray,wgpu:1`.
///
/// # Errors
/// [`Error::Config`] if a name is unknown, a device index is not a number, or a backend is given
/// twice or alone.
pub fn parse_backends(list: &str) -> Result<Vec<BackendRequest>> {
    let requests = BackendRequest::parse_list(list)?;
    match requests.len() {
        1 => Err(Error::config("--backends", format!("{list} is one backend; give two or more, as in flex,ndarray"))),
        _ => Ok(requests),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backends_are_separated_by_commas() {
        let names =
            |list: &str| parse_backends(list).map(|requests| requests.iter().map(ToString::to_string).collect());
        let names: Vec<String> = names("flex, ndarray,wgpu:1").unwrap();
        assert_eq!(names, ["flex", "ndarray", "wgpu:1"]);
    }

    #[test]
    fn the_error_of_an_invalid_list_names_the_way_out() {
        for (list, answer) in [
            ("flex,ndaray", "did you mean ndarray?"),
            ("flex", "give two or more"),
            ("flex,flex", "flex is given twice"),
            ("flex,", "is not one of flex, ndarray"),
            ("flex,wgpu:x", "is not a device index"),
        ] {
            let error = parse_backends(list).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().starts_with("--backends") && error.to_string().contains(answer), "{error}");
        }
    }
}
