//! How long the parts of a run take: `cargo bench --bench parts`, or with a part's name after it.
//!
//! Criterion compares each figure with the one of the call before. The whole is measured by `burn-mlp bench`, and beside
//! other programs by `benches/peers/run`.

mod augmentation;
mod evaluation;
mod idx;
mod loader;
mod rows;
mod step;

use criterion::{Criterion, criterion_group, criterion_main};

/// As in burn-mlp.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn parts(criterion: &mut Criterion) {
    idx::measure(criterion);
    loader::measure(criterion);
    augmentation::measure(criterion);
    step::measure(criterion);
    evaluation::measure(criterion);
}

criterion_group!(all, parts);
criterion_main!(all);
