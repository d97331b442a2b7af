//! Feature values, as bytes or floats.

/// Feature values, row-major, `[n * d]`.
#[derive(Debug, Clone, PartialEq)]
pub enum Features {
    /// Pixels from 0 to `maximum`; a feature is the pixel divided by `maximum`, in `[0, 1]`.
    Bytes { values: Vec<u8>, maximum: u8 },
    /// Values as fed to the network.
    Floats(Vec<f32>),
}

impl Features {
    /// Number of values, n * d.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes { values, .. } => values.len(),
            Self::Floats(values) => values.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn first_invalid(&self) -> Option<usize> {
        match self {
            // A maximum of 0 would divide 0 by 0.
            Self::Bytes { values, maximum: 0 } => (!values.is_empty()).then_some(0),
            Self::Bytes { maximum: u8::MAX, .. } => None,
            Self::Bytes { values, maximum } => values.iter().position(|value| value > maximum),
            Self::Floats(values) => values.iter().position(|value| !value.is_finite()),
        }
    }

    /// Copies the rows of `dimension` values at `indices`, in that order.
    pub(super) fn select(&self, dimension: usize, indices: &[usize]) -> Self {
        match self {
            Self::Bytes { values, maximum } => {
                Self::Bytes { values: gather(values, dimension, indices), maximum: *maximum }
            }
            Self::Floats(values) => Self::Floats(gather(values, dimension, indices)),
        }
    }

    /// Appends values of the same kind and scale.
    ///
    /// # Errors
    /// Returns the rest of a sentence on `other` if its values are of another kind or scale.
    pub(super) fn append(&mut self, other: Self) -> std::result::Result<(), String> {
        match (self, other) {
            (Self::Floats(values), Self::Floats(others)) => values.extend(others),
            (Self::Bytes { values, maximum }, Self::Bytes { values: others, maximum: other }) if *maximum == other => {
                values.extend(others);
            }
            _ => return Err("has values of another scale than the training rows".to_string()),
        }
        Ok(())
    }
}

/// Copies the rows at `indices` of `values` `[n * dimension]`; returns `[k * dimension]`.
fn gather<T: Copy>(values: &[T], dimension: usize, indices: &[usize]) -> Vec<T> {
    let mut rows = Vec::with_capacity(indices.len() * dimension);
    for &index in indices {
        rows.extend_from_slice(&values[index * dimension..(index + 1) * dimension]);
    }
    rows
}
