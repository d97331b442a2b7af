//! An error response.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::json_response::json_response;

/// Maximum length of a message, in bytes; a longer one is cut.
const MAX_MESSAGE: usize = 1000;

/// Why a request fails: a status code and a message, sent as `{"error": message}`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::serve) struct HttpError {
    pub status: StatusCode,
    pub message: String,
}

impl HttpError {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let mut message: String = message.into();
        // It may quote what the client sent, at any length.
        if message.len() > MAX_MESSAGE {
            message.truncate(message.floor_char_boundary(MAX_MESSAGE));
            message.push_str("...");
        }
        Self { status, message }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    pub fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the server is overloaded; try again in a moment")
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let mut response = json_response(json!({ "error": self.message }).to_string());
        *response.status_mut() = self.status;
        // Close instead of waiting for the rest of a body that is not used.
        if [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::REQUEST_TIMEOUT].contains(&self.status) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut() {
        let message = HttpError::bad_request(format!("unknown field `a{}`", "\u{e9}".repeat(1_000_000))).message;
        assert!(message.starts_with("unknown field `a\u{e9}") && message.ends_with("\u{e9}..."), "{}", message.len());
        assert!(message.len() <= MAX_MESSAGE + 3);
        assert_eq!(HttpError::bad_request("short").message, "short");
    }
}
