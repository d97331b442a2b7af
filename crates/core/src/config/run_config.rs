//! The run configuration. Each setting is declared here, once: field, default, limits, meaning and
//! flag.
//!
//! The defaults are those of `configs/mnist.toml`, on the embedded `digits` source.

use burn_mlp_infer::table::{CsvDelimiter, CsvHeader, DateOrder, DecimalMark, ThousandsMark};
use burn_mlp_infer::{Activation, Dropout, MAX_MEMBERS};
use serde::{Deserialize, Serialize};
use toml::Value;

use super::settings::declare::settings;
use super::settings::setting::{Assignment, Setting, flag, switch};
use super::settings::value_type::ValueType::{self, Boolean, Choice, Integer, StringList};
use super::settings::value_type::{
    BELOW_ONE, BETWEEN_ZERO_AND_ONE, NOT_NEGATIVE, ONE_OR_MORE, POSITIVE, SEED, UP_TO_ONE, ZERO_OR_MORE, up_to,
};
use super::values::class_weights::ClassWeights;
use super::values::enums::{
    AugmentationMode, ClassWeighting, ImageColor, Initializer, MissingValues, NumberScaling, OptimizerName,
    RegressionLoss, ScheduleName, TaskName, ThresholdMode,
};
use super::values::monitor::Monitor;
use crate::{Error, Result};

settings! {
    /// A complete run configuration; `config.toml` in a run directory contains one.
    RunConfig {
        /// Seed of all randomness except the split: initial weights, batch order, dropout
        seed: u64 = 0, SEED, flag("seed", "N");
        /// Backend, with :INDEX for one of several devices
        backend: String = "flex".into(), ValueType::Backend, flag("backend", "NAME[:INDEX]");
    }

    /// Where the samples come from.
    data: DataConfig {
        /// Data source
        source: String = "digits".into(), ValueType::Source, flag("data", "SOURCE");
        /// Directory with the source's files; empty: the user's cache directory
        dir: String = String::new(), ValueType::String, flag("data-dir", "DIR");
        /// Classes or numbers to predict; auto: by the target's values
        task: TaskName = TaskName::Auto, Choice(TaskName::NAMES), flag("task", "TASK");
        /// Never download
        offline: bool = false, Boolean, switch("offline", "true");
    }

    /// How rows are divided into training, validation and test rows.
    split: SplitConfig {
        /// Fraction of the training set held out for validation; 0 trains on all rows
        ///
        /// The held-out rows are stratified by class. A validation set that the source has comes
        /// first.
        valid: f64 = 0.2, BELOW_ONE;
        /// csv: column of groups, such as patients; rows of one group stay together
        ///
        /// The column is not a feature.
        group: String = String::new(), ValueType::String;
        /// csv: column of times; trains on the oldest rows and tests on the newest
        ///
        /// The column is not a feature.
        time: String = String::new(), ValueType::String;
        /// Seed for drawing the validation and test rows, separate from the run's seed
        seed: u64 = 0, SEED;
        /// Cross-validation: number of folds, each held out by a run of its own; 0: none
        ///
        /// Folds are stratified by class, or by group or time where `group` or `time` is set. A fold takes the place of the
        /// test set, which is not read.
        folds: usize = 0, ZERO_OR_MORE, flag("folds", "K");
        /// The fold that a run holds out, from 1; 0: each fold, by a run of its own
        fold: usize = 0, ZERO_OR_MORE;
        /// Which of several random divisions into folds, from 1
        repeat: usize = 1, ONE_OR_MORE;
    }

    /// Random changes to training images (slide 13); validation and test images stay as they are.
    ///
    /// Each transformation has a probability, 0 by default, and a range.
    augmentation: AugmentationConfig {
        /// Augment differently in every epoch, or once, as additional training rows
        mode: AugmentationMode = AugmentationMode::Online, Choice(AugmentationMode::NAMES);
        /// Probability of a horizontal flip
        flip_probability: f64 = 0.0, UP_TO_ONE;
        /// Probability of a rotation
        rotation_probability: f64 = 0.0, UP_TO_ONE;
        /// Maximum rotation, in degrees
        rotation: f64 = 15.0, up_to(180);
        /// Probability of a translation
        translation_probability: f64 = 0.0, UP_TO_ONE;
        /// Maximum translation along each axis, as a fraction of the side
        translation: f64 = 0.1, UP_TO_ONE;
        /// Probability of scaling
        scaling_probability: f64 = 0.0, UP_TO_ONE;
        /// Maximum change of scale; 0.1 scales by 90 % to 110 %
        scaling: f64 = 0.15, BELOW_ONE;
        /// Probability of shearing
        shear_probability: f64 = 0.0, UP_TO_ONE;
        /// Maximum shear angle, in degrees
        shear: f64 = 15.0, up_to(80);
        /// Probability of an elastic distortion (Simard et al. 2003)
        elastic_probability: f64 = 0.0, UP_TO_ONE;
        /// Strength of the elastic distortion, in pixels
        elastic_alpha: f64 = 34.0, NOT_NEGATIVE;
        /// Smoothness of the elastic distortion, in pixels
        elastic_sigma: f64 = 4.0, POSITIVE;
        /// Probability of added Gaussian noise
        noise_probability: f64 = 0.0, UP_TO_ONE;
        /// Standard deviation of the noise; 1 is the full range from black to white
        noise: f64 = 0.1, NOT_NEGATIVE;
        /// Probability of a cutout: a square blacked out
        cutout_probability: f64 = 0.0, UP_TO_ONE;
        /// Side of the cutout, as a fraction of the image's side
        cutout: f64 = 0.25, UP_TO_ONE;
    }

    /// The network's shape.
    model: ModelConfig {
        /// Sizes of the hidden layers; [] is softmax regression
        hidden: Vec<usize> = vec![128, 64], ValueType::LayerSizes,
            flag("hidden", "SIZES").help("Sizes of the hidden layers, as in 128,64");
        /// Activation function of the hidden layers
        activation: Activation = Activation::Relu, Choice(Activation::NAMES), flag("activation", "NAME");
        /// Batch normalisation before each hidden layer's activation
        batch_norm: bool = false, Boolean, flag("batch-norm", "BOOL").implied("true");
        /// Dropout rate of all hidden layers, or one of the input and of each hidden layer
        dropout: Dropout = Dropout::Rate(0.0), ValueType::DropoutRates, flag("dropout", "RATE[,RATE...]");
        /// Networks trained as one, whose mean predicts. 0: by the number of rows
        ///
        /// They share all weight matrices. Each has scales and biases of its own in every layer, and batches of its own: TabM,
        /// Gorishniy et al. 2024.
        members: usize = 1, Integer(0, MAX_MEMBERS as i64), flag("members", "K")
            .help("Networks trained as one, with shared weight matrices; their mean predicts; 0: by the number of rows");
        /// Distribution of the initial weights
        init: Initializer = Initializer::HeNormal, Choice(Initializer::NAMES);
        /// Standard deviation of init = "normal"
        init_std: f64 = 0.01, POSITIVE;
    }

    /// The training loop.
    training: TrainingConfig {
        /// Maximum number of epochs
        epochs: usize = 50, ONE_OR_MORE, flag("epochs", "N");
        /// Batch size; the last batch may be shorter. 0: by the number of rows
        batch_size: usize = 32, ZERO_OR_MORE, flag("batch-size", "N").help("Batch size");
        /// safetensors file with initial weights; empty: draws them by model.init
        init_from: String = String::new(), ValueType::String, flag("init-from", "FILE")
            .help("Initialize weights from a safetensors file: a run's model or a PyTorch state dict");
        /// Shuffle the training rows in every epoch
        shuffle: bool = true, Boolean, switch("no-shuffle", "false").help("Don't shuffle the training rows");
        /// Maximum L2 norm of all gradients together; 0: off
        clip_norm: f64 = 0.0, NOT_NEGATIVE;
        /// Maximum absolute value of a gradient's entries; 0: off
        clip_value: f64 = 0.0, NOT_NEGATIVE;
        /// Maximum L2 norm of a hidden neuron's incoming weights; 0: off
        max_norm: f64 = 0.0, NOT_NEGATIVE;
        /// regression: loss of the standardised targets
        loss: RegressionLoss = RegressionLoss::Mse, Choice(RegressionLoss::NAMES), flag("loss", "NAME");
        /// huber: error, in standard deviations, from which the loss is linear
        huber_delta: f64 = 1.0, POSITIVE;
        /// quantile: the quantile to predict, from 0 to 1
        quantile: f64 = 0.5, BETWEEN_ZERO_AND_ONE;
        /// regression: clip predictions to the range of the rows trained on
        clip_outputs: bool = false, Boolean;
        /// Label smoothing: share of the target probability spread over all classes
        label_smoothing: f64 = 0.0, BELOW_ONE;
        /// Class weights in the loss: none, balanced, or one per class
        class_weights: ClassWeights = ClassWeights::Named(ClassWeighting::None), ValueType::ClassWeights,
            flag("class-weights", "RULE|W0,W1,...");
    }

    /// The optimizer and its constants.
    optimizer: OptimizerConfig {
        /// Optimizer
        name: OptimizerName = OptimizerName::Sgd, Choice(OptimizerName::NAMES), flag("optimizer", "NAME");
        /// Initial learning rate
        learning_rate: f64 = 0.01, POSITIVE, flag("lr", "RATE");
        /// sgd: momentum; 0 is plain SGD
        momentum: f64 = 0.9, BELOW_ONE;
        /// sgd: use Nesterov momentum
        nesterov: bool = false, Boolean;
        /// adam, adamw: decay rate of the first moment
        beta1: f64 = 0.9, BELOW_ONE;
        /// adam, adamw: decay rate of the second moment
        beta2: f64 = 0.999, BELOW_ONE;
        /// adam, adamw: added to the denominator for numerical stability
        epsilon: f64 = 1e-8, POSITIVE;
        /// L2 coefficient of the weight matrices; adamw: decoupled weight decay
        l2: f64 = 0.0, NOT_NEGATIVE, flag("l2", "LAMBDA");
        /// L2 coefficient of the learned vectors of texts; adamw: decoupled weight decay
        embedding_l2: f64 = 0.0, NOT_NEGATIVE;
    }

    /// How the learning rate changes.
    schedule: ScheduleConfig {
        /// Learning rate schedule
        name: ScheduleName = ScheduleName::Plateau, Choice(ScheduleName::NAMES), flag("schedule", "NAME");
        /// Epochs of linear warm-up before the schedule; 0: none
        warmup_epochs: usize = 0, ZERO_OR_MORE;
        /// plateau: metric to watch
        monitor: Monitor = Monitor::ValidLoss, Choice(Monitor::NAMES);
        /// Factor that reduces the rate; exponential: in every epoch
        factor: f64 = 0.5, BETWEEN_ZERO_AND_ONE;
        /// plateau: epochs without improvement before a reduction
        patience: usize = 3, ONE_OR_MORE;
        /// plateau: minimum change that counts as an improvement
        threshold: f64 = 0.0001, NOT_NEGATIVE;
        /// plateau: threshold relative to the best value, or absolute
        threshold_mode: ThresholdMode = ThresholdMode::Relative, Choice(ThresholdMode::NAMES);
        /// plateau: epochs after a reduction before patience counts again
        cooldown: usize = 0, ZERO_OR_MORE;
        /// plateau, multi-step, cosine: minimum rate
        min_lr: f64 = 0.0, NOT_NEGATIVE;
        /// plateau: maximum number of reductions; 0: no limit
        max_reductions: usize = 0, ZERO_OR_MORE;
        /// step: epochs between reductions
        step_epochs: usize = 10, ONE_OR_MORE;
        /// multi-step: epochs after which the rate is reduced
        milestones: Vec<usize> = Vec::new(), ValueType::Epochs;
        /// cosine: epochs until the minimum rate; 0: all of training.epochs
        epochs: usize = 0, ZERO_OR_MORE;
    }

    /// When to stop before `training.epochs`, and which epoch is the best.
    early_stopping: EarlyStoppingConfig {
        /// Stop a run that no longer improves
        enabled: bool = true, Boolean;
        /// Metric that decides the best epoch; auto: accuracy, RMSE or quantile loss
        ///
        /// It does so when enabled = false, too.
        monitor: Monitor = Monitor::Auto, Choice(Monitor::NAMES);
        /// Epochs without improvement before stopping
        patience: usize = 10, ONE_OR_MORE;
        /// Minimum change that counts as an improvement
        min_delta: f64 = 0.0, NOT_NEGATIVE;
        /// Save the weights of the best epoch; false: of the last epoch
        restore_best: bool = true, Boolean;
    }

    /// What an evaluation reports.
    evaluation: EvaluationConfig {
        /// k of top-k accuracy, at most the number of classes
        top_k: usize = 5, Integer(1, 65_536);
        /// rule for the threshold of two classes; empty: the most probable class
        ///
        /// `f1` maximises the F1 of the second class, the positive one, and `youden` its true minus its false positive
        /// rate. `cost=FP:FN` minimises the cost, given that of a false positive and of a false negative.
        threshold: String = String::new(), ValueType::ThresholdRule, flag("threshold", "RULE")
            .help("Choose the threshold of two classes on validation rows by f1, youden or cost=FP:FN");
    }

    /// How a `csv:FILE` source is read. A column is given by name, or by number from 1.
    csv: CsvConfig {
        /// csv: target column, by name or number; empty: target, label, class, or the last
        ///
        /// Several columns of numbers, as in `a,b`, are predicted together.
        target: String = String::new(), ValueType::String, flag("target", "COLUMN[,COLUMN...]")
            .help("Target column of a table: its name, or its number from 1; several of numbers as in a,b [default: target, label or class, or else the last]");
        /// csv: columns to ignore, by name or number
        ignore: Vec<String> = Vec::new(), StringList;
        /// csv: numeric columns to treat as categories, such as postcodes
        categorical: Vec<String> = Vec::new(), StringList;
        /// csv: delimiter between values; auto: detected
        delimiter: CsvDelimiter = CsvDelimiter::Auto, Choice(CsvDelimiter::NAMES);
        /// csv: whether the first line names the columns; auto: detected
        header: CsvHeader = CsvHeader::Auto, Choice(CsvHeader::NAMES);
        /// csv: decimal mark of numbers; auto: detected
        decimal: DecimalMark = DecimalMark::Auto, Choice(DecimalMark::NAMES);
        /// csv: mark between groups of three digits; auto: detected
        thousands: ThousandsMark = ThousandsMark::Auto, Choice(ThousandsMark::NAMES);
        /// csv: what dates such as 1/2/2024 begin with; auto: detected
        date_order: DateOrder = DateOrder::Auto, Choice(DateOrder::NAMES);
        /// csv: marks of missing values; auto: those of pandas, nil and ?
        na: Vec<String> = vec!["auto".into()], StringList;
        /// csv: missing values get a feature of their own, are filled in, or are refused
        ///
        /// `indicator` and `impute` fill in the median of the training rows for a number. A missing text is a category
        /// with `indicator`, and becomes the most frequent one with `impute`.
        missing: MissingValues = MissingValues::Indicator, Choice(MissingValues::NAMES);
        /// csv: texts of a column that are features of 0 or 1; more have learned vectors
        ///
        /// A vector is `embedding_size` numbers that the network learns for a text (an embedding).
        max_one_hot: usize = 20, Integer(1, 65_536);
        /// csv: length of learned vectors; 0: texts beyond max_one_hot share a feature
        embedding_size: usize = 8, Integer(0, 1024);
        /// csv: texts of a column with their own learned vector; the rarer ones share one
        ///
        /// So do texts that occur once, and texts of later rows that do not occur in the rows trained on.
        max_categories: usize = 10_000, Integer(1, 1 << 20);
        /// csv: scaling of numbers by the training rows; auto: decided for each column
        ///
        /// `standard` scales to mean 0 and deviation 1. `robust` subtracts the median, divides by the range between the
        /// quartiles and clips smoothly to less than 3. `quantile` gives a normal distribution. `auto` takes `robust`
        /// for a column with a value more than 10 deviations from its mean, unless half of the values are the same.
        scaling: NumberScaling = NumberScaling::Auto, Choice(NumberScaling::NAMES);
        /// csv: bins of a number that are features beside the number itself; 0: none
        ///
        /// The bins have as many of the training rows each. A bin's feature is the share of the bin that lies below the
        /// number: the piecewise linear encoding of Gorishniy et al. 2022.
        bins: usize = 0, Integer(0, 256);
        /// csv: column of weights of the rows in the training loss
        weight: String = String::new(), ValueType::String;
        /// csv: column with the name of each row, repeated in predictions; not a feature
        id: String = String::new(), ValueType::String;
        /// csv: file with the validation set; empty: split.valid of the rows
        valid: String = String::new(), ValueType::String;
        /// csv: file with the test set; empty: test_fraction of the rows
        test: String = String::new(), ValueType::String;
        /// csv: fraction of the rows held out as the test set; 0: none
        ///
        /// The held-out rows are stratified by class.
        test_fraction: f64 = 0.2, BELOW_ONE;
    }

    /// How an `images:DIR` source is read.
    images: ImagesConfig {
        /// images: size to resize to; empty: the images' common size
        size: String = String::new(), ValueType::ImageSize;
        /// images: auto is grey if all images are grey
        color: ImageColor = ImageColor::Auto, Choice(ImageColor::NAMES);
        /// images: value of white; 0: the largest of the depth or of dark 16-bit images
        ///
        /// Values are divided by it. 16-bit images that use less than half of their range are divided
        /// by the largest value of the images that train.
        max_value: f64 = 0.0, NOT_NEGATIVE;
        /// images: table of file names and classes; empty: class folders, or a table there
        labels: String = String::new(), ValueType::String;
        /// images: skip files that cannot be read; false: fail on them
        skip_bad: bool = false, Boolean, switch("skip-bad", "true").help("Skip image files that cannot be read");
        /// images: fraction held out as the test set without a test folder; 0: none
        ///
        /// The held-out images are stratified by class.
        test_fraction: f64 = 0.2, BELOW_ONE;
    }

    /// The `synthetic` source.
    synthetic: SyntheticConfig {
        /// Rows of the synthetic training set; the test set has a fifth as many
        rows: usize = 10_000, Integer(1, 1 << 31);
        /// Features of a synthetic row
        features: usize = 784, Integer(1, 1 << 31);
        /// Number of synthetic classes
        classes: usize = 10, Integer(2, 65_536);
    }
}

#[cfg(test)]
#[path = "run_config_tests.rs"]
mod tests;
