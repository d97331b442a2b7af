use std::slice::{ChunksExact, ChunksExactMut};

/// The rows of a matrix with `columns` columns; none if it has no columns.
///
/// # Panics
/// If the entries don't fill whole rows.
pub fn rows(entries: &[f32], columns: usize) -> ChunksExact<'_, f32> {
    check(entries.len(), columns);
    entries.chunks_exact(columns.max(1))
}

/// As [`rows`], to be changed.
pub fn rows_mut(entries: &mut [f32], columns: usize) -> ChunksExactMut<'_, f32> {
    check(entries.len(), columns);
    entries.chunks_exact_mut(columns.max(1))
}

fn check(entries: usize, columns: usize) {
    assert!(entries.is_multiple_of(columns), "{entries} entries don't fill rows of {columns}");
}
