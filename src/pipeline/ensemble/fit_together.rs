//! Whether runs can be one model, and how that model is described.

use super::candidates::{Candidate, CandidateRun};
use crate::config::{RegressionLoss, RunConfig};
use crate::error::{Error, Result};
use burn_mlp_infer::table::{ColumnKind, OtherEncoding, TableSchema};
use burn_mlp_infer::{Member, ModelMetadata, NumericTarget, RunIdentity, Task};

/// Checks that all runs of `candidates` predict the same from the same inputs.
///
/// # Errors
/// [`Error::Run`] for the first that does not fit the first of all.
pub(super) fn check_fit(candidates: &[Candidate]) -> Result<()> {
    let mut runs = candidates.iter().flat_map(|candidate| &candidate.runs);
    let Some(first) = runs.next() else { return Ok(()) };
    for other in runs {
        let problem = outputs_differ(&first.metadata, &other.metadata)
            .or_else(|| inputs_differ(&first.metadata, &other.metadata))
            .or_else(|| quantiles_differ(&first.config, &other.config));
        if let Some(problem) = problem {
            let problem = format!("does not fit {}: {problem}", first.run.name());
            return Err(Error::run(other.run.path(), problem));
        }
    }
    Ok(())
}

fn outputs_differ(first: &ModelMetadata, other: &ModelMetadata) -> Option<String> {
    let names = |targets: &[NumericTarget]| targets.iter().map(|target| target.name.clone()).collect::<Vec<_>>();
    match (&first.task, &other.task) {
        (Task::Classification { class_names: one }, Task::Classification { class_names: other }) => {
            (one != other).then(|| "it has other classes".to_string())
        }
        (Task::Regression { targets: one }, Task::Regression { targets: other }) => {
            (names(one) != names(other)).then(|| "it predicts other targets".to_string())
        }
        _ => Some("one predicts classes and the other numbers".to_string()),
    }
}

/// The mean of two quantiles, or of a quantile and a mean, is neither.
fn quantiles_differ(first: &RunConfig, other: &RunConfig) -> Option<String> {
    let quantile = |config: &RunConfig| {
        (config.training.loss == RegressionLoss::Quantile).then_some(config.training.quantile.to_bits())
    };
    (quantile(first) != quantile(other)).then(|| "it predicts another quantile".to_string())
}

fn inputs_differ(first: &ModelMetadata, other: &ModelMetadata) -> Option<String> {
    match (&first.table, &other.table) {
        (Some(one), Some(other)) => columns_differ(one, other),
        (None, None) => {
            let inputs = |of: &ModelMetadata| (of.features, of.image_shape, of.normalization, of.max_values);
            let shapes = (first.features, first.image_shape) != (other.features, other.image_shape);
            match (inputs(first) != inputs(other), shapes) {
                (false, _) => None,
                (true, true) => Some("its rows have another size".to_string()),
                (true, false) => Some("its values are divided by another maximum".to_string()),
            }
        }
        _ => Some("only one of them takes the rows of a table".to_string()),
    }
}

/// Compares what a file must have for each schema. How its values are encoded may differ.
fn columns_differ(first: &TableSchema, other: &TableSchema) -> Option<String> {
    let named = |schema: &TableSchema| {
        let is_number = |kind: &ColumnKind| matches!(kind, ColumnKind::Numeric(_));
        schema.columns.iter().map(|column| (column.name.clone(), is_number(&column.kind))).collect::<Vec<_>>()
    };
    let (one, another) = (named(first), named(other));
    if let Some((name, _)) = one.iter().find(|column| !another.contains(column)) {
        return Some(format!("it does not take the column {name:?} in the same way; train both with the same columns"));
    }
    if let Some((name, _)) = another.iter().find(|column| !one.contains(column)) {
        return Some(format!("it takes the column {name:?} as well; train both with the same columns"));
    }
    let without_columns = |schema: &TableSchema| TableSchema {
        embedding_size: 0,
        columns: Vec::new(),
        other_encodings: Vec::new(),
        ..schema.clone()
    };
    match (one == another, without_columns(first) == without_columns(other)) {
        (true, true) => None,
        (false, _) => Some("its columns are in another order".to_string()),
        (true, false) if first.notation != other.notation => {
            Some("it reads numbers and missing values in another way (csv.na, csv.decimal and others)".to_string())
        }
        (true, false) => Some("its table has another header, id or number of columns".to_string()),
    }
}

fn is_fold(run: &CandidateRun) -> bool {
    run.config.split.fold > 0
}

/// Whether all runs of `candidates` trained on the same rows.
pub(super) fn share_split(candidates: &[Candidate]) -> bool {
    let mut runs = candidates.iter().flat_map(|candidate| &candidate.runs);
    let Some(first) = runs.next() else { return false };
    let same = |run: &CandidateRun| {
        let csv = |run: &CandidateRun| (run.config.csv.valid.clone(), run.config.csv.test.clone());
        run.config.split == first.config.split && csv(run) == csv(first) && !is_fold(run)
    };
    same(first) && runs.all(same)
}

/// Describes the ensemble of `runs`, of which there is at least one, each with its name and share.
pub(super) fn described(runs: &[(&CandidateRun, String, f64)], trained_by: RunIdentity) -> ModelMetadata {
    let first = &runs[0].0.metadata;
    let mut encodings: Vec<OtherEncoding> = Vec::new();
    let mut members = Vec::with_capacity(runs.len());
    for (run, name, share) in runs {
        let encoding = run
            .metadata
            .table
            .as_ref()
            .map(|table| OtherEncoding { embedding_size: table.embedding_size, columns: table.columns.clone() });
        members.push(Member {
            name: name.clone(),
            share: *share,
            model: run.metadata.model.clone(),
            encoding: encoding.map_or(0, |encoding| position_or_add(&mut encodings, encoding)),
            targets: run.metadata.targets().to_vec(),
            epoch: run.metadata.epoch,
            trained_by: run.metadata.trained_by.clone(),
        });
    }
    // The first is that of the first member, which the schema has already.
    let others = encodings.split_off(encodings.len().min(1));
    let table = first.table.as_ref().map(|table| TableSchema { other_encodings: others, ..table.clone() });
    let features = table.as_ref().map_or(first.features, TableSchema::features);
    let task = match &first.task {
        // The members clip their own numbers.
        Task::Regression { targets } => Task::Regression {
            targets: targets.iter().map(|target| NumericTarget { clip: false, ..target.clone() }).collect(),
        },
        classes => classes.clone(),
    };
    ModelMetadata { members, table, features, task, threshold: None, epoch: 0, trained_by, ..first.clone() }
}

/// The index of `encoding` in `encodings`, to which it is added if it is new.
fn position_or_add(encodings: &mut Vec<OtherEncoding>, encoding: OtherEncoding) -> usize {
    encodings.iter().position(|known| *known == encoding).unwrap_or_else(|| {
        encodings.push(encoding);
        encodings.len() - 1
    })
}
