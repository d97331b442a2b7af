//! A JSON response.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// Wraps `json` in a response that browsers neither cache nor interpret as another type.
pub(in crate::serve) fn json_response(json: String) -> Response {
    let mut response = Response::new(Body::from(json));
    response.headers_mut().extend([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]);
    response
}
