//! One-line summaries of a configuration: network, training, optimizer.

use burn_mlp::config::{ClassWeighting, ClassWeights, Dropout, OptimizerName, RunConfig, TrainingConfig};
use burn_mlp::format::{count, epochs, rate};
use burn_mlp::run_directory::RunRecord;
use burn_mlp::text::printable;

use super::colour::bold;

/// "784-128-64-10, 8 members, relu, batch-norm, dropout 0.5, he-normal, 109,386 parameters".
pub fn network(config: &RunConfig, record: &RunRecord) -> String {
    let model = &config.model;
    let mut parts = vec![bold(record.network())];
    if !model.hidden.is_empty() {
        parts.push(model.activation.to_string());
        if model.batch_norm {
            parts.push("batch-norm".to_string());
        }
    }
    if model.dropout_rates().iter().any(|rate| *rate > 0.0) {
        parts.push(match &model.dropout {
            Dropout::Rate(rate) => format!("dropout {rate}"),
            Dropout::PerLayer(rates) => {
                format!("dropout {}", rates.iter().map(f64::to_string).collect::<Vec<_>>().join("-"))
            }
        });
    }
    parts.push(match config.training.init_from.as_str() {
        "" => model.init.to_string(),
        file => format!("weights of {}", printable(file)),
    });
    parts.push(format!("{} parameters", count(record.parameters)));
    parts.join(", ")
}

/// "sgd at 0.01, momentum 0.9, plateau schedule, batches of 32, 11 epochs, seed 0".
pub fn training(config: &RunConfig) -> String {
    let mut parts = vec![optimizer(config)];
    parts.push(format!("{} schedule", config.schedule.name));
    parts.push(format!("batches of {}", config.training.batch_size));
    parts.extend(options(&config.training));
    let transformations: Vec<_> = config.augmentation.active().iter().map(ToString::to_string).collect();
    if !transformations.is_empty() {
        parts.push(format!("augmented by {} ({})", transformations.join(" and "), config.augmentation.mode));
    }
    parts.push(match config.early_stopping.enabled {
        true => format!("at most {}", epochs(config.training.epochs)),
        false => epochs(config.training.epochs),
    });
    parts.push(format!("seed {}", config.seed));
    parts.join(", ")
}

/// Options that are off by default: "label smoothing 0.1", "gradient norm at most 1".
fn options(training: &TrainingConfig) -> Vec<String> {
    let weighted = match &training.class_weights {
        ClassWeights::Named(ClassWeighting::None) => None,
        ClassWeights::Named(rule) => Some(rule.to_string()),
        ClassWeights::Each(weights) => Some(weights.iter().map(f64::to_string).collect::<Vec<_>>().join("-")),
    };
    let on = |value: f64, text: String| (value > 0.0).then_some(text);
    let parts = [
        on(training.label_smoothing, format!("label smoothing {}", training.label_smoothing)),
        weighted.map(|weights| format!("class weights {weights}")),
        on(training.clip_norm, format!("gradient norm at most {}", training.clip_norm)),
        on(training.clip_value, format!("gradients within +-{}", training.clip_value)),
        on(training.max_norm, format!("weight norm at most {}", training.max_norm)),
    ];
    parts.into_iter().flatten().collect()
}

/// "sgd at 0.01, momentum 0.9, L2 0.001".
pub fn optimizer(config: &RunConfig) -> String {
    let optimizer = &config.optimizer;
    let mut parts = vec![format!("{} at {}", optimizer.name, rate(optimizer.learning_rate))];
    if optimizer.name == OptimizerName::Sgd && optimizer.momentum > 0.0 {
        parts.push(format!("{}momentum {}", if optimizer.nesterov { "Nesterov " } else { "" }, optimizer.momentum));
    }
    if optimizer.l2 > 0.0 {
        parts.push(format!("L2 {}", optimizer.l2));
    }
    if optimizer.embedding_l2 > 0.0 {
        parts.push(format!("L2 of learned vectors {}", optimizer.embedding_l2));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_training_line_shows_only_options_that_are_on() {
        let mut config = RunConfig::default();
        let plain = "sgd at 0.01, momentum 0.9, plateau schedule, batches of 32, at most 50 epochs, seed 0";
        assert_eq!(training(&config), plain);
        config.training.label_smoothing = 0.1;
        config.training.class_weights = ClassWeights::Each(vec![1.0, 2.5]);
        config.training.max_norm = 2.0;
        let on = "batches of 32, label smoothing 0.1, class weights 1-2.5, weight norm at most 2, ";
        assert_eq!(training(&config), plain.replace("batches of 32, ", on));
    }
}
