//! Reads a request's body within the limits.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body as Incoming, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::http_error::HttpError;
use super::limits::Limits;

/// A request's body. A large body holds one of a few slots until it is dropped, which bounds the
/// memory of all bodies.
pub(in crate::serve) struct Body {
    pub bytes: Bytes,
    _slot: Option<OwnedSemaphorePermit>,
}

impl Body {
    /// Reads the whole body.
    pub async fn read(request: Request, slots: &Arc<Semaphore>, limits: &Limits) -> Result<Self, HttpError> {
        let length = content_length(request.headers());
        let too_large = || HttpError::too_large(format!("the body is larger than {} MiB", limits.body >> 20));
        if length.is_some_and(|length| length > limits.body as u64) {
            return Err(too_large());
        }
        let deadline = Instant::now() + limits.request;
        let slot = match length {
            Some(length) if length <= Limits::SMALL_BODY as u64 => None,
            _ => {
                let slot = timeout_at(deadline, Arc::clone(slots).acquire_owned()).await;
                Some(slot.ok().and_then(Result::ok).ok_or_else(HttpError::busy)?)
            }
        };
        let read = timeout_at(deadline, collect(request.into_body(), limits.body)).await.map_err(|_| {
            let message = format!("the body did not arrive within {} s", limits.request.as_secs());
            HttpError::new(StatusCode::REQUEST_TIMEOUT, message)
        })?;
        let bytes = read
            .map_err(|_| HttpError::bad_request("the body is incomplete, or its chunks are malformed"))?
            .ok_or_else(too_large)?;
        Ok(Self { bytes, _slot: slot })
    }
}

/// Collects the frames of `body`, usually one; `None` if it is larger than `max` bytes.
async fn collect(mut body: Incoming, max: usize) -> Result<Option<Bytes>, axum::Error> {
    let (mut first, mut all) = (Bytes::new(), Vec::new());
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame?.into_data() else { continue };
        if first.len().max(all.len()) + data.len() > max {
            return Ok(None);
        }
        match first.is_empty() {
            true => first = data,
            false if all.is_empty() => all = [&first[..], &data[..]].concat(),
            false => all.extend_from_slice(&data),
        }
    }
    Ok(Some(if all.is_empty() { first } else { all.into() }))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
