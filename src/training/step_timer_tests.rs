use burn::module::Module;

use super::*;
use crate::config::Dropout;
use crate::data;
use crate::model::tensors_sha256;
use crate::run_directory::{RunDirectory, RunRecord};
use crate::training::{StopSignal, Trainer};
use burn_mlp_infer::ModelMetadata;

fn config() -> RunConfig {
    let mut config = RunConfig::default();
    (config.training.epochs, config.training.batch_size, config.training.clip_norm) = (1, 100, 0.5);
    (config.model.batch_norm, config.model.dropout) = (true, Dropout::Rate(0.2));
    (config.training.label_smoothing, config.early_stopping.restore_best) = (0.1, false);
    config
}

/// Returns the SHA-256 of the weights after `work`, which gets the number of steps in an epoch.
fn weights_after(config: &RunConfig, work: impl Fn(&mut StepTimer, usize) -> Result<()> + Sync) -> String {
    let data = data::load(config, &mut |_| ()).unwrap();
    let rows = data.train.len();
    let split = SplitIndices { train: (0..rows).collect(), valid: Vec::new() };
    let device = crate::backend::open(crate::backend::host()).unwrap().device;
    let weights = with_step_timer(config, &data, &split, &device, |timer| {
        work(timer, rows.div_ceil(config.training.batch_size))?;
        Ok(tensors_sha256(&timer.learner.model().valid().to_safetensors("").unwrap()).unwrap())
    });
    weights.unwrap()
}

/// Returns the SHA-256 of the weights after an epoch of a training run.
fn weights_of_training(config: &RunConfig) -> String {
    let data = &data::load(config, &mut |_| ()).unwrap();
    let split = &SplitIndices { train: (0..data.train.len()).collect(), valid: Vec::new() };
    let device = &crate::backend::open(crate::backend::host()).unwrap().device;
    let directory = tempfile::tempdir().unwrap();
    let (run, _lock) = RunDirectory::create(directory.path(), None, "run", "", &mut RunRecord::new("")).unwrap();
    let (saved, stop) = (run.clone(), StopSignal::new());
    let trainer = Trainer { config, data, split, initial_weights: None, device, run, stop };
    trainer.train(&mut ()).unwrap();
    ModelMetadata::of_file(&saved.read_model().unwrap()).unwrap().tensors_sha256
}

#[test]
fn timed_steps_and_timed_phases_leave_the_weights_of_a_training() {
    let config = config();
    let whole = weights_after(&config, |timer, count| timer.time(count).map(drop));
    let in_phases = weights_after(&config, |timer, count| timer.time_phases(count).map(drop));
    let mixed = weights_after(&config, |timer, count| {
        timer.time(3)?;
        timer.time_phases(count - 3).map(drop)
    });
    assert_eq!([&whole, &in_phases, &mixed], [&weights_of_training(&config); 3]);
}

#[test]
fn steps_continue_into_the_next_epochs_and_every_phase_takes_time() {
    weights_after(&config(), |timer, count| {
        let PhaseSeconds { data, forward, backward, optimizer, metrics } = timer.time_phases(2 * count + 1)?;
        assert!([data, forward, backward, optimizer, metrics].iter().all(|seconds| *seconds > 0.0));
        assert_eq!((timer.step.epoch, timer.step.step), (3, 1));
        Ok(())
    });
}

#[test]
fn a_diverged_loss_is_an_error() {
    let mut config = config();
    config.optimizer.learning_rate = 1e30;
    (config.training.clip_norm, config.model.batch_norm) = (0.0, false);
    weights_after(&config, |timer, count| {
        let error = timer.time(count).unwrap_err();
        assert!(error.to_string().contains("a lower --lr may help"), "{error}");
        Ok(())
    });
}
