//! Where rows are from, so that a prediction can be traced to its file, line and id.

use burn_mlp_infer::csv::Lines;
use serde::{Deserialize, Serialize};

/// What is known of where rows are from. Each list has an entry for every row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Origins {
    /// The row's file, if rows are from several files.
    pub files: Option<Vec<String>>,
    /// The line of its file on which the row begins, from 1.
    pub lines: Option<Vec<u64>>,
    /// The row's value of the column `csv.id`; empty if it is missing.
    pub ids: Option<Vec<String>>,
    /// In a cross-validation: number of the row in the training set of the source, from 0.
    pub rows: Option<Vec<usize>>,
}

/// Where a row is from, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origin {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// In a cross-validation, from 0: its number in the training set of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
}

impl Origins {
    /// The origins of the records `rows` of a table.
    pub(super) fn of_table(lines: &Lines, ids: Option<Vec<String>>, rows: &[usize]) -> Self {
        let file = |&row: &usize| lines.file(row).map(String::from);
        Self {
            files: rows.iter().map(file).collect(),
            lines: Some(rows.iter().map(|&row| lines[row]).collect()),
            ids: ids.map(|ids| rows.iter().map(|&row| ids[row].clone()).collect()),
            rows: None,
        }
    }

    pub(super) fn lengths(&self) -> impl Iterator<Item = usize> {
        let Self { files, lines, ids, rows } = self;
        let of_rows = [lines.as_ref().map(Vec::len), rows.as_ref().map(Vec::len)];
        [files, ids].map(|list| list.as_ref().map(Vec::len)).into_iter().chain(of_rows).flatten()
    }

    pub(super) fn of(&self, index: usize) -> Origin {
        fn at<T: Clone>(list: Option<&Vec<T>>, index: usize) -> Option<T> {
            list?.get(index).cloned()
        }
        let Self { files, lines, ids, rows } = self;
        Origin {
            file: at(files.as_ref(), index),
            line: at(lines.as_ref(), index),
            id: at(ids.as_ref(), index),
            row: at(rows.as_ref(), index),
        }
    }

    pub(super) fn select(&self, indices: &[usize]) -> Self {
        fn chosen<T: Clone>(list: Option<&Vec<T>>, indices: &[usize]) -> Option<Vec<T>> {
            list.map(|list| indices.iter().map(|&index| list[index].clone()).collect())
        }
        let Self { files, lines, ids, rows } = self;
        Self {
            files: chosen(files.as_ref(), indices),
            lines: chosen(lines.as_ref(), indices),
            ids: chosen(ids.as_ref(), indices),
            rows: chosen(rows.as_ref(), indices),
        }
    }

    /// Appends the origins of other rows; what is known of only one side is forgotten.
    pub(super) fn append(&mut self, other: Self) {
        fn both<T>(list: Option<Vec<T>>, other: Option<Vec<T>>) -> Option<Vec<T>> {
            let (mut list, other) = list.zip(other)?;
            list.extend(other);
            Some(list)
        }
        self.files = both(self.files.take(), other.files);
        self.lines = both(self.lines.take(), other.lines);
        self.ids = both(self.ids.take(), other.ids);
        self.rows = both(self.rows.take(), other.rows);
    }
}
