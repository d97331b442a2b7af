//! Uniform random numbers. Never change how they are drawn: runs must stay repeatable.

use rand::Rng;
use rand::rngs::ChaCha8Rng;

/// Draws from `[0, 1)`, using 24 random bits.
pub(super) fn uniform(rng: &mut ChaCha8Rng) -> f32 {
    (rng.next_u32() >> 8) as f32 / (1 << 24) as f32
}

/// Draws from `[-maximum, maximum)`.
pub(super) fn symmetric(rng: &mut ChaCha8Rng, maximum: f64) -> f32 {
    maximum as f32 * (2.0 * uniform(rng) - 1.0)
}
