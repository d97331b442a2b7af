//! Permutation importance of the columns of a table.

use std::ops::Range;

use super::ensemble::{check_has_split, load_for};
use super::evaluate::judge_outputs;
use super::{Split, check_same_data, configuration, located, write_report};
use crate::backend;
use crate::config::{BackendRequest, DataConfig, RunConfig};
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

/// Minimum number of training rows that tell whether columns are associated; any two orders of very few rows are alike.
const MIN_ASSOCIATED_ROWS: usize = 30;

/// Measures what each column of a table contributes to a run's predictions for `split`, and saves it, and a new report, in
/// the run directory. A column's features move together, whatever its encoding. `source` is where the run's data lies now,
/// if it has moved.
///
/// # Errors
/// If the run was not trained on a table, has no model yet, its data has changed, the split has fewer than two rows, or the
/// device fails.
pub fn importance(
    run: &RunDirectory,
    source: Option<&str>,
    backend: BackendRequest,
    split: Split,
    loading: data::Progress,
) -> Result<Importance> {
    let record = run.read_record()?;
    run.check_is_one_run(&record)?;
    let config = configuration(run)?;
    check_has_split(run, &record, split)?;
    let located = match source {
        // It lies where this program was started, other files where the run was.
        Some(source) => {
            let data = DataConfig { source: source.to_string(), ..config.data.clone() };
            data::recognise(RunConfig { data, ..config.with_paths_from(&run.started_in(&record))? })?.0
        }
        None => located(run, &record, &config)?,
    };
    let data = load_for(run, &record, &located, loading)?;
    check_same_data(run, &record, &data)?;
    let indices = data.split_training_set(&config.split)?;
    let rows = split.rows(&data, &indices).filter(|rows| rows.len() > 1);
    let Some(rows) = rows else {
        let problem =
            format!("has fewer than two {split} rows, among which a column can be shuffled; choose another --split");
        return Err(Error::data(&config.data.source, problem));
    };
    let trained = data.train.select(&indices.train);
    let _lock = run.lock()?;
    let device = backend::open(backend)?.device;
    let work = || {
        let predictor = Predictor::load(run.path(), &device)?;
        let Some(schema) = &predictor.metadata().table else {
            let problem = "was not trained on a table, so it has no columns; importance is that of a table's columns";
            return Err(Error::run(run.path(), problem));
        };
        Shuffling::new(&predictor, schema, &rows, &config).importance(split, &trained)
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
    fn new(predictor: &'a Predictor, schema: &'a TableSchema, all: &Samples, config: &'a RunConfig) -> Self {
        let mut chosen = permutation(all.len(), &mut stream(config.seed, Purpose::Importance, 0));
        chosen.truncate(MAX_ROWS);
        chosen.sort_unstable();
        let rows = all.select(&chosen);
        Self { predictor, schema, config, features: rows.to_floats(), rows }
    }

    fn importance(&self, split: Split, trained: &Samples) -> Result<Importance> {
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
        let associated = associated_groups(&self.values(&places, trained), ASSOCIATED);
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

    /// The values that each column has in training rows, as its own encoding tells them; none in too few rows.
    fn values(&self, places: &[Vec<Range<usize>>], trained: &Samples) -> Vec<ColumnValues> {
        if trained.len() < MIN_ASSOCIATED_ROWS {
            return Vec::new();
        }
        let mut chosen = permutation(trained.len(), &mut stream(self.config.seed, Purpose::Importance, 0));
        chosen.truncate(MAX_ROWS);
        let (all, width) = (trained.select(&chosen).to_floats(), trained.dimension());
        let features = |place: &Range<usize>| -> Vec<Vec<f32>> {
            all.chunks_exact(width.max(1)).map(|row| row[place.clone()].to_vec()).collect()
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
