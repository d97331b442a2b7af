//! Trains, evaluates, compares and ships multilayer perceptrons on Burn, on a backend that is chosen
//! at run time.
//!
//! ```no_run
//! use burn_mlp::{Layers, RunLocation, StopSignal, pipeline};
//!
//! # fn main() -> burn_mlp::Result<()> {
//! let config = Layers::new().preset("digits").set("training.epochs=10").resolve()?;
//! let location = RunLocation { out: "artifacts".into(), ..RunLocation::default() };
//! let completed = pipeline::run(&config, &location, &StopSignal::new(), &mut ())?;
//! println!("{:?}", completed.record.test);
//! # Ok(())
//! # }
//! ```
//!
//! # Where to start
//!
//! - Train a run as the program does: [`pipeline::run`], with the settings of [`Layers`].
//! - Train the folds of a cross-validation: [`pipeline::cross_validate`]; make one model of several runs:
//!   [`pipeline::ensemble`].
//! - Train on data of your own: [`pipeline::run_on`] and [`loading::samples_from_dataset`].
//! - Train a Burn module of your own: [`TrainableModel`] and [`Trainer`].
//! - Use a trained model on a Burn device: [`Predictor`]; without Burn: [`infer::Model`].
//! - Write a loop of your own: [`DeviceLoader`] and `examples/mnist.rs`.
//!
//! # The parts
//!
//! From the highest to the lowest; each uses only those below it.
//!
//! | module | what it does |
//! |---|---|
//! | [`serve`] | one model over HTTP |
//! | [`compare`] | run against run, backend against backend |
//! | [`walkthrough`] | the slides with the numbers of this program |
//! | [`pipeline`] | a whole run: device, data, training, evaluation, record, report |
//! | [`mod@bench`], [`gradcheck`] | the speed of a training step; its gradients against the closed form |
//! | [`report`], [`export`] | `report.html`; ONNX, PyTorch and TensorBoard files |
//! | [`inference`] | a saved model on a Burn device |
//! | [`training`] | the epoch loop on Burn's `Learner`: optimizers, schedules, early stopping, checkpoints |
//! | [`model`] | the network as Burn modules |
//! | [`loading`] | batches on a device |
//! | `fused` | Burn operations that run as one kernel on the CPU |
//! | [`backend`] | names, availability and devices |
//! | `burn-mlp-core` | without Burn: [`config`], [`data`], [`evaluation`], [`run_directory`] |
//! | `burn-mlp-kernels` | arithmetic over slices, and sharing it among threads |
//! | [`infer`] | without Burn: the model file, applied encodings, predictions |

pub mod backend;
pub mod bench;
pub mod compare;
pub mod export;
mod fused;
pub mod gradcheck;
pub mod inference;
pub mod loading;
pub mod model;
pub mod pipeline;
pub mod report;
pub mod serve;
pub mod training;
pub mod walkthrough;

pub use burn_mlp_core::{Error, Result, config, data, error, evaluation, format, run_directory, text};
pub use burn_mlp_infer as infer;

pub use config::{Layers, RunConfig};
pub use inference::Predictor;
pub use loading::DeviceLoader;
pub use model::Mlp;
pub use pipeline::RunLocation;
pub use training::{StopSignal, TrainableModel, Trainer};

/// Compiles and runs the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
