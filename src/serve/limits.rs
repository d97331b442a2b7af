use std::time::Duration;

/// What clients may ask for at most, so that no client can stop the server or make it grow.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; more are answered 503 and closed.
    pub connections: usize,
    /// Bytes of a request's body.
    pub body: usize,
    /// Bodies of more than [`SMALL_BODY`](Self::SMALL_BODY) bytes at a time; more wait.
    pub large_bodies: usize,
    /// Images of at most [`SMALL_IMAGE`](Self::SMALL_IMAGE) bytes that are decoded at a time; more wait.
    pub images: usize,
    /// Larger images that are decoded at a time; more wait.
    pub large_images: usize,
    /// Bytes of an image once it is decoded: three for a pixel in colour.
    pub decoded: u64,
    /// Rows of a request.
    pub rows: usize,
    /// From a connection's start, or its last answer, to the end of a request's head.
    pub head: Duration,
    /// From there to the end of the body.
    pub request: Duration,
    /// From there to the prediction.
    pub prediction: Duration,
    /// How long a client may take to receive an answer.
    pub receive: Duration,
    /// How long requests in progress may take once the server is told to stop.
    pub shutdown: Duration,
}

impl Limits {
    /// A drawing, or a few rows; such bodies never wait for another.
    pub const SMALL_BODY: usize = 64 << 10;

    /// A drawing, once it is decoded; it never waits for a photograph.
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
