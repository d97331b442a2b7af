//! Events cross from the training thread, where Burn owns the loop, to the caller's thread, where
//! its observer lives.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::forward_pass::StepOutput;
use super::observer::{EpochProgress, EpochSummary, Observer};

/// Events that the training may be ahead of its observer. An observer of steps waits for the device
/// at each of them, so without a limit the training would run far ahead and keep every step's
/// tensors.
const MAX_PENDING_EVENTS: usize = 16;

/// A call of an observer's method.
pub(super) enum Event {
    EpochStarted { epoch: usize, epochs: usize },
    StepFinished(Box<StepOutput>),
    EpochProgressed(EpochProgress),
    EpochFinished(EpochSummary),
}

/// The training's end of the channel.
pub(super) struct Events {
    sender: SyncSender<Event>,
    /// Whether the observer wants steps.
    pub steps: bool,
}

/// Creates both ends of a channel to `observer`.
pub(super) fn channel(observer: &dyn Observer) -> (Events, Receiver<Event>) {
    let (sender, receiver) = sync_channel(MAX_PENDING_EVENTS);
    (Events { sender, steps: observer.observes_steps() }, receiver)
}

impl Events {
    pub fn send(&self, event: Event) {
        // Fails only if the observer panicked; the caller then propagates that panic.
        let _ = self.sender.send(event);
    }
}

/// Hands events to `observer` until the training drops its end of the channel.
pub(super) fn forward(events: Receiver<Event>, observer: &mut dyn Observer) {
    for event in events {
        match event {
            Event::EpochStarted { epoch, epochs } => observer.epoch_started(epoch, epochs),
            Event::StepFinished(output) => observer.step_finished(&output),
            Event::EpochProgressed(progress) => observer.epoch_progressed(&progress),
            Event::EpochFinished(summary) => observer.epoch_finished(&summary),
        }
    }
}
