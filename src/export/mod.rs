//! A run for other programs. One file or folder for each format; a network's formats take it as plain numbers.

mod fold;
mod network;
mod onnx;
mod onnx_steps;
mod onnx_table;
mod pytorch;
pub mod tensorboard;

pub use network::Network;
pub use onnx::{OPSET, OnnxOptions};
