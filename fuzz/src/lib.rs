//! What a fuzzer feeds: each function takes any bytes, and panics where a parser breaks a promise. `tests/fuzz_corpus.rs`
//! calls the same functions without a fuzzer.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

use burn_mlp_core::config::{BackendRequest, CsvHeader, Layers, MissingValues, NumberScaling, RunConfig, Source};
use burn_mlp_core::data::{Dataset, IdxArray, TableSchema, load, parse_idx};
use burn_mlp_core::evaluation::{EvaluationReport, PredictionRow};
use burn_mlp_core::run_directory::{RunDirectory, RunRecord};
use burn_mlp_core::{Error, Result};
use burn_mlp_infer::ModelMetadata;
use burn_mlp_infer::model_file::{read_metadata, tensors_sha256};
use burn_mlp_infer::sha256_hex;
use tempfile::TempDir;

/// An IDX file, raw or compressed.
pub fn idx(bytes: &[u8]) {
    match parse_idx(bytes, "fuzz") {
        Ok(array) => {
            assert_eq!(array.values.len(), array.kind.size() * array.shape.iter().product::<usize>());
            assert_eq!(parse_idx(encode(&array).as_slice(), "fuzz").unwrap(), array);
        }
        Err(error) => check_sentence(&error, 1),
    }
}

fn encode(array: &IdxArray) -> Vec<u8> {
    let mut bytes = vec![0, 0, array.kind as u8, array.shape.len() as u8];
    array.shape.iter().for_each(|&size| bytes.extend((size as u32).to_be_bytes()));
    bytes.extend(&array.values);
    bytes
}

/// A CSV file, raw or compressed. The first byte's bits set how it is read.
pub fn table(bytes: &[u8]) {
    thread_local!(static DIRECTORY: OnceCell<TempDir> = const { OnceCell::new() });
    let Some((settings, bytes)) = bytes.split_first() else { return };
    DIRECTORY.with(|directory| {
        let file = directory.get_or_init(|| tempfile::tempdir().unwrap()).path().join("t.csv");
        fs::write(&file, bytes).unwrap();
        read_table(&table_config(*settings, &file), bytes);
    });
}

fn table_config(settings: u8, file: &Path) -> RunConfig {
    let mut config = RunConfig::default();
    config.data.source = format!("csv:{}", file.display());
    if settings & 1 > 0 {
        config.csv.missing = MissingValues::Impute;
    }
    if settings & 2 > 0 {
        config.csv.target = "1".into();
    }
    config.csv.header =
        [CsvHeader::Auto, CsvHeader::Auto, CsvHeader::Yes, CsvHeader::No][usize::from(settings >> 2 & 3)];
    config.csv.test_fraction = if settings & 16 > 0 { 0.0 } else { 0.2 };
    config.csv.scaling = [NumberScaling::Auto, NumberScaling::Quantile, NumberScaling::Robust, NumberScaling::None]
        [usize::from(settings >> 5 & 3)];
    config
}

fn read_table(config: &RunConfig, text: &[u8]) {
    let data: Dataset = match load(config, &mut |_| ()) {
        Ok(data) => data,
        Err(error) => return check_sentence(&error, error.exit_code()),
    };
    let schema = data.table.unwrap();
    schema.check().unwrap();
    assert_eq!((schema.features(), &schema.classes), (data.train.dimension(), &data.class_names));
    let read: TableSchema = serde_json::from_str(&serde_json::to_string(&schema).unwrap()).unwrap();
    assert_eq!(read, schema);
    if let Some(rows) = told(schema.read_features(text, "fuzz").map_err(Error::from)) {
        assert_eq!((rows.features.len(), rows.lines.len()), (rows.rows * schema.features(), rows.rows));
        assert!(rows.features.iter().all(|feature| feature.is_finite()) && rows.lines.is_sorted());
    }
}

/// A configuration file. Lines that begin with `--set ` are such options instead.
pub fn config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (options, toml): (Vec<&str>, Vec<&str>) = text.split('\n').partition(|line| line.starts_with("--set "));
    let layers = Layers::new().text(&toml.join("\n"), "fuzz.toml");
    let layers = options.iter().fold(layers, |layers, option| layers.set(&option["--set ".len()..]));
    match layers.resolve() {
        Ok(config) => {
            // Writing and reading takes four times as long as all else: every eighth will do.
            if sum(bytes).is_multiple_of(8) {
                assert_eq!(RunConfig::from_toml(&config.to_toml().unwrap(), "written").unwrap(), config);
                assert_eq!(RunConfig::from_toml(&config.to_commented_toml().unwrap(), "written").unwrap(), config);
                config.check_resume(&config).unwrap();
            }
            config.backend.parse::<BackendRequest>().unwrap();
            config.data.source.parse::<Source>().unwrap();
        }
        Err(error) => check_sentence(&error, 2),
    }
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte)).sum()
}

/// A model file. What begins with a brace is a header without its length.
pub fn model_file(bytes: &[u8]) {
    let file = match bytes.first() {
        Some(b'{') => {
            let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
            [&(end as u64).to_le_bytes(), bytes].concat()
        }
        _ => bytes.to_vec(),
    };
    let _ = tensors_sha256(&file);
    match ModelMetadata::of_file(&file) {
        Ok(metadata) => check_metadata(&metadata),
        Err(problem) => check_sentence(&Error::data("fuzz", problem), 1),
    }
    match read_metadata(&file).and_then(|json| ModelMetadata::from_json(&json)) {
        Ok(metadata) => check_metadata(&metadata),
        Err(problem) => check_sentence(&Error::data("fuzz", problem), 1),
    }
}

fn check_metadata(metadata: &ModelMetadata) {
    let read = ModelMetadata::from_json(&metadata.to_json().unwrap()).unwrap();
    assert_eq!(format!("{read:?}"), format!("{metadata:?}"));
    assert!(metadata.features > 0 && metadata.outputs() > 0);
}

/// One of a run directory's files: the first byte says which.
pub fn run_files(bytes: &[u8]) {
    thread_local!(static RUN: OnceCell<TempDir> = const { OnceCell::new() });
    let Some((kind, bytes)) = bytes.split_first() else { return };
    RUN.with(|run| read_run_file(*kind, bytes, run.get_or_init(new_run).path()));
}

/// A run with one checkpoint.
fn new_run() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("run.json"), "{}").unwrap();
    let run = RunDirectory::open(directory.path()).unwrap();
    run.create_checkpoint_directory().unwrap();
    run.save_checkpoint(1, &[("model.bpk", b"weights")], &1, &[]).unwrap();
    fs::create_dir(directory.path().join("predictions")).unwrap();
    directory
}

fn read_run_file(kind: u8, bytes: &[u8], directory: &Path) {
    let run = RunDirectory::open(directory).unwrap();
    let put = |name: &str| fs::write(directory.join(name), bytes).unwrap();
    match kind {
        b'r' => {
            put("run.json");
            if let Some(record) = told(run.read_record()) {
                read_back(&record);
            }
        }
        b'm' => {
            put("metrics.csv");
            told(run.read_metrics());
        }
        b'e' => {
            put("evaluation.json");
            if let Some(Some(reports)) = told(run.read_evaluation::<BTreeMap<String, EvaluationReport>>()) {
                reports.values().for_each(|report| assert!(report.accuracy().is_none_or(|accuracy| accuracy <= 1.0)));
            }
        }
        b'p' => {
            put("predictions/test.csv");
            told(run.read_predictions::<PredictionRow>("test"));
        }
        b'c' => {
            put("checkpoint/epoch-000001/manifest.json");
            if let Some(checkpoint) = told(run.checkpoint(1)) {
                // Only what was saved verifies.
                assert_eq!(sha256_hex(checkpoint.part("model.bpk").unwrap_or(b"weights")), sha256_hex(b"weights"));
            }
        }
        _ => {}
    }
}

/// Writes and reads a record; a number that is not one is written as null.
fn read_back(record: &RunRecord) {
    let written = serde_json::to_vec(record).unwrap();
    let read: RunRecord = serde_json::from_slice(&written).unwrap();
    assert_eq!(serde_json::to_vec(&read).unwrap(), written);
}

/// The value, or nothing where it was refused in a good sentence.
fn told<T: Debug>(result: Result<T>) -> Option<T> {
    result.inspect_err(|error| check_sentence(error, 1)).ok()
}

fn check_sentence(error: &Error, code: u8) {
    assert_eq!(error.exit_code(), code, "{error}");
    let text = error.to_string();
    // Fit for one line of a terminal, and not as long as what it is about.
    assert!(!text.is_empty() && text.len() < 20_000, "{text}");
    assert!(!text.chars().any(char::is_control), "{text:?}");
}
