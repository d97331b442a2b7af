//! Predictions of all connections, through one network.
//!
//! Requests that wait at the same time go through the network together: its operations cost more to start than to carry
//! out on a few rows. The network runs on a task of its own. A small batch takes some tens of microseconds and is computed
//! on the spot; a large one, or one on another device than the processor, where it holds up no other connection.

use tokio::sync::{mpsc, oneshot};
use tokio::task::{block_in_place, yield_now};
use tokio::time::timeout;

use super::Limits;
use super::problem::Problem;
use crate::backend::{catch_failure, device_failed};
use crate::inference::Predictor;

/// Requests that may wait.
const QUEUE: usize = 1024;

/// Rows after which a batch takes no more requests.
const FULL_BATCH: usize = 256;

/// Multiplications that take less than about a millisecond.
const ON_THE_SPOT: usize = 10_000_000;

struct Job {
    /// Normalised rows `[n * d]`.
    features: Vec<f32>,
    answer: oneshot::Sender<Result<Vec<f32>, String>>,
}

/// Where handlers hand in their rows.
#[derive(Clone)]
pub(super) struct Batching {
    jobs: mpsc::Sender<Job>,
    limits: Limits,
}

impl Batching {
    /// Starts the task, which ends with the last handler.
    pub fn start(predictor: Predictor, on_processor: bool, limits: Limits) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(Network { predictor, on_processor }.answer_all(waiting));
        Self { jobs, limits }
    }

    /// Class probabilities `[n, classes]` of normalised rows `[n * d]`.
    pub async fn predict(&self, features: Vec<f32>) -> Result<Vec<f32>, Problem> {
        let (answer, answered) = oneshot::channel();
        self.jobs.try_send(Job { features, answer }).map_err(|_| Problem::busy())?;
        match timeout(self.limits.prediction, answered).await {
            Ok(Ok(predicted)) => predicted.map_err(Problem::internal),
            Ok(Err(_)) => Err(Problem::internal("the prediction ended without an answer")),
            Err(_) => Err(Problem::busy()),
        }
    }
}

struct Network {
    predictor: Predictor,
    on_processor: bool,
}

impl Network {
    async fn answer_all(self, mut waiting: mpsc::Receiver<Job>) {
        while let Some(first) = waiting.recv().await {
            // Lets the other connections that are ready hand in theirs.
            yield_now().await;
            let mut jobs = vec![first];
            let mut values = jobs[0].features.len();
            while values < FULL_BATCH * self.predictor.metadata().features
                && let Ok(job) = waiting.try_recv()
            {
                values += job.features.len();
                jobs.push(job);
            }
            // A client that has left needs no answer.
            jobs.retain(|job| !job.answer.is_closed());
            self.answer(jobs);
        }
    }

    fn answer(&self, jobs: Vec<Job>) {
        let lengths: Vec<usize> = jobs.iter().map(|job| job.features.len()).collect();
        let (mut features, mut answers) = (Vec::with_capacity(lengths.iter().sum()), Vec::with_capacity(jobs.len()));
        for job in jobs {
            match features.is_empty() {
                true => features = job.features,
                false => features.extend(job.features),
            }
            answers.push(job.answer);
        }
        let metadata = self.predictor.metadata();
        let (d, classes) = (metadata.features, metadata.classes());
        let predicted = self.predict(&features);
        let mut rest = predicted.as_deref();
        for (answer, length) in answers.into_iter().zip(lengths) {
            let own = rest.map(|values| values.split_at(length / d * classes));
            // Nobody waits for it any more: a client that has left.
            let _ = answer.send(own.map(|(own, _)| own.to_vec()).map_err(String::clone));
            rest = own.map(|(_, rest)| rest);
        }
    }

    fn predict(&self, features: &[f32]) -> Result<Vec<f32>, String> {
        let metadata = self.predictor.metadata();
        let rows = features.len() / metadata.features;
        let parameters = metadata.model.parameter_count(metadata.features, metadata.classes());
        let compute = || match catch_failure(|| self.predictor.predict(features)) {
            Ok(predicted) => predicted.map_err(|error| error.to_string()),
            Err(message) => Err(device_failed(&message)),
        };
        match self.on_processor && rows.saturating_mul(parameters) <= ON_THE_SPOT {
            true => compute(),
            false => block_in_place(compute),
        }
    }
}
