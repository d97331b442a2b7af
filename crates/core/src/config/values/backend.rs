//! The `backend` setting: `NAME` or `NAME:INDEX`. Whether the backend is compiled in and present is
//! checked elsewhere.

use crate::text::quoted;
use crate::{Error, Result};
use burn_mlp_infer::suggest::not_one_of;
use std::{fmt, str::FromStr};

/// Names of all backends, compiled in or not.
pub const BACKENDS: &[&str] = &["flex", "ndarray", "wgpu", "vulkan", "metal", "cuda", "rocm", "cpu"];

/// A backend, as requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackendRequest {
    /// One of [`BACKENDS`].
    pub name: &'static str,
    /// Index of the device; `None` leaves the choice to the backend.
    pub index: Option<u16>,
}

impl BackendRequest {
    /// Parses `flex,ndarray,wgpu:1`, the value of `--backends`.
    ///
    /// # Errors
    /// [`Error::Config`] for an unknown name, an invalid index, or a backend that is given twice.
    pub fn parse_list(list: &str) -> Result<Vec<Self>> {
        let mut requests: Vec<Self> = Vec::new();
        for name in list.split(',') {
            let request = Self::parse(name.trim()).map_err(|problem| Error::config("--backends", problem))?;
            if requests.contains(&request) {
                return Err(Error::config("--backends", format!("{request} is given twice; give each backend once")));
            }
            requests.push(request);
        }
        Ok(requests)
    }

    /// Parses `NAME[:INDEX]`; the error lacks the key.
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, String> {
        let (name, index) = match text.split_once(':') {
            Some((name, index)) => (name, Some(index)),
            None => (text, None),
        };
        let name = *BACKENDS.iter().find(|known| **known == name).ok_or_else(|| not_one_of(name, BACKENDS))?;
        let index = index.map(|index| parse_index(name, index)).transpose()?;
        Ok(Self { name, index })
    }
}

fn parse_index(name: &str, index: &str) -> std::result::Result<u16, String> {
    let digits_only = index.bytes().all(|byte| byte.is_ascii_digit());
    index.parse().ok().filter(|_| digits_only).ok_or_else(|| {
        format!("{} is not a device index; expected a whole number from 0 to 65535, as in {name}:0", quoted(index))
    })
}

impl FromStr for BackendRequest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text).map_err(|problem| Error::config("backend", problem))
    }
}

impl fmt::Display for BackendRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "{}:{index}", self.name),
            None => f.write_str(self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_is_a_name_with_or_without_a_device_index() {
        assert_eq!("flex".parse::<BackendRequest>().unwrap(), BackendRequest { name: "flex", index: None });
        assert_eq!("cuda:1".parse::<BackendRequest>().unwrap(), BackendRequest { name: "cuda", index: Some(1) });
        assert_eq!("cuda:1".parse::<BackendRequest>().unwrap().to_string(), "cuda:1");
    }

    #[test]
    fn an_unknown_backend_is_refused_with_the_nearest() {
        assert_eq!(
            "wgpuu".parse::<BackendRequest>().unwrap_err().to_string(),
            "backend: \"wgpuu\" is not one of flex, ndarray, wgpu, vulkan, metal, cuda, rocm, cpu; did you mean wgpu?"
        );
    }

    #[test]
    fn an_index_is_a_whole_number() {
        for text in ["wgpu:", "wgpu:x", "wgpu:-1", "wgpu:+1", "wgpu:1:2", "wgpu:65536"] {
            let message = text.parse::<BackendRequest>().unwrap_err().to_string();
            assert!(message.contains("is not a device index"), "{message}");
        }
    }
}
