//! Exports a run for other programs: a file or folder per format. The formats of a network take it
//! as plain numbers.

mod network;
mod onnx;
mod onnx_ensemble;
mod onnx_layers;
mod onnx_members;
mod onnx_numbers;
mod onnx_quantiles;
mod onnx_steps;
mod onnx_table;
mod onnx_texts;
mod pytorch;
pub mod tensorboard;

pub use network::Network;
pub use onnx::OnnxOptions;
