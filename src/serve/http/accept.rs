//! Accepts connections.
//!
//! A loop of our own because `axum::serve` "doesn't support any configuration. Use hyper or
//! hyper-util if you need configuration" (its documentation), and a public server needs limits on
//! header size and time, on the number of connections, and on clients that do not read.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::limits::Limits;
use super::raw_response::last_response;
use super::timeout_stream::TimeoutStream;

/// Maximum size of a request's head, in bytes.
const MAX_HEAD: usize = 32 << 10;
/// Maximum number of headers in a request.
const MAX_HEADERS: usize = 64;

/// Serves connections with `router` until `stop` completes, then finishes the requests in progress.
pub(in crate::serve) async fn accept(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head);
    // Answer a client that has closed its side after the request.
    http.half_close(true);
    http.max_buf_size(MAX_HEAD).max_headers(MAX_HEADERS);
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Usually the limit on open files, which frees up when connections end.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
            refuse(&stream);
            continue;
        };
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(TimeoutStream::new(stream, limits.receive));
        let connection = graceful.watch(http.serve_connection(io, TowerToHyperService::new(router.clone())));
        tokio::spawn(async move {
            // An error here is the client's: it sees the connection end.
            let _ = connection.await;
            drop(slot);
        });
    }
    drop(listener);
    let _ = timeout(limits.shutdown, graceful.shutdown()).await;
}

fn refuse(stream: &TcpStream) {
    let response = last_response(StatusCode::SERVICE_UNAVAILABLE, "the server has too many connections");
    // The empty send buffer of a new connection takes these few bytes at once, unless the client
    // has left.
    let _ = stream.try_write(&response);
}
