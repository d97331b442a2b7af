//! Backpropagation (slides 4 and 5) on every backend: Burn's gradients against the closed form in
//! `f64`, and the closed form against central differences.

mod support;

use burn_mlp::backend;
use burn_mlp::config::{Activation, Dropout, RegressionLoss, RunConfig, TaskName};
use burn_mlp::data::{self, Dataset};
use burn_mlp::gradcheck::{GradientCheck, TOLERANCE, check_gradients};
use support::Program;

/// Returns the configuration of a 12-9-7-4 network, modified by `change`.
fn config(change: impl FnOnce(&mut RunConfig)) -> RunConfig {
    let mut config = RunConfig::default();
    config.data.source = "synthetic".to_string();
    (config.synthetic.rows, config.synthetic.features, config.synthetic.classes) = (400, 12, 4);
    config.model.hidden = vec![9, 7];
    (config.model.batch_norm, config.optimizer.l2) = (false, 0.0);
    config.model.dropout = Dropout::Rate(0.0);
    change(&mut config);
    config
}

/// The walkthrough's own network: ReLU, with and without L2 and dropout, deeper, and without a
/// hidden layer.
fn walkthrough() -> Vec<(&'static str, RunConfig)> {
    vec![
        ("plain", config(|_| ())),
        ("L2", config(|config| config.optimizer.l2 = 0.1)),
        ("dropout", config(|config| config.model.dropout = Dropout::PerLayer(vec![0.2, 0.5, 0.3]))),
        (
            "L2 and dropout",
            config(|config| {
                (config.optimizer.l2, config.model.dropout) = (0.1, Dropout::PerLayer(vec![0.2, 0.5, 0.3]))
            }),
        ),
        ("five hidden layers", config(|config| config.model.hidden = vec![9, 8, 7, 6, 5])),
        ("no hidden layer", config(|config| config.model.hidden = vec![])),
    ]
}

/// Every activation, with and without batch normalisation.
fn activations() -> Vec<(String, RunConfig)> {
    let all = [
        Activation::Relu,
        Activation::LeakyRelu,
        Activation::Gelu,
        Activation::Selu,
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Silu,
    ];
    let case = |activation: Activation, batch_norm: bool| {
        let name = format!("{activation}{}", if batch_norm { " with batch-norm" } else { "" });
        (name, config(|config| (config.model.activation, config.model.batch_norm) = (activation, batch_norm)))
    };
    all.into_iter().flat_map(|activation| [case(activation, false), case(activation, true)]).collect()
}

/// Batch-norm, dropout and L2 in one network.
fn everything() -> RunConfig {
    config(|config| {
        (config.model.batch_norm, config.optimizer.l2) = (true, 0.1);
        config.model.dropout = Dropout::PerLayer(vec![0.2, 0.5, 0.3]);
    })
}

/// Three members that share their weights, with L2 and dropout.
fn members(batch_norm: bool) -> RunConfig {
    let mut config = everything();
    (config.model.members, config.model.batch_norm) = (3, batch_norm);
    config
}

fn check(backend: &str, config: &RunConfig) -> GradientCheck {
    let data: Dataset = data::load(config, &mut |_| ()).unwrap();
    let opened = backend::open(backend.parse().unwrap()).unwrap();
    check_gradients(config, &data, 16, &opened.device).unwrap()
}

fn assert_correct(backend: &str, name: &str, config: &RunConfig) {
    let check = check(backend, config);
    let layers = config.model.hidden.len();
    let tensors_of_a_block = if config.model.batch_norm { 4 } else { 2 };
    let factors = if config.model.members > 1 { 3 } else { 0 };
    assert_eq!(check.tensors.len(), layers * (tensors_of_a_block + factors) + 2 + factors, "{name}");
    for tensor in &check.tensors {
        let what = format!("{name}, {} on {backend}: {tensor:?}", tensor.name);
        assert!(tensor.closed_form_error <= 1e-6, "the closed form differs from the central difference: {what}");
        assert!(tensor.burn_error <= TOLERANCE / 10.0, "Burn's gradient differs from the closed form: {what}");
        // Members scale the shared bias, each in its own way, so that normalisation does not take it out.
        let vanishes = config.model.batch_norm && factors == 0 && tensor.name.ends_with("linear.bias");
        assert_eq!(tensor.largest < 1e-12, vanishes, "nothing to compare: {what}");
    }
    assert!(check.passes());
}

fn assert_all_correct(backend: &str) {
    walkthrough().iter().for_each(|(name, config)| assert_correct(backend, name, config));
    activations().iter().for_each(|(name, config)| assert_correct(backend, name, config));
    assert_correct(backend, "everything", &everything());
    for (name, batch_norm) in [("members", false), ("members with batch-norm", true)] {
        assert_correct(backend, name, &members(batch_norm));
    }
}

#[test]
fn gradients_on_flex_match_the_closed_form() {
    assert_all_correct("flex");
}

#[test]
fn gradients_on_ndarray_match_the_closed_form() {
    assert_all_correct("ndarray");
}

#[test]
fn gradients_on_wgpu_match_the_closed_form() {
    if !Program::new().has_wgpu() {
        return;
    }
    // Each new network compiles kernels, so activations are checked with batch normalisation only.
    walkthrough().iter().for_each(|(name, config)| assert_correct("wgpu", name, config));
    let with_batch_norm = activations().into_iter().filter(|(_, config)| config.model.batch_norm);
    with_batch_norm.for_each(|(name, config)| assert_correct("wgpu", &name, &config));
    assert_correct("wgpu", "everything", &everything());
    assert_correct("wgpu", "members", &members(true));
}

/// A network that predicts one or two numbers of a table, with this loss.
fn numbers(loss: RegressionLoss, targets: &[&str]) -> RunConfig {
    config(|config| {
        config.data.source = format!("csv:{}/tests/fixtures/diabetes.csv", env!("CARGO_MANIFEST_DIR"));
        (config.data.task, config.training.loss) = (TaskName::Regression, loss);
        config.csv.target = targets.join(",");
        config.optimizer.l2 = 0.1;
    })
}

#[test]
fn gradients_of_each_loss_of_numbers_match_the_closed_form() {
    for loss in [RegressionLoss::Mse, RegressionLoss::Huber, RegressionLoss::Mae, RegressionLoss::Quantile] {
        for backend in ["flex", "ndarray"] {
            assert_correct(backend, &format!("{loss:?}"), &numbers(loss, &["progression"]));
            assert_correct(backend, &format!("{loss:?}, two targets"), &numbers(loss, &["bmi", "bp"]));
        }
    }
}

#[test]
fn the_gradients_of_a_table_of_numbers_are_checked_on_request() {
    let program = Program::new();
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/diabetes.csv");
    std::fs::copy(table, program.path("diabetes.csv")).unwrap();
    let output =
        program.run(&["gradcheck", "--config", "mnist", "--data", "diabetes.csv", "--loss", "huber"]).succeeds();
    output.says("network  10-128-64-1, relu").says("passed");
    let output = program.run(&["gradcheck", "--data", "diabetes.csv", "--hidden", "8"]).succeeds();
    output.says("8 members, relu").says("output_factors.bias").says("passed");
    program.run(&["gradcheck", "--loss", "mae"]).fails_with(2).complains("training.loss needs a target of numbers");
}

#[test]
fn dropout_changes_the_checked_gradient() {
    let largest = |config: &RunConfig| check("flex", config).tensors[0].largest;
    let [(_, plain), _, (_, dropout), ..] = &walkthrough()[..] else { panic!() };
    assert_ne!(largest(plain), largest(dropout));
}

#[test]
fn the_user_sees_each_tensors_error_and_a_verdict() {
    let program = Program::new();
    let output = program.run(&["gradcheck", "--l2", "0.01", "--dropout", "0.5", "--backend", "ndarray"]).succeeds();
    for expected in ["64-128-64-10, relu, dropout with fixed masks, L2 0.01", "blocks.1.linear.weight", "passed"] {
        assert!(output.stdout.contains(expected), "{expected:?} is not in {}", output.stdout);
    }
    let json = program.run(&["gradcheck", "--json", "--quiet"]).succeeds().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["rows"], json["tensors"].as_array().unwrap().len()), (&32.into(), 6));
}

#[test]
fn a_large_l2_term_does_not_cost_the_check_precision() {
    for l2 in [1e3, 1e30] {
        assert_correct("flex", "large L2", &config(|config| config.optimizer.l2 = l2));
    }
}

#[test]
fn the_weights_of_a_file_are_checked_instead_of_new_ones() {
    let program = Program::new();
    program.run(&["--epochs", "1", "--name", "run", "--quiet"]).succeeds();
    let errors = |more: &[&str]| program.run(&[&["gradcheck", "--json", "--quiet"], more].concat()).succeeds().stdout;
    assert_ne!(errors(&["--init-from", "artifacts/run/model.safetensors"]), errors(&[]));
    program.run(&["gradcheck", "--init-from", "nothing"]).fails_with(1).complains("nothing");
}

#[test]
fn a_tensor_without_a_gradient_is_reported() {
    let program = Program::new();
    let output = program.run(&["gradcheck", "--dropout", "0.999", "--hidden", "2"]).succeeds();
    assert!(output.stdout.contains("receives no gradient and was not checked"), "{}", output.stdout);
}

#[test]
fn an_impossible_number_of_rows_is_refused() {
    let program = Program::new();
    program.run(&["gradcheck", "--rows", "7", "--batch-norm"]).fails_with(2).complains("between 8 and");
    program.run(&["gradcheck", "--rows", "1"]).fails_with(2).complains("between 2 and");
    program.run(&["gradcheck", "--rows", "999999"]).fails_with(2).complains("training rows");
    let crowded = ["gradcheck", "--hidden", "4000,4000", "--batch-norm", "--rows", "200"];
    program.run(&crowded).fails_with(2).complains("kink of relu");
}
