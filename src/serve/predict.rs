//! Handles `POST /predict`.

use axum::extract::{Request, State};
use axum::response::Response;
use tokio::task::yield_now;

use super::http::body::Body;
use super::http::http_error::HttpError;
use super::http::json_response::json_response;
use super::input::Input;
use super::origin_check::TrustedOrigin;
use super::prediction_response::PredictionResponse;
use super::request::content_kind::ContentKind;
use super::request::query;
use super::state::SharedState;
use burn_mlp_infer::{OVERFLOWS, is_finite};

pub(super) async fn predict(
    _: TrustedOrigin,
    State(state): State<SharedState>,
    request: Request,
) -> Result<Response, HttpError> {
    let kind = ContentKind::of_request(request.headers())?;
    let preparation = query::preparation(request.uri().query(), state.metadata.image_shape.is_some())?;
    let body = Body::read(request, &state.large_bodies, &state.limits).await?;
    let input = Input::read(kind, &body.bytes, preparation, &state).await?;
    let Input { features, ids, files, seen, warnings } = input;
    let probabilities = state.batching.predict(features).await?;
    check_finite(&probabilities, state.metadata.outputs())?;
    let predicted =
        state.metadata.predictions(&probabilities).map_err(|error| HttpError::bad_request(error.to_string()))?;
    let response = PredictionResponse::new(predicted, (&ids, &files), seen.as_ref(), &warnings);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_overflows_the_network_is_reported() {
        assert_eq!(check_finite(&[0.5, 0.5, 0.0, 1.0], 2), Ok(()));
        let error = check_finite(&[0.5, 0.5, f32::NAN, f32::NAN], 2).unwrap_err();
        assert!(error.message.starts_with("row 2 "), "{}", error.message);
    }
}
