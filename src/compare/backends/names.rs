use crate::config::BackendRequest;
use crate::error::{Error, Result};

/// Reads `flex,ndarray,wgpu:1`.
///
/// # Errors
/// If a name is unknown, an index is none, one is given twice, or there is only one.
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
    fn two_or_more_backends_stand_with_commas_between() {
        let names =
            |list: &str| parse_backends(list).map(|requests| requests.iter().map(ToString::to_string).collect());
        let names: Vec<String> = names("flex, ndarray,wgpu:1").unwrap();
        assert_eq!(names, ["flex", "ndarray", "wgpu:1"]);
    }

    #[test]
    fn what_is_no_such_list_is_answered_with_the_way_out() {
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
