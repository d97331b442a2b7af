//! Whatever is written is read back unchanged, and no text makes a parser panic.

use std::collections::BTreeMap;

use burn_mlp::config::{BACKENDS, BackendRequest, RunConfig, Source};
use burn_mlp::data::{Features, Origins, Samples};
use burn_mlp::evaluation::{ClassificationReport, EvaluationReport, PredictionRow, Predictions, prediction_rows};
use burn_mlp::infer::{MaxValues, ModelMetadata, Normalization, RunIdentity, Task};
use burn_mlp::model::{FILE_METADATA_KEY, UNSEALED, check_seal, read_metadata, seal};
use burn_mlp::run_directory::{EpochMetrics, Resumption, RunDirectory, RunRecord, Status, TestMetrics, Timestamp};
use proptest::prelude::*;

/// Creates a run in a directory of its own.
fn new_run() -> (tempfile::TempDir, RunDirectory) {
    let out = tempfile::tempdir().unwrap();
    let (run, _) = RunDirectory::create(out.path(), Some("run"), "run", "", &mut RunRecord::new("")).unwrap();
    (out, run)
}

prop_compose! {
    fn any_figures()(
        train_loss in -1e300..1e300, train_accuracy in 0.0..1.0, valid in proptest::option::of((0.0..1e9, 0.0..1.0)),
    ) -> EpochMetrics {
        EpochMetrics {
            train_loss, train_accuracy: Some(train_accuracy), valid_loss: valid.map(|(loss, _)| loss),
            valid_accuracy: valid.map(|(_, accuracy)| accuracy), valid_auc: valid.map(|(_, auc)| auc),
            ..EpochMetrics::default()
        }
    }
}

prop_compose! {
    fn any_record()(
        texts in proptest::collection::vec(any::<String>(), 8),
        lists in proptest::collection::vec(proptest::collection::vec(any::<String>(), 0..4), 2),
        (seed, parameters, epochs_done, software_adapter) in any::<(u64, usize, usize, bool)>(),
        (best, last, best_epoch) in (
            proptest::option::of(any_figures()), proptest::option::of(any_figures()), any::<Option<usize>>(),
        ),
        accuracy in proptest::option::of(0.0..1.0),
        seconds in 0.0..1e18,
        resumed in proptest::collection::vec((any::<usize>(), any::<String>()), 0..3),
        image_shape in any::<Option<[usize; 2]>>(),
        status in prop::sample::select(vec![Status::Finished, Status::Failed, Status::Interrupted, Status::StoppedEarly]),
    ) -> RunRecord {
        let mut record = RunRecord::new(&texts[0]);
        (record.status, record.reason, record.seed, record.parameters) = (status, Some(texts[1].clone()), seed, parameters);
        (record.backend, record.device) = (texts[2].clone(), texts[3].clone());
        (record.data.source, record.data.hash) = (texts[4].clone(), texts[5].clone());
        (record.machine.cpu, record.burn_version) = (Some(texts[6].clone()), texts[7].clone());
        (record.arguments, record.data.class_names) = (lists[0].clone(), lists[1].clone());
        (record.best, record.last, record.best_epoch) = (best, last, best_epoch);
        (record.epochs_done, record.software_adapter, record.data.image_shape) =
            (epochs_done, software_adapter, image_shape);
        record.test = accuracy.map(|accuracy| TestMetrics { accuracy: Some(accuracy), rmse: Some(seconds), loss: seconds });
        record.timings.train_seconds = seconds;
        let time = Timestamp::now();
        record.resumed =
            resumed.into_iter().map(|(epoch, backend)| Resumption { epoch, time, backend }).collect();
        record
    }
}

prop_compose! {
    /// Predictions of random logits, with labels.
    fn any_predictions()(classes in 1..5_usize)(
        labels in proptest::collection::vec(0..classes as u32, 1..20),
        logits in proptest::collection::vec(-30.0..30.0_f32, 20 * classes),
        classes in Just(classes),
    ) -> Predictions {
        let logits = &logits[..labels.len() * classes];
        Predictions::from_logits(logits, labels, classes).unwrap()
    }
}

prop_compose! {
    fn any_metadata()(
        class_names in proptest::collection::vec(any::<String>(), 2..6),
        (source, data_hash) in any::<(String, String)>(),
        (features, epoch) in (1..5000_usize, any::<usize>()),
        divisor in proptest::option::of(1e-30..1e30_f32),
    ) -> ModelMetadata {
        ModelMetadata {
            schema_version: 1, crate_version: "0.1.0".into(), model: RunConfig::default().model.architecture(), members: Vec::new(), features, task: Task::Classification { class_names }, threshold: None,
            image_shape: None, max_values: divisor.map_or(MaxValues::default(), MaxValues::all), table: None, image_stats: None, normalization: divisor.map_or(Normalization::None, Normalization::DivideBy), source, epoch,
            tensors_sha256: String::new(),
            trained_by: RunIdentity { identity_hash: String::new(), data_hash },
            file_sha256: UNSEALED.into(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_record_is_read_back_unchanged(mut record in any_record()) {
        let (_out, run) = new_run();
        run.write_record(&mut record).unwrap();
        prop_assert_eq!(run.read_record().unwrap(), record);
    }

    #[test]
    fn an_evaluation_and_its_predictions_are_read_back_unchanged(
        predictions in any_predictions(), names in proptest::collection::vec(any::<String>(), 5), id in ".+",
        line: u64, top_k in 1..9_usize,
    ) {
        let (_out, run) = new_run();
        let report = ClassificationReport::new(&predictions, &names[..predictions.classes()], top_k).unwrap();
        let report = EvaluationReport::from(report);
        let reports = BTreeMap::from([("test".to_string(), report)]);
        run.write_evaluation(&reports).unwrap();
        prop_assert_eq!(run.read_evaluation::<BTreeMap<String, EvaluationReport>>().unwrap().unwrap(), reports);
        let rows = predictions.rows();
        let samples = Samples::new(Features::Floats(vec![0.0; rows]), vec![0; rows], 1).unwrap();
        let origins =
            Origins { lines: Some(vec![line; rows]), ids: Some(vec![id; rows]), ..Origins::default() };
        let samples = samples.with_origins(origins).unwrap();
        let rows: Vec<PredictionRow> = prediction_rows(&predictions, &samples, &names).collect();
        run.write_predictions("test", rows.clone()).unwrap();
        prop_assert_eq!(run.read_predictions::<PredictionRow>("test").unwrap().unwrap(), rows);
    }

    #[test]
    fn a_checkpoint_is_read_back_unchanged(
        epoch in 1..1_000_000_usize,
        parts in proptest::collection::btree_map("[a-z]{1,8}\\.bpk", proptest::collection::vec(any::<u8>(), 0..99), 0..4),
        state in proptest::collection::vec(any::<String>(), 0..4),
    ) {
        let (_out, run) = new_run();
        let files: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        run.create_checkpoint_directory().unwrap();
        run.save_checkpoint(epoch, &files, &state, &[]).unwrap();
        let read = run.newest_checkpoint().unwrap().unwrap();
        prop_assert_eq!(read.epoch(), epoch);
        prop_assert_eq!(read.state::<Vec<String>>().unwrap(), state);
        for (name, bytes) in &parts {
            prop_assert_eq!(read.part(name).unwrap(), bytes.as_slice());
        }
    }

    #[test]
    fn a_models_metadata_is_read_back_unchanged_from_a_sealed_file(
        metadata in any_metadata(), tensors in proptest::collection::vec(any::<u8>(), 1..64),
    ) {
        let json = metadata.to_json().unwrap();
        let header = serde_json::json!({
            "__metadata__": { FILE_METADATA_KEY: json },
            "bytes": { "dtype": "U8", "shape": [tensors.len()], "data_offsets": [0, tensors.len()] },
        });
        let header = header.to_string();
        let mut file = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &tensors].concat();
        seal(&mut file).unwrap();
        prop_assert_eq!(check_seal(&file), Ok(()));
        let read = ModelMetadata::from_json(&read_metadata(&file).unwrap()).unwrap();
        prop_assert_eq!(ModelMetadata { file_sha256: metadata.file_sha256.clone(), ..read }, metadata);
        let last = file.len() - 1;
        file[last] ^= 1;
        prop_assert!(check_seal(&file).is_err());
    }
}

proptest! {
    #[test]
    fn a_displayed_backend_is_parsed_back(name in prop::sample::select(BACKENDS), index: Option<u16>) {
        let request = BackendRequest { name, index };
        prop_assert_eq!(request.to_string().parse::<BackendRequest>().unwrap(), request);
    }

    #[test]
    fn a_displayed_source_is_parsed_back(directory in ".+") {
        let source = Source::Idx(directory.into());
        prop_assert_eq!(source.to_string().parse::<Source>().unwrap(), source);
    }

    #[test]
    fn a_displayed_time_is_parsed_back(
        (year, month, day) in (0..=9999, 1..=12, 1..=28), (hour, minute, second) in (0..=23, 0..=59, 0..=59),
    ) {
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        prop_assert_eq!(Timestamp::try_from(text.clone()).unwrap().to_string(), text);
    }

    #[test]
    fn no_text_makes_a_parser_of_names_panic(text: String) {
        for error in [text.parse::<BackendRequest>().err(), text.parse::<Source>().err()].into_iter().flatten() {
            prop_assert_eq!(error.exit_code(), 2);
            prop_assert!(!error.to_string().chars().any(char::is_control));
        }
        let _ = Timestamp::try_from(text.clone());
        prop_assert!(ModelMetadata::from_json(&text).is_err());
    }
}
