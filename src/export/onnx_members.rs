//! Members that share their weights as ONNX operators, computed together: `[members, batch, ...]`.

use burn_mlp_infer::{FactorWeights, LinearWeights, NetworkWeights, Task};
use onnx_rs::ast::OpType;

use super::onnx_steps::{Steps, integer};
use crate::config::Activation;

/// Adds the steps from features `[batch, inputs of the first layer]` to what the members predict together,
/// `[batch, outputs]`: the logarithms of their mean probabilities, or their mean numbers.
pub(super) fn add_members(weights: &NetworkWeights, activation: Activation, task: &Task, steps: &mut Steps) {
    let weights = weights.clone().folded();
    steps.positions("members.axis", &[0]);
    steps.apply(OpType::Unsqueeze, &["members.axis"], "members.features", vec![]); // [1, batch, inputs]
    for (index, block) in weights.blocks.iter().enumerate() {
        let name = format!("blocks.{index}");
        add_layer(&name, &block.linear, block.factors.as_ref(), steps);
        steps.activation(&format!("{name}.activation"), activation);
    }
    add_layer("output", &weights.output, weights.output_factors.as_ref(), steps);
    let members = weights.output_factors.as_ref().map_or(1, |factors| factors.members);
    match task {
        Task::Classification { .. } => add_log_of_mean(members, steps),
        Task::Regression { .. } => add_mean(members, steps),
    }
}

/// Applies a shared layer: `[1 or members, batch, inputs]` to `[members, batch, outputs]`.
fn add_layer(name: &str, linear: &LinearWeights, factors: Option<&FactorWeights>, steps: &mut Steps) {
    let LinearWeights { inputs, outputs, weight, bias } = linear;
    let part = |part: &str| format!("{name}.{part}");
    if let Some(FactorWeights { members, input, output, bias }) = factors {
        for (own, columns, entries) in
            [("input", *inputs, input), ("output", *outputs, output), ("bias", *outputs, bias)]
        {
            steps.constant(&part(&format!("factors.{own}")), &[*members, 1, columns], entries.clone());
        }
        steps.apply(OpType::Mul, &[&part("factors.input")], &part("scaled_inputs"), vec![]);
    }
    let transposed = (0..inputs * outputs).map(|at| weight[at % outputs * inputs + at / outputs]);
    steps.constant(&part("weight"), &[*inputs, *outputs], transposed.collect());
    steps.constant(&part("shared_bias"), &[*outputs], bias.clone());
    steps.apply(OpType::MatMul, &[&part("weight")], &part("product"), vec![]);
    steps.apply(OpType::Add, &[&part("shared_bias")], &part("sum"), vec![]);
    if factors.is_some() {
        steps.apply(OpType::Mul, &[&part("factors.output")], &part("scaled_outputs"), vec![]);
        steps.apply(OpType::Add, &[&part("factors.bias")], &part("linear"), vec![]);
    }
}

/// Adds `ln mean_m exp(ln p_m)`, from which the largest term is taken out before `exp`, which could become 0 in all.
fn add_log_of_mean(members: usize, steps: &mut Steps) {
    steps.apply(OpType::LogSoftmax, &[], "members.terms", vec![integer("axis", 2)]);
    let mut terms = Vec::with_capacity(members);
    for member in 0..members {
        let (index, term) = (format!("members.{member}"), format!("members.{member}.term"));
        steps.whole_number(&index, member);
        steps.apply_to(OpType::Gather, &["members.terms", &index], &term, vec![integer("axis", 0)]); // [batch, outputs]
        terms.push(term);
    }
    steps.apply_to(OpType::Max, &terms.iter().map(String::as_str).collect::<Vec<_>>(), "members.largest", vec![]);
    steps.apply_to(OpType::Sub, &["members.terms", "members.largest"], "members.shifted", vec![]);
    steps.apply(OpType::Exp, &[], "members.powers", vec![]);
    add_mean(members, steps);
    steps.apply(OpType::Log, &[], "members.logarithm", vec![]);
    steps.apply(OpType::Add, &["members.largest"], "members.logits", vec![]);
}

/// Adds the mean over the members.
fn add_mean(members: usize, steps: &mut Steps) {
    steps.apply(OpType::ReduceSum, &["members.axis"], "members.sum", vec![integer("keepdims", 0)]);
    steps.constant("members.share", &[], vec![1.0 / members as f32]);
    steps.apply(OpType::Mul, &["members.share"], "members.mean", vec![]);
}
