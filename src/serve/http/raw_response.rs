//! Responses that are written without hyper: where it has none, or one with an empty body.

use axum::http::StatusCode;
use serde_json::json;

/// How the head of a response begins that hyper writes itself.
const CLIENT_ERROR: &[u8] = b"HTTP/1.1 4";
const EMPTY_BODY: &[u8] = b"content-length: 0\r\n";

/// Writes `{"error": message}` as the last response of a connection.
pub(in crate::serve) fn last_response(status: StatusCode, message: &str) -> Vec<u8> {
    let body = json!({ "error": message }).to_string();
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Returns what to send instead of `head`, if that is hyper's response to a request that it cannot
/// parse: hyper leaves its body empty, which no handler of ours does.
pub(in crate::serve) fn replacing(head: &[u8]) -> Option<Vec<u8>> {
    let is_hypers = head.starts_with(CLIENT_ERROR) && memchr::memmem::find(head, EMPTY_BODY).is_some();
    let code = head.get(CLIENT_ERROR.len() - 1..)?.get(..3).filter(|_| is_hypers)?;
    let status = StatusCode::from_bytes(code).ok()?;
    let message = match status {
        StatusCode::URI_TOO_LONG => "the request's address is too long",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "the request's headers are larger than 32 KiB, or more than 64",
        _ => "the request is not valid HTTP/1.1; its first line or a header is malformed (https is not supported)",
    };
    Some(last_response(status, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_error_without_a_body_is_replaced() {
        let empty = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\ndate: today\r\n\r\n";
        let replaced = String::from_utf8(replacing(empty).unwrap()).unwrap();
        assert!(replaced.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{replaced}");
        let (head, body) = replaced.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{replaced}");
        assert!(body.starts_with("{\"error\":\"the request is not valid HTTP/1.1"), "{replaced}");
        for other in
            [&b"HTTP/1.1 404 Not Found\r\ncontent-length: 10\r\n"[..], b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n", b""]
        {
            assert_eq!(replacing(other), None);
        }
    }
}
