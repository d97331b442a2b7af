//! README and the pages under `docs/`: their commands run, the output they show is real, their links
//! lead somewhere, and the generated pages match the program.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` rewrites generated pages and `console` blocks that are stale;
//! `UPDATE_DOCS=all` measures all `console` blocks again.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod generated;
mod links;
mod pages;
mod transcript;
