//! The targets of rows: classes, or numbers to predict.

/// The targets of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Targets {
    /// Class indices `[n]`.
    Classes(Vec<u32>),
    /// Numbers in their own units `[n, count]`, row-major.
    Numbers { values: Vec<f64>, count: usize },
}

impl Targets {
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Classes(labels) => labels.len(),
            Self::Numbers { values, count } => values.len() / (*count).max(1),
        }
    }

    pub(super) fn select(&self, indices: &[usize]) -> Self {
        match self {
            Self::Classes(labels) => Self::Classes(indices.iter().map(|&index| labels[index]).collect()),
            &Self::Numbers { ref values, count } => {
                let row = |&index: &usize| &values[index * count..(index + 1) * count];
                Self::Numbers { values: indices.iter().flat_map(row).copied().collect(), count }
            }
        }
    }

    /// Returns whether `other` is of the same kind and was appended.
    pub(super) fn append(&mut self, other: Self) -> bool {
        match (self, other) {
            (Self::Classes(labels), Self::Classes(others)) => labels.extend(others),
            (Self::Numbers { values, count }, Self::Numbers { values: others, count: other }) if *count == other => {
                values.extend(others);
            }
            _ => return false,
        }
        true
    }
}

/// Counts how often each class occurs in `labels`, `[classes]`.
pub fn class_counts(labels: impl IntoIterator<Item = u32>, classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for label in labels {
        if let Some(count) = counts.get_mut(label as usize) {
            *count += 1;
        }
    }
    counts
}
