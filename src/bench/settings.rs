//! The configuration of each measurement: synthetic rows, one backend, one batch size.

use crate::config::{AugmentationConfig, BackendRequest, RunConfig, Setting, ValueType};
use crate::error::{Error, Result};

/// Parses the value of `--batch-sizes`, as in `32,512`.
///
/// # Errors
/// If a size is not a whole number within the limits of a batch size, or is given twice.
pub fn parse_batch_sizes(list: &str) -> Result<Vec<usize>> {
    let (minimum, maximum) = limits();
    let mut sizes = Vec::new();
    for word in list.split(',') {
        let word = word.trim();
        let size: usize = word.parse().ok().filter(|size| (minimum..=maximum).contains(size)).ok_or_else(|| {
            let problem =
                format!("\"{word}\" is not a whole number from {minimum} to {maximum}; expected a list as in 32,512");
            Error::config("--batch-sizes", problem)
        })?;
        if sizes.contains(&size) {
            return Err(Error::config("--batch-sizes", format!("{size} is given twice; give each size once")));
        }
        sizes.push(size);
    }
    Ok(sizes)
}

/// Returns the limits of the setting `training.batch_size`.
fn limits() -> (usize, usize) {
    match Setting::find("training.batch_size").map(|setting| setting.value_type) {
        Ok(ValueType::Integer(minimum, maximum)) => ((minimum as usize).max(1), maximum as usize),
        _ => (1, usize::MAX),
    }
}

/// Refuses a configuration whose steps cannot be measured.
///
/// # Errors
/// If it asks for rows other than synthetic ones, or for a network that is too large or does not
/// fit them.
pub fn check(config: &RunConfig) -> Result<()> {
    let synthetic = &config.synthetic;
    if config.data.source != "synthetic" {
        let problem = "applies to training; bench uses synthetic rows, whose number and size --rows, --features and \
                       --classes set";
        return Err(Error::config("data.source", problem));
    }
    if !config.training.init_from.is_empty() {
        let problem = "applies to training; bench starts from new weights; leave it out";
        return Err(Error::config("training.init_from", problem));
    }
    config.training.class_weights.of_classes(&vec![1; synthetic.classes])?;
    config.model.check_size(synthetic.features, synthetic.classes)
}

/// Returns `config` for one backend and batch size, with enough rows to fill a batch and without
/// augmentation, since synthetic rows are not images.
///
/// # Errors
/// If a batch needs more rows than are allowed.
pub fn workload(config: &RunConfig, backend: BackendRequest, batch_size: usize) -> Result<RunConfig> {
    let augmentation = AugmentationConfig::default();
    let mut config = RunConfig { backend: backend.to_string(), augmentation, ..config.clone() };
    config.training.batch_size = batch_size;
    config.synthetic.rows = config.synthetic.rows.max(batch_size);
    config.validate().map_err(|error| match error {
        Error::Config { key, problem } if key == "synthetic.rows" => Error::config("--batch-sizes", problem),
        other => other,
    })?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Layers;

    fn config(settings: &[&str]) -> RunConfig {
        let layers = settings.iter().fold(Layers::new().set("data.source=synthetic"), |layers, text| layers.set(text));
        layers.resolve().unwrap()
    }

    #[test]
    fn batch_sizes_are_separated_by_commas() {
        assert_eq!(parse_batch_sizes("32, 512,1").unwrap(), [32, 512, 1]);
        for (list, answer) in [
            ("0", "\"0\" is not a whole number from 1 to 1000000; expected a list as in 32,512"),
            ("32,", "\"\" is not a whole number"),
            ("a", "\"a\" is not"),
            ("-1", "\"-1\" is not"),
            ("1000001", "is not"),
            ("99999999999999999999", "is not"),
            ("32,32", "32 is given twice"),
        ] {
            let error = parse_batch_sizes(list).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains(answer), "{error}");
        }
    }

    #[test]
    fn a_batch_is_always_full() {
        let flex = BackendRequest { name: "flex", index: None };
        let rows = |batch_size| workload(&config(&["synthetic.rows=100"]), flex, batch_size).unwrap().synthetic.rows;
        assert_eq!((rows(32), rows(512)), (100, 512));
        let error = workload(&config(&["synthetic.features=100000"]), flex, 1_000_000).unwrap_err();
        assert!(error.to_string().starts_with("--batch-sizes: 1000000 rows"), "{error}");
    }

    #[test]
    fn a_preset_for_images_is_measured_without_augmentation() {
        let config = Layers::new().preset("mnist-best").set("data.source=synthetic").resolve().unwrap();
        check(&config).unwrap();
        let workload = workload(&config, BackendRequest { name: "flex", index: None }, 32).unwrap();
        assert!(!config.augmentation.active().is_empty() && workload.augmentation.active().is_empty());
        assert_eq!(workload.model, config.model);
    }

    #[test]
    fn a_configuration_that_cannot_be_measured_is_refused() {
        check(&config(&["training.class_weights=balanced", "model.batch_norm=true"])).unwrap();
        for (setting, answer) in [
            ("data.source=digits", "data.source applies to training"),
            ("training.init_from=weights", "training.init_from applies to training"),
            ("training.class_weights=1,2", "the data has 10 classes"),
        ] {
            let error = check(&config(&[setting])).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains(answer), "{error}");
        }
    }
}
