//! The web page with its style and script, compiled into the program.

use axum::http::header::{self, HeaderName};
use axum::response::IntoResponse;

use super::origin_check::TrustedOrigin;

const HTML: &str = include_str!("../../templates/serve/page.html");
const STYLE: &str = include_str!("../../templates/serve/style.css");
const SCRIPT: &str = include_str!("../../templates/serve/page.js");

/// Allows no external resources, no inline code, and no embedding in another page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn html(_: TrustedOrigin) -> impl IntoResponse {
    asset("text/html; charset=utf-8", HTML)
}

pub(super) async fn style(_: TrustedOrigin) -> impl IntoResponse {
    asset("text/css; charset=utf-8", STYLE)
}

pub(super) async fn script(_: TrustedOrigin) -> impl IntoResponse {
    asset("text/javascript; charset=utf-8", SCRIPT)
}

fn asset(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The next server at this address may be another version of the program.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text)
}
