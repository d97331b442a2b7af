//! What a network takes.

use crate::{Error, Result};

/// What a network takes: rows of features, the last of which may be codes of categories, which stand for learned vectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// Number of features of a row, codes included.
    pub features: usize,
    /// The codes among them.
    pub codes: Codes,
}

/// The features that are codes, the last of a row: each is the index of a learned vector among those of all columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    /// Number of categories of each column. The first of a column stands for texts that the training rows do not have.
    pub categories: Vec<usize>,
    /// Length of a category's vector.
    pub size: usize,
}

impl From<usize> for Inputs {
    /// Features without codes.
    fn from(features: usize) -> Self {
        Self { features, codes: Codes::default() }
    }
}

impl Codes {
    /// Number of codes of a row.
    pub fn columns(&self) -> usize {
        self.categories.len()
    }

    /// Number of categories of all columns together.
    pub fn all_categories(&self) -> usize {
        self.categories.iter().copied().fold(0, usize::saturating_add)
    }

    /// The first code of each column.
    pub fn starts(&self) -> impl Iterator<Item = usize> + '_ {
        self.categories.iter().scan(0_usize, |next, &count| {
            let start = *next;
            *next = next.saturating_add(count);
            Some(start)
        })
    }
}

impl Inputs {
    /// Number of features that are not codes.
    pub fn numbers(&self) -> usize {
        self.features.saturating_sub(self.codes.columns())
    }

    /// Number of inputs of the first layer, which takes vectors instead of their codes.
    pub fn layer_inputs(&self) -> usize {
        self.codes.columns().saturating_mul(self.codes.size).saturating_add(self.numbers())
    }

    /// Number of entries of all vectors.
    pub fn vector_entries(&self) -> usize {
        self.codes.all_categories().saturating_mul(self.codes.size)
    }

    /// Refuses rows `[n, features]` with a code that none of its column's categories has.
    ///
    /// # Errors
    /// [`Error::Data`] with the row.
    pub fn check_codes(&self, rows: &[f32]) -> Result<()> {
        if self.codes.columns() == 0 {
            return Ok(());
        }
        for (row, values) in rows.chunks_exact(self.features.max(1)).enumerate() {
            let codes = values[self.numbers()..].iter().zip(self.codes.starts().zip(&self.codes.categories));
            for (&value, (start, count)) in codes {
                let last = start + count - 1;
                if value.fract() != 0.0 || !(start as f32..=last as f32).contains(&value) {
                    let problem =
                        format!("{value} is not the code of a category, a whole number from {start} to {last}");
                    return Err(Error::data(format!("row {}", row + 1), problem));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_stand_for_codes_in_the_first_layer() {
        let inputs = Inputs { features: 5, codes: Codes { categories: vec![3, 4], size: 8 } };
        assert_eq!((inputs.numbers(), inputs.layer_inputs(), inputs.vector_entries()), (3, 3 + 2 * 8, 7 * 8));
        assert_eq!(inputs.codes.starts().collect::<Vec<_>>(), [0, 3]);
        assert_eq!(Inputs::from(5).layer_inputs(), 5);
    }

    #[test]
    fn a_code_of_another_column_is_refused() {
        let inputs = Inputs { features: 3, codes: Codes { categories: vec![3, 4], size: 8 } };
        assert!(inputs.check_codes(&[-7.5, 0.0, 3.0, 0.0, 2.0, 6.0]).is_ok());
        for (codes, range) in
            [([3.0, 3.0], "0 to 2"), ([0.0, 2.0], "3 to 6"), ([0.5, 3.0], "0 to 2"), ([f32::NAN, 3.0], "0 to 2")]
        {
            let error = inputs.check_codes(&[0.0, 0.0, 3.0, 0.0, codes[0], codes[1]]).unwrap_err().to_string();
            assert!(error.starts_with("row 2") && error.ends_with(range), "{error}");
        }
    }
}
