//! Training: Burn's `SupervisedTraining` and `Learner` with this program's epoch loop, schedules, early stopping,
//! metrics and checkpoints. The only room that knows burn-train.

mod checkpoint;
mod event;
mod gradients;
mod history;
mod job;
mod loaders;
mod max_norm;
mod metrics;
mod monitor;
mod objective;
mod observer;
mod optimizer;
mod recorder;
mod resume;
mod schedule;
mod step;
mod steps;
mod strategy;
mod trace;

pub use event::Ending;
pub use job::{Outcome, Training, train};
pub use observer::{EpochProgress, EpochSummary, Observer, StopSignal};
pub use resume::is_complete;
pub use schedule::Plateau;
pub use step::{StepOutput, cross_entropy};
pub use steps::{PhaseSeconds, Steps, with_steps};
pub use trace::first_losses;

#[cfg(test)]
mod device_loss_tests;
#[cfg(test)]
mod pytorch_tests;
#[cfg(test)]
mod steps_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trajectory_tests;
