//! Handles `POST /predict`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{block_in_place, spawn_blocking, yield_now};
use tokio::time::timeout;

use super::body::Body;
use super::http_error::HttpError;
use super::json_response::json_response;
use super::limits::Limits;
use super::origin_check::TrustedOrigin;
use super::prediction_response::PredictionResponse;
use super::state::{ServerState, SharedState};
use super::{query, rows};
use crate::data::DecodedImage;
use burn_mlp_infer::image::{Preparation, PreparedImage};
use burn_mlp_infer::{Normalization, OVERFLOWS, is_finite};

/// The kind of body, by its content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ContentKind {
    Json,
    Csv,
    Image,
}

/// The rows to predict, and what the response says besides the predictions.
struct Input {
    /// Prepared rows, `[n * d]`.
    features: Vec<f32>,
    seen: Option<PreparedImage>,
    warning: Option<String>,
}

pub(super) async fn predict(
    _: TrustedOrigin,
    State(state): State<SharedState>,
    request: Request,
) -> Result<Response, HttpError> {
    let kind = kind_of(request.headers())?;
    let preparation = query::preparation(request.uri().query())?;
    let body = Body::read(request, &state.large_bodies, &state.limits).await?;
    let input = match kind {
        ContentKind::Image => image_of(&body, &state, preparation).await?,
        // Parsing a large body would hold up other connections on this thread.
        _ if body.bytes.len() > Limits::SMALL_BODY => block_in_place(|| rows_of(&body, kind, &state, preparation))?,
        _ => rows_of(&body, kind, &state, preparation)?,
    };
    let probabilities = state.batching.predict(input.features).await?;
    check_finite(&probabilities, state.metadata.classes())?;
    let response = PredictionResponse::new(&probabilities, &state.metadata, input.seen.as_ref(), input.warning);
    let response = serde_json::to_string(&response).map_err(|error| HttpError::internal(error.to_string()))?;
    // Let requests that have arrived meanwhile compute first: sending several responses in a row
    // saves context switches.
    yield_now().await;
    Ok(json_response(response))
}

/// Fails if a row overflows the network.
fn check_finite(probabilities: &[f32], classes: usize) -> Result<(), HttpError> {
    match probabilities.chunks(classes).position(|row| !is_finite(row)) {
        Some(row) => Err(HttpError::bad_request(format!("row {} {OVERFLOWS}", row + 1))),
        None => Ok(()),
    }
}

fn rows_of(body: &Body, kind: ContentKind, state: &ServerState, preparation: Preparation) -> Result<Input, HttpError> {
    let (metadata, max_rows) = (&state.metadata, state.max_rows);
    let mut features = match kind {
        ContentKind::Csv => rows::of_csv(&body.bytes, metadata, max_rows)?,
        _ => rows::of_json(&body.bytes, metadata, max_rows)?,
    };
    let warning = scaled_before(&features, metadata.normalization);
    if preparation != Preparation::default() {
        let refused = |problem| HttpError::bad_request(format!("the rows {problem}"));
        metadata.preprocess_rows(&mut features, preparation).map_err(refused)?;
    }
    Ok(Input { features, seen: None, warning })
}

fn scaled_before(features: &[f32], normalization: Normalization) -> Option<String> {
    match normalization {
        Normalization::DivideBy(maximum) if normalization.looks_applied_before(features) == Some(true) => {
            Some(format!("all pixels are from 0 to 1, but the model was trained on pixels from 0 to {maximum}"))
        }
        _ => None,
    }
}

async fn image_of(body: &Body, state: &SharedState, preparation: Preparation) -> Result<Input, HttpError> {
    let slot = slot_for_image(body, state).await?;
    let (state, bytes) = (Arc::clone(state), body.bytes.clone());
    let prepare = move || {
        let _slot = slot;
        let picture = DecodedImage::decode(&bytes).map_err(|problem| format!("the body {problem}"))?;
        state.metadata.preprocess(&picture, preparation).map_err(|problem| format!("the body {problem}"))
    };
    let prepared = spawn_blocking(prepare).await.map_err(|_| HttpError::internal("the image could not be prepared"))?;
    let seen: PreparedImage = prepared.map_err(HttpError::bad_request)?;
    Ok(Input { features: seen.features(), seen: Some(seen), warning: None })
}

/// Waits for a slot to decode the image in. Small images have slots of their own.
async fn slot_for_image(body: &Body, state: &SharedState) -> Result<OwnedSemaphorePermit, HttpError> {
    let size = DecodedImage::decoded_size(&body.bytes)
        .map_err(|problem| HttpError::bad_request(format!("the body {problem}")))?;
    let limits = &state.limits;
    if size > limits.decoded {
        let (size, max) = (size >> 20, limits.decoded >> 20);
        return Err(HttpError::too_large(format!("the decoded image takes {size} MiB; the maximum is {max}")));
    }
    let slots = if size <= Limits::SMALL_IMAGE { &state.images } else { &state.large_images };
    let slot = timeout(limits.prediction, Arc::clone(slots).acquire_owned()).await;
    slot.ok().and_then(Result::ok).ok_or_else(HttpError::busy)
}

fn kind_of(headers: &HeaderMap) -> Result<ContentKind, HttpError> {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(ContentKind::Json),
        "text/csv" => Ok(ContentKind::Csv),
        _ if kind.starts_with("image/") => Ok(ContentKind::Image),
        _ => {
            let known = "application/json, text/csv, and image/png, image/jpeg or another image";
            let stated =
                if stated.is_empty() { "no content type".to_string() } else { format!("content type {stated:?}") };
            let message = format!("/predict takes {known}; this request has {stated}");
            Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_overflows_the_network_is_reported() {
        assert_eq!(check_finite(&[0.5, 0.5, 0.0, 1.0], 2), Ok(()));
        let error = check_finite(&[0.5, 0.5, f32::NAN, f32::NAN], 2).unwrap_err();
        assert!(error.message.starts_with("row 2 "), "{}", error.message);
    }

    #[test]
    fn the_content_type_decides_the_kind_of_body() {
        let kind = |stated: &str| {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, stated.parse().unwrap())]);
            kind_of(&headers)
        };
        assert_eq!(kind("application/json; charset=utf-8"), Ok(ContentKind::Json));
        assert_eq!(kind("Text/CSV"), Ok(ContentKind::Csv));
        assert_eq!(kind("image/png"), Ok(ContentKind::Image));
        let unknown = kind("text/plain").unwrap_err();
        assert_eq!(unknown.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(unknown.message.contains("has content type \"text/plain\""), "{}", unknown.message);
        assert!(kind_of(&HeaderMap::new()).unwrap_err().message.ends_with("has no content type"));
    }
}
