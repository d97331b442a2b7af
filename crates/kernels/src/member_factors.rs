//! What members that share a dense layer multiply and add on their own (Wen et al. 2020, arXiv 2002.06715).
//!
//! | | shape |
//! |---|---|
//! | `x`, `dy` | `[members * batch, columns]`, the rows of each member after each other |
//! | `scales`, `shifts` | `[members, columns]` |

use pulp::{Arch, Simd, WithSimd};

use crate::rows::{rows, rows_mut};

/// `x * scales`.
///
/// # Panics
/// If the shapes don't fit each other.
pub fn scale(input: &[f32], scales: &[f32], columns: usize) -> Vec<f32> {
    let mut output = input.to_vec();
    Arch::new().dispatch(Scale { entries: &mut output, scales, columns });
    output
}

/// `x * scales + shifts`.
///
/// # Panics
/// As [`scale`].
pub fn scale_and_shift(input: &[f32], scales: &[f32], shifts: &[f32], columns: usize) -> Vec<f32> {
    let mut output = scale(input, scales, columns);
    Arch::new().dispatch(Shift { entries: &mut output, shifts, columns });
    output
}

/// Turns the gradient with respect to `x * scales` into that with respect to `x`, and returns that with respect to the
/// scales, `[members, columns]`.
///
/// # Panics
/// As [`scale`].
pub fn scale_gradient(gradient: &mut [f32], input: &[f32], scales: &[f32], columns: usize) -> Vec<f32> {
    let sums = Arch::new().dispatch(SumProducts { gradient, input, members: scales.len() / columns.max(1), columns });
    Arch::new().dispatch(Scale { entries: gradient, scales, columns });
    sums
}

/// The gradient with respect to the shifts: the sum of each member's `dy`, `[members, columns]`.
///
/// # Panics
/// As [`scale`].
pub fn shift_gradient(gradient: &[f32], members: usize, columns: usize) -> Vec<f32> {
    let of_member = |member: &[f32]| crate::linear::bias_gradient(member, columns);
    let sums: Vec<f32> = of_members(gradient, members, columns).flat_map(of_member).collect();
    if sums.is_empty() { vec![0.0; members * columns] } else { sums }
}

/// Splits the entries into the rows of each member.
fn of_members(entries: &[f32], members: usize, columns: usize) -> std::slice::ChunksExact<'_, f32> {
    check(entries.len(), members, columns);
    entries.chunks_exact((entries.len() / members.max(1)).max(1))
}

fn of_members_mut(entries: &mut [f32], members: usize, columns: usize) -> std::slice::ChunksExactMut<'_, f32> {
    check(entries.len(), members, columns);
    let size = (entries.len() / members.max(1)).max(1);
    entries.chunks_exact_mut(size)
}

fn check(entries: usize, members: usize, columns: usize) {
    assert!(
        entries.is_multiple_of(members * columns),
        "{entries} entries aren't rows of {columns} for {members} members"
    );
}

struct Scale<'a> {
    entries: &'a mut [f32],
    scales: &'a [f32],
    columns: usize,
}

impl WithSimd for Scale<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { entries, scales, columns } = self;
        let members = scales.len() / columns.max(1);
        for (member, scales) in of_members_mut(entries, members, columns).zip(rows(scales, columns)) {
            for row in rows_mut(member, columns) {
                for (entry, scale) in row.iter_mut().zip(scales) {
                    *entry *= scale;
                }
            }
        }
    }
}

struct Shift<'a> {
    entries: &'a mut [f32],
    shifts: &'a [f32],
    columns: usize,
}

impl WithSimd for Shift<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { entries, shifts, columns } = self;
        let members = shifts.len() / columns.max(1);
        for (member, shifts) in of_members_mut(entries, members, columns).zip(rows(shifts, columns)) {
            for row in rows_mut(member, columns) {
                for (entry, shift) in row.iter_mut().zip(shifts) {
                    *entry += shift;
                }
            }
        }
    }
}

struct SumProducts<'a> {
    gradient: &'a [f32],
    input: &'a [f32],
    members: usize,
    columns: usize,
}

impl WithSimd for SumProducts<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Vec<f32> {
        let Self { gradient, input, members, columns } = self;
        let mut sums = vec![0.0; members * columns];
        let both = of_members(gradient, members, columns).zip(of_members(input, members, columns));
        for (sums, (gradient, input)) in rows_mut(&mut sums, columns).zip(both) {
            for (gradient, input) in rows(gradient, columns).zip(rows(input, columns)) {
                for (sum, (gradient, input)) in sums.iter_mut().zip(gradient.iter().zip(input)) {
                    *sum += gradient * input;
                }
            }
        }
        sums
    }
}
