use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// In bytes; a longer one is cut.
const LONGEST_SENTENCE: usize = 1000;

/// Why a request is not answered: a status code and a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub status: StatusCode,
    pub sentence: String,
}

impl Problem {
    pub fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        let mut sentence: String = sentence.into();
        // It may name what the client sent, at any length.
        if sentence.len() > LONGEST_SENTENCE {
            sentence.truncate(sentence.floor_char_boundary(LONGEST_SENTENCE));
            sentence.push_str("...");
        }
        Self { status, sentence }
    }

    pub fn bad_request(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    pub fn too_large(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
    }

    pub fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the server has too much to do; try again in a moment")
    }

    pub fn internal(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = json_body(json!({ "error": self.sentence }).to_string());
        *response.status_mut() = self.status;
        // The rest of a body that nobody wants is not waited for.
        if [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::REQUEST_TIMEOUT].contains(&self.status) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// `json` as a body that browsers neither keep nor take for anything else.
pub(super) fn json_body(json: String) -> Response {
    let mut response = Response::new(Body::from(json));
    response.headers_mut().extend([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_however_much_of_a_request_it_names() {
        let sentence = Problem::bad_request(format!("unknown field `a{}`", "\u{e9}".repeat(1_000_000))).sentence;
        assert!(
            sentence.starts_with("unknown field `a\u{e9}") && sentence.ends_with("\u{e9}..."),
            "{}",
            sentence.len()
        );
        assert!(sentence.len() <= LONGEST_SENTENCE + 3);
        assert_eq!(Problem::bad_request("short").sentence, "short");
    }
}
