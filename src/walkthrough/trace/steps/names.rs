//! How the slides call a parameter and what belongs to it.

/// The names of a parameter.
pub(super) struct Names {
    pub weight: String,
    pub gradient: String,
    pub velocity: String,
    pub words: &'static str,
}

impl Names {
    pub fn of(parameter: &str, layer: usize) -> Self {
        let (weight, gradient, velocity, words) = match parameter {
            "weight" => ("weights", "dW", "velocity_w", "weights"),
            "bias" => ("biases", "db", "velocity_b", "biases"),
            "norm.weight" => ("gamma", "dgamma", "velocity_gamma", "scales of batch normalisation"),
            "norm.bias" => ("beta", "dbeta", "velocity_beta", "shifts of batch normalisation"),
            _ => ("vectors", "dvectors", "velocity_vectors", "learned vectors of categories"),
        };
        let indexed = |name: &str| format!("{name}[{layer}]");
        Self { weight: indexed(weight), gradient: indexed(gradient), velocity: indexed(velocity), words }
    }

    pub fn after(&self) -> String {
        format!("{} (after)", self.weight)
    }

    pub fn velocity_before(&self) -> String {
        format!("{} (before)", self.velocity)
    }
}
