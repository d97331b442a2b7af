//! Evaluates 10,000 images with a trained network of the walkthrough's shape, including all
//! metrics.

use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::inference::Predictor;
use burn_mlp::pipeline::{self, RunLocation, judge};
use burn_mlp::training::StopSignal;
use burn_mlp::{Result, backend};

use crate::rows;
use crate::timer::Timer;

const IMAGES: usize = 10_000;
const NAME: &str = "evaluation/10,000 images";

fn trained() -> Result<Predictor> {
    let out = tempfile::tempdir().expect("a temporary directory");
    let config = Layers::new().set("training.epochs=1").resolve()?;
    let location = RunLocation { out: out.path().to_path_buf(), ..RunLocation::default() };
    let completed = pipeline::run_on(&config, |_, _| Ok(rows::data(2_000)), &location, &StopSignal::new(), &mut ())?;
    Predictor::load(completed.run.path(), &backend::open(backend::host())?.device)
}

pub fn time(timer: &Timer) {
    if timer.wants(NAME) {
        let predictor = trained().expect("a run on the CPU");
        let samples = rows::samples(IMAGES);
        let config = RunConfig::default();
        timer
            .time(NAME, (IMAGES, "images"), || judge(&predictor, &samples, &config).expect("rows of the model's size"));
    }
}
