//! Permutation importance of the columns of a table.

use std::ops::Range;

use super::ensemble::{check_has_split, load_for};
use super::evaluate::judge_outputs;
use super::{Split, check_same_data, configuration, located, write_report};
use crate::backend;
use crate::config::{BackendRequest, RunConfig};
use crate::data::random::{Purpose, permutation, sample_stream, stream};
use crate::data::{self, ColumnKind, Features, Samples, TableSchema};
use crate::error::{Error, Result};
use crate::evaluation::{ColumnImportance, ColumnValues, EvaluationReport, Importance, associated_groups};
use crate::inference::Predictor;
use crate::run_directory::RunDirectory;

/// Maximum number of rows that are predicted for each shuffled column.
const MAX_ROWS: usize = 2_000;

/// How often each column is shuffled.
const REPEATS: usize = 5;

/// Columns with a stronger association than this are shuffled together, too.
const ASSOCIATED: f64 = 0.9;

/// Measures what each column of a table contributes to a run's predictions for `split`, and saves it, and a new report, in
/// the run directory. A column's features move together, whatever its encoding.
///
/// # Errors
/// If the run was not trained on a table, has no model yet, its data has changed, the split has no rows, or the device
/// fails.
pub fn importance(
    run: &RunDirectory,
    backend: BackendRequest,
    split: Split,
    loading: data::Progress,
) -> Result<Importance> {
    let record = run.read_record()?;
    run.check_is_one_run(&record)?;
    let config = configuration(run)?;
    check_has_split(run, &record, split)?;
    let data = load_for(run, &record, &located(run, &record, &config)?, loading)?;
    check_same_data(run, &record, &data)?;
    let indices = data.split_training_set(&config.split)?;
    let Some(rows) = split.rows(&data, &indices) else {
        return Err(Error::data(&data.source, format!("has no {split} rows; choose another --split")));
    };
    let _lock = run.lock()?;
    let device = backend::open(backend)?.device;
    let work = || {
        let predictor = Predictor::load(run.path(), &device)?;
        let Some(schema) = &predictor.metadata().table else {
            let problem = "was not trained on a table, so it has no columns; importance is that of a table's columns";
            return Err(Error::run(run.path(), problem));
        };
        Shuffling::new(&predictor, schema, &rows, &config)?.importance(split)
    };
    let failed = |message: String| format!("in the importance of columns, {}", backend::device_failed(&message));
    let importance = backend::catch_failure(work).unwrap_or_else(|message| Err(Error::Training(failed(message))))?;
    run.write_importance(&importance)?;
    write_report(run)?;
    Ok(importance)
}

/// Rows whose columns are shuffled.
struct Shuffling<'a> {
    predictor: &'a Predictor,
    schema: &'a TableSchema,
    config: &'a RunConfig,
    rows: Samples,
    /// `[rows, features]`, row-major.
    features: Vec<f32>,
}

impl<'a> Shuffling<'a> {
    fn new(predictor: &'a Predictor, schema: &'a TableSchema, all: &Samples, config: &'a RunConfig) -> Result<Self> {
        let mut chosen = permutation(all.len(), &mut stream(config.seed, Purpose::Importance, 0));
        chosen.truncate(MAX_ROWS);
        chosen.sort_unstable();
        let rows = all.select(&chosen);
        Ok(Self { predictor, schema, config, features: rows.to_floats(), rows })
    }

    fn importance(&self, split: Split) -> Result<Importance> {
        let base = self.metric(self.features.clone())?;
        let places = places(self.schema);
        let name = |column: usize| self.schema.columns[column].name.clone();
        let importance_of = |columns: &[usize]| -> Result<ColumnImportance> {
            let places: Vec<Range<usize>> = columns.iter().flat_map(|&column| places[column].clone()).collect();
            let growth = |repeat: usize| Ok(self.shuffled(columns[0], repeat, &places)? - base);
            let growths: Vec<f64> = (0..REPEATS).map(growth).collect::<Result<_>>()?;
            Ok(ColumnImportance::new(columns.iter().map(|&column| name(column)).collect(), &growths))
        };
        let columns = (0..places.len()).map(|column| importance_of(&[column])).collect::<Result<Vec<_>>>()?;
        let associated = associated_groups(&self.values(&places), ASSOCIATED);
        let groups = associated.iter().map(|group| importance_of(group)).collect::<Result<Vec<_>>>()?;
        let is_regression = !self.predictor.metadata().targets().is_empty();
        Ok(Importance {
            tensors_sha256: self.predictor.metadata().tensors_sha256.clone(),
            split: split.name().to_string(),
            rows: self.rows.len(),
            repeats: REPEATS,
            metric: if is_regression { "rmse" } else { "loss" }.to_string(),
            base,
            columns: most_important_first(columns),
            groups: most_important_first(groups),
        })
    }

    /// The metric with the features at `places` of each row replaced by those of another one.
    fn shuffled(&self, column: usize, repeat: usize, places: &[Range<usize>]) -> Result<f64> {
        let (rows, width) = (self.rows.len(), self.rows.dimension());
        let mut rng = sample_stream(self.config.seed, Purpose::Importance, 1 + repeat as u64, column);
        let mut features = self.features.clone();
        for (row, other) in permutation(rows, &mut rng).into_iter().enumerate() {
            for place in places {
                let (to, from) = (row * width + place.start, other * width + place.start);
                features[to..to + place.len()].copy_from_slice(&self.features[from..from + place.len()]);
            }
        }
        self.metric(features)
    }

    /// The cross-entropy, or the RMSE: of several targets that in standard deviations.
    fn metric(&self, features: Vec<f32>) -> Result<f64> {
        let (targets, width) = (self.rows.targets().clone(), self.rows.dimension());
        let samples = Samples::with_targets(Features::Floats(features), targets, width)?;
        let outputs = self.predictor.outputs(&samples)?;
        let report = judge_outputs(&outputs, &samples, self.predictor.metadata(), self.config)?.report;
        Ok(match &report {
            EvaluationReport::Classification(_) => report.loss(),
            EvaluationReport::Regression(_) => report.rmse().unwrap_or(f64::NAN),
        })
    }

    /// The values of each column, as its own encoding tells them.
    fn values(&self, places: &[Vec<Range<usize>>]) -> Vec<ColumnValues> {
        let width = self.rows.dimension();
        let features = |place: &Range<usize>| -> Vec<Vec<f32>> {
            self.features.chunks_exact(width.max(1)).map(|row| row[place.clone()].to_vec()).collect()
        };
        let column = |(column, places): (&data::TableColumn, &Vec<Range<usize>>)| {
            let rows = features(&places[0]);
            match &column.kind {
                ColumnKind::Numeric(_) => ColumnValues::Numbers(rows.iter().map(|row| f64::from(row[0])).collect()),
                ColumnKind::Embedded(_) => ColumnValues::Categories(rows.iter().map(|row| row[0] as usize).collect()),
                ColumnKind::OneHot(_) => {
                    let category = |row: &Vec<f32>| row.iter().position(|value| *value != 0.0).unwrap_or(row.len());
                    ColumnValues::Categories(rows.iter().map(category).collect())
                }
            }
        };
        self.schema.columns.iter().zip(places).map(column).collect()
    }
}

/// The features of each column, in every encoding.
fn places(schema: &TableSchema) -> Vec<Vec<Range<usize>>> {
    let encodings = schema.encodings();
    let of_column = |column: usize| {
        let place = |encoding: &burn_mlp_infer::table::Encoding| {
            let start = encoding.places()[column].feature;
            start..start + encoding.columns[column].features()
        };
        encodings.iter().map(place).collect()
    };
    (0..schema.columns.len()).map(of_column).collect()
}

fn most_important_first(mut columns: Vec<ColumnImportance>) -> Vec<ColumnImportance> {
    columns.sort_by(|one, other| other.mean.total_cmp(&one.mean));
    columns
}
