//! What the files of a run directory are called, and how large each may be.

/// Status, provenance and figures; a directory without it is not a run.
pub(super) const RECORD: &str = "run.json";
/// The resolved configuration.
pub(super) const CONFIG: &str = "config.toml";
/// One row per epoch.
pub(super) const METRICS: &str = "metrics.csv";
/// The best weights.
pub(super) const MODEL: &str = "model.safetensors";
/// One report per split.
pub(super) const EVALUATION: &str = "evaluation.json";
/// The self-contained report.
pub(super) const REPORT: &str = "report.html";
/// TensorBoard's event files.
pub(super) const TENSORBOARD: &str = "tensorboard";
/// What was printed.
pub(super) const LOG: &str = "log.txt";
/// One CSV per split.
pub(super) const PREDICTIONS: &str = "predictions";
/// One directory per complete state.
pub(super) const CHECKPOINTS: &str = "checkpoint";
/// Locked by whoever writes to the run.
pub(super) const LOCK: &str = ".lock";
/// Within a checkpoint: the trainer's own state.
pub(super) const STATE: &str = "state.json";
/// Within a checkpoint: length and SHA-256 of every other file.
pub(super) const MANIFEST: &str = "manifest.json";
/// Begins the name of a file or directory that is still being written.
pub(super) const TEMPORARY_PREFIX: &str = ".tmp-";
/// Begins the name of a run's directory, beside the other runs, until it has all that a run begins with.
pub(super) const NEW_RUN_PREFIX: &str = ".burn-mlp-new-";
/// Random letters and digits after either prefix.
pub(super) const TEMPORARY_RANDOM: usize = 6;

const MIB: u64 = 1 << 20;

/// Most bytes of the small text files: record, configuration, manifest, checkpoint state.
pub(super) const SMALL_FILE: u64 = 16 * MIB;
/// Most bytes of the tables: metrics, evaluation, predictions.
pub(super) const TABLE_FILE: u64 = 256 * MIB;
/// Most bytes of weights, and of all parts of a checkpoint together.
pub(super) const WEIGHTS_FILE: u64 = 4096 * MIB;
