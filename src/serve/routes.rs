//! Maps paths to handlers.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};

use super::http_error::HttpError;
use super::json_response::json_response;
use super::origin_check::TrustedOrigin;
use super::state::{ServerState, SharedState};
use super::{page, predict};

pub(super) fn router(state: ServerState) -> Router {
    Router::new()
        .route("/", get(page::html))
        .route("/style.css", get(page::style))
        .route("/page.js", get(page::script))
        .route("/model", get(model))
        .route("/healthz", get(health))
        .route("/predict", post(predict::predict))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(state))
}

async fn model(_: TrustedOrigin, State(state): State<SharedState>) -> Response {
    json_response(state.description.clone())
}

async fn health(_: TrustedOrigin) -> Response {
    json_response(r#"{"status":"ok"}"#.to_string())
}

async fn not_found(uri: Uri) -> HttpError {
    let message = format!("there is nothing at {}; the paths are /, /predict, /model and /healthz", uri.path());
    HttpError::new(StatusCode::NOT_FOUND, message)
}

async fn method_not_allowed(method: Method, uri: Uri) -> HttpError {
    let allowed = if uri.path() == "/predict" { "POST" } else { "GET" };
    HttpError::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} takes {allowed}, not {method}", uri.path()))
}
