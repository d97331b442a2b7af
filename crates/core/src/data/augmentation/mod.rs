//! Random changes to training images (slide 13). Each depends only on seed, epoch and sample, so it
//! is the same at any number of threads, on every backend and in a resumed run.

mod affine;
mod cutout;
mod draw;
mod elastic;
mod expand;
mod resample;

use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::config::{AugmentationConfig, AugmentationMode, Transformation};
use crate::data::random::{Purpose, sample_stream};
use crate::data::{Dataset, ImageShape};
use crate::{Error, Result};
use affine::Affine;
use cutout::cut_out;
use draw::uniform;
use elastic::{Displacement, Elastic};
use resample::{PaddedImage, resample};

/// Augments images of one shape as configured.
#[derive(Debug, Clone)]
pub struct Augmentation {
    config: AugmentationConfig,
    active: Vec<Transformation>,
    shape: ImageShape,
    seed: u64,
    elastic: Elastic,
}

/// Buffers that a thread reuses.
#[derive(Debug, Default)]
pub struct Workspace {
    displacement: Displacement,
    padded: PaddedImage,
}

impl Augmentation {
    /// Returns `None` if the configuration enables no transformation.
    ///
    /// # Errors
    /// [`Error::Config`] if it enables one and the rows of `data` are not images.
    pub fn new(config: &AugmentationConfig, data: &Dataset, seed: u64) -> Result<Option<Self>> {
        let active = config.active();
        let Some(&first) = active.first() else { return Ok(None) };
        let Some(shape) = data.image_shape else {
            let problem = format!("needs images, but the rows of {} are not images; set it to 0", data.source);
            return Err(Error::config(first.probability_key(), problem));
        };
        let elastic = Elastic::new(shape, config.elastic_alpha as f32, config.elastic_sigma as f32);
        Ok(Some(Self { config: config.clone(), active, shape, seed, elastic }))
    }

    /// Whether images change in every epoch, or once before the first.
    pub fn mode(&self) -> AugmentationMode {
        self.config.mode
    }

    /// The enabled transformations.
    pub fn active(&self) -> &[Transformation] {
        &self.active
    }

    /// Writes the augmented `image` of `sample` in `epoch` to `output`, both
    /// `[height * width * channels]` in `[0, 1]`. Each transformation is applied with its own
    /// probability; the geometric ones are combined, so that pixels are interpolated once.
    pub fn online(&self, image: &[f32], epoch: usize, sample: usize, workspace: &mut Workspace, output: &mut [f32]) {
        let mut rng = sample_stream(self.seed, Purpose::Augmentation, epoch as u64, sample);
        let is_applied =
            |which: &Transformation, rng: &mut ChaCha8Rng| uniform(rng) < self.config.probability(*which) as f32;
        let chosen: Vec<Transformation> =
            self.active.iter().copied().filter(|which| is_applied(which, &mut rng)).collect();
        self.apply(&chosen, image, &mut rng, workspace, output);
    }

    /// Applies all of `chosen`, with strengths drawn from `rng`.
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
        let Workspace { displacement, padded } = workspace;
        let displacement = distorted.then_some(&*displacement);
        match map.is_identity() && !distorted {
            true => output.copy_from_slice(image),
            false => resample(image, self.shape, &map, displacement, padded, output),
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

#[cfg(test)]
mod tests;
