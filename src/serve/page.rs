//! The page, its style and its script, which are part of the program.

use axum::http::header::{self, HeaderName};
use axum::response::IntoResponse;

use super::guard::Permitted;

const HTML: &str = include_str!("../../templates/serve/page.html");
const STYLE: &str = include_str!("../../templates/serve/style.css");
const SCRIPT: &str = include_str!("../../templates/serve/page.js");

/// Nothing from elsewhere, nothing within the text, and no page around this one.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn html(_: Permitted) -> impl IntoResponse {
    answer("text/html; charset=utf-8", HTML)
}

pub(super) async fn style(_: Permitted) -> impl IntoResponse {
    answer("text/css; charset=utf-8", STYLE)
}

pub(super) async fn script(_: Permitted) -> impl IntoResponse {
    answer("text/javascript; charset=utf-8", SCRIPT)
}

fn answer(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Another version of the program may answer at the same address.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text)
}
