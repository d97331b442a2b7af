use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use super::batching::Batching;
use super::guard::Permitted;
use super::problem::{Problem, json_body};
use super::{Limits, Model, page, predict};
use crate::inference::ModelMetadata;

/// What all handlers share.
pub(super) type State = Arc<Served>;

pub(super) struct Served {
    pub metadata: ModelMetadata,
    pub batching: Batching,
    pub limits: Limits,
    pub most_rows: usize,
    /// Places for large bodies, and for images that are decoded.
    pub large_bodies: Arc<Semaphore>,
    pub images: Arc<Semaphore>,
    pub large_images: Arc<Semaphore>,
    /// Whether only this machine can reach the server.
    pub loopback_only: bool,
    description: String,
}

/// Where each address leads.
pub(super) fn router(model: Model, limits: Limits, loopback_only: bool) -> Router {
    let served = Served {
        metadata: model.predictor.metadata().clone(),
        description: model.describe(&limits),
        most_rows: model.most_rows(&limits),
        batching: Batching::new(model.predictor, model.on_processor, limits),
        limits,
        large_bodies: Arc::new(Semaphore::new(limits.large_bodies)),
        images: Arc::new(Semaphore::new(limits.images)),
        large_images: Arc::new(Semaphore::new(limits.large_images)),
        loopback_only,
    };
    Router::new()
        .route("/", get(page::html))
        .route("/style.css", get(page::style))
        .route("/page.js", get(page::script))
        .route("/model", get(describe))
        .route("/healthz", get(healthy))
        .route("/predict", post(predict::predict))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::new(served))
}

async fn describe(_: Permitted, axum::extract::State(served): axum::extract::State<State>) -> Response {
    json_body(served.description.clone())
}

async fn healthy(_: Permitted) -> Response {
    json_body(r#"{"status":"ok"}"#.to_string())
}

async fn not_found(uri: Uri) -> Problem {
    let known = "there are /, /predict, /model and /healthz";
    Problem::new(StatusCode::NOT_FOUND, format!("there is nothing at {}; {known}", uri.path()))
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let right = if uri.path() == "/predict" { "POST" } else { "GET" };
    let sentence = format!("{} takes {right}, not {method}", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, sentence)
}
