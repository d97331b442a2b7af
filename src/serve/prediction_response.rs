//! The response to `POST /predict`.

use serde::Serialize;

use burn_mlp_infer::image::PreparedImage;
use burn_mlp_infer::table::Warning;
use burn_mlp_infer::{ModelMetadata, most_probable};

#[derive(Debug, Serialize)]
pub(super) struct PredictionResponse<'a> {
    predictions: Vec<Prediction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    /// What is unlike the training rows.
    warnings: &'a [Warning],
}

/// The most probable class of a row, and the probability of every class, `[classes]`.
#[derive(Debug, Serialize)]
struct Prediction<'a> {
    /// The row's id, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    class: &'a str,
    index: usize,
    probability: f32,
    probabilities: &'a [f32],
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
    /// Builds the response from probabilities `[n, classes]` of rows with these `ids` `[n]` that came in
    /// `files`, each with its number of rows.
    pub fn new(
        probabilities: &'a [f32],
        metadata: &'a ModelMetadata,
        (ids, files): (&'a [String], &'a [(String, usize)]),
        seen: Option<&'a PreparedImage>,
        warnings: &'a [Warning],
    ) -> Self {
        let mut files = files.iter().flat_map(|(file, rows)| std::iter::repeat_n(file.as_str(), *rows));
        let mut ids = ids.iter().map(|id| Some(id.as_str()).filter(|id| !id.is_empty()));
        let prediction = |probabilities: &'a [f32]| {
            let id = ids.next().flatten();
            let first = most_probable(probabilities, 1).into_iter().next()?;
            let class = metadata.class_names.get(first.class)?;
            let (index, probability, file) = (first.class, first.probability, files.next());
            Some(Prediction { id, class, index, probability, probabilities, file })
        };
        let seen = seen.map(|seen| Seen {
            height: seen.shape.height,
            width: seen.shape.width,
            channels: seen.shape.channels,
            inverted: seen.inverted,
            looks_inverted: seen.looks_inverted,
            pixels: seen.pixels(),
        });
        let predictions = probabilities.chunks(metadata.classes()).filter_map(prediction).collect();
        Self { predictions, seen, warnings }
    }
}
