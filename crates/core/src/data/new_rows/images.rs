//! Judges images with their classes.

use std::fs::File;
use std::path::Path;

use rayon::prelude::*;

use super::{NewRows, listed};
use crate::config::RunConfig;
use crate::data::progress::{LoadStage, report};
use crate::data::sources::{JudgedImage, JudgedImages, first_images_note};
use crate::data::{DecodedImage, Features, Origins, Progress, Samples};
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::ModelMetadata;
use burn_mlp_infer::image::{Preparation, PreparedImage};
use burn_mlp_infer::table::{Warning, add_warning, class_of};
use burn_mlp_infer::text::quoted;

/// Images that are decoded between two reports.
const BLOCK: usize = 256;

/// Reads images as `burn-mlp predict` does, with their classes, found as for training.
pub fn read(directory: &Path, config: &RunConfig, metadata: &ModelMetadata, progress: Progress) -> Result<NewRows> {
    let found = JudgedImages::find(directory, &config.images, &config.csv.target)?;
    let mut rows = ImageRows { bad: found.bad, skips_bad: config.images.skip_bad, ..ImageRows::default() };
    if let Some(first) = rows.bad.first().filter(|_| !rows.skips_bad) {
        return Err(Error::data("images", format!("{first}; fix or remove it")));
    }
    let labels = classes(&found.images, metadata)?;
    let total = found.images.len() as u64;
    for (images, labels) in found.images.chunks(BLOCK).zip(labels.chunks(BLOCK)) {
        report(progress, LoadStage::Reading("images"), rows.files.len() as u64, Some(total))?;
        let prepared: Vec<_> = images.par_iter().map(|image| prepared(&image.path, metadata)).collect();
        for ((image, &label), prepared) in images.iter().zip(labels).zip(prepared) {
            rows.add(image, label, prepared)?;
        }
    }
    let notes = found.notes.into_iter().chain(rows.notes()).collect();
    let origins = Origins { files: Some(rows.files), ..Origins::default() };
    let samples = Samples::new(Features::Floats(rows.features), rows.labels, metadata.features)?;
    Ok(NewRows { samples: samples.with_origins(origins)?, warnings: rows.warnings, notes })
}

/// Finds the class of each image.
fn classes(images: &[JudgedImage], metadata: &ModelMetadata) -> Result<Vec<u32>> {
    let class = |image: &JudgedImage| {
        class_of(metadata.class_names(), &image.class).ok_or_else(|| {
            let problem = format!("is of class {}, which is not one of the model's", quoted(&image.class));
            let problem = format!("{problem}, {}; rename the class, or remove its images", listed(metadata));
            Error::data(image.path.display().to_string(), problem)
        })
    };
    images.iter().map(class).collect()
}

/// An image as the network sees it, and whether its file holds more.
type Prepared = (PreparedImage, bool);

fn prepared(path: &Path, metadata: &ModelMetadata) -> std::result::Result<Prepared, String> {
    let file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let image = DecodedImage::read(file)?;
    Ok((metadata.preprocess(&image, Preparation::default())?, image.is_first_of_several()))
}

/// The rows so far, and what is to say of them.
#[derive(Default)]
struct ImageRows {
    features: Vec<f32>,
    labels: Vec<u32>,
    files: Vec<String>,
    skips_bad: bool,
    /// Files that cannot be used, each with the reason.
    bad: Vec<String>,
    warnings: Vec<Warning>,
    stretched: usize,
    first_of_several: usize,
}

impl ImageRows {
    fn add(&mut self, image: &JudgedImage, label: u32, prepared: std::result::Result<Prepared, String>) -> Result<()> {
        let file = image.path.display().to_string();
        let (prepared, is_first_of_several) = match prepared {
            Ok(prepared) => prepared,
            Err(problem) if self.skips_bad => {
                self.bad.push(format!("{file} {problem}"));
                return Ok(());
            }
            Err(problem) => return Err(Error::data(file, format!("{problem}; fix or remove it"))),
        };
        if let Some(off_scale) = prepared.off_scale {
            add_warning(&mut self.warnings, Warning::off_scale(off_scale.problem()));
        }
        self.stretched += usize::from(prepared.stretched);
        self.first_of_several += usize::from(is_first_of_several);
        self.features.extend(prepared.features);
        self.labels.push(label);
        self.files.push(file);
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        let stretched = match self.stretched {
            0 => None,
            1 => Some("1 image was stretched to the model's size".to_string()),
            images => Some(format!("{} images were stretched to the model's size", count(images))),
        };
        let left_out = self.bad.first().map(|first| match self.bad.len() {
            1 => format!("1 file is left out: {first}"),
            files => format!("{} files are left out, the first of which: {first}", count(files)),
        });
        left_out.into_iter().chain(stretched).chain(first_images_note(self.first_of_several)).collect()
    }
}
