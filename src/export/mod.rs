//! A run for other programs. One file or folder for each format.

pub mod tensorboard;
