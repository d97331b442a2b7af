//! Settings with a fixed list of values. Each name is the value's spelling in TOML, `--set`, flags and messages.

use burn_mlp_infer::choices;

choices! {
    /// Distributions that initial weights are drawn from.
    Initializer, "initializer", {
        HeNormal = "he-normal",
        HeUniform = "he-uniform",
        XavierNormal = "xavier-normal",
        XavierUniform = "xavier-uniform",
        LecunNormal = "lecun-normal",
        LecunUniform = "lecun-uniform",
        /// Normal with mean 0 and standard deviation `model.init_std`.
        Normal = "normal",
        /// `nn.Linear`'s: weights and biases uniform in +-1/sqrt(fan_in).
        Pytorch = "pytorch",
    }
}

choices! {
    /// Optimizers.
    OptimizerName, "optimizer", {
        Sgd = "sgd",
        Adam = "adam",
        Adamw = "adamw",
    }
}

choices! {
    /// Learning-rate schedules.
    ScheduleName, "schedule", {
        Constant = "constant",
        Plateau = "plateau",
        Cosine = "cosine",
        Step = "step",
        Exponential = "exponential",
    }
}

choices! {
    /// Rules for what a row counts in the loss.
    ClassWeighting, "class weights", {
        /// Every row counts as much.
        None = "none",
        /// A class's rows count n / (classes * rows of the class), so that all classes count as much together.
        Balanced = "balanced",
    }
}

choices! {
    /// When training images are changed.
    AugmentationMode, "augmentation mode", {
        /// Each image anew in every epoch.
        Online = "online",
        /// Before the first epoch: every image, and after it one variant for each transformation (slide 13).
        Expand = "expand",
    }
}

choices! {
    /// Changes to training images that leave what they show as it is.
    Transformation, "--augment", {
        /// Left and right change places.
        Flip = "flip",
        Rotation = "rotation",
        Translation = "translation",
        Scaling = "scaling",
        Shear = "shear",
        /// Elastic distortion: Simard, Steinkraus, Platt 2003, "Best Practices for Convolutional Neural Networks Applied to
        /// Visual Document Analysis".
        Elastic = "elastic",
        /// Gaussian noise, clipped to `[0, 1]`.
        Noise = "noise",
        /// A black square somewhere: DeVries, Taylor 2017 (arXiv 1708.04552).
        Cutout = "cutout",
    }
}

choices! {
    /// Whether `threshold` is a fraction of the best value or a difference from it.
    ThresholdMode, "threshold mode", {
        Relative = "relative",
        Absolute = "absolute",
    }
}

choices! {
    /// What is done about a value that is missing.
    MissingValues, "missing-value rule", {
        Refuse = "refuse",
        /// Numbers become the median of the training part, texts its most frequent one.
        Impute = "impute",
    }
}

choices! {
    /// The colour of the images that a network is shown.
    ImageColor, "image colour", {
        /// Grey if every pixel of every image is grey, else red, green and blue.
        Auto = "auto",
        Grey = "grey",
        Rgb = "rgb",
    }
}

choices! {
    /// Figures of an epoch that can be watched.
    Monitor, "monitor", {
        TrainLoss = "train-loss",
        TrainAccuracy = "train-accuracy",
        ValidLoss = "valid-loss",
        ValidAccuracy = "valid-accuracy",
    }
}

impl Monitor {
    /// Whether the figure is one of the validation part's, which `split.valid = 0` leaves out.
    pub fn needs_valid(self) -> bool {
        matches!(self, Self::ValidLoss | Self::ValidAccuracy)
    }

    /// Whether a smaller value is the better one: true for losses, false for accuracies.
    pub fn lower_is_better(self) -> bool {
        matches!(self, Self::TrainLoss | Self::ValidLoss)
    }

    /// The same figure of the training part.
    pub fn on_train(self) -> Self {
        if self.lower_is_better() { Self::TrainLoss } else { Self::TrainAccuracy }
    }
}

#[cfg(test)]
mod tests {
    use burn_mlp_infer::Activation;

    use super::*;

    #[test]
    fn a_name_reads_back_as_the_value_it_names() {
        for (value, name) in Monitor::ALL.iter().zip(Monitor::NAMES) {
            assert_eq!(value.to_string(), *name);
            assert_eq!(name.parse::<Monitor>().unwrap(), *value);
        }
        assert_eq!("leaky-relu".parse::<Activation>().unwrap(), Activation::LeakyRelu);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest_and_the_whole_list() {
        let error = "leaky_relu".parse::<Activation>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "activation: \"leaky_relu\" is not one of relu, leaky-relu, gelu, selu, tanh, sigmoid, silu; \
             did you mean leaky-relu?"
        );
    }

    #[test]
    fn only_losses_improve_downwards_and_only_valid_figures_need_a_validation_part() {
        let lower: Vec<_> = Monitor::ALL.iter().filter(|monitor| monitor.lower_is_better()).collect();
        assert_eq!(lower, [&Monitor::TrainLoss, &Monitor::ValidLoss]);
        let valid: Vec<_> = Monitor::ALL.iter().filter(|monitor| monitor.needs_valid()).collect();
        assert_eq!(valid, [&Monitor::ValidLoss, &Monitor::ValidAccuracy]);
        assert_eq!(Monitor::ValidAccuracy.on_train(), Monitor::TrainAccuracy);
    }
}
