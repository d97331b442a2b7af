use crate::config::test_support::message;
use crate::config::*;
use proptest::prelude::*;

fn set(assignment: &str) -> RunConfig {
    Layers::new().set(assignment).resolve().unwrap()
}

#[test]
fn without_layers_the_defaults_are_resolved() {
    assert_eq!(Layers::new().resolve().unwrap(), RunConfig::default());
}

#[test]
fn a_file_overrides_defaults_set_overrides_the_file_and_a_flag_overrides_set() {
    let layers = Layers::new().text("training.epochs = 2\ntraining.batch_size = 2\nseed = 2", "a.toml");
    let layers = layers.set("training.epochs=3").set("training.batch_size=3").override_text("training.epochs", "4");
    let config = layers.resolve().unwrap();
    assert_eq!((config.seed, config.training.batch_size, config.training.epochs), (2, 3, 4));
    assert_eq!(config.optimizer, OptimizerConfig::default());
}

#[test]
fn the_order_of_calls_does_not_change_the_order_of_layers() {
    let layers = Layers::new().override_text("seed", "4").set("seed=3").text("seed = 2", "a.toml");
    assert_eq!(layers.resolve().unwrap().seed, 4);
}

#[test]
fn within_a_layer_the_last_value_wins() {
    let layers =
        Layers::new().preset("mnist").text("data.source = \"synthetic\"", "a.toml").set("seed=1").set("seed=2");
    let config = layers.resolve().unwrap();
    assert_eq!((config.seed, config.data.source.as_str()), (2, "synthetic"));
}

#[test]
fn set_reads_names_without_quotes_and_lists_without_brackets() {
    assert_eq!(set("optimizer.name=adam").optimizer.name, OptimizerName::Adam);
    assert_eq!(set("optimizer.name=\"adamw\"").optimizer.name, OptimizerName::Adamw);
    assert_eq!(set("data.dir=a dir/1=2").data.dir, "a dir/1=2");
    assert_eq!(set("data.dir=true").data.dir, "true");
    assert_eq!(set("data.source=idx:some/dir").data.source, "idx:some/dir");
    assert_eq!(set(" training.epochs = 7 ").training.epochs, 7);
    for hidden in ["[64,32]", "64,32", "64, 32"] {
        assert_eq!(set(&format!("model.hidden={hidden}")).model.hidden, [64, 32]);
    }
    assert_eq!(set("model.hidden=64").model.hidden, [64]);
    assert_eq!(set("model.hidden=").model.hidden, [0usize; 0]);
    assert_eq!(set("model.dropout=0.5").model.dropout, Dropout::Rate(0.5));
    assert_eq!(set("model.dropout=0,0.5,.5").model.dropout, Dropout::PerLayer(vec![0.0, 0.5, 0.5]));
}

#[test]
fn a_number_may_be_an_integer_or_in_rusts_notation() {
    for (text, rate) in [("1", 1.0), (".5", 0.5), ("1e-3", 0.001), ("1e9", 1e9), ("1.", 1.0)] {
        assert_eq!(set(&format!("optimizer.learning_rate={text}")).optimizer.learning_rate, rate);
    }
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    let set = |text: &str| message(Layers::new().set(text).resolve());
    assert_eq!(
        set("optimizer.momentun=0.9"),
        "optimizer.momentun: there is no such setting; did you mean optimizer.momentum?"
    );
    assert_eq!(
        set("learning_rate=0.1"),
        "learning_rate: there is no such setting; did you mean optimizer.learning_rate?"
    );
    assert_eq!(
        set("training.patience=3"),
        "training.patience: there is no such setting; did you mean schedule.patience or early_stopping.patience?"
    );
    assert_eq!(
        set("evaluation.accuracy=3"),
        "evaluation.accuracy: there is no such setting; [evaluation] has top_k, threshold"
    );
    assert_eq!(set("colour=3"), "colour: there is no such setting; `burn-mlp config` lists all of them");
    assert_eq!(set("model=3"), "model is a section; name a setting in it, as in model.hidden");
    assert!(message(RunConfig::from_toml("'' = 3", "a.toml")).ends_with("`burn-mlp config` lists all of them"));
    assert!(set(".=3").starts_with(".: there is no such setting"));
}

#[test]
fn a_name_from_another_library_is_answered_with_the_settings_own() {
    for (name, key) in [
        ("optimizer.lr", "optimizer.learning_rate"),
        ("lr", "optimizer.learning_rate"),
        ("training.learning-rate", "optimizer.learning_rate"),
        ("optimizer.weight_decay", "optimizer.l2"),
        ("model.dropout_rate", "model.dropout"),
        ("model.hidden_layer_sizes", "model.hidden"),
        ("model.layers", "model.hidden"),
        ("training.batch", "training.batch_size"),
        ("training.max_epochs", "training.epochs"),
        ("random_state", "seed"),
        ("solver", "optimizer.name"),
        ("training.target", "csv.target"),
    ] {
        let expected = format!("{name}: there is no such setting; did you mean {key}?");
        assert_eq!(message(Layers::new().set(&format!("{name}=1")).resolve()), expected);
    }
    let file = RunConfig::from_toml("[optimizer]\nweight_decay = 0.1", "a.toml");
    assert!(message(file).ends_with("optimizer.weight_decay: there is no such setting; did you mean optimizer.l2?"));
}

#[test]
fn an_assignment_without_key_or_equals_sign_is_refused_with_an_example() {
    for text in ["", "=", "=3", "optimizer.momentum", "optimizer.momentum:0.9"] {
        let message = message(Layers::new().set(text).resolve());
        assert!(message.ends_with("expected SECTION.KEY=VALUE, as in optimizer.learning_rate=0.1"), "{message}");
    }
}

#[test]
fn overrides_are_checked_like_the_rest() {
    assert_eq!(
        message(Layers::new().override_text("training.epochs", "ten").resolve()),
        "training.epochs: expected a whole number from 1 to 1000000, found the string \"ten\""
    );
    assert!(message(Layers::new().override_text("training.epoch", "1").resolve()).contains("mean training.epochs?"));
}

#[test]
fn without_a_validation_split_the_defaults_that_watch_it_give_way() {
    let config = set("split.valid=0");
    assert_eq!(config.schedule.monitor, Monitor::TrainLoss);
    assert!(!config.early_stopping.enabled);
    let watched = Layers::new().set("split.valid=0").set("early_stopping.monitor=train-loss").resolve().unwrap();
    assert!(watched.early_stopping.enabled);
}

#[test]
fn without_a_validation_split_an_explicit_request_to_watch_it_is_refused() {
    let set = |text: &str| message(Layers::new().set("split.valid=0").set(text).resolve());
    assert_eq!(
        set("schedule.monitor=valid-loss"),
        "schedule.monitor: valid-loss cannot be watched because split.valid is 0; set schedule.monitor=train-loss or \
         schedule.name=constant, or hold out rows with split.valid=0.2"
    );
    assert!(set("early_stopping.enabled=true").starts_with("early_stopping.monitor: auto cannot be watched"));
    for monitor in ["valid-auc", "valid-f1", "valid-mae", "valid-rmse", "valid-loss", "valid-accuracy"] {
        let refusal = set(&format!("early_stopping.monitor={monitor}"));
        let words = format!("early_stopping.monitor: {monitor} cannot be watched because split.valid is 0; set");
        assert!(refusal.starts_with(&words), "{refusal}");
        assert!(refusal.ends_with(" or leave it out, or hold out rows with split.valid=0.2"), "{refusal}");
    }
}

#[test]
fn an_earlier_run_with_validation_rows_can_be_the_base_of_one_without() {
    let earlier = RunConfig::default().for_task(false, false).unwrap();
    assert_eq!(earlier.early_stopping.monitor, Monitor::ValidAccuracy);
    let config = Layers::from_config(earlier).set("split.valid=0").resolve().unwrap();
    assert_eq!(config.early_stopping.monitor, Monitor::Auto);
    // What is saved of a run can be read again.
    let saved = config.for_task(false, false).unwrap();
    assert_eq!(RunConfig::from_toml(&saved.to_toml().unwrap(), "config.toml").unwrap(), saved);
}

#[test]
fn a_base_made_by_code_is_held_to_the_limits() {
    let mut base = RunConfig::default();
    base.training.epochs = 0;
    assert_eq!(
        message(Layers::from_config(base).resolve()),
        "training.epochs: expected a whole number from 1 to 1000000, found 0"
    );
}

#[test]
fn an_earlier_run_can_be_the_base() {
    let earlier = Layers::new().preset("mnist-regularized").set("seed=9").resolve().unwrap();
    let again = Layers::from_config(earlier.clone()).override_text("training.epochs", "60").resolve().unwrap();
    assert_eq!(again, RunConfig { training: TrainingConfig { epochs: 60, ..earlier.training.clone() }, ..earlier });
}

proptest! {
    #[test]
    fn any_assignment_resolves_or_is_refused_in_one_line(index in 0..SETTINGS.len(), text in ".*") {
        let result = Layers::new().set(&format!("{}={text}", SETTINGS[index].key)).resolve();
        match result {
            Ok(config) => config.validate().unwrap(),
            Err(error) => { message::<()>(Err(error)); }
        }
    }

    #[test]
    fn any_text_that_is_not_an_assignment_is_refused_in_one_line(text in "[^=]*") {
        message(Layers::new().set(&text).resolve());
    }
}
