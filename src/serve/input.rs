//! What a request asks to predict, from any kind of body.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{block_in_place, spawn_blocking};
use tokio::time::timeout;

use super::http::http_error::HttpError;
use super::http::limits::Limits;
use super::request::content_kind::{ContentKind, check_uncompressed};
use super::request::multipart::{Part, parts};
use super::request::parsed_rows::{ParsedRows, too_many};
use super::request::{query, rows};
use super::state::{ServerState, SharedState};
use crate::data::DecodedImage;
use crate::text::quoted;
use burn_mlp_infer::image::{Preparation, PreparedImage};
use burn_mlp_infer::table::{Warning, add_warning};

/// The rows to predict, and what the response says besides the predictions.
#[derive(Default)]
pub(super) struct Input {
    /// Prepared rows, `[n * d]`.
    pub features: Vec<f32>,
    /// Each row's id, `[n]`; empty where it has none.
    pub ids: Vec<String>,
    /// The files of a form, each with its number of rows.
    pub files: Vec<(String, usize)>,
    pub seen: Option<PreparedImage>,
    /// What is unlike the training rows.
    pub warnings: Vec<Warning>,
}

impl Input {
    /// Reads a body of this kind.
    pub async fn read(
        kind: ContentKind,
        body: &Bytes,
        preparation: Preparation,
        state: &SharedState,
    ) -> Result<Self, HttpError> {
        match kind {
            ContentKind::Form(boundary) => {
                let parts = parts(body, &boundary, state.max_rows)?;
                Self::of_form(parts, preparation, state).await
            }
            kind => Self::of_file(kind, body, "the body", preparation, state).await,
        }
    }

    /// Reads the files of a form. Its other fields are options, like those of the query.
    async fn of_form(parts: Vec<Part>, mut preparation: Preparation, state: &SharedState) -> Result<Self, HttpError> {
        let is_file = |part: &Part| part.file_name.is_some() || part.content_type.is_some();
        let (files, options): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(is_file);
        let takes_images = state.metadata.image_shape.is_some();
        let example = if takes_images { "image=@digit.png" } else { "rows=@rows.csv" };
        for option in &options {
            let text = format!("{}={}", option.name, String::from_utf8_lossy(&option.bytes));
            query::set(&mut preparation, &text, takes_images).map_err(|error| {
                let way_out = format!("a file needs a name, as in curl -F {example}");
                HttpError::bad_request(format!("field {}: {}; {way_out}", quoted(&option.name), error.message))
            })?;
        }
        // A browser sends a field without a chosen file as an empty one.
        let files = files.into_iter().filter(|part| !(part.bytes.is_empty() && part.file_name.as_deref() == Some("")));
        let (mut whole, mut decoded) = (Self::default(), 0);
        for part in files {
            let name = part.file_name.filter(|name| !name.is_empty()).unwrap_or(part.name);
            let kind = ContentKind::of_file(part.content_type.as_deref(), &part.bytes);
            if kind == ContentKind::Image {
                decoded += DecodedImage::decoded_size(&part.bytes).unwrap_or_default();
                check_decoded(decoded, &state.limits)?;
            }
            let input = Self::of_file(kind, &part.bytes, &quoted(&name), preparation, state).await?;
            whole.add(name, input, state)?;
        }
        match whole.files.len() {
            0 => Err(HttpError::bad_request(format!("the form has no files; send some, as in curl -F {example}"))),
            1 => Ok(whole),
            _ => Ok(Self { seen: None, ..whole }),
        }
    }

    fn add(&mut self, name: String, input: Self, state: &ServerState) -> Result<(), HttpError> {
        let dimension = state.metadata.features;
        self.files.push((name, input.features.len() / dimension));
        self.features.extend(input.features);
        self.ids.extend(input.ids);
        self.seen = input.seen;
        input.warnings.into_iter().for_each(|warning| add_warning(&mut self.warnings, warning));
        match self.features.len() / dimension > state.max_rows {
            true => Err(too_many(state.max_rows)),
            false => Ok(()),
        }
    }

    /// Reads a body or a file; errors call it `name`.
    async fn of_file(
        kind: ContentKind,
        bytes: &Bytes,
        name: &str,
        preparation: Preparation,
        state: &SharedState,
    ) -> Result<Self, HttpError> {
        match kind {
            ContentKind::Image => Self::of_image(bytes, name, state, preparation).await,
            // Parsing many rows would hold up other connections on this thread.
            _ if bytes.len() > Limits::SMALL_BODY => {
                block_in_place(|| Self::of_rows(bytes, &kind, name, state, preparation))
            }
            _ => Self::of_rows(bytes, &kind, name, state, preparation),
        }
    }

    fn of_rows(
        bytes: &[u8],
        kind: &ContentKind,
        name: &str,
        state: &ServerState,
        preparation: Preparation,
    ) -> Result<Self, HttpError> {
        check_uncompressed(bytes, name)?;
        let (metadata, max_rows) = (&state.metadata, state.max_rows);
        let ParsedRows { mut features, ids, warnings } = match kind {
            ContentKind::Json => rows::of_json(bytes, metadata, name, max_rows)?,
            _ => rows::of_csv(bytes, metadata, name, max_rows)?,
        };
        if preparation != Preparation::default() {
            let refused = |problem| HttpError::bad_request(format!("the rows {problem}"));
            metadata.preprocess_rows(&mut features, preparation).map_err(refused)?;
        }
        let ids = ids.unwrap_or_else(|| vec![String::new(); features.len() / metadata.features]);
        Ok(Self { features, ids, warnings, ..Self::default() })
    }

    async fn of_image(
        bytes: &Bytes,
        name: &str,
        state: &SharedState,
        preparation: Preparation,
    ) -> Result<Self, HttpError> {
        let refused = |problem: String| HttpError::bad_request(format!("{name} {problem}"));
        let slot = slot_for_image(DecodedImage::decoded_size(bytes).map_err(refused)?, state).await?;
        let (state, bytes) = (Arc::clone(state), bytes.clone());
        let prepare = move || {
            let _slot = slot;
            state.metadata.preprocess(&DecodedImage::decode(&bytes)?, preparation)
        };
        let prepared = spawn_blocking(prepare).await;
        let prepared = prepared.map_err(|_| HttpError::internal("the image could not be prepared"))?;
        let seen = prepared.map_err(refused)?;
        let warnings = seen.off_scale.map(|off_scale| Warning::off_scale(off_scale.problem())).into_iter().collect();
        let ids = vec![String::new()];
        Ok(Self { features: seen.features.clone(), ids, seen: Some(seen), warnings, ..Self::default() })
    }
}

/// Waits for a slot to decode the image in. Small images have slots of their own.
async fn slot_for_image(size: u64, state: &SharedState) -> Result<OwnedSemaphorePermit, HttpError> {
    check_decoded(size, &state.limits)?;
    let slots = if size <= Limits::SMALL_IMAGE { &state.images } else { &state.large_images };
    let slot = timeout(state.limits.prediction, Arc::clone(slots).acquire_owned()).await;
    slot.ok().and_then(Result::ok).ok_or_else(HttpError::busy)
}

fn check_decoded(size: u64, limits: &Limits) -> Result<(), HttpError> {
    let (decoded, max) = (size >> 20, limits.decoded >> 20);
    match size > limits.decoded {
        true => Err(HttpError::too_large(format!("the decoded image takes {decoded} MiB; the maximum is {max}"))),
        false => Ok(()),
    }
}
