//! `--seeds`: one run per seed.

use super::support::{Program, digits_run};

#[test]
fn several_seeds_train_one_run_each_and_print_mean_and_deviation() {
    let program = Program::new();
    let output = program.run(&["--epochs", "1", "--seeds", "0,1,2", "--name", "study"]).succeeds();
    output.says("mean and standard deviation of 3 seeds").says("±");
    for seed in 0..3 {
        assert!(program.path(&format!("artifacts/study-seed{seed}/model.safetensors")).is_file());
    }
}

#[test]
fn the_log_of_each_seed_is_what_was_printed_for_it() {
    let program = Program::new();
    let output = program.run(&["--epochs", "1", "--seeds", "0,1", "--name", "study"]).succeeds();
    let log = |seed: u64| String::from_utf8(program.read(&format!("artifacts/study-seed{seed}/log.txt"))).unwrap();
    assert!(log(0).starts_with("seed 0\n") && log(1).starts_with("seed 1\n"), "{}{}", log(0), log(1));
    let (runs, _) = output.stdout.split_once("mean and").unwrap();
    assert_eq!(log(0) + &log(1), runs);
}

#[test]
fn no_seed_starts_if_the_name_of_a_later_run_is_taken() {
    let program = Program::new();
    digits_run(&program, "study-seed1", &["--epochs", "1"]);
    program.run(&["--seeds", "0,1", "--name", "study"]).fails_with(1).complains("study-seed1");
    assert!(!program.path("artifacts/study-seed0").exists());
}

#[test]
fn a_single_seed_has_no_deviation() {
    let output = Program::new().run(&["--epochs", "1", "--seeds", "3"]).succeeds();
    output.says("1 seed\n").says("finished after 1 epoch in");
    assert!(!output.stdout.contains('±'), "{}", output.stdout);
}
