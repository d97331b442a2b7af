use crate::config::test_support::any_config;
use crate::config::*;
use proptest::prelude::*;

#[test]
fn the_metric_that_is_watched_by_default_is_not_a_changed_setting() {
    for is_regression in [true, false] {
        let changed = RunConfig::default().for_task(is_regression, false).unwrap().changed_settings().unwrap();
        assert_eq!(changed, [""; 0]);
    }
    let watched = Layers::new().set("early_stopping.monitor=valid-auc").resolve().unwrap();
    assert_eq!(watched.changed_settings().unwrap(), ["early_stopping.monitor = \"valid-auc\""]);
}

#[test]
fn a_written_configuration_contains_every_setting_once() {
    for text in [RunConfig::default().to_toml().unwrap(), RunConfig::default().to_commented_toml().unwrap()] {
        let table = text.parse::<toml::Table>().unwrap();
        let values = table.values().map(|value| value.as_table().map_or(1, |section| section.len())).sum::<usize>();
        assert_eq!(values, SETTINGS.len());
    }
}

#[test]
fn each_setting_has_a_comment_with_its_meaning_and_limits() {
    let text = RunConfig::default().to_commented_toml().unwrap();
    let expected = "\n[optimizer]\n# Optimizer (one of sgd, adam, adamw)\nname = \"sgd\"\n\
                    # Initial learning rate (a number above 0)\nlearning_rate = 0.01\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn the_hash_ignores_where_the_data_is() {
    let hash = RunConfig::default().hash(None).unwrap();
    assert!(hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{hash}");
    let moved = Layers::new()
        .set("data.source=csv:b.csv")
        .set("data.dir=elsewhere")
        .set("data.offline=true")
        .resolve()
        .unwrap();
    assert_eq!(moved.hash(None).unwrap(), hash);
}

#[test]
fn the_hash_is_that_of_the_initial_weights_and_not_of_their_path() {
    let from = |path: &str| Layers::new().set(&format!("training.init_from={path}")).resolve().unwrap();
    let hashes = |path: &str, weights: &str| {
        let config = from(path);
        (config.hash(Some(weights)).unwrap(), config.identity_hash(Some(weights)).unwrap())
    };
    assert_eq!(hashes("a", "12ab"), hashes("b", "12ab"));
    let (one, other) = (hashes("a", "12ab"), hashes("a", "34cd"));
    assert!(one.0 != other.0 && one.1 != other.1);
}

#[test]
fn the_hash_depends_on_every_other_setting() {
    let other = "seed=1 backend=wgpu split.valid=0.1 split.seed=1 split.folds=5 split.fold=2 split.repeat=2 csv.weight=w csv.id=name split.group=g split.time=t model.hidden=64 model.members=2 model.activation=tanh \
        model.batch_norm=true model.dropout=0.5 model.init=normal model.init_std=0.02 training.epochs=51 \
        training.batch_size=64 training.init_from=weights training.shuffle=false training.clip_norm=1 training.clip_value=1 optimizer.name=adam \
        optimizer.learning_rate=0.1 optimizer.momentum=0.5 optimizer.nesterov=true optimizer.beta1=0.8 \
        optimizer.beta2=0.99 optimizer.epsilon=1e-7 optimizer.l2=0.1 schedule.name=cosine schedule.warmup_epochs=1 \
        schedule.monitor=train-loss schedule.factor=0.1 schedule.patience=4 schedule.threshold=0.1 \
        schedule.threshold_mode=absolute schedule.cooldown=1 schedule.min_lr=0.001 schedule.max_reductions=1 \
        schedule.step_epochs=5 schedule.milestones=3 schedule.epochs=60 augmentation.mode=expand augmentation.flip_probability=0.5 \
        augmentation.rotation_probability=1 augmentation.rotation=10 augmentation.translation_probability=1 \
        augmentation.translation=0.2 augmentation.scaling_probability=1 augmentation.scaling=0.2 \
        augmentation.shear_probability=1 augmentation.shear=10 augmentation.elastic_probability=1 \
        augmentation.elastic_alpha=8 augmentation.elastic_sigma=3 augmentation.noise_probability=1 \
        augmentation.noise=0.2 augmentation.cutout_probability=1 augmentation.cutout=0.5 training.max_norm=3 data.task=regression training.loss=huber training.huber_delta=2 training.quantile=0.9 \
        training.clip_outputs=true \
        training.label_smoothing=0.1 training.class_weights=balanced early_stopping.enabled=false early_stopping.monitor=valid-loss \
        early_stopping.patience=5 early_stopping.min_delta=0.1 early_stopping.restore_best=false evaluation.top_k=3 \
        evaluation.threshold=f1 \
        csv.target=y csv.ignore=id csv.categorical=code csv.delimiter=tab csv.header=false csv.missing=impute csv.decimal=comma \
        csv.thousands=point csv.na=- \
        csv.max_one_hot=9 csv.embedding_size=4 csv.max_categories=9 optimizer.embedding_l2=0.1 csv.scaling=robust csv.bins=4 csv.date_order=day-first csv.test_fraction=0.1 \
        images.size=28x28 images.color=rgb images.skip_bad=true images.max_value=172 images.test_fraction=0.1 \
        synthetic.rows=100 synthetic.features=10 synthetic.classes=3";
    let hash = |base: &str, set: &str| Layers::new().set(base).set(set).resolve().unwrap().hash(None).unwrap();
    // A target column is refused without a table.
    let of_table = |set: &str| ["csv.", "split.group", "split.time"].iter().any(|start| set.starts_with(start));
    let base = |set: &str| match set {
        set if set.starts_with("split.fold=") || set.starts_with("split.repeat=") => "split.folds=3",
        set if of_table(set) => "data.source=csv:t.csv",
        // A constant is refused with another loss.
        set if set.starts_with("training.quantile=") => "training.loss=quantile",
        set if set.starts_with("training.huber_delta=") => "training.loss=huber",
        _ => "data.source=digits",
    };
    let hashes: std::collections::BTreeSet<_> =
        other.split(' ').filter(|set| !set.is_empty()).map(|set| hash(base(set), set)).collect();
    assert_eq!(hashes.len(), SETTINGS.len() - 6);
    assert!(!hashes.contains(&RunConfig::default().hash(None).unwrap()));
    assert!(!hashes.contains(&hash("data.source=csv:t.csv", "seed=0")));
}

#[test]
fn the_reference_run_records_the_hashes_of_its_configuration() {
    let run = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artifacts/reference");
    let text = std::fs::read_to_string(run.join("config.toml")).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(run.join("run.json")).unwrap()).unwrap();
    let config = RunConfig::from_toml(&text, "config.toml").unwrap();
    assert_eq!(record["config_hash"], config.hash(None).unwrap().as_str());
    assert_eq!(record["identity_hash"], config.identity_hash(None).unwrap().as_str());
}

proptest! {
    #[test]
    fn a_written_configuration_reads_back_equal(config in any_config()) {
        let text = config.to_toml().unwrap();
        prop_assert_eq!(&RunConfig::from_toml(&text, "config.toml").unwrap(), &config);
        let commented = config.to_commented_toml().unwrap();
        prop_assert_eq!(&RunConfig::from_toml(&commented, "config.toml").unwrap(), &config);
        prop_assert_eq!(RunConfig::from_toml(&text, "config.toml").unwrap().hash(None).unwrap(), config.hash(None).unwrap());
    }
}
