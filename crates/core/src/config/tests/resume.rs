use super::message;
use crate::config::*;

#[test]
fn a_resumed_run_may_change_how_long_where_and_what_is_reported() {
    let earlier = RunConfig::default();
    let now = Layers::from_config(earlier.clone())
        .override_text("training.epochs", "80")
        .override_text("backend", "wgpu:1")
        .override_text("data.dir", "elsewhere")
        .override_text("data.offline", "true")
        .override_text("evaluation.top_k", "3");
    now.resolve().unwrap().check_resume(&earlier).unwrap();
}

#[test]
fn a_run_without_a_validation_part_resumes_as_it_was() {
    let assignments = ["split.valid=0", "schedule.name=constant", "schedule.monitor=valid-loss"];
    let earlier = assignments.iter().fold(Layers::new(), |layers, text| layers.set(text)).resolve().unwrap();
    let now = Layers::from_config(earlier.clone()).override_text("training.epochs", "80").resolve().unwrap();
    now.check_resume(&earlier).unwrap();
}

#[test]
fn any_other_change_is_refused_with_both_values() {
    let earlier = RunConfig::default();
    let resume = |assignment| message(Layers::new().set(assignment).resolve().unwrap().check_resume(&earlier));
    assert_eq!(
        resume("model.hidden=64,32"),
        "model.hidden: the run to resume has [128, 64], so it cannot go on with [64, 32]; only training.epochs, \
         backend, data.dir, data.offline, evaluation.top_k may change"
    );
    assert!(resume("seed=1").starts_with("seed: the run to resume has 0, so it cannot go on with 1;"));
    assert!(resume("optimizer.name=adam").contains("has \"sgd\", so it cannot go on with \"adam\";"));
}
