//! What the rows of a request become.

use axum::http::StatusCode;

use crate::serve::http::http_error::HttpError;
use burn_mlp_infer::table::Warning;

/// The rows of a request.
#[derive(Debug, Default, PartialEq)]
pub(in crate::serve) struct ParsedRows {
    /// Normalised, `[n * d]`.
    pub features: Vec<f32>,
    /// Each row's id `[n]`, if the model's table has a column of them and so do the rows.
    pub ids: Option<Vec<String>>,
    /// What is unlike the training rows.
    pub warnings: Vec<Warning>,
}

pub(in crate::serve) fn too_many(max_rows: usize) -> HttpError {
    HttpError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the body has more than {max_rows} rows; send them in several requests"),
    )
}
