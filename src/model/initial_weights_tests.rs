//! Weights from files of other programs, with their own names and types.

use std::path::PathBuf;

use burn::tensor::{DType, Device, Tensor, TensorData};
use serde_json::json;

use super::*;
use crate::config::{ModelConfig, RunConfig};

fn device() -> Device {
    crate::backend::open(crate::backend::host()).unwrap().device
}

fn config(hidden: &[usize], batch_norm: bool) -> ModelConfig {
    ModelConfig { hidden: hidden.to_vec(), batch_norm, ..RunConfig::default().model }
}

/// Writes a file whose tensors hold consecutive numbers of type `dtype`: the first from 1, the second from 101.
fn file_of(dtype: DType, tensors: &[(&str, &[usize])]) -> Vec<u8> {
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (index, (name, shape)) in tensors.iter().enumerate() {
        let count = shape.iter().product::<usize>();
        let values: Vec<f32> = (0..count).map(|entry| (100 * index + entry + 1) as f32).collect();
        let start = data.len();
        data.extend_from_slice(TensorData::new(values, shape.to_vec()).convert_dtype(dtype).bytes());
        let entry = json!({"dtype": format!("{dtype:?}"), "shape": shape, "data_offsets": [start, data.len()]});
        header.insert(name.to_string(), entry);
    }
    whole(&serde_json::to_vec(&header).unwrap(), &data)
}

fn whole(header: &[u8], data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header, data].concat()
}

/// Loads `file` into a network of 3 features and 2 classes.
fn read(file: &[u8], config: &ModelConfig) -> crate::Result<Mlp> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("weights.safetensors");
    std::fs::write(&path, file).unwrap();
    InitialWeights::read(&path, config, 3, 2)?.apply(Mlp::new(config, 3, 2, 0, &device())?)
}

fn refusal(tensors: &[(&str, &[usize])], config: &ModelConfig) -> String {
    let message = read(&file_of(DType::F32, tensors), config).unwrap_err().to_string();
    message.split_once("cannot be started from: ").unwrap().1.to_string()
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// The first entry of each linear layer's weight and bias.
fn firsts(mlp: &Mlp) -> Vec<[f32; 2]> {
    let first = |linear: &layers::Linear| [values(linear.weight.val())[0], values(linear.bias.val())[0]];
    mlp.linears().map(first).collect()
}

#[test]
fn layers_of_any_names_are_matched_by_shape() {
    let tensors: [(&str, &[usize]); 4] =
        [("head.weight", &[2, 4]), ("head.bias", &[2]), ("body.weight", &[4, 3]), ("body.bias", &[4])];
    let mlp = read(&file_of(DType::F32, &tensors), &config(&[4], false)).unwrap();
    assert_eq!(firsts(&mlp), [[201.0, 301.0], [1.0, 101.0]]);
    // PyTorch's weight is [outputs, inputs], ours [inputs, outputs].
    assert_eq!(values(mlp.blocks[0].linear.weight.val())[..5], [201.0, 204.0, 207.0, 210.0, 202.0]);
}

#[test]
fn layers_of_one_shape_are_matched_by_the_numbers_in_their_names() {
    let tensors: [(&str, &[usize]); 6] = [
        ("net.10.weight", &[3, 3]),
        ("net.10.bias", &[3]),
        ("net.9.weight", &[3, 3]),
        ("net.9.bias", &[3]),
        ("net.11.weight", &[2, 3]),
        ("net.11.bias", &[2]),
    ];
    let mlp = read(&file_of(DType::F32, &tensors), &config(&[3, 3], false)).unwrap();
    assert_eq!(firsts(&mlp), [[201.0, 301.0], [1.0, 101.0], [401.0, 501.0]]);
}

#[test]
fn layers_of_one_shape_without_numbers_are_refused() {
    let tensors: [(&str, &[usize]); 6] = [
        ("first.weight", &[3, 3]),
        ("first.bias", &[3]),
        ("second.weight", &[3, 3]),
        ("second.bias", &[3]),
        ("third.weight", &[2, 3]),
        ("third.bias", &[2]),
    ];
    let problem = refusal(&tensors, &config(&[3, 3], false));
    assert!(problem.starts_with("layers first and second have the same shape"), "{problem}");
}

#[test]
fn batch_norm_layers_are_matched_and_their_counters_ignored() {
    let tensors: [(&str, &[usize]); 9] = [
        ("bn.weight", &[4]),
        ("bn.bias", &[4]),
        ("bn.running_mean", &[4]),
        ("bn.running_var", &[4]),
        ("bn.num_batches_tracked", &[]),
        ("fc1.weight", &[4, 3]),
        ("fc1.bias", &[4]),
        ("fc2.weight", &[2, 4]),
        ("fc2.bias", &[2]),
    ];
    let mlp = read(&file_of(DType::F32, &tensors), &config(&[4], true)).unwrap();
    let norm = mlp.blocks[0].norm.as_ref().unwrap();
    let firsts = [norm.gamma.val(), norm.beta.val(), norm.running_mean.value(), norm.running_var.value()];
    assert_eq!(firsts.map(|tensor| values(tensor)[0]), [1.0, 101.0, 201.0, 301.0]);
    let problem = refusal(&tensors, &config(&[4], false));
    assert!(problem.contains("1 BatchNorm1d layers, this network has 0; train with --batch-norm"), "{problem}");
    assert!(refusal(&tensors[5..], &config(&[4], true)).contains("0 BatchNorm1d layers, this network has 1"));
}

#[test]
fn a_single_linear_layer_needs_no_layer_name() {
    let mlp = read(&file_of(DType::F32, &[("bias", &[2]), ("weight", &[2, 3])]), &config(&[], false)).unwrap();
    assert_eq!(firsts(&mlp), [[101.0, 1.0]]);
}

#[test]
fn other_precisions_are_converted_and_other_types_refused() {
    let tensors: [(&str, &[usize]); 2] = [("output.weight", &[2, 3]), ("output.bias", &[2])];
    for dtype in [DType::F64, DType::F32, DType::F16, DType::BF16] {
        let mlp = read(&file_of(dtype, &tensors), &config(&[], false)).unwrap();
        assert_eq!(values(mlp.output.weight.val()), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0], "{dtype:?}");
    }
    let message = read(&file_of(DType::I64, &tensors), &config(&[], false)).unwrap_err().to_string();
    assert!(
        message.ends_with("tensor output.weight has entries of type I64; expected F32, F64, F16 or BF16"),
        "{message}"
    );
}

#[test]
fn a_shape_mismatch_names_the_tensor_and_both_shapes() {
    let own: [(&str, &[usize]); 2] = [("output.weight", &[2, 4]), ("output.bias", &[2])];
    assert_eq!(refusal(&own, &config(&[], false)), "tensor output.weight has shape [2, 4]; this network needs [2, 3]");
    let other: [(&str, &[usize]); 2] = [("fc.weight", &[2, 4]), ("fc.bias", &[2])];
    assert_eq!(
        refusal(&other, &config(&[], false)),
        "tensor fc.weight has shape [2, 4]; output.weight of this network needs [2, 3]"
    );
    assert_eq!(
        refusal(&other, &config(&[4], false)),
        "it has 1 Linear layers, this network has 2; choose --hidden to fit"
    );
}

#[test]
fn other_layers_than_linear_and_batch_norm_are_refused_by_name() {
    let config = config(&[], false);
    assert!(refusal(&[("fc.weight", &[2, 3])], &config).starts_with("tensor fc.bias is missing"));
    assert!(refusal(&[("fc.scale", &[2, 3])], &config).starts_with("tensor fc.scale does not belong to a Linear"));
    assert!(
        refusal(&[("conv.weight", &[2, 3, 1, 1])], &config)
            .starts_with("tensor conv.weight does not belong to a Linear")
    );
    let extra: [(&str, &[usize]); 3] = [("fc.weight", &[2, 3]), ("fc.bias", &[2]), ("fc.mask", &[2])];
    assert_eq!(refusal(&extra, &config), "tensor fc.mask does not belong to a Linear");
    let odd: [(&str, &[usize]); 2] = [("fc.weight", &[2, 3]), ("fc.bias", &[3])];
    assert_eq!(refusal(&odd, &config), "tensor fc.bias has shape [3]; [2] would fit its layer's weight");
    assert!(refusal(&[], &config).contains("it has 0 Linear layers"));
}

#[test]
fn a_damaged_or_truncated_file_is_refused_with_a_sentence() {
    let good = file_of(DType::F32, &[("output.weight", &[2, 3]), ("output.bias", &[2])]);
    for cut in 0..good.len() {
        let message = read(&good[..cut], &config(&[], false)).unwrap_err().to_string();
        assert!(message.contains("cannot be started from: ") && !message.contains('\n'), "{cut}: {message}");
    }
    let entry = |dtype: &str, shape: serde_json::Value, offsets: [u64; 2]| {
        json!({"output.bias": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
               "output.weight": {"dtype": dtype, "shape": shape, "data_offsets": offsets}})
    };
    for header in [
        json!([]),
        json!({"output.weight": 5}),
        entry("F32", json!([2, 3]), [0, u64::MAX]),
        entry("F32", json!([2, 3]), [24, 0]),
        entry("F32", json!([2, 3]), [0, 20]),
        entry("F32", json!([1u64 << 63, 1u64 << 63]), [0, 24]),
        entry("F32", json!([-2, 3]), [0, 24]),
        entry("", json!([2, 3]), [0, 24]),
    ] {
        let file = whole(&serde_json::to_vec(&header).unwrap(), &[0; 24]);
        assert!(read(&file, &config(&[], false)).is_err(), "{header}");
    }
}

#[test]
fn nan_entries_and_negative_variances_are_refused() {
    let mut file = file_of(DType::F32, &[("output.weight", &[2, 3]), ("output.bias", &[2])]);
    let end = file.len();
    file[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let message = read(&file, &config(&[], false)).unwrap_err().to_string();
    assert!(message.ends_with("tensor output.bias has an entry that is NaN"), "{message}");

    let mut file = Mlp::new(&config(&[4], true), 3, 2, 0, &device()).unwrap().to_safetensors("").unwrap();
    let text = String::from_utf8_lossy(&file).into_owned();
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_str(text[8..8 + length].trim_end()).unwrap();
    let offset = header["blocks.0.norm.running_var"]["data_offsets"][0].as_u64().unwrap() as usize;
    file[8 + length + offset..][..4].copy_from_slice(&(-1.0f32).to_le_bytes());
    let message = read(&file, &config(&[4], true)).unwrap_err().to_string();
    assert!(message.contains("blocks.0.norm.running_var has a negative entry"), "{message}");
}

#[test]
fn a_path_that_cannot_be_a_model_is_refused_without_reading_it_all() {
    let directory = tempfile::tempdir().unwrap();
    let read = |path: PathBuf| InitialWeights::read(path, &config(&[], false), 3, 2).unwrap_err().to_string();
    assert!(read(directory.path().to_path_buf()).contains("it is not a file"));
    assert!(read(directory.path().join("none")).starts_with("cannot read "));
    let huge = directory.path().join("huge");
    std::fs::File::create(&huge).unwrap().set_len(1 << 40).unwrap();
    assert!(read(huge).contains("it is larger than"));
}
