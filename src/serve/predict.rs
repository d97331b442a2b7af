//! `POST /predict`.

use std::sync::Arc;

use axum::extract::{Request, State as FromState};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::task::{block_in_place, spawn_blocking};

use super::Limits;
use super::answer::Answer;
use super::body::Body;
use super::guard::Permitted;
use super::problem::{Problem, json_body};
use super::routes::State;
use super::{query, rows};
use crate::data::Picture;
use crate::inference::SeenImage;

/// What a body holds, by its content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Csv,
    Image,
}

pub(super) async fn predict(
    _: Permitted,
    FromState(served): FromState<State>,
    request: Request,
) -> Result<Response, Problem> {
    let kind = kind_of(request.headers())?;
    let preparation = query::preparation(request.uri().query())?;
    let body = Body::read(request, &served.large_bodies, &served.limits).await?;
    let (metadata, most) = (&served.metadata, served.most_rows);
    let (features, seen) = match kind {
        Kind::Json => (parsed(&body, |bytes| rows::of_json(bytes, metadata, most))?, None),
        Kind::Csv => (parsed(&body, |bytes| rows::of_csv(bytes, metadata, most))?, None),
        Kind::Image => {
            let place = Arc::clone(&served.images).acquire_owned().await.map_err(|_| Problem::busy())?;
            let (served, bytes) = (Arc::clone(&served), body.bytes.clone());
            let look = move || {
                let _place = place;
                let picture = Picture::decode(&bytes).map_err(|problem| format!("the body {problem}"))?;
                served.metadata.see(&picture, preparation).map_err(|problem| format!("the body {problem}"))
            };
            let looked = spawn_blocking(look).await;
            let seen: SeenImage = looked
                .map_err(|_| Problem::internal("the image could not be prepared"))?
                .map_err(Problem::bad_request)?;
            (seen.features(), Some(seen))
        }
    };
    let probabilities = served.batching.predict(features).await?;
    let answer = serde_json::to_string(&Answer::new(&probabilities, metadata, seen.as_ref()));
    Ok(json_body(answer.map_err(|error| Problem::internal(error.to_string()))?).into_response())
}

/// A large body is read where it holds up no other connection.
fn parsed<T>(body: &Body, parse: impl FnOnce(&[u8]) -> Result<T, Problem>) -> Result<T, Problem> {
    match body.bytes.len() <= Limits::SMALL_BODY {
        true => parse(&body.bytes),
        false => block_in_place(|| parse(&body.bytes)),
    }
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
