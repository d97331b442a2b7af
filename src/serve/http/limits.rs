//! Limits on what clients can ask for.

use std::time::Duration;

/// Maximum sizes, numbers and times, so that no client can block the server or exhaust its memory.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Concurrent connections; further ones get status 503 and are closed.
    pub connections: usize,
    /// Size of a request's body, in bytes.
    pub body: usize,
    /// Concurrent bodies larger than [`SMALL_BODY`](Self::SMALL_BODY); further ones wait.
    pub large_bodies: usize,
    /// Images up to [`SMALL_IMAGE`](Self::SMALL_IMAGE) decoded at the same time; further ones wait.
    pub images: usize,
    /// Larger images decoded at the same time; further ones wait.
    pub large_images: usize,
    /// Size of a decoded image, in bytes: three for a pixel in colour.
    pub decoded: u64,
    /// Rows in a request.
    pub rows: usize,
    /// Time from the start of a connection, or its last response, to the end of the next request's
    /// head.
    pub head: Duration,
    /// Time from there to the end of the body.
    pub request: Duration,
    /// Time from there to the prediction.
    pub prediction: Duration,
    /// Time for a client to read a response.
    pub receive: Duration,
    /// Time for the requests in progress when the server stops.
    pub shutdown: Duration,
}

impl Limits {
    /// Enough for a drawing or a few rows, in bytes. Bodies up to this size never wait for others.
    pub const SMALL_BODY: usize = 64 << 10;

    /// Enough for a decoded drawing, in bytes. Images up to this size never wait for photographs.
    pub const SMALL_IMAGE: u64 = 4 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            body: 16 << 20,
            large_bodies: 4,
            images: 2,
            large_images: 1,
            decoded: 160 << 20,
            rows: 1000,
            head: Duration::from_secs(10),
            request: Duration::from_secs(20),
            prediction: Duration::from_secs(20),
            receive: Duration::from_secs(20),
            shutdown: Duration::from_secs(3),
        }
    }
}
