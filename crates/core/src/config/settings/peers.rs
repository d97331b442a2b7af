//! Names that other libraries give to our settings: PyTorch, Keras, scikit-learn, XGBoost, Lightning.

use super::setting::Setting;
use crate::config::run_config::SETTINGS;

/// Each setting with its other names, in lower case with underscores.
const NAMES: &[(&str, &[&str])] = &[
    ("seed", &["random_state", "random_seed", "rng_seed", "manual_seed"]),
    ("backend", &["device", "accelerator"]),
    ("data.source", &["dataset", "train_data", "training_data"]),
    ("split.valid", &["validation_split", "validation_fraction", "valid_fraction", "val_split", "val_size"]),
    ("split.folds", &["cv", "k_folds", "kfold", "n_folds", "n_splits", "num_folds"]),
    ("csv.test_fraction", &["test_size", "test_split"]),
    ("csv.target", &["label", "label_column", "target_column", "class_column"]),
    ("csv.delimiter", &["sep", "separator", "delim"]),
    ("csv.na", &["na_values", "missing_values"]),
    ("csv.date_order", &["dayfirst"]),
    ("csv.weight", &["sample_weight", "weight_column"]),
    ("csv.scaling", &["standardize", "standardise", "normalize", "scale", "scaler"]),
    (
        "model.hidden",
        &[
            "hidden_layer_sizes",
            "hidden_layers",
            "hidden_sizes",
            "hidden_size",
            "hidden_units",
            "hidden_dim",
            "hidden_dims",
            "layers",
            "layer_sizes",
            "units",
            "neurons",
        ],
    ),
    ("model.activation", &["activation_function", "act", "nonlinearity"]),
    ("model.dropout", &["dropout_rate", "dropout_prob", "drop_rate", "drop"]),
    ("model.batch_norm", &["batchnorm", "batch_normalization", "batch_normalisation", "bn"]),
    ("model.init", &["initializer", "kernel_initializer", "weight_init"]),
    ("training.epochs", &["max_epochs", "n_epochs", "num_epochs", "nb_epoch", "max_iter", "n_iter", "iterations"]),
    ("training.batch_size", &["batch", "batchsize", "minibatch_size", "train_batch_size", "bs"]),
    ("training.clip_norm", &["clipnorm", "grad_clip", "gradient_clip_val", "max_grad_norm", "clip_grad_norm"]),
    ("training.clip_value", &["clipvalue", "clip_grad_value"]),
    ("training.class_weights", &["class_weight", "scale_pos_weight"]),
    ("training.init_from", &["pretrained", "weights", "checkpoint"]),
    ("training.loss", &["criterion", "loss_function", "objective", "loss_fn"]),
    ("training.quantile", &["quantile_alpha", "tau"]),
    ("training.huber_delta", &["delta"]),
    ("data.task", &["problem_type", "task_type"]),
    ("optimizer.name", &["solver", "algorithm", "opt"]),
    ("optimizer.learning_rate", &["lr", "eta", "learning_rate_init", "initial_learning_rate"]),
    ("optimizer.nesterov", &["nesterovs_momentum"]),
    ("optimizer.beta1", &["beta_1", "betas", "adam_beta1"]),
    ("optimizer.beta2", &["beta_2", "adam_beta2"]),
    ("optimizer.epsilon", &["eps", "adam_epsilon"]),
    ("optimizer.l2", &["weight_decay", "wd", "alpha", "lambda", "reg_lambda", "l2_reg", "l2_regularization", "decay"]),
    ("schedule.name", &["scheduler", "lr_scheduler", "lr_schedule", "learning_rate_schedule"]),
    ("schedule.factor", &["gamma", "decay_rate", "lr_decay"]),
    ("schedule.step_epochs", &["step_size", "decay_steps"]),
    ("schedule.warmup_epochs", &["warmup", "warmup_steps"]),
    ("schedule.min_lr", &["eta_min", "min_learning_rate"]),
    ("early_stopping.enabled", &["early_stop"]),
    ("early_stopping.patience", &["n_iter_no_change", "early_stopping_rounds"]),
    ("early_stopping.min_delta", &["tol"]),
    ("early_stopping.restore_best", &["restore_best_weights", "load_best_model_at_end"]),
    ("evaluation.top_k", &["topk"]),
];

/// Finds the setting that `name` means elsewhere.
pub(crate) fn known_elsewhere(name: &str) -> Option<&'static Setting> {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let (key, _) = NAMES.iter().find(|(_, names)| names.contains(&name.as_str()))?;
    SETTINGS.iter().find(|setting| setting.key == *key)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_is_given_once_and_is_no_settings_own() {
        let mut seen = HashSet::new();
        for name in NAMES.iter().flat_map(|(_, names)| *names) {
            assert!(seen.insert(name), "{name} is given twice");
            assert!(SETTINGS.iter().all(|setting| setting.section_and_name().1 != *name), "{name} is a setting");
        }
    }

    #[test]
    fn a_name_is_found_in_any_spelling() {
        for name in ["hidden_layer_sizes", "hidden-layer-sizes", "Hidden_Layer_Sizes"] {
            assert_eq!(known_elsewhere(name).unwrap().key, "model.hidden");
        }
        assert!(known_elsewhere("hidden").is_none());
    }
}
