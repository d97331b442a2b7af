//! The encoding of a table's text columns as ONNX operators.

use std::collections::HashSet;

use burn_mlp_infer::table::{Categories, Notation, category, decimal};
use onnx_rs::ast::OpType;

use super::onnx_steps::{F32, Steps, integer};

/// Name of the input for text columns.
pub(super) const TEXTS: &str = "texts";

/// Stands before each text while it is encoded, since a list of keys cannot hold an empty one.
pub(super) const PREFIX: &str = "=";

/// Maximum number of letters of a mark whose cases are combined.
const MAX_LETTERS: usize = 6;

pub(super) struct TextColumn<'a> {
    pub name: &'a str,
    /// The index of the first feature.
    pub feature: usize,
    pub categories: &'a Categories,
    /// The column's first code, if its feature is a code.
    pub first_code: Option<usize>,
    pub notation: &'a Notation,
}

impl TextColumn<'_> {
    pub fn features(&self) -> usize {
        if self.first_code.is_some() { 1 } else { self.categories.count() }
    }

    /// Adds the text's category: 1 in its feature and 0 in all others, or its code. A text that the training rows do
    /// not have is only 0, unless there is a category for all others. A missing value is filled in, has a category of
    /// its own, or is refused.
    pub fn encode(&self, index: usize, steps: &mut Steps) -> String {
        let part = |part: &str| format!("texts.{index}.{part}");
        let count = self.categories.count();
        steps.whole_number(&part("column"), index);
        steps.apply_to(OpType::Gather, &[TEXTS, &part("column")], &part("text"), vec![integer("axis", 1)]);
        steps.apply_to(OpType::StringConcat, &["prefix", &part("text")], &part("key"), vec![]);
        // A number without a feature has only zeros.
        let unseen = self.categories.other_index().unwrap_or(count);
        let missing = self.categories.missing_index().unwrap_or(count + 1);
        steps.encode_labels(self.keys(missing), unseen, &part("number"));
        if self.categories.needs_value() {
            let number = steps.value().to_string();
            // Gathering fails at the index after the last, which missing values have.
            steps.positions(&part("numbers"), &(0..=count).collect::<Vec<_>>());
            steps.apply_to(OpType::Gather, &[&part("numbers"), &number], &part("refuses_missing_values"), vec![]);
        }
        match self.first_code {
            Some(first) => self.code(first, index, steps),
            None => {
                steps.whole_number(&part("values"), count);
                steps.apply(OpType::OneHot, &[&part("values"), "zero_and_one"], &part("one_hot"), vec![]);
            }
        }
        steps.value().to_string()
    }

    /// Adds the code of the category's index `[batch, 1]`.
    fn code(&self, first: usize, index: usize, steps: &mut Steps) {
        let part = |part: &str| format!("texts.{index}.{part}");
        let number = steps.value().to_string();
        let codes = (0..self.categories.count()).map(|index| first + self.categories.code(Some(index)));
        steps.positions(&part("codes"), &codes.collect::<Vec<_>>());
        steps.apply_to(OpType::Gather, &[&part("codes"), &number], &part("code"), vec![]);
        steps.positions(&part("axis"), &[1]);
        steps.apply(OpType::Unsqueeze, &[&part("axis")], &part("code.column"), vec![]);
        steps.apply(OpType::Cast, &[], &part("code.f32"), vec![integer("to", F32)]);
    }

    /// The texts that have a number, with the prefix: the categories in their usual spellings, and the marks of a
    /// missing value in lower, upper and mixed case, which have the number `own` unless one is filled in.
    fn keys(&self, own: usize) -> Vec<(String, usize)> {
        let index = |text: &str| category(&self.categories.values, text).map(|category| category.index);
        let categories = self.categories.values.iter().flat_map(|value| spellings(value));
        let known = categories.filter_map(|text| index(&text).map(|number| (text, number)));
        let missing = self.categories.missing.as_ref().and_then(|text| index(text)).unwrap_or(own);
        let numbers = self.notation.missing_numbers.iter().flat_map(|number| spellings(&number.to_string()));
        let marks = [String::new()].into_iter().chain(self.notation.missing.iter().cloned()).chain(numbers);
        let marks = marks.flat_map(|mark| in_every_case(&mark)).map(|text| (text, missing));
        let mut seen = HashSet::new();
        let all = known.chain(marks).filter(|(text, _)| seen.insert(text.clone()));
        all.map(|(text, number)| (format!("{PREFIX}{text}"), number)).collect()
    }
}

/// Spells a mark with each letter in lower and upper case; a long one as it is and in lower and upper case as a whole.
fn in_every_case(mark: &str) -> Vec<String> {
    if mark.bytes().filter(u8::is_ascii_alphabetic).count() > MAX_LETTERS {
        return vec![mark.to_string(), mark.to_ascii_lowercase(), mark.to_ascii_uppercase()];
    }
    let mut spellings = vec![String::new()];
    for letter in mark.chars() {
        let (lower, upper) = (letter.to_ascii_lowercase(), letter.to_ascii_uppercase());
        let cases = if lower == upper { vec![lower] } else { vec![lower, upper] };
        spellings = spellings.iter().flat_map(|text| cases.iter().map(move |case| format!("{text}{case}"))).collect();
    }
    spellings
}

/// A category's usual spellings: `1` and `1.0`; `True`, `true` and `TRUE`.
fn spellings(category: &str) -> Vec<String> {
    let mut spellings = vec![category.to_string()];
    if let Some(number) = decimal(category) {
        spellings.extend([number.clone(), format!("{number}.0")]);
    }
    for word in ["True", "False"].into_iter().filter(|word| word.eq_ignore_ascii_case(category)) {
        spellings.extend([word.to_string(), word.to_lowercase(), word.to_uppercase()]);
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_has_keys_for_its_usual_spellings_and_missing_values_for_theirs() {
        let keys = |values: &[&str], missing: Option<&str>| {
            let values: Vec<String> = values.iter().map(|value| value.to_string()).collect();
            let missing = missing.map(String::from);
            let categories = Categories { values, other: false, missing, indicator: false };
            let column = TextColumn {
                name: "x",
                feature: 0,
                categories: &categories,
                first_code: None,
                notation: &Notation::default(),
            };
            column.keys(9).into_iter().collect::<std::collections::HashMap<_, _>>()
        };
        let filled = keys(&["1", "2.5", "True", "NA"], Some("2.5"));
        assert_eq!(
            ["=nA", "=nAn", "=-999", "=-999.0"].map(|key| filled.get(key).copied()),
            [Some(1), Some(1), None, None]
        );
        let expected = [
            ("=1", 0),
            ("=1.0", 0),
            ("=2.5", 1),
            ("=True", 2),
            ("=TRUE", 2),
            ("=true", 2),
            ("=NA", 3),
            ("=na", 1),
            ("=", 1),
        ];
        for (key, number) in expected {
            assert_eq!(filled.get(key), Some(&number), "{key}");
        }
        let refused = keys(&["1", "01"], None);
        assert_eq!(["=", "=nan", "=1.0", "=01"].map(|key| refused[key]), [9, 9, 0, 1]);
    }
}
