//! Times the parts of a run: `cargo bench --bench parts`, or with words of the names to time after
//! `--`.
//!
//! `burn-mlp bench` measures whole training steps, and `benches/peers/run` compares trainings with
//! other programs.

mod augmentation;
mod evaluation;
mod idx;
mod loader;
mod rows;
mod step;
mod timer;

use timer::Timer;

/// As in burn-mlp.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let timer = Timer::from_arguments();
    idx::time(&timer);
    loader::time(&timer);
    augmentation::time(&timer);
    step::time(&timer);
    evaluation::time(&timer);
}
