//! Every setting by its dotted key: what it means and which values it may have. Comments, suggestions and limits all
//! come from this one list.

use super::choices::{
    AugmentationMode, ImageColor, Initializer, MissingValues, Monitor, OptimizerName, ScheduleName, ThresholdMode,
};
use super::kind::{Interval, Kind};
use super::{Activation, CsvDelimiter, CsvHeader};
use crate::text::shortened;
use burn_mlp_infer::suggest::nearest;

/// One setting of a [`RunConfig`](super::RunConfig).
#[derive(Debug)]
pub struct Setting {
    /// Dotted key: `optimizer.learning_rate`.
    pub key: &'static str,
    /// Type and allowed values.
    pub kind: Kind,
    /// What the setting does, in one line.
    pub meaning: &'static str,
}

impl Setting {
    /// The section and the setting's name in it; top-level settings have the section `""`.
    pub fn section_and_name(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }
}

const fn setting(key: &'static str, kind: Kind, meaning: &'static str) -> Setting {
    Setting { key, kind, meaning }
}

const POSITIVE: Kind = Kind::Number(Interval::Positive);
const NOT_NEGATIVE: Kind = Kind::Number(Interval::NotNegative);
const BELOW_ONE: Kind = Kind::Number(Interval::ZeroToBelowOne);
const UP_TO_ONE: Kind = Kind::Number(Interval::UpTo(1));
const ONE_OR_MORE: Kind = Kind::Whole(1, 1_000_000);
const ZERO_OR_MORE: Kind = Kind::Whole(0, 1_000_000);

/// All settings, in the order in which a configuration is written.
#[rustfmt::skip]
pub static SETTINGS: &[Setting] = &[
    setting("seed", Kind::Whole(0, i64::MAX), "Seed of every random stream: initial weights, split, batch order, dropout"),
    setting("backend", Kind::Backend, "Backend to compute on; :INDEX selects one of its devices"),

    setting("data.source", Kind::Source, "Data source"),
    setting("data.dir", Kind::Text, "Directory with the source's files; empty: the user's cache directory"),
    setting("data.offline", Kind::Boolean, "Never download"),

    setting("split.valid", BELOW_ONE, "Fraction of the training set held out for validation; 0 trains on all rows"),

    setting("augmentation.mode", Kind::Choice(AugmentationMode::NAMES), "Augment anew in every epoch, or once, as additional training rows"),
    setting("augmentation.flip_probability", UP_TO_ONE, "Probability of a horizontal flip"),
    setting("augmentation.rotation_probability", UP_TO_ONE, "Probability of a rotation"),
    setting("augmentation.rotation", Kind::Number(Interval::UpTo(180)), "Maximum rotation, in degrees"),
    setting("augmentation.translation_probability", UP_TO_ONE, "Probability of a translation"),
    setting("augmentation.translation", UP_TO_ONE, "Maximum translation along each axis, as a fraction of the side"),
    setting("augmentation.scaling_probability", UP_TO_ONE, "Probability of scaling"),
    setting("augmentation.scaling", BELOW_ONE, "Maximum change of scale; 0.1 scales by 90 % to 110 %"),
    setting("augmentation.shear_probability", UP_TO_ONE, "Probability of shearing"),
    setting("augmentation.shear", Kind::Number(Interval::UpTo(80)), "Maximum shear angle, in degrees"),
    setting("augmentation.elastic_probability", UP_TO_ONE, "Probability of an elastic distortion (Simard et al. 2003)"),
    setting("augmentation.elastic_alpha", NOT_NEGATIVE, "Strength of the elastic distortion, in pixels"),
    setting("augmentation.elastic_sigma", POSITIVE, "Smoothness of the elastic distortion, in pixels"),
    setting("augmentation.noise_probability", UP_TO_ONE, "Probability of added Gaussian noise"),
    setting("augmentation.noise", NOT_NEGATIVE, "Standard deviation of the noise; 1 is the full range from black to white"),
    setting("augmentation.cutout_probability", UP_TO_ONE, "Probability of a cutout: a square blacked out"),
    setting("augmentation.cutout", UP_TO_ONE, "Side of the cutout, as a fraction of the image's side"),

    setting("model.hidden", Kind::Sizes { longest: 256, largest: 65_536 }, "Sizes of the hidden layers; [] is softmax regression"),
    setting("model.activation", Kind::Choice(Activation::NAMES), "Activation function of the hidden layers"),
    setting("model.batch_norm", Kind::Boolean, "Batch normalisation before each hidden layer's activation"),
    setting("model.dropout", Kind::Rates, "Dropout rate of all hidden layers, or one of the input and of each hidden layer"),
    setting("model.init", Kind::Choice(Initializer::NAMES), "Distribution of the initial weights"),
    setting("model.init_std", POSITIVE, "Standard deviation of init = \"normal\""),

    setting("training.epochs", ONE_OR_MORE, "Maximum number of epochs"),
    setting("training.batch_size", ONE_OR_MORE, "Batch size; the last batch of an epoch may be shorter"),
    setting("training.init_from", Kind::Text, "safetensors file with initial weights; empty: draws them by model.init"),
    setting("training.shuffle", Kind::Boolean, "Shuffle the training rows in every epoch"),
    setting("training.clip_norm", NOT_NEGATIVE, "Maximum L2 norm of all gradients together; 0: off"),
    setting("training.clip_value", NOT_NEGATIVE, "Maximum absolute value of a gradient's entries; 0: off"),
    setting("training.max_norm", NOT_NEGATIVE, "Maximum L2 norm of a hidden neuron's incoming weights; 0: off"),
    setting("training.label_smoothing", BELOW_ONE, "Label smoothing: share of the target probability spread over all classes"),
    setting("training.class_weights", Kind::ClassWeights, "Class weights in the loss: none, balanced, or one per class"),

    setting("optimizer.name", Kind::Choice(OptimizerName::NAMES), "Optimizer"),
    setting("optimizer.learning_rate", POSITIVE, "Initial learning rate"),
    setting("optimizer.momentum", BELOW_ONE, "sgd: momentum; 0 is plain SGD"),
    setting("optimizer.nesterov", Kind::Boolean, "sgd: use Nesterov momentum"),
    setting("optimizer.beta1", BELOW_ONE, "adam, adamw: decay rate of the first moment"),
    setting("optimizer.beta2", BELOW_ONE, "adam, adamw: decay rate of the second moment"),
    setting("optimizer.epsilon", POSITIVE, "adam, adamw: added to the denominator for numerical stability"),
    setting("optimizer.l2", NOT_NEGATIVE, "L2 coefficient of the weight matrices; adamw: decoupled weight decay"),

    setting("schedule.name", Kind::Choice(ScheduleName::NAMES), "Learning rate schedule"),
    setting("schedule.warmup_epochs", ZERO_OR_MORE, "Epochs of linear warm-up before the schedule; 0: none"),
    setting("schedule.monitor", Kind::Choice(Monitor::NAMES), "plateau: metric to watch"),
    setting("schedule.factor", Kind::Number(Interval::BetweenZeroAndOne), "Factor that reduces the rate; exponential: in every epoch"),
    setting("schedule.patience", ONE_OR_MORE, "plateau: epochs without improvement before a reduction"),
    setting("schedule.threshold", NOT_NEGATIVE, "plateau: minimum change that counts as an improvement"),
    setting("schedule.threshold_mode", Kind::Choice(ThresholdMode::NAMES), "plateau: threshold relative to the best value, or absolute"),
    setting("schedule.cooldown", ZERO_OR_MORE, "plateau: epochs after a reduction before patience counts again"),
    setting("schedule.min_lr", NOT_NEGATIVE, "plateau, cosine: minimum rate"),
    setting("schedule.max_reductions", ZERO_OR_MORE, "plateau: maximum number of reductions; 0: no limit"),
    setting("schedule.step_epochs", ONE_OR_MORE, "step: epochs between reductions"),

    setting("early_stopping.enabled", Kind::Boolean, "Stop a run that no longer improves"),
    setting("early_stopping.monitor", Kind::Choice(Monitor::NAMES), "Metric that decides the best epoch, also when enabled = false"),
    setting("early_stopping.patience", ONE_OR_MORE, "Epochs without improvement before stopping"),
    setting("early_stopping.min_delta", NOT_NEGATIVE, "Minimum change that counts as an improvement"),
    setting("early_stopping.restore_best", Kind::Boolean, "Save the weights of the best epoch; false: of the last epoch"),

    setting("evaluation.top_k", Kind::Whole(1, 65_536), "k of top-k accuracy, at most the number of classes"),

    setting("csv.target", Kind::Text, "csv: target column, by name or number from 1; empty: the last one"),
    setting("csv.ignore", Kind::Texts, "csv: columns to ignore, by name or number"),
    setting("csv.categorical", Kind::Texts, "csv: numeric columns to treat as categories, such as postcodes"),
    setting("csv.delimiter", Kind::Choice(CsvDelimiter::NAMES), "csv: delimiter between values; auto: detected"),
    setting("csv.header", Kind::Choice(CsvHeader::NAMES), "csv: whether the first line names the columns; auto: detected"),
    setting("csv.missing", Kind::Choice(MissingValues::NAMES), "csv: impute fills in the training rows' median or most frequent category"),
    setting("csv.max_categories", Kind::Whole(1, 65_536), "csv: maximum number of categories of a column; each is a feature of 0 or 1"),
    setting("csv.standardize", Kind::Boolean, "csv: scale numbers to mean 0 and deviation 1 over the training rows"),
    setting("csv.test", Kind::Text, "csv: file with the test set; empty: test_fraction of the rows"),
    setting("csv.test_fraction", BELOW_ONE, "csv: fraction of the rows held out as the test set; 0: none"),
    setting("csv.test_seed", Kind::Whole(0, i64::MAX), "csv: seed for choosing the test rows, independent of the run's seed"),

    setting("images.size", Kind::ImageSize, "images: size to resize to; empty: the images' common size"),
    setting("images.color", Kind::Choice(ImageColor::NAMES), "images: auto is grey if all images are grey"),
    setting("images.skip_bad", Kind::Boolean, "images: skip files that cannot be read; false: fail on them"),
    setting("images.test_fraction", BELOW_ONE, "images: fraction held out as the test set without a test folder; 0: none"),
    setting("images.test_seed", Kind::Whole(0, i64::MAX), "images: seed for choosing the test images, independent of the run's seed"),

    setting("synthetic.rows", Kind::Whole(1, 1 << 31), "Rows of the synthetic training set; the test set has a fifth as many"),
    setting("synthetic.features", Kind::Whole(1, 1 << 31), "Features of a synthetic row"),
    setting("synthetic.classes", Kind::Whole(2, 65_536), "Number of synthetic classes"),
];

/// The setting with this dotted key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// Whether `name` is a section, such as `optimizer`.
pub(super) fn is_section(name: &str) -> bool {
    section(name).next().is_some()
}

fn section(name: &str) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| setting.section_and_name().0 == name && !name.is_empty())
}

/// The sentence for a key that does not exist: the nearest key, or else those of the section that it names.
pub(super) fn no_such_setting(key: &str) -> String {
    let own_name = key.rsplit_once('.').map_or(key, |(_, name)| name);
    let in_other_sections: Vec<_> =
        SETTINGS.iter().filter(|setting| setting.section_and_name().1 == own_name).map(|setting| setting.key).collect();
    if !in_other_sections.is_empty() {
        return format!("there is no such setting; did you mean {}?", in_other_sections.join(" or "));
    }
    let sections = SETTINGS.iter().map(|setting| setting.section_and_name().0).filter(|section| !section.is_empty());
    if let Some(near) = nearest(key, SETTINGS.iter().map(|setting| setting.key).chain(sections)) {
        return format!("there is no such setting; did you mean {near}?");
    }
    let named_section = key.split_once('.').map_or("", |(section, _)| section);
    let names: Vec<_> = section(named_section).map(|setting| setting.section_and_name().1).collect();
    match names.is_empty() {
        false => format!("there is no such setting; [{}] has {}", shortened(named_section), names.join(", ")),
        true => "there is no such setting; `burn-mlp config` lists all of them".into(),
    }
}
