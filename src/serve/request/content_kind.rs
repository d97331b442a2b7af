//! The kind of a body or of a form's file: by its headers, else by its content.

use axum::http::{HeaderMap, StatusCode, header};

use super::multipart::parameter;
use crate::serve::http::http_error::HttpError;
use burn_mlp_infer::image::Content;

const GZIP: &[u8] = b"\x1f\x8b";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::serve) enum ContentKind {
    Json,
    Csv,
    Image,
    /// A form with this boundary.
    Form(String),
}

impl ContentKind {
    /// Reads the headers of a request.
    pub fn of_request(headers: &HeaderMap) -> Result<Self, HttpError> {
        check_encoding(headers)?;
        let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self::stated(stated).ok_or_else(|| {
            let known = "application/json, text/csv, image/png, image/jpeg or another image, and multipart/form-data";
            let stated = match stated {
                "" => "no content type".to_string(),
                _ => format!("content type {stated:?}"),
            };
            unsupported(format!(
                "/predict takes {known}; this request has {stated}; state the body's own, as in curl -H 'content-type: \
                 application/json'"
            ))
        })
    }

    /// Determines the kind of a file in a form, whose type a browser may not know.
    pub fn of_file(content_type: Option<&str>, bytes: &[u8]) -> Self {
        match content_type.and_then(Self::stated) {
            Some(kind @ (Self::Json | Self::Csv | Self::Image)) => kind,
            _ if bytes.trim_ascii_start().starts_with(b"{") || bytes.trim_ascii_start().starts_with(b"[") => Self::Json,
            _ => match Content::of(bytes) {
                Content::Image if !bytes.starts_with(GZIP) => Self::Image,
                _ => Self::Csv,
            },
        }
    }

    fn stated(content_type: &str) -> Option<Self> {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" => Some(Self::Json),
            "text/csv" => Some(Self::Csv),
            "multipart/form-data" => Some(Self::Form(parameter(content_type, "boundary").unwrap_or_default())),
            _ if kind.starts_with("image/") => Some(Self::Image),
            _ => None,
        }
    }
}

/// Refuses a compressed body: a small one can hold any amount of text.
fn check_encoding(headers: &HeaderMap) -> Result<(), HttpError> {
    let values = headers.get_all(header::CONTENT_ENCODING).iter();
    let mut codings = values.flat_map(|value| value.to_str().unwrap_or("unknown").split(',').map(str::trim));
    match codings.find(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity")) {
        Some(coding) => Err(unsupported(format!(
            "the body has content encoding {coding:?}; send it uncompressed, without a content-encoding header"
        ))),
        None => Ok(()),
    }
}

/// As [`check_encoding`], for bytes that no header says are compressed.
pub(in crate::serve) fn check_uncompressed(bytes: &[u8], name: &str) -> Result<(), HttpError> {
    match bytes.starts_with(GZIP) {
        true => Err(unsupported(format!("{name} is compressed by gzip; send it uncompressed"))),
        false => Ok(()),
    }
}

fn unsupported(message: String) -> HttpError {
    HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(headers: &[(header::HeaderName, &str)]) -> Result<ContentKind, HttpError> {
        ContentKind::of_request(&headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect())
    }

    #[test]
    fn the_content_type_decides_the_kind_of_a_body() {
        let kind = |stated: &str| kind(&[(header::CONTENT_TYPE, stated)]);
        assert_eq!(kind("application/json; charset=utf-8"), Ok(ContentKind::Json));
        assert_eq!(kind("Text/CSV"), Ok(ContentKind::Csv));
        assert_eq!(kind("image/png"), Ok(ContentKind::Image));
        let form = |boundary: &str| Ok(ContentKind::Form(boundary.to_string()));
        assert_eq!(kind("multipart/form-data; boundary=--a'b"), form("--a'b"));
        assert_eq!(kind("multipart/form-data; charset=utf-8; Boundary=\"a b\""), form("a b"));
        for other in ["text/plain", "application/x-www-form-urlencoded", "multipart/mixed; boundary=a", "json"] {
            let unknown = kind(other).unwrap_err();
            assert_eq!(unknown.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
            assert!(unknown.message.contains(&format!("has content type {other:?}")), "{}", unknown.message);
        }
        assert!(super::tests::kind(&[]).unwrap_err().message.contains("has no content type"));
    }

    #[test]
    fn a_compressed_body_is_refused() {
        let json = (header::CONTENT_TYPE, "application/json");
        for coding in ["gzip", "br", "deflate", "zstd", "identity, GZIP"] {
            let refused = kind(&[json.clone(), (header::CONTENT_ENCODING, coding)]).unwrap_err();
            assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
            assert!(refused.message.contains("send it uncompressed"), "{}", refused.message);
        }
        assert_eq!(kind(&[json, (header::CONTENT_ENCODING, "identity")]), Ok(ContentKind::Json));
        assert_eq!(check_uncompressed(b"\x1f\x8b\x08", "the body").unwrap_err().status.as_u16(), 415);
        assert_eq!(check_uncompressed(b"1,2\n", "the body"), Ok(()));
    }

    #[test]
    fn a_file_of_unknown_type_is_recognised_by_its_content() {
        let octets = Some("application/octet-stream");
        assert_eq!(ContentKind::of_file(octets, b"\x89PNG\r\n\x1a\n"), ContentKind::Image);
        assert_eq!(ContentKind::of_file(None, b"P5 2 2 255 abcd"), ContentKind::Image);
        assert_eq!(ContentKind::of_file(Some("application/vnd.ms-excel"), b"a,b\n1,2\n"), ContentKind::Csv);
        assert_eq!(ContentKind::of_file(octets, b" {\"a\": 1}"), ContentKind::Json);
        assert_eq!(ContentKind::of_file(Some("image/png"), b"a,b"), ContentKind::Image);
    }
}
