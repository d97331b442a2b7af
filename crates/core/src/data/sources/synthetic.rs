//! The `synthetic` source: any number of rows of any size, which an MLP can learn and a linear
//! classifier cannot.
//!
//! Each class is a pair of Gaussian clusters in a hidden space of 16 dimensions, one around a
//! random point and one around its mirror image at the origin. The clusters overlap somewhat, so no
//! classifier is perfect. A row's features are random mixtures of its hidden coordinates, bent by
//! `x / (1 + |x|)`, plus noise. The bend keeps the mirror symmetry, so every class has mean zero,
//! and a linear classifier gets at most about half of the rows right.

use std::ops::Range;

use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use crate::config::SyntheticConfig;
use crate::data::random::{Purpose, sample_stream, stream};
use crate::data::{Dataset, Features, Progress, Samples, Source, numbered_classes};
use crate::{Error, Result};

/// Dimensions of the hidden space.
const HIDDEN: usize = 16;
/// Distance of a cluster's centre from the origin, in standard deviations of the cluster.
const CENTRE_DISTANCE: f32 = 4.5;
/// Standard deviation of the noise on each feature; the bent mixtures lie in (-1, 1).
const NOISE: f32 = 0.1;
/// Maximum number of feature values of a training set: 4 GiB.
const MAX_VALUES: usize = 1 << 30;

/// The `synthetic` source.
#[derive(Debug, Clone)]
pub struct Synthetic {
    config: SyntheticConfig,
    seed: u64,
}

/// Parameters that all rows share.
struct Distributions {
    /// Centre of each class's first cluster, `[classes][HIDDEN]`; the second is its mirror image.
    centres: Vec<[f32; HIDDEN]>,
    /// Weights of the hidden coordinates in each feature, `[features][HIDDEN]`.
    mixtures: Vec<[f32; HIDDEN]>,
}

impl Synthetic {
    /// Creates a source whose rows depend only on `config` and `seed`.
    pub fn new(config: SyntheticConfig, seed: u64) -> Self {
        Self { config, seed }
    }

    fn check(&self) -> Result<()> {
        let SyntheticConfig { rows, features, classes } = self.config;
        if classes < 2 || classes > u32::MAX as usize {
            return Err(Error::config("synthetic.classes", format!("{classes} classes; at least 2 are needed")));
        }
        if rows < classes {
            let problem = format!("{rows} rows are too few for {classes} classes; set at least {classes}");
            return Err(Error::config("synthetic.rows", problem));
        }
        if features == 0 {
            return Err(Error::config("synthetic.features", "0 features; at least 1 is needed"));
        }
        let max_rows = MAX_VALUES / features;
        if rows > max_rows {
            let problem = format!("{rows} rows of {features} features are too many; set at most {max_rows} rows");
            return Err(Error::config("synthetic.rows", problem));
        }
        Ok(())
    }

    fn distributions(&self) -> Distributions {
        let mut generator = stream(self.seed, Purpose::Synthetic, 0);
        let centres = (0..self.config.classes).map(|_| {
            let direction = normals(&mut generator);
            let length = direction.iter().map(|x| x * x).sum::<f32>().sqrt();
            direction.map(|x| x / length * CENTRE_DISTANCE)
        });
        let centres = centres.collect();
        // With a variance of 1 / HIDDEN, mixtures are about as large as a hidden coordinate, where
        // the bend matters.
        let scale = 1.0 / (HIDDEN as f32).sqrt();
        let mixtures = (0..self.config.features).map(|_| normals(&mut generator).map(|x| x * scale)).collect();
        Distributions { centres, mixtures }
    }

    /// Generates `rows` of an endless sequence; row i has class i modulo the number of classes.
    fn samples(&self, distributions: &Distributions, rows: Range<usize>) -> Result<Samples> {
        let (first, features) = (rows.start, self.config.features);
        let mut values = vec![0.0; rows.len() * features];
        values.par_chunks_mut(features).enumerate().for_each(|(position, row)| {
            self.write_row(distributions, first + position, row);
        });
        let labels = rows.map(|row| (row % self.config.classes) as u32).collect();
        Samples::new(Features::Floats(values), labels, features)
    }

    fn write_row(&self, distributions: &Distributions, row: usize, output: &mut [f32]) {
        let mut generator = sample_stream(self.seed, Purpose::Synthetic, 0, row);
        let centre = &distributions.centres[row % self.config.classes];
        let mirrored = row / self.config.classes % 2 == 1;
        let sign = if mirrored { -1.0 } else { 1.0 };
        let mut hidden = normals(&mut generator);
        for (coordinate, centre) in hidden.iter_mut().zip(centre) {
            *coordinate += sign * centre;
        }
        for (feature, mixture) in output.iter_mut().zip(&distributions.mixtures) {
            let mixed: f32 = mixture.iter().zip(&hidden).map(|(weight, coordinate)| weight * coordinate).sum();
            let noise: f32 = StandardNormal.sample(&mut generator);
            *feature = mixed / (1.0 + mixed.abs()) + NOISE * noise;
        }
    }
}

impl Source for Synthetic {
    fn load(&self, _progress: Progress) -> Result<Dataset> {
        self.check()?;
        let SyntheticConfig { rows, classes, .. } = self.config;
        let distributions = self.distributions();
        let train = self.samples(&distributions, 0..rows)?;
        let test = self.samples(&distributions, rows..rows + rows.div_ceil(5))?;
        Dataset::new("synthetic", train, Some(test), numbered_classes(classes), None)
    }
}

fn normals(generator: &mut ChaCha8Rng) -> [f32; HIDDEN] {
    std::array::from_fn(|_| StandardNormal.sample(generator))
}

#[cfg(test)]
#[path = "synthetic_tests.rs"]
mod tests;
