//! Random streams. Each depends only on seed, purpose, epoch and possibly sample, so results do not
//! depend on thread timing, on draws for another purpose, or on whether a run was resumed.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// Purpose of a stream. The numbers are part of each stream's key: never change or reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Initial weights of the model.
    InitialWeights = 1,
    /// The validation rows that are split off the training set.
    Split = 2,
    /// The order of the training rows in an epoch.
    BatchOrder = 3,
    /// Dropout masks, or seeds of the device's generator that draws them.
    Dropout = 4,
    /// Random changes to training images.
    Augmentation = 5,
    /// The `synthetic` source's rows.
    Synthetic = 6,
    /// The test rows that are split off a source without a test set.
    TestSplit = 7,
    /// Rows, biases and entries that a gradient check samples.
    GradientCheck = 8,
    /// Rows of the test set that a bootstrap resamples.
    Bootstrap = 9,
    /// Learned vectors of categories.
    Embedding = 10,
    /// The folds of a cross-validation.
    Folds = 11,
    /// The scales by which members that share their weights differ.
    MemberFactors = 12,
    /// Rows and orders of a table's shuffled columns.
    Importance = 13,
}

/// Returns the stream of `seed`, `purpose` and `epoch`: ChaCha with 8 rounds, keyed by the
/// little-endian 64-bit words `[seed, purpose, epoch, 0]`.
pub fn stream(seed: u64, purpose: Purpose, epoch: u64) -> ChaCha8Rng {
    keyed([seed, purpose as u64, epoch, 0])
}

/// Returns the stream of one `sample` of `seed`, `purpose` and `epoch`, keyed by
/// `[seed, purpose, epoch, sample + 1]`.
pub fn sample_stream(seed: u64, purpose: Purpose, epoch: u64, sample: usize) -> ChaCha8Rng {
    keyed([seed, purpose as u64, epoch, sample as u64 + 1])
}

/// Returns a seed for another generator, such as a device's: the first 64 bits of [`stream`].
pub fn derive_seed(seed: u64, purpose: Purpose, epoch: u64) -> u64 {
    stream(seed, purpose, epoch).next_u64()
}

/// Returns the seed of a dropout mask in one `step` of `epoch`: the first 64 bits of the stream that is keyed by
/// `[seed, purpose, epoch, step + 1]`, with `layer` as ChaCha's nonce. Members that share a network have different rows of
/// one mask.
pub fn dropout_seed(seed: u64, epoch: usize, step: usize, layer: u64) -> u64 {
    let mut stream = sample_stream(seed, Purpose::Dropout, epoch as u64, step);
    stream.set_stream(layer);
    stream.next_u64()
}

/// Returns a uniformly random order of `0..count`.
pub fn permutation(count: usize, generator: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    shuffle(&mut order, generator);
    order
}

/// Shuffles `items` by Fisher and Yates's algorithm, from the last position down.
pub fn shuffle<T>(items: &mut [T], generator: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        let chosen = below(last as u64 + 1, generator) as usize;
        items.swap(chosen, last);
    }
}

/// Draws an unbiased integer from `0..bound` (Lemire 2019, "Fast Random Integer Generation in an
/// Interval").
///
/// Not rand's method, which may change between versions, because runs must stay repeatable.
pub(crate) fn below(bound: u64, generator: &mut ChaCha8Rng) -> u64 {
    let rejected = bound.wrapping_neg() % bound;
    loop {
        let product = u128::from(generator.next_u64()) * u128::from(bound);
        if product as u64 >= rejected {
            return (product >> 64) as u64;
        }
    }
}

fn keyed(words: [u64; 4]) -> ChaCha8Rng {
    let mut key = [0; 32];
    for (bytes, word) in key.chunks_exact_mut(8).zip(words) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // Expected values are from the ChaCha8 keystream, Lemire's method and Fisher-Yates in Python,
    // written from the papers.
    #[test]
    fn streams_never_change() {
        let mut drawn = stream(42, Purpose::BatchOrder, 3);
        let words: Vec<u64> = (0..9).map(|_| drawn.next_u64()).collect();
        assert_eq!(
            (words[0], words[1], words[8]),
            (0x53f8_3710_3ac1_fcb6, 0x474c_47e2_3b11_439b, 0x0463_94fc_a2a0_13a2)
        );
        assert_eq!(derive_seed(u64::MAX, Purpose::Dropout, 0), 0x31a3_a08f_fb49_214f);
        assert_eq!(sample_stream(0, Purpose::Synthetic, 0, 59_999).next_u64(), 0x90f8_eff4_4e44_4f42);
        assert_eq!(dropout_seed(42, 3, 7, 0), 0x622f_6b5e_247b_04c8);
        assert_eq!(dropout_seed(42, 3, 7, 1), 0x3367_5ca2_e71c_7c44);
    }

    #[test]
    fn permutations_never_change() {
        let order = permutation(10, &mut stream(0, Purpose::Split, 0));
        assert_eq!(order, [6, 4, 5, 0, 9, 1, 2, 8, 3, 7]);
    }

    #[test]
    fn seed_purpose_epoch_and_sample_each_select_another_stream() {
        let mut first = [
            derive_seed(1, Purpose::Split, 1),
            derive_seed(2, Purpose::Split, 1),
            derive_seed(1, Purpose::TestSplit, 1),
            derive_seed(1, Purpose::Split, 2),
            sample_stream(1, Purpose::Split, 1, 0).next_u64(),
            sample_stream(1, Purpose::Split, 1, 1).next_u64(),
        ];
        first.sort_unstable();
        assert!(first.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn seed_epoch_step_and_layer_each_select_another_mask() {
        let mut seeds = [
            dropout_seed(1, 1, 0, 0),
            dropout_seed(2, 1, 0, 0),
            dropout_seed(1, 2, 0, 0),
            dropout_seed(1, 1, 1, 0),
            dropout_seed(1, 1, 0, 1),
        ];
        seeds.sort_unstable();
        assert!(seeds.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn all_orders_of_four_are_equally_likely() {
        let mut generator = stream(0, Purpose::BatchOrder, 0);
        let mut counts = std::collections::HashMap::new();
        for _ in 0..24_000 {
            *counts.entry(permutation(4, &mut generator)).or_insert(0_i32) += 1;
        }
        assert_eq!(counts.len(), 24);
        // 5 standard deviations of a binomial with mean 1000.
        assert!(counts.values().all(|&count| (count - 1000).abs() < 155), "{counts:?}");
    }

    proptest! {
        #[test]
        fn a_permutation_holds_each_index_once(count in 0..300_usize, seed: u64) {
            let mut order = permutation(count, &mut stream(seed, Purpose::BatchOrder, 0));
            order.sort_unstable();
            prop_assert_eq!(order, (0..count).collect::<Vec<_>>());
        }
    }
}
