//! Options that change settings, shared by train and every command that resolves a configuration.

use std::path::{Path, PathBuf};

use burn_mlp::Result;
use burn_mlp::config::{Assignment, Layers, RunConfig, Transformation};
use burn_mlp::data::{configure, recognise};
use burn_mlp::run_directory::RunDirectory;
use clap::Args;

use super::setting_flags::SettingFlags;
use super::terminal::console::Console;
use super::value_parsers::option;

/// Clap takes a `Vec` in a field for an option that is given several times.
type Transformations = Vec<Transformation>;

/// `--set` overrides `--config`, and the other flags override both. Values may start with a hyphen,
/// so that `--lr -0.1` fails with the setting's range.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingArgs {
    /// A TOML file, or a preset such as mnist; `burn-mlp config --presets` lists them
    #[arg(long, value_name = "FILE|PRESET", allow_hyphen_values = true)]
    pub config: Option<PathBuf>,
    /// Change any setting, as in --set schedule.patience=5
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub set: Vec<String>,
    /// Augment the training images: flip, rotation, translation, scaling, shear, elastic, noise,
    /// cutout
    #[arg(long, value_name = "NAME,...", allow_hyphen_values = true,
          value_parser = option(Transformation::parse_list))]
    pub augment: Option<Transformations>,
    #[command(flatten)]
    pub flags: SettingFlags,
}

impl SettingArgs {
    /// Resolves the configuration, with these options on top of `base`, and says what a path in `data.source` holds.
    pub fn resolve(&self, base: Layers, console: &mut Console) -> Result<RunConfig> {
        let mut layers = base;
        if let Some(config) = &self.config {
            layers = layers.file_or_preset(config);
        }
        for assignment in &self.set {
            layers = layers.set(assignment);
        }
        for assignment in self.flags.assignments() {
            layers = layers.assign(assignment.clone());
        }
        for transformation in self.augment.iter().flatten() {
            let probability = transformation.default_probability().to_string();
            layers = layers.assign(Assignment::parse(&transformation.probability_key(), &probability)?);
        }
        let (config, sentences) = match self.config.as_deref().and_then(run_of) {
            Some(run) => {
                let config = layers.resolve()?.with_paths_from(&run.started_in(&run.read_record()?))?;
                let (config, recognised) = recognise(config)?;
                (config, recognised.into_iter().collect())
            }
            None => configure(layers)?,
        };
        sentences.iter().for_each(|sentence| console.remark(sentence));
        Ok(config)
    }
}

/// Returns the run whose configuration this file is, if it is one.
fn run_of(config: &Path) -> Option<RunDirectory> {
    let directory = config.parent().filter(|_| config.ends_with("config.toml"))?;
    RunDirectory::open(directory).ok()
}
