//! What a source yields: features, labels, and what the labels mean.

/// A source's rows with what is known about them.
#[derive(Debug, Clone)]
pub struct Data {
    /// The source as it was asked for: `digits`, `idx:some/dir`.
    pub source: String,
    /// The training set, from which the validation part is split off.
    pub train: Samples,
    /// The test set, if the source has one.
    pub test: Option<Samples>,
    /// A name for each class index.
    pub class_names: Vec<String>,
    /// Height and width of each row, if rows are images.
    pub image_shape: Option<ImageShape>,
}

/// Height and width in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ImageShape {
    pub height: usize,
    pub width: usize,
}

/// Rows of features `[n, d]` with a class index each `[n]`.
#[derive(Debug, Clone)]
pub struct Samples {
    features: Features,
    labels: Vec<u32>,
    dimension: usize,
}

/// Feature values, row after row, `[n * d]`.
#[derive(Debug, Clone)]
pub enum Features {
    /// Pixels from 0 to `maximum`; a feature is the pixel divided by `maximum`, in `[0, 1]`.
    Bytes { values: Vec<u8>, maximum: u8 },
    /// Values as they are fed to the network.
    Floats(Vec<f32>),
}

/// One row: what burn-dataset's `Dataset` yields for every source.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Features as fed to the network, `[d]`.
    pub features: Vec<f32>,
    /// Class index.
    pub label: usize,
}
