//! Whole pages: of the reference run in the repository, and of runs made up here.

mod hostile_text;
mod kinds_of_runs;
mod markup;
mod missing_files;
mod paths;
mod regressions;
mod whole_page;

use tempfile::TempDir;

use super::run_data::Evaluations;
use crate::config::RunConfig;
use crate::evaluation::{ClassificationReport, EvaluationReport, Predictions};
use crate::run_directory::{DataRecord, EpochMetrics, EpochRow, RunDirectory, RunRecord, Status};

/// Renders the report of the reference run.
fn reference() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/reference");
    super::html(&RunDirectory::open(&path).unwrap()).unwrap()
}

/// A made-up run, whose rows are images of 2x2 pixels.
struct TestRun {
    record: RunRecord,
    config: RunConfig,
    history: Vec<EpochRow>,
    evaluations: Evaluations,
    /// Weights of the first layer, `[neurons, features]`.
    weights: Vec<f32>,
    directory: TempDir,
}

impl TestRun {
    /// Creates a finished run of three epochs with these classes.
    fn with_classes(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        let mut record = RunRecord::new("made-up");
        record.status = Status::Finished;
        record.data = DataRecord {
            source: "synthetic".into(),
            train_rows: 80,
            valid_rows: 20,
            test_rows: 2 * names.len(),
            features: 4,
            classes: names.len(),
            image_shape: Some([2, 2]),
            class_names: names.clone(),
            ..DataRecord::default()
        };
        record.layer_sizes = vec![4, 3, names.len()];
        (record.epochs_done, record.best_epoch) = (3, Some(2));
        record.best = Some(EpochMetrics { valid_loss: Some(0.5), valid_accuracy: Some(0.75), ..Default::default() });
        let evaluations = [("test".to_string(), evaluation(&names))].into();
        let history = (1..=3).map(epoch).collect();
        let (config, weights) = (RunConfig::default(), vec![0.5; 12]);
        Self { record, config, history, evaluations, weights, directory: tempfile::tempdir().unwrap() }
    }

    /// Writes the files of the run.
    fn write(&self) -> RunDirectory {
        let (run, _) = RunDirectory::create(self.directory.path(), None, "run", "", &mut RunRecord::new("")).unwrap();
        run.write_record(&mut self.record.clone()).unwrap();
        run.write_config(&self.config.to_toml().unwrap()).unwrap();
        run.write_metrics(&self.history).unwrap();
        run.write_evaluation(&self.evaluations).unwrap();
        run.write_model(&model(&self.weights, self.record.data.features)).unwrap();
        run
    }

    /// Writes the run and renders its report.
    fn html(&self) -> String {
        super::html(&self.write()).unwrap()
    }
}

fn epoch(epoch: usize) -> EpochRow {
    EpochRow {
        epoch,
        learning_rate: 0.01,
        train_loss: 1.0 / epoch as f64,
        train_accuracy: Some(0.5),
        valid_loss: Some(1.5 / epoch as f64),
        valid_accuracy: Some(0.25),
        seconds: 0.5,
        samples_per_second: Some(160.0),
        ..EpochRow::default()
    }
}

/// Evaluates two rows of each class, one of which is predicted as the next class with probability
/// 3/4.
fn evaluation(names: &[String]) -> EvaluationReport {
    let classes = names.len();
    let (mut probabilities, mut labels) = (Vec::new(), Vec::new());
    for class in 0..classes {
        for predicted in [class, (class + 1) % classes] {
            let rest = 0.25 / (classes - 1) as f32;
            probabilities.extend((0..classes).map(|other| if other == predicted { 0.75 } else { rest }));
            labels.push(class as u32);
        }
    }
    let predictions = Predictions::new(probabilities, labels, classes).unwrap();
    let mut report = ClassificationReport::new(&predictions, names, 5).unwrap();
    report.worst.iter_mut().for_each(|mistake| mistake.pixels = Some(vec![0.0, 0.5, 1.0, 0.25]));
    report.into()
}

/// The report on the classes of a split.
fn classified<'a>(evaluations: &'a mut Evaluations, split: &str) -> &'a mut ClassificationReport {
    match evaluations.get_mut(split).unwrap() {
        EvaluationReport::Classification(report) => report,
        EvaluationReport::Regression(_) => panic!("a regression"),
    }
}

/// Returns a safetensors file with only the weights of the first layer.
fn model(weights: &[f32], inputs: usize) -> Vec<u8> {
    let bytes: Vec<u8> = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
    let (neurons, length) = (weights.len() / inputs, bytes.len());
    let header = format!(
        r#"{{"__metadata__":{{"burn-mlp":"{{}}"}},"blocks.0.linear.weight":{{"dtype":"F32","shape":[{neurons},{inputs}],"data_offsets":[0,{length}]}}}}"#
    );
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &bytes].concat()
}
