//! Helpers of this module's tests: error messages and random valid configurations.

use proptest::prelude::*;

use crate::config::*;

/// Returns the message of a configuration error. It must be one line.
pub(super) fn message<T: std::fmt::Debug>(result: crate::Result<T>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let message = error.to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn any_choice<T: Copy + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn rate() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), 0.0..1.0f64]
}

/// Generates numbers from the smallest subnormal to 1e9.
fn positive() -> impl Strategy<Value = f64> {
    prop_oneof![Just(5e-324), Just(1e9), 1e-12..10.0f64]
}

fn any_model() -> impl Strategy<Value = ModelConfig> {
    prop::collection::vec(1..=4096usize, 0..6).prop_flat_map(|hidden| {
        let rates = prop::collection::vec(rate(), hidden.len() + 1).prop_map(Dropout::PerLayer);
        let dropout = prop_oneof![rate().prop_map(Dropout::Rate), rates];
        let choices = (any_choice(Activation::ALL), any_choice(Initializer::ALL));
        (Just(hidden), choices, any::<bool>(), dropout, positive(), 1..=4usize).prop_map(
            |(hidden, (activation, init), batch_norm, dropout, init_std, members)| ModelConfig {
                hidden,
                activation,
                batch_norm,
                dropout,
                members,
                init,
                init_std,
            },
        )
    })
}

fn any_optimizer() -> impl Strategy<Value = OptimizerConfig> {
    (any_choice(OptimizerName::ALL), positive(), 0.001..1.0f64, any::<bool>(), rate(), rate(), positive()).prop_map(
        |(name, learning_rate, momentum, nesterov, beta1, l2, epsilon)| OptimizerConfig {
            name,
            learning_rate,
            momentum,
            nesterov,
            beta1,
            beta2: 0.999,
            epsilon,
            l2,
            embedding_l2: l2 / 2.0,
        },
    )
}

fn any_schedule() -> impl Strategy<Value = ScheduleConfig> {
    let choices = (any_choice(ScheduleName::ALL), any_choice(Monitor::ALL), any_choice(ThresholdMode::ALL));
    (choices, 0.001..0.999f64, 1..=1_000_000usize, positive(), 0..1000usize).prop_map(
        |((name, monitor, threshold_mode), factor, patience, threshold, cooldown)| ScheduleConfig {
            name,
            monitor,
            threshold_mode,
            factor,
            patience,
            threshold,
            cooldown,
            ..ScheduleConfig::default()
        },
    )
}

/// Generates valid configurations, with strings of any characters and numbers anywhere within the
/// limits.
pub(super) fn any_config() -> impl Strategy<Value = RunConfig> {
    let images = (
        any_choice(ImageColor::ALL),
        any::<bool>(),
        rate(),
        prop::option::of((1..=16_384usize, 1..=16_384usize)),
        ".*",
    )
        .prop_map(|(color, skip_bad, test_fraction, size, labels)| ImagesConfig {
            labels,
            max_value: 65_535.0 * test_fraction,
            color,
            skip_bad,
            test_fraction,
            size: size.map_or(String::new(), |(width, height)| ImageSize { width, height }.to_string()),
        });
    let data = (any::<bool>(), ".*", ".+").prop_map(|(offline, dir, idx)| DataConfig {
        source: format!("idx:{idx}"),
        dir,
        offline,
        ..DataConfig::default()
    });
    let top = (0..=i64::MAX as u64, prop::sample::select(BACKENDS), prop::option::of(any::<u16>()));
    let training = (any::<bool>(), ".*").prop_map(|(shuffle, init_from)| TrainingConfig {
        shuffle,
        init_from,
        ..TrainingConfig::default()
    });
    let csv = (".*", prop::collection::vec(".*", 0..4), any_choice(CsvDelimiter::ALL), 1..65_536usize, rate())
        .prop_map(|(test, ignore, delimiter, max_one_hot, test_fraction)| CsvConfig {
            test,
            ignore,
            delimiter,
            max_one_hot,
            test_fraction,
            ..CsvConfig::default()
        });
    ((top, images), (data, csv), any_model(), any_optimizer(), any_schedule(), training, 0.001..1.0f64).prop_map(
        |(((seed, name, index), images), (data, csv), model, optimizer, schedule, training, valid)| RunConfig {
            seed,
            backend: BackendRequest { name, index }.to_string(),
            data,
            csv,
            model,
            optimizer,
            schedule,
            split: SplitConfig { valid, ..SplitConfig::default() },
            training,
            images,
            ..RunConfig::default()
        },
    )
}
