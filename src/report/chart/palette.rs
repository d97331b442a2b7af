//! What a mark of a chart stands for, and so how it looks.

/// A class of `templates/shared/style.css`, which gives it a colour in light and dark and on paper,
/// and a dash pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeriesStyle(&'static str);

impl SeriesStyle {
    pub const TRAIN: Self = Self("train");
    pub const VALID: Self = Self("valid");
    pub const LEARNING_RATE: Self = Self("rate");
    pub const BEST_EPOCH: Self = Self("best");
    pub const RATE_REDUCED: Self = Self("reduced");
    pub const STOPPED_EARLY: Self = Self("stopped");
    pub const ACCURACY: Self = Self("accuracy");
    pub const MEAN_CONFIDENCE: Self = Self("confidence");
    pub const PERFECT_CALIBRATION: Self = Self("ideal");
    pub const ROC: Self = Self("roc");
    pub const PRECISION: Self = Self("precision");
    /// What a model without any knowledge reaches.
    pub const CHANCE: Self = Self("ideal");
    pub const ROW: Self = Self("row");
    pub const PERFECT_PREDICTION: Self = Self("ideal");

    /// One for each run of a comparison. They differ in colour and in dashes.
    pub const RUNS: [Self; 8] = [
        Self("run-a"),
        Self("run-b"),
        Self("run-c"),
        Self("run-d"),
        Self("run-e"),
        Self("run-f"),
        Self("run-g"),
        Self("run-h"),
    ];

    /// Returns the name of the CSS class.
    pub fn class(self) -> &'static str {
        self.0
    }
}
