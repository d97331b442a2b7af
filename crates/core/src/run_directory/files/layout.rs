//! Names and maximum sizes of the files in a run directory.

/// Status, provenance and metrics; a directory without it is not a run.
pub(crate) const RECORD: &str = "run.json";
/// Resolved configuration.
pub(crate) const CONFIG: &str = "config.toml";
/// One row per epoch.
pub(crate) const METRICS: &str = "metrics.csv";
/// Best weights.
pub(crate) const MODEL: &str = "model.safetensors";
/// One report per split.
pub(crate) const EVALUATION: &str = "evaluation.json";
/// Importance of a table's columns.
pub(crate) const IMPORTANCE: &str = "importance.json";
/// Self-contained report.
pub(crate) const REPORT: &str = "report.html";
/// Directory of TensorBoard's event files.
pub(crate) const TENSORBOARD: &str = "tensorboard";
/// Printed output.
pub(crate) const LOG: &str = "log.txt";
/// One CSV per split.
pub(crate) const PREDICTIONS: &str = "predictions";
/// One directory per checkpoint.
pub(crate) const CHECKPOINTS: &str = "checkpoint";
/// Locked by the process that writes to the run.
pub(crate) const LOCK: &str = ".lock";
/// In a checkpoint: the trainer's state.
pub(crate) const STATE: &str = "state.json";
/// In a checkpoint: length and SHA-256 of every other file.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Prefix of a file or directory that is still being written.
pub(crate) const TEMPORARY_PREFIX: &str = ".tmp-";
/// Prefix of a new run's directory until its first files are written.
pub(crate) const NEW_RUN_PREFIX: &str = ".burn-mlp-new-";
/// Number of random letters and digits after either prefix.
pub(crate) const TEMPORARY_RANDOM: usize = 6;

const MIB: u64 = 1 << 20;

/// Maximum bytes of a small text file: record, configuration, manifest, checkpoint state.
pub(crate) const MAX_TEXT_BYTES: u64 = 16 * MIB;
/// Maximum bytes of a table: metrics, evaluation, predictions.
pub(crate) const MAX_TABLE_BYTES: u64 = 256 * MIB;
/// Maximum bytes of weights, and of all files of a checkpoint together.
pub(crate) const MAX_WEIGHTS_BYTES: u64 = 4096 * MIB;
