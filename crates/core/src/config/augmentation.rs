//! Which image transformations are active, and how often.

use super::run_config::AugmentationConfig;
use super::values::enums::Transformation;
use crate::Result;

impl AugmentationConfig {
    /// Returns the probability that `transformation` changes an image.
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

    /// Returns the transformations with a probability above 0, in the order of
    /// [`Transformation::ALL`].
    pub fn active(&self) -> Vec<Transformation> {
        Transformation::ALL.iter().copied().filter(|&which| self.probability(which) > 0.0).collect()
    }
}

impl Transformation {
    /// Returns the key of the setting for its probability.
    pub fn probability_key(self) -> String {
        format!("augmentation.{self}_probability")
    }

    /// Returns the probability that `--augment` sets: one half for a flip, so that both sides occur
    /// equally often, and 1 for any other.
    pub fn default_probability(self) -> f64 {
        if self == Self::Flip { 0.5 } else { 1.0 }
    }

    /// Parses `flip,rotation,noise`.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) for an unknown name, with the nearest one and the
    /// list.
    pub fn parse_list(list: &str) -> Result<Vec<Self>> {
        list.split(',').map(|name| Ok(name.trim().parse()?)).collect()
    }
}
