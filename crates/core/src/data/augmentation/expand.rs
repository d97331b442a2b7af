//! Expansion (slide 13): adds a variant of each training image for each transformation.

use rayon::prelude::*;

use super::{Augmentation, Workspace};
use crate::Result;
use crate::data::random::{Purpose, sample_stream};
use crate::data::{Features, Samples};

impl Augmentation {
    /// Returns every row of `samples`, each followed by one variant per active transformation,
    /// which is applied alone.
    ///
    /// Bytes stay bytes: with a maximum of 255, variants are rounded to 1/255.
    ///
    /// # Errors
    /// See [`Samples::new`].
    pub fn expand(&self, samples: &Samples) -> Result<Samples> {
        let copies = 1 + self.active.len();
        let original: Vec<usize> = (0..samples.len()).flat_map(|row| vec![row; copies]).collect();
        let rows = (0..samples.len()).into_par_iter();
        let features = match samples.features() {
            Features::Floats(_) => Features::Floats(
                rows.map_init(Workspace::default, |work, row| self.variants(samples, row, work))
                    .flatten_iter()
                    .collect(),
            ),
            Features::Bytes { maximum, .. } => {
                // A multiple of the old maximum, so that the originals keep their exact values.
                let maximum = (u8::MAX / maximum).max(1) * maximum;
                let to_byte = move |value: f32| (value * f32::from(maximum)).round() as u8;
                let bytes = rows.map_init(Workspace::default, |work, row| {
                    self.variants(samples, row, work).into_iter().map(to_byte).collect::<Vec<u8>>()
                });
                Features::Bytes { values: bytes.flatten_iter().collect(), maximum }
            }
        };
        let expanded = Samples::with_targets(features, samples.targets().select(&original), samples.dimension())?;
        match samples.weights() {
            Some(weights) => expanded.with_weights(weights.iter().flat_map(|&weight| vec![weight; copies]).collect()),
            None => Ok(expanded),
        }
    }

    /// Returns a row followed by its variants, `[(1 + active) * d]`.
    fn variants(&self, samples: &Samples, row: usize, workspace: &mut Workspace) -> Vec<f32> {
        let d = samples.dimension();
        let mut images = samples.sample(row).features;
        images.resize(d * (1 + self.active.len()), 0.0);
        let (original, variants) = images.split_at_mut(d);
        let mut rng = sample_stream(self.seed, Purpose::Augmentation, 0, row);
        for (transformation, variant) in self.active.iter().zip(variants.chunks_exact_mut(d)) {
            self.apply(&[*transformation], original, &mut rng, workspace, variant);
        }
        images
    }
}
