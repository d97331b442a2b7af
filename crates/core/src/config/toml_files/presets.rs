//! Configurations embedded from `configs/`. Each contains only what differs from the defaults.

/// An embedded configuration.
#[derive(Debug)]
pub struct Preset {
    /// Name for `--config`.
    pub name: &'static str,
    /// Description, in one line.
    pub summary: &'static str,
    /// Text of `configs/<name>.toml`.
    pub toml: &'static str,
}

/// The preset that a table is trained with by default.
pub(crate) const TABULAR: &str = "tabular";

static PRESETS: [Preset; 8] = [
    Preset {
        name: TABULAR,
        summary: "Tables: several networks trained as one, with bins of numbers; the default for a table.",
        toml: include_str!("../../../configs/tabular.toml"),
    },
    Preset {
        name: "digits",
        summary: "The embedded 8x8 digits with 64-128-64-10, tuned for accuracy; trains in seconds.",
        toml: include_str!("../../../configs/digits.toml"),
    },
    Preset {
        name: "mnist",
        summary: "MNIST with 784-128-64-10: the walkthrough's network with He initialization, shuffling and a schedule.",
        toml: include_str!("../../../configs/mnist.toml"),
    },
    Preset {
        name: "mnist-as-printed",
        summary: "MNIST as the walkthrough trains it (slides 1, 6, 7, 8 and 9).",
        toml: include_str!("../../../configs/mnist-as-printed.toml"),
    },
    Preset {
        name: "mnist-regularized",
        summary: "MNIST with 784-128-64-10 and slide 14's dropout, batch normalisation and L2, tuned for its size.",
        toml: include_str!("../../../configs/mnist-regularized.toml"),
    },
    Preset {
        name: "mnist-augmented",
        summary: "MNIST with 784-128-64-10 on images augmented differently in every epoch.",
        toml: include_str!("../../../configs/mnist-augmented.toml"),
    },
    Preset {
        name: "mnist-dropout-2012",
        summary: "MNIST with 784-800-800-10, dropout and max-norm, after Hinton et al. 2012.",
        toml: include_str!("../../../configs/mnist-dropout-2012.toml"),
    },
    Preset {
        name: "mnist-best",
        summary: "MNIST with 784-1000-500-10, augmented: the fewest errors within 15 minutes on two cores.",
        toml: include_str!("../../../configs/mnist-best.toml"),
    },
];

/// Returns the embedded configurations.
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

pub(crate) fn find_preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

pub(crate) fn preset_names() -> Vec<&'static str> {
    PRESETS.iter().map(|preset| preset.name).collect()
}

#[cfg(test)]
#[path = "presets_tests.rs"]
mod tests;
