//! Serves a run's model over HTTP: a page to draw on and a JSON API.
//!
//! `POST /predict` takes rows as JSON or CSV, an image, or a form of such files. `GET /model`
//! describes the model and `GET /openapi.json` the API; `GET /healthz` answers while the server is
//! up. Every error is `{"error": message}` with a status code. [`Limits`] bound what a client can do.

mod batching;
mod http;
mod input;
mod model;
mod openapi;
mod origin_check;
mod page;
mod predict;
mod prediction_response;
mod request;
mod routes;
mod state;

use std::net::TcpListener;

use tokio::runtime::Builder;

pub use http::limits::Limits;
pub use http::listen::listen;
pub use model::ServedModel;

use crate::error::{Error, Result};
use state::ServerState;

/// Serves `model` on `listener` until `stop` completes, then answers the requests in progress and
/// closes idle connections. Blocks; starts its own async runtime.
///
/// # Errors
/// If the runtime cannot start or the listener cannot be used.
pub fn serve(listener: TcpListener, model: ServedModel, limits: Limits, stop: impl Future<Output = ()>) -> Result<()> {
    let failed = |error: std::io::Error| Error::data("the server", format!("cannot start: {error}"));
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    let served = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let loopback_only = listener.local_addr()?.ip().is_loopback();
        let state = ServerState::new(model, limits, loopback_only);
        http::accept::accept(listener, routes::router(state), limits, stop).await;
        Ok(())
    });
    runtime.shutdown_timeout(limits.shutdown);
    served.map_err(failed)
}
