//! Maps paths to handlers.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};

use super::http::http_error::HttpError;
use super::http::json_response::json_response;
use super::origin_check::TrustedOrigin;
use super::state::{ServerState, SharedState};
use super::{page, predict};

pub(super) fn router(state: ServerState) -> Router {
    let missing = |_: TrustedOrigin, uri: Uri| async move { not_found(&uri) };
    let refused = |_: TrustedOrigin, method: Method, uri: Uri| async move { method_not_allowed(&method, &uri) };
    Router::new()
        .route("/", get(page::html))
        .route("/style.css", get(page::style))
        .route("/page.js", get(page::script))
        .route("/model", get(model))
        .route("/healthz", get(health))
        .route("/openapi.json", get(openapi))
        .route("/predict", post(predict::predict))
        .fallback(missing)
        .method_not_allowed_fallback(refused)
        .with_state(Arc::new(state))
}

async fn model(_: TrustedOrigin, State(state): State<SharedState>) -> Response {
    json_response(state.description.clone())
}

async fn openapi(_: TrustedOrigin, State(state): State<SharedState>) -> Response {
    json_response(state.openapi.clone())
}

async fn health(_: TrustedOrigin) -> Response {
    json_response(r#"{"status":"ok"}"#.to_string())
}

fn not_found(uri: &Uri) -> HttpError {
    let paths = "/, /predict, /model, /healthz and /openapi.json";
    let message = format!("there is nothing at {}; the paths are {paths}", uri.path());
    HttpError::new(StatusCode::NOT_FOUND, message)
}

fn method_not_allowed(method: &Method, uri: &Uri) -> HttpError {
    let allowed = if uri.path() == "/predict" { "POST" } else { "GET" };
    HttpError::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} takes {allowed}, not {method}", uri.path()))
}
