//! The default settings: those of `configs/mnist.toml`, on the embedded `digits` source.

use super::*;

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            seed: 0,
            backend: "flex".into(),
            data: DataConfig::default(),
            split: SplitConfig::default(),
            augmentation: AugmentationConfig::default(),
            model: ModelConfig::default(),
            training: TrainingConfig::default(),
            optimizer: OptimizerConfig::default(),
            schedule: ScheduleConfig::default(),
            early_stopping: EarlyStoppingConfig::default(),
            evaluation: EvaluationConfig::default(),
            csv: CsvConfig::default(),
            images: ImagesConfig::default(),
            synthetic: SyntheticConfig::default(),
        }
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self { source: "digits".into(), dir: String::new(), offline: false }
    }
}

impl Default for SplitConfig {
    fn default() -> Self {
        Self { valid: 0.2 }
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            hidden: vec![128, 64],
            activation: Activation::Relu,
            batch_norm: false,
            dropout: Dropout::Rate(0.0),
            init: Initializer::HeNormal,
            init_std: 0.01,
        }
    }
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            epochs: 50,
            batch_size: 32,
            init_from: String::new(),
            shuffle: true,
            clip_norm: 0.0,
            clip_value: 0.0,
            max_norm: 0.0,
            label_smoothing: 0.0,
            class_weights: ClassWeights::Named(ClassWeighting::None),
        }
    }
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self {
            name: OptimizerName::Sgd,
            learning_rate: 0.01,
            momentum: 0.9,
            nesterov: false,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            l2: 0.0,
        }
    }
}

impl Default for ScheduleConfig {
    fn default() -> Self {
        Self {
            name: ScheduleName::Plateau,
            warmup_epochs: 0,
            monitor: Monitor::ValidLoss,
            factor: 0.5,
            patience: 3,
            threshold: 0.0001,
            threshold_mode: ThresholdMode::Relative,
            cooldown: 0,
            min_lr: 0.0,
            max_reductions: 0,
            step_epochs: 10,
        }
    }
}

impl Default for EarlyStoppingConfig {
    fn default() -> Self {
        Self { enabled: true, monitor: Monitor::ValidAccuracy, patience: 10, min_delta: 0.0, restore_best: true }
    }
}

impl Default for EvaluationConfig {
    fn default() -> Self {
        Self { top_k: 5 }
    }
}

impl Default for SyntheticConfig {
    fn default() -> Self {
        Self { rows: 10_000, features: 784, classes: 10 }
    }
}
