//! Lets Burn's `SupervisedTraining` run the epoch loop.

use std::sync::{Arc, Mutex, PoisonError};

use burn::train::checkpoint::AsyncCheckpointer;
use burn::train::renderer::CliMetricsRenderer;
use burn::train::{
    EventProcessorTraining, Learner, LearningResult, SupervisedLearningStrategy, SupervisedTraining,
    SupervisedTrainingEventProcessor, TrainLoader, TrainingComponents, TrainingStrategy, ValidLoader,
};

use super::checkpoint::{Collector, SaveEveryEpoch, collector};
use super::epoch_loop::EpochLoop;
use super::resume::Resume;
use super::setup::Setup;
use super::trainable_model::TrainableModel;
use super::training_result::Ending;
use crate::error::{Error, Result};
use crate::run_directory::RunDirectory;

/// Receives how the loop ended, even if Burn panics after it.
pub(super) type EndingSlot = Arc<Mutex<Option<Result<Ending>>>>;

/// Hands `epoch_loop` to Burn, which restores the checkpoint to resume from and runs the loop. The
/// loop's ending is left in `ended`.
///
/// # Errors
/// If Burn reports an error of its own.
pub(super) fn run<M: TrainableModel>(
    setup: Setup<M>,
    epoch_loop: EpochLoop,
    resume: &Resume,
    run: &RunDirectory,
    ended: EndingSlot,
) -> Result<()> {
    let Setup { learner, loaders, .. } = setup;
    let (collector, [model, optimizer, schedule]) = collector(resume.parts.clone());
    let epochs = epoch_loop.epochs;
    let adapter = LearnerAdapter { work: Mutex::new(Some((epoch_loop, collector))), ended };
    // Burn's own log files and terminal output are switched off.
    let mut supervised = SupervisedTraining::<M>::new(run.path(), loaders.train, loaders.valid)
        .with_training_strategy(TrainingStrategy::Custom(Arc::new(adapter)))
        .with_custom_checkpointers(
            AsyncCheckpointer::new(model),
            AsyncCheckpointer::new(optimizer),
            AsyncCheckpointer::new(schedule),
        )
        .with_checkpointing_strategy(SaveEveryEpoch)
        .with_application_logger(None)
        .renderer(Box::new(CliMetricsRenderer::new()))
        .num_epochs(epochs);
    if resume.epoch > 0 {
        supervised = supervised.checkpoint(resume.epoch);
    }
    match supervised.launch(learner).error {
        Some(error) => Err(Error::Training(error.to_string())),
        None => Ok(()),
    }
}

/// An [`EpochLoop`] as a strategy of Burn's, which is shared and immutable.
struct LearnerAdapter {
    work: Mutex<Option<(EpochLoop, Collector)>>,
    ended: EndingSlot,
}

impl<M: TrainableModel> SupervisedLearningStrategy<M> for LearnerAdapter {
    /// Burn's default also reports to a metrics renderer, which this crate does not use.
    fn train(
        &self,
        learner: Learner<M>,
        train: TrainLoader<M>,
        valid: ValidLoader<M>,
        components: TrainingComponents<M>,
    ) -> LearningResult<M> {
        let first_epoch = components.checkpoint.unwrap_or(0) + 1;
        let interrupter = components.interrupter.clone();
        let (model, processor) = self.fit(components, learner, train, valid, first_epoch);
        LearningResult {
            model: model.valid(),
            renderer: processor.renderer(),
            interrupted: interrupter.interruption(),
            error: interrupter.error(),
        }
    }

    fn fit(
        &self,
        mut components: TrainingComponents<M>,
        mut learner: Learner<M>,
        train: TrainLoader<M>,
        valid: ValidLoader<M>,
        _first_epoch: usize,
    ) -> (M, SupervisedTrainingEventProcessor<M>) {
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((mut epoch_loop, collector)) = work {
            let TrainingComponents { checkpointer, event_store, .. } = &mut components;
            let ending = epoch_loop.run(&mut learner, train.as_ref(), valid.as_ref(), |learner, epoch| {
                let checkpointer = checkpointer.as_mut();
                let checkpointer = checkpointer.ok_or_else(|| Error::Training("Burn lost its checkpointers".into()))?;
                checkpointer.checkpoint(learner, epoch, event_store);
                collector.collect()
            });
            *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ending);
        }
        (learner.model(), components.event_processor)
    }
}
