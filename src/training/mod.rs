//! Training with Burn's `Learner`: the epoch loop, schedules, early stopping, metrics and
//! checkpoints.
//!
//! Start with `epoch_loop`: it is the whole algorithm. [`Trainer`] prepares what the loop needs,
//! and `learner_adapter` lets Burn's `SupervisedTraining` run it. No other module uses burn-train.

mod checkpoint;
mod early_stopping;
mod epoch_loop;
mod event;
mod first_losses;
mod forward_pass;
mod gradients;
mod learner_adapter;
mod loaders;
mod loss;
mod metrics;
mod monitor;
mod observer;
mod optimizer;
mod recorder;
mod resume;
mod schedule;
mod setup;
mod step;
mod step_timer;
mod trainable_model;
mod trainer;
mod training_result;
mod valid_outputs;
mod worker;

pub use first_losses::first_losses;
pub use forward_pass::{StepOutput, inference_step, train_step};
pub use loss::{cross_entropy, number_loss};
pub use observer::{EpochProgress, EpochSummary, Observer, StopSignal};
pub use optimizer::{build_optimizer, momentum_step};
pub use resume::{check_length, is_complete, resumed_epoch};
pub use schedule::Plateau;
pub use step_timer::{PhaseSeconds, StepTimer, with_step_timer};
pub use trainable_model::TrainableModel;
pub use trainer::Trainer;
pub use training_result::{Ending, TrainingResult};

#[cfg(test)]
mod tests;
