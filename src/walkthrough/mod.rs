//! The walkthrough, seen: every slide with the numbers of this program, on any data and network.
//!
//! Slides 2 to 6 follow single iterations of a small network, computed twice ([`trace`](IterationTrace)): by the slides'
//! formulas and by Burn. Slides 7 to 14 come from short, real trainings. The [`Walkthrough`] is one value that the
//! terminal, JSON and the page show. It holds no times, so the same seed on the same machine gives the same bytes.

mod content;
mod page;
mod slides;
mod trace;
mod trainings;

use burn::tensor::Device;
use serde::Serialize;

use crate::backend::OpenDevice;
use crate::config::RunConfig;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::format::{count, without_directory};
use crate::gradcheck::{self, TOLERANCE};
use crate::pipeline::fitting_split;
use crate::training::StopSignal;

pub use content::{Block, Cell, Curves, Images, Link, Picture, Role, Series, Slide, Table};
pub use page::html;
pub use trace::{Example, IterationTrace, Operand, Operation, Phase, Pick, Quantity, shown};

/// Number of slides with content of their own; slide 15 lists papers.
pub const SLIDES: usize = 15;

/// Iterations that slides 2 to 6 follow: the second has velocities from the first.
const ITERATIONS: usize = 2;

/// Rows of a batch; with batch normalisation more, since two or three rows have hardly a gradient left.
const BATCH_ROWS: usize = 3;
const BATCH_ROWS_TO_NORMALIZE: usize = 8;

/// What to show.
#[derive(Debug, Clone)]
pub struct Options {
    /// The trainings of slides 7 to 14.
    pub config: RunConfig,
    /// The network and the update of slides 1 to 6, small enough to read.
    pub small: RunConfig,
    /// Rows of a batch in slides 2 to 6; `None`: 3, or 8 with batch normalisation.
    pub rows: Option<usize>,
    /// Maximum number of rows of the training set that the trainings use.
    pub max_rows: usize,
    /// Numbers of the slides, from 1.
    pub slides: Vec<usize>,
}

/// The slides with everything they show.
#[derive(Debug, Clone, Serialize)]
pub struct Walkthrough {
    /// The data source.
    pub source: String,
    pub backend: String,
    pub seed: u64,
    /// Layer sizes of the network of slides 1 to 6.
    pub network: Vec<usize>,
    /// Layer sizes of the network that slides 7 to 14 train.
    pub trained_network: Vec<usize>,
    /// Height, width and channels, if rows are images.
    pub image_shape: Option<[usize; 3]>,
    /// Names of the classes, or of the numbers to predict.
    pub output_names: Vec<String>,
    /// What is left out or different, each a sentence.
    pub notes: Vec<String>,
    /// The iterations that slides 2 to 6 follow; none if no such slide is asked for.
    pub iterations: Vec<IterationTrace>,
    pub slides: Vec<Slide>,
    /// `None` without iterations.
    pub comparison: Option<Comparison>,
}

/// How well both computations of the iterations agree.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// Number of entries that were computed twice.
    pub entries: usize,
    /// The quantity with the largest relative difference: `dW[0] of iteration 1`.
    pub worst: String,
    /// That difference, relative to the quantity's largest entry.
    pub largest_relative_difference: f64,
    /// The largest difference of any entry, and its quantity.
    pub largest_difference: f64,
    pub largest_difference_in: String,
    /// The maximum that rounding explains.
    pub tolerance: f64,
    pub passes: bool,
}

/// Everything that slides are made from.
struct Context<'a> {
    options: &'a Options,
    /// The whole data.
    data: &'a Dataset,
    /// The rows of `data.train` that train and validate.
    split: &'a crate::data::SplitIndices,
    backend: &'a OpenDevice,
    iterations: &'a [IterationTrace],
}

/// Computes the slides that `options` asks for. `progress` receives what is being trained, the epoch and the number of
/// epochs.
///
/// # Errors
/// If the settings do not fit the data, the device fails, or a training fails or is interrupted.
pub fn compute(
    options: &Options,
    data: &Dataset,
    backend: &OpenDevice,
    stop: &StopSignal,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Walkthrough> {
    if options.config.split.folds > 0 {
        let problem = "is for cross-validation, which is not part of the walkthrough; leave it out";
        return Err(Error::config("split.folds", problem));
    }
    let split = fitting_split(&options.config, data)?;
    options.small.model.check_size(data.inputs(), data.outputs())?;
    let limited = trainings::limited(data, &split, options.max_rows);
    let mut notes = slides::notes(options, data);
    if limited.is_some() {
        let (rows, all) = (count(options.max_rows), count(split.train.len() + split.valid.len()));
        notes.push(format!(
            "the trainings of slides 7 to 14 use {rows} of {all} rows, so that they take seconds; see --max-rows"
        ));
    }
    let iterations = match options.slides.iter().any(|slide| (1..=6).contains(slide)) {
        true => iterations(options, data, &split.train, &backend.device)?,
        false => Vec::new(),
    };
    let trained_data = limited.as_ref().unwrap_or(data);
    let context = Context { options, data, split: &split, backend, iterations: &iterations };
    let slides = slides::slides(&context, &mut trainings::Trainings { data: trained_data, stop, progress })?;
    let sizes = |config: &RunConfig| config.model.layer_sizes(data.inputs(), data.outputs());
    Ok(Walkthrough {
        source: without_directory(&data.source),
        backend: backend.backend.to_string(),
        seed: options.config.seed,
        network: sizes(&options.small),
        trained_network: sizes(&options.config),
        image_shape: data.image_shape.map(|shape| [shape.height, shape.width, shape.channels]),
        output_names: if data.is_regression() { data.target_names.clone() } else { data.class_names.clone() },
        notes,
        comparison: Comparison::of(&iterations),
        iterations,
        slides,
    })
}

fn iterations(options: &Options, data: &Dataset, train: &[usize], device: &Device) -> Result<Vec<IterationTrace>> {
    let config = &options.small;
    let default = if config.model.batch_norm { BATCH_ROWS_TO_NORMALIZE } else { BATCH_ROWS };
    let rows = options.rows.unwrap_or(default.min(train.len() / ITERATIONS));
    let iterations = gradcheck::iterations(config, data, train, (rows, ITERATIONS), device)?;
    let naming = slides::naming(config, data);
    let trace = |(index, iteration): (usize, &gradcheck::Iteration)| {
        let rows = iteration.rows.iter().map(|&row| slides::row_name(data, row)).collect();
        trace::trace(iteration, index + 1, rows, &naming)
    };
    Ok(iterations.iter().enumerate().map(trace).collect())
}

impl Comparison {
    fn of(iterations: &[IterationTrace]) -> Option<Self> {
        let quantities =
            || iterations.iter().flat_map(|it| it.quantities.iter().map(move |quantity| (it.number, quantity)));
        let is_computed = |(_, quantity): &(usize, &Quantity)| quantity.phase != Phase::Given;
        // NaN counts as the largest.
        let size = |value: f64| if value.is_nan() { f64::INFINITY } else { value };
        let name = |(number, quantity): (usize, &Quantity)| format!("{} of iteration {number}", quantity.name);
        let relative =
            quantities().max_by(|a, b| size(a.1.relative_difference).total_cmp(&size(b.1.relative_difference)))?;
        let absolute = quantities().max_by(|a, b| size(a.1.difference).total_cmp(&size(b.1.difference)))?;
        let largest = relative.1.relative_difference;
        Some(Self {
            entries: quantities().filter(is_computed).map(|(_, quantity)| quantity.closed_form.len()).sum(),
            worst: name(relative),
            largest_relative_difference: largest,
            largest_difference: absolute.1.difference,
            largest_difference_in: name(absolute),
            tolerance: TOLERANCE,
            passes: largest <= TOLERANCE,
        })
    }
}
