//! The response to `POST /predict`.

use serde::Serialize;

use burn_mlp_infer::Prediction;
use burn_mlp_infer::image::PreparedImage;
use burn_mlp_infer::table::Warning;

#[derive(Debug, Serialize)]
pub(super) struct PredictionResponse<'a> {
    predictions: Vec<RowPrediction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    /// What is unlike the training rows.
    warnings: &'a [Warning],
}

/// What is predicted for a row: the most probable class and the probability of every class, or numbers.
#[derive(Debug, Serialize)]
struct RowPrediction<'a> {
    /// The row's id, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(flatten)]
    predicted: Prediction<'a>,
    /// The file that the row came in, if it was one of a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
}

/// The image as the network sees it: pixels `[height * width * channels]` from 0 (black) to 255.
#[derive(Debug, Serialize)]
struct Seen {
    height: usize,
    width: usize,
    channels: usize,
    inverted: bool,
    looks_inverted: bool,
    pixels: Vec<u8>,
}

impl<'a> PredictionResponse<'a> {
    /// Builds the response from what is predicted for rows with these `ids` `[n]` that came in
    /// `files`, each with its number of rows.
    pub fn new(
        predicted: Vec<Prediction<'a>>,
        (ids, files): (&'a [String], &'a [(String, usize)]),
        seen: Option<&'a PreparedImage>,
        warnings: &'a [Warning],
    ) -> Self {
        let mut files = files.iter().flat_map(|(file, rows)| std::iter::repeat_n(file.as_str(), *rows));
        let mut ids = ids.iter().map(|id| Some(id.as_str()).filter(|id| !id.is_empty()));
        let row = |predicted: Prediction<'a>| RowPrediction { id: ids.next().flatten(), predicted, file: files.next() };
        let seen = seen.map(|seen| Seen {
            height: seen.shape.height,
            width: seen.shape.width,
            channels: seen.shape.channels,
            inverted: seen.inverted,
            looks_inverted: seen.looks_inverted,
            pixels: seen.pixels(),
        });
        let predictions = predicted.into_iter().map(row).collect();
        Self { predictions, seen, warnings }
    }
}
