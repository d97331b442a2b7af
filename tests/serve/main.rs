//! `burn-mlp serve`: the real program over real sockets.

#[path = "../support/mod.rs"]
mod support;

mod abuse;
mod api;
mod client;
mod forms;
mod openapi;
mod protocol;
mod same_answers;
mod shutdown;
