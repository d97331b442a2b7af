//! `POST /predict`.

use std::sync::Arc;

use axum::extract::{Request, State as FromState};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{block_in_place, spawn_blocking, yield_now};
use tokio::time::timeout;

use super::Limits;
use super::answer::Answer;
use super::body::Body;
use super::guard::Permitted;
use super::problem::{Problem, json_body};
use super::routes::{Served, State};
use super::{query, rows};
use crate::data::Picture;
use crate::inference::{NO_ANSWER, Normalization, Preparation, SeenImage, is_answer};

/// What a body holds, by its content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Csv,
    Image,
}

/// What the network is asked about, and what the person is told beside its answer.
struct Input {
    /// `[n * d]`, as the network takes them.
    features: Vec<f32>,
    seen: Option<SeenImage>,
    warning: Option<String>,
}

pub(super) async fn predict(
    _: Permitted,
    FromState(served): FromState<State>,
    request: Request,
) -> Result<Response, Problem> {
    let kind = kind_of(request.headers())?;
    let preparation = query::preparation(request.uri().query())?;
    let body = Body::read(request, &served.large_bodies, &served.limits).await?;
    let input = match kind {
        Kind::Image => image_of(&body, &served, preparation).await?,
        // A large body is read where it holds up no other connection.
        _ if body.bytes.len() > Limits::SMALL_BODY => block_in_place(|| rows_of(&body, kind, &served, preparation))?,
        _ => rows_of(&body, kind, &served, preparation)?,
    };
    let probabilities = served.batching.predict(input.features).await?;
    check_answers(&probabilities, served.metadata.classes())?;
    let answer = Answer::new(&probabilities, &served.metadata, input.seen.as_ref(), input.warning);
    let answer = serde_json::to_string(&answer).map_err(|error| Problem::internal(error.to_string()))?;
    // Requests that have come meanwhile are computed first: to send several answers in a row, instead of each as soon as it
    // is ready, spares the machine a change between programs for each.
    yield_now().await;
    Ok(json_body(answer))
}

/// Refuses a request of which a row has no answer.
fn check_answers(probabilities: &[f32], classes: usize) -> Result<(), Problem> {
    match probabilities.chunks(classes).position(|row| !is_answer(row)) {
        Some(row) => Err(Problem::bad_request(format!("row {} {NO_ANSWER}", row + 1))),
        None => Ok(()),
    }
}

fn rows_of(body: &Body, kind: Kind, served: &Served, preparation: Preparation) -> Result<Input, Problem> {
    let (metadata, most) = (&served.metadata, served.most_rows);
    let mut features = match kind {
        Kind::Csv => rows::of_csv(&body.bytes, metadata, most)?,
        _ => rows::of_json(&body.bytes, metadata, most)?,
    };
    let warning = scaled_before(&features, metadata.normalization);
    if preparation != Preparation::default() {
        let refused = |problem| Problem::bad_request(format!("the rows {problem}"));
        metadata.see_rows(&mut features, preparation).map_err(refused)?;
    }
    Ok(Input { features, seen: None, warning })
}

fn scaled_before(features: &[f32], normalization: Normalization) -> Option<String> {
    match normalization {
        Normalization::DivideBy(maximum) if normalization.looks_applied_before(features) == Some(true) => {
            Some(format!("all pixels are from 0 to 1, and the model takes them from 0 to {maximum}"))
        }
        _ => None,
    }
}

async fn image_of(body: &Body, served: &State, preparation: Preparation) -> Result<Input, Problem> {
    let place = place_for_image(body, served).await?;
    let (served, bytes) = (Arc::clone(served), body.bytes.clone());
    let look = move || {
        let _place = place;
        let picture = Picture::decode(&bytes).map_err(|problem| format!("the body {problem}"))?;
        served.metadata.see(&picture, preparation).map_err(|problem| format!("the body {problem}"))
    };
    let looked = spawn_blocking(look).await.map_err(|_| Problem::internal("the image could not be prepared"))?;
    let seen: SeenImage = looked.map_err(Problem::bad_request)?;
    Ok(Input { features: seen.features(), seen: Some(seen), warning: None })
}

/// A place to decode the body in: small images have their own.
async fn place_for_image(body: &Body, served: &State) -> Result<OwnedSemaphorePermit, Problem> {
    let size =
        Picture::decoded_size(&body.bytes).map_err(|problem| Problem::bad_request(format!("the body {problem}")))?;
    let limits = &served.limits;
    if size > limits.decoded {
        let sentence =
            format!("the image takes {} MiB once it is decoded; {} at most", size >> 20, limits.decoded >> 20);
        return Err(Problem::too_large(sentence));
    }
    let places = if size <= Limits::SMALL_IMAGE { &served.images } else { &served.large_images };
    let place = timeout(limits.prediction, Arc::clone(places).acquire_owned()).await;
    place.ok().and_then(Result::ok).ok_or_else(Problem::busy)
}

fn kind_of(headers: &HeaderMap) -> Result<Kind, Problem> {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(Kind::Json),
        "text/csv" => Ok(Kind::Csv),
        _ if kind.starts_with("image/") => Ok(Kind::Image),
        _ => {
            let known = "application/json, text/csv, and image/png, image/jpeg or another image";
            let stated = if stated.is_empty() { "no content type".to_string() } else { format!("{stated:?}") };
            let sentence = format!("/predict takes {known}, not {stated}");
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_an_answer_are_named() {
        assert_eq!(check_answers(&[0.5, 0.5, 0.0, 1.0], 2), Ok(()));
        let problem = check_answers(&[0.5, 0.5, f32::NAN, f32::NAN], 2).unwrap_err();
        assert!(problem.sentence.starts_with("row 2 has values so large"), "{}", problem.sentence);
    }

    #[test]
    fn the_content_type_says_what_the_body_holds() {
        let kind = |stated: &str| {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, stated.parse().unwrap())]);
            kind_of(&headers)
        };
        assert_eq!(kind("application/json; charset=utf-8"), Ok(Kind::Json));
        assert_eq!(kind("Text/CSV"), Ok(Kind::Csv));
        assert_eq!(kind("image/png"), Ok(Kind::Image));
        let unknown = kind("text/plain").unwrap_err();
        assert_eq!(unknown.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(unknown.sentence.contains("not \"text/plain\""), "{}", unknown.sentence);
        assert!(kind_of(&HeaderMap::new()).unwrap_err().sentence.ends_with("not no content type"));
    }
}
