//! Enumerated settings. The names are the spelling in TOML, `--set`, flags and messages.

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
        /// As `nn.Linear`: weights and biases uniform in +-1/sqrt(fan_in).
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
    /// Learning rate schedules.
    ScheduleName, "schedule", {
        Constant = "constant",
        Plateau = "plateau",
        Cosine = "cosine",
        Step = "step",
        Exponential = "exponential",
        MultiStep = "multi-step",
    }
}

choices! {
    /// Rules for class weights.
    ClassWeighting, "class weights", {
        /// Every row has the same weight.
        None = "none",
        /// A row's weight is n / (classes * rows of its class), so that all classes have the same
        /// total weight.
        Balanced = "balanced",
    }
}

choices! {
    /// When training images are augmented.
    AugmentationMode, "augmentation mode", {
        /// Differently in every epoch.
        Online = "online",
        /// Once, before the first epoch: each image is followed by one variant per transformation
        /// (slide 13).
        Expand = "expand",
    }
}

choices! {
    /// Changes to a training image that keep its class.
    Transformation, "--augment", {
        /// Mirrors left and right.
        Flip = "flip",
        Rotation = "rotation",
        Translation = "translation",
        Scaling = "scaling",
        Shear = "shear",
        /// Elastic distortion: Simard, Steinkraus, Platt 2003, "Best Practices for Convolutional
        /// Neural Networks Applied to Visual Document Analysis".
        Elastic = "elastic",
        /// Gaussian noise, clipped to `[0, 1]`.
        Noise = "noise",
        /// Blacks out a random square: DeVries, Taylor 2017 (arXiv 1708.04552).
        Cutout = "cutout",
    }
}

choices! {
    /// Whether `threshold` is a fraction of the best value or an absolute difference.
    ThresholdMode, "threshold mode", {
        Relative = "relative",
        Absolute = "absolute",
    }
}

choices! {
    /// How missing values are handled.
    MissingValues, "missing-value rule", {
        Refuse = "refuse",
        /// Fills in the training rows' median of a number, or most frequent category.
        Impute = "impute",
        /// Fills in the median and adds a feature that says so; a missing text is a category of its own.
        Indicator = "indicator",
    }
}

choices! {
    /// How numbers of a table are scaled.
    NumberScaling, "scaling", {
        /// Decides by the column's values.
        Auto = "auto",
        /// Scales to mean 0 and deviation 1.
        Standard = "standard",
        /// Scales by median and quartiles, with a smooth clip.
        Robust = "robust",
        /// Scales to a normal distribution.
        Quantile = "quantile",
        /// Keeps numbers as they are.
        None = "none",
    }
}

choices! {
    /// Colour of the images that the network gets.
    ImageColor, "image colour", {
        /// Grey if every pixel of every image is grey, else RGB.
        Auto = "auto",
        Grey = "grey",
        Rgb = "rgb",
    }
}

choices! {
    /// What a model predicts.
    TaskName, "task", {
        /// Decided by the values of the target.
        Auto = "auto",
        Classification = "classification",
        Regression = "regression",
    }
}

choices! {
    /// The loss of a regression, of standardised targets.
    RegressionLoss, "loss", {
        /// Mean squared error: predicts means.
        Mse = "mse",
        /// Squared up to `huber_delta`, absolute beyond (Huber 1964).
        Huber = "huber",
        /// Mean absolute error: predicts medians.
        Mae = "mae",
        /// Pinball loss (Koenker, Bassett 1978): predicts the quantile `quantile`.
        Quantile = "quantile",
    }
}

#[cfg(test)]
mod tests {
    use burn_mlp_infer::Activation;

    use super::*;

    #[test]
    fn every_name_parses_as_its_value() {
        for (value, name) in OptimizerName::ALL.iter().zip(OptimizerName::NAMES) {
            assert_eq!(value.to_string(), *name);
            assert_eq!(name.parse::<OptimizerName>().unwrap(), *value);
        }
        assert_eq!("leaky-relu".parse::<Activation>().unwrap(), Activation::LeakyRelu);
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest_and_the_list() {
        let error = "leaky_relu".parse::<Activation>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "activation: \"leaky_relu\" is not one of relu, leaky-relu, gelu, selu, tanh, sigmoid, silu; \
             did you mean leaky-relu?"
        );
    }
}
