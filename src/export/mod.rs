//! A run's model for other programs. One file for each format; each takes the network as plain numbers.

mod fold;
mod network;
mod onnx;
mod onnx_steps;
mod pytorch;

pub use network::Network;
pub use onnx::{OPSET, OnnxOptions};
