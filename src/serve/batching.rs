//! Batches the predictions of all connections.
//!
//! A few rows of a small network on the CPU are computed by the thread that handles their request,
//! in microseconds. All others take turns on the device. Rows that wait at the same time form one
//! batch, since starting an operation costs more than computing it for a few rows. The request
//! whose turn it is computes for all that wait, so no thread is woken.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{Mutex as Turn, oneshot};
use tokio::task::block_in_place;
use tokio::time::timeout;

use super::http::http_error::HttpError;
use super::http::limits::Limits;
use crate::backend::{catch_failure, device_failed};
use crate::inference::Predictor;
use burn_mlp_infer::Model;

/// Number of rows from which a batch takes no further requests.
const FULL_BATCH: usize = 256;

/// Maximum number of parameters of a small network: at 4 bytes each, they stay in a processor's
/// cache from one row to the next.
const MAX_SMALL_NETWORK: usize = 250_000;

/// Maximum number of multiplications of a quick request: less than a millisecond, too short to hold
/// up other connections.
const MAX_QUICK_PRODUCTS: usize = 10_000_000;

/// Class probabilities `[n, classes]` or standardised numbers `[n, targets]`, or the error message.
type Predicted = Result<Vec<f32>, String>;

struct Job {
    /// Normalised rows `[n * d]`.
    features: Vec<f32>,
    answer: oneshot::Sender<Predicted>,
}

/// Predicts rows for the request handlers.
pub(super) struct Batching {
    predictor: Predictor,
    /// The network for quick requests, if it is small and on the CPU.
    small_model: Option<Model>,
    /// Maximum number of feature values of a quick request.
    quick_values: usize,
    limits: Limits,
    waiting: Waiting,
    turn: Turn<()>,
}

impl Batching {
    /// `on_cpu` is the same model without Burn, if the device is the CPU.
    pub fn new(predictor: Predictor, on_cpu: Option<&Model>, limits: Limits) -> Self {
        let metadata = predictor.metadata();
        let parameters = metadata.parameters().max(1);
        Self {
            small_model: on_cpu.filter(|_| parameters <= MAX_SMALL_NETWORK).cloned(),
            quick_values: MAX_QUICK_PRODUCTS / parameters * metadata.features,
            predictor,
            limits,
            waiting: Waiting::default(),
            turn: Turn::new(()),
        }
    }

    /// Class probabilities `[n, classes]`, or standardised numbers `[n, targets]`, of normalised rows `[n * d]`.
    pub async fn predict(&self, features: Vec<f32>) -> Result<Vec<f32>, HttpError> {
        if let Some(model) = &self.small_model
            && features.len() <= self.quick_values
            && let Ok(outputs) = model.finished_outputs(&features)
        {
            return Ok(outputs);
        }
        let answered = timeout(self.limits.prediction, self.in_turn(features)).await.map_err(|_| HttpError::busy())?;
        let predicted = answered.await.unwrap_or_else(|_| Err("the prediction ended without a result".to_string()));
        predicted.map_err(HttpError::internal)
    }

    /// Waits for its turn, then computes in place. Requests that arrive meanwhile form the next
    /// batch.
    async fn in_turn(&self, features: Vec<f32>) -> oneshot::Receiver<Predicted> {
        let answered = self.waiting.hand_in(features);
        let _turn = self.turn.lock().await;
        block_in_place(|| self.answer_until_done(&answered));
        answered
    }

    /// Computes batches until `answered` has its result or another thread computes it.
    fn answer_until_done(&self, answered: &oneshot::Receiver<Predicted>) {
        while answered.is_empty() {
            match self.waiting.take(FULL_BATCH * self.predictor.metadata().features) {
                jobs if jobs.is_empty() => return,
                jobs => self.answer(jobs),
            }
        }
    }

    fn answer(&self, mut jobs: Vec<Job>) {
        // Skip clients that have left.
        jobs.retain(|job| !job.answer.is_closed());
        let metadata = self.predictor.metadata();
        let (d, outputs) = (metadata.features, metadata.outputs());
        let predicted = match jobs.as_slice() {
            [] => return,
            jobs => self.compute(joined(jobs)),
        };
        let mut rest = predicted.as_deref();
        for job in jobs {
            let own = rest.map(|values| values.split_at(job.features.len() / d * outputs));
            // Fails if the client has left meanwhile.
            let _ = job.answer.send(own.map(|(own, _)| own.to_vec()).map_err(String::clone));
            rest = own.map(|(_, rest)| rest);
        }
    }

    fn compute(&self, features: Vec<f32>) -> Predicted {
        match catch_failure(|| self.predictor.predict_owned(features)) {
            Ok(predicted) => predicted.map_err(|error| error.to_string()),
            Err(message) => Err(device_failed(&message)),
        }
    }
}

/// The rows of all jobs `[n * d]`.
fn joined(jobs: &[Job]) -> Vec<f32> {
    let mut features = Vec::with_capacity(jobs.iter().map(|job| job.features.len()).sum());
    jobs.iter().for_each(|job| features.extend_from_slice(&job.features));
    features
}

/// Jobs that wait to be computed, in order of arrival.
#[derive(Default)]
struct Waiting(Mutex<Vec<Job>>);

impl Waiting {
    fn hand_in(&self, features: Vec<f32>) -> oneshot::Receiver<Predicted> {
        let (answer, answered) = oneshot::channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Job { features, answer });
        answered
    }

    /// Takes the first jobs, up to about `values` feature values.
    fn take(&self, values: usize) -> Vec<Job> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sum = 0;
        let fits = |job: &&Job| {
            let before = sum;
            sum += job.features.len();
            before < values
        };
        let count = waiting.iter().take_while(fits).count();
        match count == waiting.len() {
            true => std::mem::take(&mut *waiting),
            false => waiting.drain(..count).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_taken_in_order_until_the_batch_is_full() {
        let waiting = Waiting::default();
        let _answers: Vec<_> = [3, 5, 4, 1].map(|length| waiting.hand_in(vec![0.0; length])).into();
        let lengths = |values| waiting.take(values).iter().map(|job| job.features.len()).collect::<Vec<_>>();
        assert_eq!(lengths(4), [3, 5]);
        assert_eq!(lengths(1), [4]);
        assert_eq!(lengths(100), [1]);
        assert!(lengths(100).is_empty());
    }
}
