use crate::config::test_support::message;
use crate::config::*;

/// Returns the message that refuses the defaults after `change`.
fn refused(change: impl FnOnce(&mut RunConfig)) -> String {
    let mut config = RunConfig::default();
    change(&mut config);
    message(config.validate())
}

#[test]
fn the_defaults_are_valid() {
    RunConfig::default().validate().unwrap();
}

#[test]
fn a_huge_but_finite_learning_rate_is_allowed() {
    let mut config = RunConfig::default();
    config.optimizer.learning_rate = 1e9;
    config.validate().unwrap();
}

#[test]
fn values_set_by_code_are_held_to_the_same_limits() {
    assert_eq!(
        refused(|config| config.optimizer.learning_rate = f64::NAN),
        "optimizer.learning_rate: expected a number above 0, found nan"
    );
    assert_eq!(
        refused(|config| config.optimizer.beta2 = 1.0),
        "optimizer.beta2: expected a number from 0 to below 1, found 1.0"
    );
    assert_eq!(
        refused(|config| config.training.epochs = 0),
        "training.epochs: expected a whole number from 1 to 1000000, found 0"
    );
    assert_eq!(
        refused(|config| config.model.hidden = vec![8, 0]),
        "model.hidden[1]: expected a whole number from 1 to 65536, found 0"
    );
    assert!(refused(|config| config.backend = "tpu".into()).starts_with("backend: \"tpu\" is not one of flex"));
    assert!(refused(|config| config.data.source = "idx:".into()).starts_with("data.source: idx: names no directory"));
}

#[test]
fn a_number_too_large_for_toml_is_refused_with_its_key() {
    assert_eq!(
        refused(|config| config.seed = u64::MAX),
        "seed: too large; expected a whole number from 0 to 9223372036854775807"
    );
    assert!(refused(|config| config.model.hidden = vec![8, usize::MAX]).starts_with("model.hidden: too large;"));
    assert!(refused(|config| config.synthetic.rows = usize::MAX).starts_with("synthetic.rows: too large;"));
}

#[test]
fn dropout_per_layer_needs_a_rate_for_the_input_and_each_hidden_layer() {
    assert_eq!(
        refused(|config| config.model.dropout = Dropout::PerLayer(vec![0.2, 0.5])),
        "model.dropout has 2 rates; expected one rate, or 3: the input's and one for each of the 2 layers of model.hidden"
    );
    let mut config = RunConfig::default();
    config.model.dropout = Dropout::PerLayer(vec![0.2, 0.5, 0.5]);
    config.validate().unwrap();
    config.model.hidden = vec![];
    config.model.dropout = Dropout::PerLayer(vec![0.2]);
    config.validate().unwrap();
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let nesterov = refused(|config| {
        config.optimizer.nesterov = true;
        config.optimizer.momentum = 0.0;
    });
    assert_eq!(nesterov, "optimizer.nesterov needs optimizer.momentum above 0");
    let clip = refused(|config| {
        config.training.clip_norm = 1.0;
        config.training.clip_value = 1.0;
    });
    assert_eq!(clip, "training.clip_value cannot be used together with training.clip_norm; set one of them to 0");
    assert_eq!(
        refused(|config| config.schedule.warmup_epochs = 50),
        "schedule.warmup_epochs: 50 must be less than training.epochs, 50"
    );
    assert_eq!(
        refused(|config| config.schedule.min_lr = 0.1),
        "schedule.min_lr: 0.1 must be at most optimizer.learning_rate, 0.01"
    );
}

#[test]
fn a_constant_of_another_loss_is_refused() {
    assert_eq!(
        refused(|config| config.training.quantile = 0.9),
        "training.quantile is a constant of training.loss=quantile, but the loss is mse; set --loss quantile, or leave it out"
    );
    let huber = refused(|config| {
        (config.training.loss, config.training.huber_delta) = (RegressionLoss::Mae, 2.0);
    });
    assert!(
        huber.starts_with("training.huber_delta is a constant of training.loss=huber, but the loss is mae"),
        "{huber}"
    );
    let mut config = RunConfig::default();
    (config.training.loss, config.training.quantile) = (RegressionLoss::Quantile, 0.9);
    config.validate().unwrap();
}

#[test]
fn the_minimum_rate_matters_only_to_schedules_that_use_it() {
    let mut config = RunConfig::default();
    config.schedule.min_lr = 0.1;
    config.schedule.name = ScheduleName::Step;
    config.validate().unwrap();
}

#[test]
fn without_a_validation_split_nothing_active_may_watch_it() {
    let plateau = refused(|config| config.split.valid = 0.0);
    assert!(plateau.starts_with("schedule.monitor: valid-loss cannot be watched"), "{plateau}");
    let stopping = refused(|config| {
        config.split.valid = 0.0;
        config.schedule.name = ScheduleName::Constant;
    });
    assert_eq!(
        stopping,
        "early_stopping.monitor: auto cannot be watched because split.valid is 0; set \
         early_stopping.monitor=train-loss or early_stopping.enabled=false, or hold out rows with split.valid=0.2"
    );
    let mut config = RunConfig::default();
    config.split.valid = 0.0;
    config.schedule.name = ScheduleName::Constant;
    config.early_stopping.enabled = false;
    config.validate().unwrap();
}

#[test]
fn the_synthetic_source_has_a_maximum_of_rows_times_features() {
    let largest = SyntheticConfig { rows: 1 << 21, features: 1 << 10, classes: 10 };
    RunConfig { synthetic: largest, ..RunConfig::default() }.validate().unwrap();
    assert_eq!(
        refused(|config| config.synthetic = SyntheticConfig { rows: (1 << 21) + 1, features: 1 << 10, classes: 10 }),
        "synthetic.rows: 2097153 rows of 1024 features are too many; rows times features may be at most 2147483648"
    );
    assert_eq!(refused(|config| config.synthetic.rows = 9), "synthetic.classes: 10 must be at most synthetic.rows, 9");
}

#[test]
fn a_target_column_needs_a_table() {
    assert_eq!(
        refused(|config| config.csv.target = "class".into()),
        "csv.target names a column, but data.source is digits; give --data csv:FILE"
    );
    let mut config = RunConfig::default();
    (config.data.source, config.csv.target) = ("csv:iris.csv".into(), "class".into());
    config.validate().unwrap();
}
