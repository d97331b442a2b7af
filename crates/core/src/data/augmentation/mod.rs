//! Random changes to training images (slide 13), each a function of (seed, epoch, sample) alone: the same at any number of
//! threads, on every backend, and when a run is resumed.

mod affine;
mod cutout;
mod elastic;
mod expand;
mod resample;

use rand::Rng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::config::{AugmentationConfig, AugmentationMode, Transformation};
use crate::data::random::{Purpose, sample_stream};
use crate::data::{Dataset, ImageShape};
use crate::{Error, Result};
use affine::Affine;
use cutout::cut_out;
use elastic::{Displacement, Elastic};
use resample::{RimmedImage, resample};

/// Changes images of one shape as a configuration says.
#[derive(Debug, Clone)]
pub struct Augmentation {
    config: AugmentationConfig,
    active: Vec<Transformation>,
    shape: ImageShape,
    seed: u64,
    elastic: Elastic,
}

/// Memory that one thread uses again and again.
#[derive(Debug, Default)]
pub struct Workspace {
    displacement: Displacement,
    rimmed: RimmedImage,
}

impl Augmentation {
    /// `None` if the configuration asks for nothing.
    ///
    /// # Errors
    /// If it asks for something and the rows are no images.
    pub fn new(config: &AugmentationConfig, data: &Dataset, seed: u64) -> Result<Option<Self>> {
        let active = config.active();
        let Some(&first) = active.first() else { return Ok(None) };
        let Some(shape) = data.image_shape else {
            let problem = format!("needs images, and the rows of {} are none; set it to 0", data.source);
            return Err(Error::config(first.probability_key(), problem));
        };
        let elastic = Elastic::new(shape, config.elastic_alpha as f32, config.elastic_sigma as f32);
        Ok(Some(Self { config: config.clone(), active, shape, seed, elastic }))
    }

    /// Whether images change anew in every epoch, or once before the first.
    pub fn mode(&self) -> AugmentationMode {
        self.config.mode
    }

    /// The transformations that act.
    pub fn active(&self) -> &[Transformation] {
        &self.active
    }

    /// Writes what `image` `[height * width * channels]`, in `[0, 1]`, is for `sample` in `epoch` to `output`: every
    /// active transformation by its own probability, the geometric ones as one, so that pixels are interpolated once.
    pub fn online(&self, image: &[f32], epoch: usize, sample: usize, workspace: &mut Workspace, output: &mut [f32]) {
        let mut rng = sample_stream(self.seed, Purpose::Augmentation, epoch as u64, sample);
        let acting =
            |which: &Transformation, rng: &mut ChaCha8Rng| uniform(rng) < self.config.probability(*which) as f32;
        let chosen: Vec<Transformation> = self.active.iter().copied().filter(|which| acting(which, &mut rng)).collect();
        self.apply(&chosen, image, &mut rng, workspace, output);
    }

    /// Applies all of `chosen`, each drawing its strength from `rng`.
    fn apply(
        &self,
        chosen: &[Transformation],
        image: &[f32],
        rng: &mut ChaCha8Rng,
        workspace: &mut Workspace,
        output: &mut [f32],
    ) {
        let map = Affine::draw(chosen, &self.config, self.shape, rng);
        let distorted = chosen.contains(&Transformation::Elastic);
        if distorted {
            self.elastic.draw(rng, &mut workspace.displacement);
        }
        let Workspace { displacement, rimmed } = workspace;
        let displacement = distorted.then_some(&*displacement);
        match map.is_identity() && !distorted {
            true => output.copy_from_slice(image),
            false => resample(image, self.shape, &map, displacement, rimmed, output),
        }
        if chosen.contains(&Transformation::Noise) {
            add_noise(output, self.config.noise as f32, rng);
        }
        if chosen.contains(&Transformation::Cutout) {
            cut_out(output, self.shape, self.config.cutout, rng);
        }
    }
}

/// Adds Gaussian noise and clips to `[0, 1]`, as slide 13 does.
fn add_noise(image: &mut [f32], deviation: f32, rng: &mut ChaCha8Rng) {
    for pixel in image {
        let noise: f32 = StandardNormal.sample(rng);
        *pixel = (*pixel + deviation * noise).clamp(0.0, 1.0);
    }
}

/// Uniform in `[0, 1)`, by 24 random bits.
fn uniform(rng: &mut ChaCha8Rng) -> f32 {
    (rng.next_u32() >> 8) as f32 / (1 << 24) as f32
}

/// Uniform in `[-most, most)`.
fn either_way(rng: &mut ChaCha8Rng, most: f64) -> f32 {
    most as f32 * (2.0 * uniform(rng) - 1.0)
}

#[cfg(test)]
mod tests;
