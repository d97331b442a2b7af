//! The mean of an ensemble's members as ONNX operators.

use burn_mlp_infer::member_prefix;
use onnx_rs::ast::OpType;

use super::network::Member;
use super::onnx::OnnxOptions;
use super::onnx_steps::{Steps, integer};

/// Adds the steps from the graph's `inputs` to the mean of what the members predict: probabilities, or numbers.
pub(super) fn add_mean(members: &[Member], options: &OnnxOptions, inputs: &[&str], steps: &mut Steps) {
    let shares = add_members(members, options, inputs, steps, |member, own| {
        if member.metadata.targets().is_empty() {
            own.apply(OpType::Softmax, &[], "probabilities", vec![integer("axis", 1)]);
        }
        own.constant("share", &[], vec![member.share as f32]);
        own.apply(OpType::Mul, &["share"], "shared", vec![]);
    });
    steps.apply_to(OpType::Sum, &texts(&shares), "mean", vec![]);
}

/// Adds the steps to the logarithm of the mean of the members' probabilities, `ln sum_m exp(ln s_m + ln p_m)`, from which
/// the largest term is taken out before `exp`, which could become 0 in all.
pub(super) fn add_log_of_mean(members: &[Member], options: &OnnxOptions, inputs: &[&str], steps: &mut Steps) {
    let terms = add_members(members, options, inputs, steps, |member, own| {
        own.apply(OpType::LogSoftmax, &[], "log_probabilities", vec![integer("axis", 1)]);
        own.constant("log_share", &[], vec![member.share.ln() as f32]);
        own.apply(OpType::Add, &["log_share"], "term", vec![]);
    });
    steps.apply_to(OpType::Max, &texts(&terms), "largest", vec![]);
    let mut powers = Vec::new();
    for (index, term) in terms.iter().enumerate() {
        let name = |step: &str| format!("{}{step}", member_prefix(index));
        steps.apply_to(OpType::Sub, &[term, "largest"], &name("shifted"), vec![]);
        steps.apply(OpType::Exp, &[], &name("power"), vec![]);
        powers.push(name("power"));
    }
    steps.apply_to(OpType::Sum, &texts(&powers), "sum", vec![]);
    steps.apply(OpType::Log, &[], "sum.logarithm", vec![]);
    steps.apply(OpType::Add, &["largest"], "logarithm", vec![]);
}

/// Adds the steps of each member, which `finish` completes. Returns the names of their values.
fn add_members(
    members: &[Member],
    options: &OnnxOptions,
    inputs: &[&str],
    steps: &mut Steps,
    finish: impl Fn(&Member, &mut Steps),
) -> Vec<String> {
    let mut values = Vec::with_capacity(members.len());
    for (index, member) in members.iter().enumerate() {
        let mut own = Steps::new("features");
        if !options.normalize && member.metadata.table.is_some() {
            own.positions("own_features", &member.features.clone().collect::<Vec<_>>());
            own.apply(OpType::Gather, &["own_features"], "features.own", vec![integer("axis", 1)]);
        }
        member.add_steps(options, &mut own);
        finish(member, &mut own);
        steps.include(own, &member_prefix(index), inputs);
        values.push(steps.value().to_string());
    }
    values
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}
