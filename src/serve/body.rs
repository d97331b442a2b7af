//! Reading a request's body within the limits.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::Limits;
use super::problem::Problem;

/// A body; a large one takes one of a few places until it is dropped, so that large bodies together stay bounded.
pub(super) struct Body {
    pub bytes: Bytes,
    _place: Option<OwnedSemaphorePermit>,
}

impl Body {
    /// Reads the whole of it.
    pub async fn read(request: Request, places: &Arc<Semaphore>, limits: &Limits) -> Result<Self, Problem> {
        let length = content_length(request.headers());
        let too_large = || Problem::too_large(format!("the body is larger than {} MiB", limits.body >> 20));
        if length.is_some_and(|length| length > limits.body as u64) {
            return Err(too_large());
        }
        let deadline = Instant::now() + limits.request;
        let place = match length {
            Some(length) if length <= Limits::SMALL_BODY as u64 => None,
            _ => {
                let place = timeout_at(deadline, Arc::clone(places).acquire_owned()).await;
                Some(place.ok().and_then(Result::ok).ok_or_else(Problem::busy)?)
            }
        };
        let read = timeout_at(deadline, Bytes::from_request(request, &())).await.map_err(|_| {
            let sentence = format!("the body did not arrive within {} s", limits.request.as_secs());
            Problem::new(StatusCode::REQUEST_TIMEOUT, sentence)
        })?;
        let bytes = read.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ => Problem::bad_request("the body broke off"),
        })?;
        Ok(Self { bytes, _place: place })
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
