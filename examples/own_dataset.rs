//! Trains on a Burn dataset of your own: `cargo run --release --example own_dataset`.
//!
//! The run is saved in `artifacts/` like any other, so `burn-mlp inspect` and `burn-mlp report`
//! work on it.

use std::path::Path;

use burn_dataset::transform::{Mapper, MapperDataset};
use burn_dataset::{Dataset, InMemDataset};
use burn_mlp::config::Layers;
use burn_mlp::data::{self, Sample};
use burn_mlp::inference::Predictor;
use burn_mlp::loading::samples_from_dataset;
use burn_mlp::pipeline::{self, Completed, RunLocation};
use burn_mlp::training::StopSignal;
use burn_mlp::{Result, backend};

/// A record, as from a database: a point on one of two intertwined spirals.
#[derive(Debug, Clone)]
struct Point {
    angle: f32,
    arm: &'static str,
}

/// Converts a record into features and a class.
struct PointToSample;

impl Mapper<Point, Sample> for PointToSample {
    fn map(&self, point: &Point) -> Sample {
        let turned = if point.arm == "second" { std::f32::consts::PI } else { 0.0 };
        let (sine, cosine) = (point.angle + turned).sin_cos();
        let distance = point.angle / 8.0;
        Sample { features: vec![distance * cosine, distance * sine], label: usize::from(point.arm == "second") }
    }
}

/// Creates a dataset. Any `Dataset<Sample>` works: in memory, from SQLite, from files, transformed.
fn spirals(rows: usize, first_angle: f32) -> impl Dataset<Sample> {
    let angle = |row: usize| first_angle + 7.0 * row as f32 / rows as f32;
    let point = |row: usize| Point { angle: angle(row), arm: if row.is_multiple_of(2) { "first" } else { "second" } };
    MapperDataset::new(InMemDataset::new((0..rows).map(point).collect()), PointToSample)
}

fn load() -> Result<data::Dataset> {
    let train = samples_from_dataset(&spirals(2000, 1.0))?;
    let test = samples_from_dataset(&spirals(500, 1.005))?;
    let class_names = vec!["first arm".to_string(), "second arm".to_string()];
    data::Dataset::new("spirals", train, Some(test), class_names, None)
}

/// Trains a network and saves the run in a new directory below `out`.
pub fn train(out: &Path) -> Result<Completed> {
    let config = Layers::new()
        .set("model.hidden=64,64")
        .set("model.activation=tanh")
        .set("optimizer.name=adam")
        .set("training.epochs=30")
        .set("evaluation.top_k=1")
        .resolve()?;
    let location = RunLocation { out: out.to_path_buf(), ..RunLocation::default() };
    // Pass an observer instead of `()` to watch every epoch. A stop signal ends the training from
    // another thread.
    pipeline::run_on(&config, |_, _| load(), &location, &StopSignal::new(), &mut ())
}

/// Returns the probability that a point belongs to the second arm.
pub fn predict(run: &Path, point: [f32; 2]) -> Result<f32> {
    let predictor = Predictor::load(run, &backend::open(backend::host())?.device)?;
    let predictions = predictor.predict(&point)?.predictions;
    Ok(predictions[0].as_class().map_or(f32::NAN, |class| class.probabilities()[1]))
}

fn main() -> Result<()> {
    let completed = train(Path::new("artifacts"))?;
    if let Some(test) = completed.record.test {
        println!(
            "test accuracy {:.2} %, saved in {}",
            100.0 * test.accuracy.unwrap_or(f64::NAN),
            completed.run.path().display()
        );
    }
    println!("(0.39, 0) is on the second arm with probability {:.4}", predict(completed.run.path(), [0.39, 0.0])?);
    Ok(())
}
