//! What all request handlers share.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::batching::Batching;
use super::http::limits::Limits;
use super::model::ServedModel;
use super::openapi;
use burn_mlp_infer::ModelMetadata;

/// Axum's state: one [`ServerState`] for all requests.
pub(super) type SharedState = Arc<ServerState>;

pub(super) struct ServerState {
    pub metadata: ModelMetadata,
    pub batching: Batching,
    pub limits: Limits,
    /// Maximum number of rows in a request.
    pub max_rows: usize,
    /// Slots for large bodies.
    pub large_bodies: Arc<Semaphore>,
    /// Slots for decoding images.
    pub images: Arc<Semaphore>,
    pub large_images: Arc<Semaphore>,
    /// Whether the server listens on a loopback address.
    pub loopback_only: bool,
    /// The response to `GET /model`.
    pub description: String,
    /// The response to `GET /openapi.json`.
    pub openapi: String,
}

impl ServerState {
    pub fn new(model: ServedModel, limits: Limits, loopback_only: bool) -> Self {
        Self {
            metadata: model.predictor.metadata().clone(),
            description: model.describe(&limits),
            openapi: openapi::describe(model.name(), model.predictor.metadata(), model.max_rows(&limits)),
            max_rows: model.max_rows(&limits),
            batching: Batching::new(model.predictor, model.on_cpu.as_ref(), limits),
            limits,
            large_bodies: Arc::new(Semaphore::new(limits.large_bodies)),
            images: Arc::new(Semaphore::new(limits.images)),
            large_images: Arc::new(Semaphore::new(limits.large_images)),
            loopback_only,
        }
    }
}
