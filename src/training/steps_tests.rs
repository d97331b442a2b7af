//! The measured steps, compared with those of a training.

use burn::module::Module;

use super::steps::{PhaseSeconds, Steps, with_steps};
use super::{StopSignal, Training, train};
use crate::artifact::{RunDirectory, RunRecord};
use crate::config::{Dropout, RunConfig};
use crate::data::{self, Split};
use crate::error::Result;
use crate::inference::ModelMetadata;
use crate::model::tensors_sha256;

fn config() -> RunConfig {
    let mut config = RunConfig::default();
    (config.training.epochs, config.training.batch_size, config.training.clip_norm) = (1, 100, 0.5);
    (config.model.batch_norm, config.model.dropout) = (true, Dropout::Rate(0.2));
    (config.training.label_smoothing, config.early_stopping.restore_best) = (0.1, false);
    config
}

/// The SHA-256 of the weights after `work`.
fn weights_after(config: &RunConfig, work: impl Fn(&mut Steps, usize) -> Result<()> + Sync) -> String {
    let data = data::load(config, &mut |_| ()).unwrap();
    let rows = data.train.len();
    let split = Split { train: (0..rows).collect(), valid: Vec::new() };
    let device = crate::backend::open(crate::backend::host()).unwrap().device;
    let weights = with_steps(config, &data, &split, &device, |steps| {
        work(steps, rows.div_ceil(config.training.batch_size))?;
        Ok(tensors_sha256(&steps.model().valid().to_safetensors("").unwrap()).unwrap())
    });
    weights.unwrap()
}

/// The same after an epoch of a training.
fn weights_of_training(config: &RunConfig) -> String {
    let data = data::load(config, &mut |_| ()).unwrap();
    let split = Split { train: (0..data.train.len()).collect(), valid: Vec::new() };
    let device = &crate::backend::open(crate::backend::host()).unwrap().device;
    let directory = tempfile::tempdir().unwrap();
    let (run, _lock) = RunDirectory::create(directory.path(), None, "run", "", &mut RunRecord::new("")).unwrap();
    let (run_again, stop) = (run.clone(), StopSignal::new());
    let training = Training { config, data: &data, split: &split, initial_weights: None, device, run, stop };
    train(&training, &mut ()).unwrap();
    ModelMetadata::of_file(&run_again.read_model().unwrap()).unwrap().tensors_sha256
}

#[test]
fn the_measured_steps_are_those_of_a_training_whole_and_in_phases() {
    let config = config();
    let whole = weights_after(&config, |steps, count| steps.take(count).map(drop));
    let in_phases = weights_after(&config, |steps, count| steps.take_in_phases(count).map(drop));
    let mixed = weights_after(&config, |steps, count| {
        steps.take(3)?;
        steps.take_in_phases(count - 3).map(drop)
    });
    assert_eq!([&whole, &in_phases, &mixed], [&weights_of_training(&config); 3]);
}

#[test]
fn steps_go_on_into_the_next_epochs_and_every_phase_takes_time() {
    weights_after(&config(), |steps, count| {
        let PhaseSeconds { data, forward, backward, optimizer, metrics } = steps.take_in_phases(2 * count + 1)?;
        assert!([data, forward, backward, optimizer, metrics].iter().all(|seconds| *seconds > 0.0));
        assert_eq!(steps.index(), 1);
        Ok(())
    });
}

#[test]
fn a_loss_that_is_no_number_is_an_error() {
    let mut config = config();
    config.optimizer.learning_rate = 1e30;
    (config.training.clip_norm, config.model.batch_norm) = (0.0, false);
    weights_after(&config, |steps, count| {
        let error = steps.take(count).unwrap_err();
        assert!(error.to_string().contains("a lower --lr may help"), "{error}");
        Ok(())
    });
}
