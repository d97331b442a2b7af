//! Names and maximum sizes of the files in a run directory.

/// Status, provenance and metrics; a directory without it is not a run.
pub(super) const RECORD: &str = "run.json";
/// Resolved configuration.
pub(super) const CONFIG: &str = "config.toml";
/// One row per epoch.
pub(super) const METRICS: &str = "metrics.csv";
/// Best weights.
pub(super) const MODEL: &str = "model.safetensors";
/// One report per split.
pub(super) const EVALUATION: &str = "evaluation.json";
/// Self-contained report.
pub(super) const REPORT: &str = "report.html";
/// Directory of TensorBoard's event files.
pub(super) const TENSORBOARD: &str = "tensorboard";
/// Printed output.
pub(super) const LOG: &str = "log.txt";
/// One CSV per split.
pub(super) const PREDICTIONS: &str = "predictions";
/// One directory per checkpoint.
pub(super) const CHECKPOINTS: &str = "checkpoint";
/// Locked by the process that writes to the run.
pub(super) const LOCK: &str = ".lock";
/// In a checkpoint: the trainer's state.
pub(super) const STATE: &str = "state.json";
/// In a checkpoint: length and SHA-256 of every other file.
pub(super) const MANIFEST: &str = "manifest.json";
/// Prefix of a file or directory that is still being written.
pub(super) const TEMPORARY_PREFIX: &str = ".tmp-";
/// Prefix of a new run's directory until its first files are written.
pub(super) const NEW_RUN_PREFIX: &str = ".burn-mlp-new-";
/// Number of random letters and digits after either prefix.
pub(super) const TEMPORARY_RANDOM: usize = 6;

const MIB: u64 = 1 << 20;

/// Maximum bytes of a small text file: record, configuration, manifest, checkpoint state.
pub(super) const MAX_TEXT_BYTES: u64 = 16 * MIB;
/// Maximum bytes of a table: metrics, evaluation, predictions.
pub(super) const MAX_TABLE_BYTES: u64 = 256 * MIB;
/// Maximum bytes of weights, and of all files of a checkpoint together.
pub(super) const MAX_WEIGHTS_BYTES: u64 = 4096 * MIB;
