//! Finds the categories of many values.

use std::collections::HashMap;

use crate::table::category::respelled;
use crate::table::{Category, decimal};

/// Finds many categories: as [`category`](crate::table::category()), in constant time for texts in their plain
/// spelling.
pub(crate) struct CategoryIndex<'a> {
    categories: &'a [String],
    by_text: HashMap<&'a str, usize>,
    by_number: HashMap<String, usize>,
}

impl<'a> CategoryIndex<'a> {
    pub fn new(categories: &'a [String]) -> Self {
        let mut by_number = HashMap::new();
        for (index, category) in categories.iter().enumerate() {
            if let Some(number) = decimal(category) {
                by_number.entry(number).or_insert(index);
            }
        }
        Self { categories, by_text: categories.iter().map(String::as_str).zip(0..).collect(), by_number }
    }

    pub fn find(&self, text: &str) -> Option<Category> {
        let same = self.by_text.get(text).or_else(|| self.by_number.get(&decimal(text)?));
        same.map(|&index| Category { index, respelled: false }).or_else(|| respelled(self.categories, text))
    }
}
