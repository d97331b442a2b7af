//! A run's model over HTTP: a page to draw on, and a JSON API.
//!
//! `POST /predict` takes rows as `{"features": [[...]]}` (`application/json`), rows as `text/csv`, or an image's bytes
//! (`image/*`); `GET /model` says what the model is, `GET /healthz` that it is there. Every error is `{"error": sentence}`
//! with its status code. Whatever a client does, it is bounded by [`Limits`].

mod accept;
mod answer;
mod batching;
mod body;
mod guard;
mod limits;
mod listen;
mod model;
mod page;
mod patient_stream;
mod plain_rows;
mod predict;
mod problem;
mod query;
mod routes;
mod rows;

use std::net::TcpListener;

use tokio::runtime::Builder;

pub use limits::Limits;
pub use listen::listen;
pub use model::Model;

use crate::error::{Error, Result};

/// Serves `model` on `listener` until `stop` completes; requests in progress are then answered and idle connections
/// closed. Blocks, with a runtime of its own.
///
/// # Errors
/// If the runtime cannot start or the listener cannot be used.
pub fn serve(listener: TcpListener, model: Model, limits: Limits, stop: impl Future<Output = ()>) -> Result<()> {
    let failed = |error: std::io::Error| Error::data("the server", format!("cannot start: {error}"));
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    let served = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let loopback_only = listener.local_addr()?.ip().is_loopback();
        accept::accept(listener, routes::router(model, limits, loopback_only), limits, stop).await;
        Ok(())
    });
    runtime.shutdown_timeout(limits.shutdown);
    served.map_err(failed)
}
