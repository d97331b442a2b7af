//! Random changes to training images: which ones, how often and how strong.

use serde::{Deserialize, Serialize};

use super::choices::{AugmentationMode, Transformation};
use crate::Result;

/// Random changes to the training part's images (slide 13). Validation and test images are never changed.
///
/// Each transformation has a probability, 0 by default, and a range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AugmentationConfig {
    /// Anew in every epoch, or once before the first.
    pub mode: AugmentationMode,
    pub flip_probability: f64,
    pub rotation_probability: f64,
    /// Largest angle, in degrees, either way.
    pub rotation: f64,
    pub translation_probability: f64,
    /// Largest shift along each axis, as a fraction of the image's side.
    pub translation: f64,
    pub scaling_probability: f64,
    /// Largest change of size: 0.1 is from 90 % to 110 %.
    pub scaling: f64,
    pub shear_probability: f64,
    /// Largest angle, in degrees, by which columns lean either way.
    pub shear: f64,
    pub elastic_probability: f64,
    /// Strength of the elastic distortion: Simard's alpha, in pixels.
    pub elastic_alpha: f64,
    /// Smoothness of the elastic distortion: Simard's sigma, in pixels.
    pub elastic_sigma: f64,
    pub noise_probability: f64,
    /// Standard deviation of the noise, where 1 is from black to white.
    pub noise: f64,
    pub cutout_probability: f64,
    /// Side of the black square, as a fraction of the image's side.
    pub cutout: f64,
}

impl Default for AugmentationConfig {
    fn default() -> Self {
        Self {
            mode: AugmentationMode::Online,
            flip_probability: 0.0,
            rotation_probability: 0.0,
            rotation: 15.0,
            translation_probability: 0.0,
            translation: 0.1,
            scaling_probability: 0.0,
            scaling: 0.15,
            shear_probability: 0.0,
            shear: 15.0,
            elastic_probability: 0.0,
            elastic_alpha: 34.0,
            elastic_sigma: 4.0,
            noise_probability: 0.0,
            noise: 0.1,
            cutout_probability: 0.0,
            cutout: 0.25,
        }
    }
}

impl AugmentationConfig {
    /// How often `transformation` changes an image.
    pub fn probability(&self, transformation: Transformation) -> f64 {
        match transformation {
            Transformation::Flip => self.flip_probability,
            Transformation::Rotation => self.rotation_probability,
            Transformation::Translation => self.translation_probability,
            Transformation::Scaling => self.scaling_probability,
            Transformation::Shear => self.shear_probability,
            Transformation::Elastic => self.elastic_probability,
            Transformation::Noise => self.noise_probability,
            Transformation::Cutout => self.cutout_probability,
        }
    }

    /// The transformations that ever act, in the order of their names' list.
    pub fn active(&self) -> Vec<Transformation> {
        Transformation::ALL.iter().copied().filter(|&which| self.probability(which) > 0.0).collect()
    }
}

impl Transformation {
    /// The setting that says how often it acts.
    pub fn probability_key(self) -> String {
        format!("augmentation.{self}_probability")
    }

    /// How often it acts where only its name is given: a flip in half of the images, since both halves are then equally
    /// many; any other in all.
    pub fn usual_probability(self) -> f64 {
        if self == Self::Flip { 0.5 } else { 1.0 }
    }

    /// Reads `flip,rotation,noise`.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if a name is unknown, with the nearest and the list.
    pub fn parse_list(list: &str) -> Result<Vec<Self>> {
        list.split(',').map(|name| Ok(name.trim().parse()?)).collect()
    }
}
