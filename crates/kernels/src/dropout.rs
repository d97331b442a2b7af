//! Dropout in its inverted form, so that evaluation needs no rescaling: Hinton et al. 2012 (arXiv 1207.0580).

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// Which entries are dropped. Each call of [`Mask::apply`] draws the mask again from its seed, so that the
/// backward pass needs eight bytes of memory, not the mask.
#[derive(Debug, Clone, Copy)]
pub struct Mask {
    seed: u64,
    rate: f64,
}

impl Mask {
    /// A mask that drops each entry with probability `rate`, at least 0 and below 1.
    pub fn new(seed: u64, rate: f64) -> Self {
        Self { seed, rate }
    }

    /// Sets the dropped entries to 0 and divides the others by `1 - rate`.
    pub fn apply(self, entries: &mut [f32]) {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let dropped = (self.rate * 2_f64.powi(32)) as u64;
        let scale = (1.0 / (1.0 - self.rate)) as f32;
        let masked = |entry: f32, drawn: u32| if u64::from(drawn) < dropped { 0.0 } else { entry * scale };
        for pair in entries.chunks_mut(2) {
            let drawn = generator.next_u64();
            pair[0] = masked(pair[0], drawn as u32);
            if let Some(entry) = pair.get_mut(1) {
                *entry = masked(*entry, (drawn >> 32) as u32);
            }
        }
    }
}
