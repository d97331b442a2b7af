use crate::config::test_support::message;
use crate::config::*;

fn preset(name: &str) -> RunConfig {
    Layers::new().preset(name).resolve().unwrap()
}

fn on_mnist() -> RunConfig {
    RunConfig { data: DataConfig { source: "mnist".into(), ..DataConfig::default() }, ..RunConfig::default() }
}

#[test]
fn the_defaults_equal_the_mnist_preset_except_for_the_source() {
    assert_eq!(preset("mnist"), on_mnist());
    assert_eq!(RunConfig::default().data.source, "digits");
}

#[test]
fn the_digits_preset_trains_the_same_network_on_all_rows_to_the_last_epoch() {
    let config = preset("digits");
    assert_eq!(config.data.source, "digits");
    assert_eq!(config.model.hidden, RunConfig::default().model.hidden);
    assert_eq!((config.split.valid, config.early_stopping.enabled), (0.0, false));
}

#[test]
fn mnist_as_printed_has_the_settings_of_the_walkthrough() {
    let config = preset("mnist-as-printed");
    assert_eq!(config.model.hidden, [128, 64]);
    assert_eq!((config.model.init, config.model.init_std), (Initializer::Normal, 0.01));
    assert_eq!((config.model.batch_norm, &config.model.dropout), (false, &Dropout::Rate(0.0)));
    assert_eq!((config.optimizer.name, config.optimizer.learning_rate), (OptimizerName::Sgd, 0.01));
    assert_eq!((config.optimizer.momentum, config.optimizer.nesterov, config.optimizer.l2), (0.9, false, 0.0));
    assert_eq!((config.training.batch_size, config.training.epochs, config.training.shuffle), (32, 50, false));
    assert_eq!(config.split.valid, 0.2);
    assert_eq!(config.schedule.name, ScheduleName::Constant);
    assert_eq!((config.early_stopping.enabled, config.early_stopping.restore_best), (false, false));
}

#[test]
fn mnist_regularized_differs_from_mnist_only_by_slide_14() {
    let mut expected = on_mnist();
    expected.model.batch_norm = true;
    expected.model.dropout = Dropout::Rate(0.2);
    expected.optimizer.l2 = 0.001;
    assert_eq!(preset("mnist-regularized"), expected);
}

#[test]
fn a_preset_starts_with_its_summary_states_the_expected_accuracy_and_repeats_no_default() {
    let defaults = RunConfig::default().to_toml().unwrap().parse::<toml::Table>().unwrap();
    for preset in presets() {
        assert_eq!(preset.toml.lines().next().unwrap(), format!("# {}", preset.summary));
        assert_eq!(preset.toml.lines().filter(|line| line.starts_with("# Expected: ")).count(), 1);
        for (section, values) in preset.toml.parse::<toml::Table>().unwrap() {
            for (name, value) in values.as_table().unwrap() {
                // The walkthrough's sigma repeats the default because it belongs to the initializer
                // above it.
                let repeats = defaults[&section][name] == *value && name != "init_std";
                assert!(!repeats, "{}: {section}.{name}", preset.name);
            }
        }
    }
}

#[test]
fn an_unknown_preset_is_refused_with_the_list() {
    assert_eq!(
        message(Layers::new().preset("cifar").resolve()),
        "cifar: there is no such preset; the presets are tabular, digits, mnist, mnist-as-printed, mnist-regularized, \
         mnist-augmented, mnist-dropout-2012, mnist-best"
    );
}
