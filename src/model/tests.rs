use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use proptest::prelude::*;

use super::*;
use crate::config::{Activation, Dropout, Initializer, ModelConfig, OptimizerConfig, RunConfig};
use burn_mlp_infer::{Codes, Inputs, ModelMetadata, Network, NetworkWeights, Task};

fn device() -> Device {
    crate::backend::open(crate::backend::host()).unwrap().device
}

fn config(change: impl FnOnce(&mut ModelConfig)) -> ModelConfig {
    let mut config = ModelConfig { hidden: vec![7, 5], ..RunConfig::default().model };
    change(&mut config);
    config
}

fn mlp(config: &ModelConfig, device: &Device) -> Mlp {
    Mlp::new(config, 4, 3, 1, device).unwrap()
}

fn rows(count: usize, device: &Device) -> Tensor<2> {
    let values: Vec<f32> = (0..count * 4).map(|index| ((index * 37 % 101) as f32 - 50.0) / 50.0).collect();
    Tensor::from_data(TensorData::new(values, [count, 4]), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

#[test]
fn a_network_may_have_any_number_of_layers() {
    for hidden in [vec![], vec![1], vec![7, 5], vec![2; 20]] {
        let mlp = mlp(&config(|config| config.hidden = hidden.clone()), &device());
        assert_eq!(mlp.blocks.len(), hidden.len());
        assert_eq!(mlp.forward(rows(6, &device())).dims(), [6, 3]);
    }
}

#[test]
fn probabilities_of_a_row_sum_to_one() {
    let probabilities = values(mlp(&config(|_| ()), &device()).probabilities(rows(6, &device())));
    for row in probabilities.chunks(3) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-6);
    }
}

#[test]
fn initial_weights_have_the_variance_of_their_initializer_and_biases_are_zero() {
    let variances = [
        (Initializer::HeNormal, 2.0 / 300.0),
        (Initializer::HeUniform, 2.0 / 300.0),
        (Initializer::XavierNormal, 2.0 / 500.0),
        (Initializer::XavierUniform, 2.0 / 500.0),
        (Initializer::LecunNormal, 1.0 / 300.0),
        (Initializer::LecunUniform, 1.0 / 300.0),
        (Initializer::Normal, 0.01 * 0.01),
        (Initializer::Pytorch, 1.0 / 300.0 / 3.0),
    ];
    for (init, variance) in variances {
        let config = config(|config| (config.init, config.hidden) = (init, vec![]));
        let output = Mlp::new(&config, 300, 200, 5, &device()).unwrap().output;
        let weights = values(output.weight.val());
        let measured = weights.iter().map(|weight| weight * weight).sum::<f64>() / weights.len() as f64;
        assert!((measured / variance - 1.0).abs() < 0.02, "{init}: {measured} instead of {variance}");
        let biases = values(output.bias.val());
        let zero = biases.iter().all(|&bias| bias == 0.0);
        assert_eq!(zero, init != Initializer::Pytorch, "{init}");
    }
}

#[test]
fn the_seed_decides_the_initial_weights() {
    let weights = |seed| values(Mlp::new(&config(|_| ()), 4, 3, seed, &device()).unwrap().output.weight.val());
    assert_eq!(weights(1), weights(1));
    assert_ne!(weights(1), weights(2));
}

#[test]
fn dropout_acts_in_training_only() {
    let _only = crate::backend::one_generator_user();
    for dropout in [Dropout::Rate(0.5), Dropout::PerLayer(vec![0.5, 0.0, 0.0])] {
        let config = config(|config| config.dropout = dropout.clone());
        let training = mlp(&config, &device().autodiff());
        let logits = || values(training.forward(rows(50, &device())));
        assert_ne!(logits(), logits(), "{dropout:?}");
        let evaluating = training.valid();
        let logits = || values(evaluating.forward(rows(50, &device())));
        assert_eq!(logits(), logits(), "{dropout:?}");
    }
}

#[test]
fn batch_norm_normalises_by_the_batch_in_training_and_by_running_statistics_after() {
    let config = config(|config| config.batch_norm = true);
    let training = mlp(&config, &device().autodiff());
    let by_batch = values(training.forward(rows(50, &device())));
    let evaluating = training.valid();
    let by_running = values(evaluating.forward(rows(50, &device())));
    assert_ne!(by_batch, by_running);
    assert_eq!(by_running[..3], values(evaluating.forward(rows(1, &device())))[..]);
}

#[test]
fn a_batch_of_one_row_does_not_change_the_running_variance() {
    let config = config(|config| config.batch_norm = true);
    let training = mlp(&config, &device().autodiff());
    training.forward(rows(50, &device()));
    let variance = |mlp: &Mlp| values(mlp.valid().blocks[0].norm.as_ref().unwrap().running_var.value());
    let before = variance(&training);
    let logits = values(training.forward(rows(1, &device())));
    assert!(logits.iter().all(|logit| logit.is_finite()), "{logits:?}");
    assert_eq!(variance(&training), before);
    assert_ne!(before, [1.0; 7]);
}

#[test]
fn l2_is_half_lambda_times_the_squared_weights_without_biases() {
    let config = config(|config| (config.init, config.batch_norm) = (Initializer::Pytorch, true));
    let mlp = mlp(&config, &device());
    let squares: f64 = mlp.linears().flat_map(|linear| values(linear.weight.val())).map(|weight| weight * weight).sum();
    let term = values(L2::new(0.1).forward(&mlp))[0];
    assert!((term - 0.05 * squares).abs() < 1e-5 * term, "{term} {squares}");
}

#[test]
fn a_model_file_has_pytorchs_names_and_layout() {
    let mlp = mlp(&config(|config| config.batch_norm = true), &device());
    let file = mlp.to_safetensors("{}").unwrap();
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    let shape = |name: &str| header[name]["shape"].to_string();
    assert_eq!(shape("blocks.0.linear.weight"), "[7,4]");
    assert_eq!(shape("blocks.0.linear.bias"), "[7]");
    assert_eq!(shape("blocks.1.linear.weight"), "[5,7]");
    assert_eq!(shape("output.weight"), "[3,5]");
    for name in ["weight", "bias", "running_mean", "running_var"] {
        assert_eq!(shape(&format!("blocks.1.norm.{name}")), "[5]", "{name}");
    }
    assert_eq!(header.as_object().unwrap().len(), 1 + 2 * 6 + 2, "{header}");
}

#[test]
fn a_model_file_of_another_architecture_is_refused() {
    let file = mlp(&config(|_| ()), &device()).to_safetensors("{}").unwrap();
    for other in [
        config(|config| config.hidden = vec![7]),
        config(|config| config.hidden = vec![7, 6]),
        config(|config| config.batch_norm = true),
    ] {
        assert!(mlp(&other, &device()).load_safetensors(file.clone()).is_err(), "{other:?}");
    }
}

#[test]
fn a_damaged_model_file_is_an_error() {
    let file = mlp(&config(|_| ()), &device()).to_safetensors("{}").unwrap();
    for cut in [0, 7, 8, 100, file.len() - 1] {
        assert!(mlp(&config(|_| ()), &device()).load_safetensors(file[..cut].to_vec()).is_err(), "{cut}");
        assert!(cut > 100 || read_metadata(&file[..cut]).is_err(), "{cut}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_model_file_is_reproducible_and_restores_the_same_network(
        hidden in prop::collection::vec(1usize..6, 0..4),
        activation in prop::sample::select(Activation::ALL),
        batch_norm: bool,
        seed in 0u64..1000,
    ) {
        let config = config(|config| (config.hidden, config.activation, config.batch_norm) = (hidden, activation, batch_norm));
        let original = Mlp::new(&config, 4, 3, seed, &device()).unwrap();
        let file = original.to_safetensors("about it").unwrap();
        prop_assert_eq!(&file, &original.to_safetensors("about it").unwrap());
        prop_assert_eq!(read_metadata(&file).unwrap(), "about it");
        let read = Mlp::new(&config, 4, 3, seed + 1, &device()).unwrap().load_safetensors(file).unwrap();
        prop_assert_eq!(values(read.forward(rows(5, &device()))), values(original.forward(rows(5, &device()))));
    }
}

#[test]
fn vectors_stand_for_the_codes_at_the_end_of_a_row() {
    let inputs = Inputs { features: 4, codes: Codes { categories: vec![2, 3], size: 2 } };
    let mlp = Mlp::new(&config(|_| ()), inputs, 3, 1, &device()).unwrap();
    assert_eq!(mlp.blocks[0].linear.weight.dims(), [2 + 2 * 2, 7]);
    let embedding = mlp.embedding.as_ref().unwrap();
    let vectors = values(embedding.weight.val());
    let rows = Tensor::from_data(TensorData::new(vec![0.5f32, -1.0, 1.0, 2.0, 0.25, 8.0, 0.0, 4.0], [2, 4]), &device());
    let vector = |code: usize| &vectors[2 * code..][..2];
    let expected = [&[0.5, -1.0][..], vector(1), vector(2), &[0.25, 8.0], vector(0), vector(4)].concat();
    assert_eq!(values(embedding.forward(rows)), expected);
    // The first category of each column stands for texts that are not known.
    assert_eq!([vector(0), vector(2)], [[0.0; 2]; 2]);
    assert!([vector(1), vector(3), vector(4)].iter().all(|vector| vector.iter().all(|entry| *entry != 0.0)));
    let squares: f64 = vectors.iter().map(|entry| entry * entry).sum();
    let optimizer = OptimizerConfig { embedding_l2: 0.5, ..RunConfig::default().optimizer };
    let term = values(L2::of(&optimizer).forward(&mlp))[0];
    assert!((term - 0.25 * squares).abs() < 1e-5, "{term} and {squares}");
}

/// A network of three members with factors other than those at the start.
fn network_of_members(config: &ModelConfig, device: &Device) -> Mlp {
    let mut mlp = mlp(config, device);
    let mut moved = 0.0_f32;
    let mut move_all = |param: &Param<Tensor<2>>| {
        let values: Vec<f32> = param.val().into_data().iter::<f32>().collect();
        let values = values.into_iter().map(|value| {
            moved += 0.37;
            value + moved.sin() / 2.0
        });
        Param::from_data(TensorData::new(values.collect::<Vec<_>>(), param.dims()), device)
    };
    let blocks = mlp.blocks.iter_mut().map(|block| &mut block.factors);
    for factors in blocks.chain([&mut mlp.output_factors]).flatten() {
        factors.input = move_all(&factors.input);
        factors.output = move_all(&factors.output);
        factors.bias = move_all(&factors.bias);
    }
    mlp
}

#[test]
fn members_that_share_their_weights_compute_what_networks_of_their_own_would() {
    for (batch_norm, hidden) in [(false, vec![7, 5]), (true, vec![7, 5]), (false, vec![])] {
        let config = config(|config| (config.members, config.batch_norm, config.hidden) = (3, batch_norm, hidden));
        let training = network_of_members(&config, &device().autodiff());
        training.forward(rows(60, &device()));
        let mlp = training.valid();
        let class_names = ["a", "b", "c"].map(String::from).to_vec();
        let metadata = ModelMetadata::new(config.architecture(), 4, Task::Classification { class_names });
        let file = mlp.to_safetensors("{}").unwrap();
        let [weights] = NetworkWeights::read(&metadata, &file).unwrap().try_into().unwrap();
        let own: Vec<Network> =
            weights.members().into_iter().map(|weights| Network::new(weights, config.activation)).collect();
        assert_eq!(own.len(), 3);
        let features: Vec<f32> = rows(6, &device()).into_data().iter::<f32>().collect();
        let expected: Vec<f64> =
            own.iter().flat_map(|network| network.logits(&features).unwrap()).map(f64::from).collect();
        let found = values(mlp.forward(rows(6, &device()).repeat_dim(0, 3)));
        assert!(found.iter().zip(&expected).all(|(one, other)| (one - other).abs() < 1e-4), "{found:?} {expected:?}");
        assert_ne!(found[..18], found[18..36], "members differ");

        let mean = |row: usize, class: usize| -> f64 {
            let logits = |member: usize| &expected[member * 18 + row * 3..][..3];
            let softmax = |logits: &[f64]| logits[class].exp() / logits.iter().map(|logit| logit.exp()).sum::<f64>();
            (0..3).map(|member| softmax(logits(member))).sum::<f64>() / 3.0
        };
        let probabilities = values(mlp.probabilities(rows(6, &device())));
        for (at, probability) in probabilities.iter().enumerate() {
            assert!((probability - mean(at / 3, at % 3)).abs() < 1e-5, "{at}: {probability}");
        }
        let numbers = values(mlp.numbers(rows(6, &device())));
        for (at, number) in numbers.iter().enumerate() {
            let mean = (0..3).map(|member| expected[member * 18 + at]).sum::<f64>() / 3.0;
            assert!((number - mean).abs() < 1e-4, "{at}: {number} and {mean}");
        }
    }
}

#[test]
fn the_first_and_the_last_layer_make_new_members_differ() {
    let mlp = mlp(&config(|config| config.members = 4), &device());
    let signs = |factors: &Option<layers::MemberFactors>| values(factors.as_ref().unwrap().input.val());
    let [first, middle, last] = [&mlp.blocks[0].factors, &mlp.blocks[1].factors, &mlp.output_factors].map(signs);
    for signs in [first, last] {
        assert!(signs.iter().all(|sign| sign.abs() == 1.0) && signs.contains(&1.0) && signs.contains(&-1.0));
    }
    assert!(middle.iter().all(|scale| *scale == 1.0));
    assert_eq!(config(|config| config.members = 4).parameter_count(4, 3), mlp.num_params());
}
