//! Reading a request's body within the limits.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body as Incoming, Bytes, HttpBody};
use axum::extract::Request;
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
        let read = timeout_at(deadline, collect(request.into_body(), limits.body)).await.map_err(|_| {
            let sentence = format!("the body did not arrive within {} s", limits.request.as_secs());
            Problem::new(StatusCode::REQUEST_TIMEOUT, sentence)
        })?;
        let bytes = read.map_err(|_| Problem::bad_request("the body broke off"))?.ok_or_else(too_large)?;
        Ok(Self { bytes, _place: place })
    }
}

/// All of `body`, usually in one piece; nothing if it is more than `most` bytes.
async fn collect(mut body: Incoming, most: usize) -> Result<Option<Bytes>, axum::Error> {
    let (mut first, mut all) = (Bytes::new(), Vec::new());
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(piece) = frame?.into_data() else { continue };
        if first.len().max(all.len()) + piece.len() > most {
            return Ok(None);
        }
        match first.is_empty() {
            true => first = piece,
            false if all.is_empty() => all = [&first[..], &piece[..]].concat(),
            false => all.extend_from_slice(&piece),
        }
    }
    Ok(Some(if all.is_empty() { first } else { all.into() }))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
