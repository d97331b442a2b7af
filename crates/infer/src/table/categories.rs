//! The texts that a column knows.

use std::ops::Not;

use serde::{Deserialize, Serialize};

/// The categories of a column: texts of the training rows, and what other and missing texts mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Categories {
    pub values: Vec<String>,
    /// Whether one more category stands for all other texts, the rare ones of the training rows included.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub other: bool,
    /// Replaces a missing value, which is otherwise refused or, with an indicator, a category of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Whether a missing value is a category of its own.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub indicator: bool,
}

impl Categories {
    /// Number of categories.
    pub fn count(&self) -> usize {
        self.values.len() + usize::from(self.other) + usize::from(self.indicator)
    }

    /// The index of all other texts, after those of the values; `None` without such a category.
    pub fn other_index(&self) -> Option<usize> {
        self.other.then_some(self.values.len())
    }

    /// The index of missing values, the last; `None` without such a category.
    pub fn missing_index(&self) -> Option<usize> {
        self.indicator.then(|| self.count() - 1)
    }

    /// Whether a missing value is refused.
    pub fn needs_value(&self) -> bool {
        self.missing.is_none() && !self.indicator
    }

    /// The code of the category with this index, counted from the column's first, which stands for all other texts.
    pub fn code(&self, index: Option<usize>) -> usize {
        match index {
            Some(index) if index < self.values.len() => index + 1,
            Some(index) if self.missing_index() == Some(index) => index,
            _ => 0,
        }
    }
}
