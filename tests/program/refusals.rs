//! Wrong input: one sentence, the right exit code, no run left behind.

use std::fs;

use super::support::{Program, digits_run};

#[test]
fn wrong_input_is_one_sentence_with_the_right_exit_code_and_leaves_nothing() {
    let program = Program::new();
    let cases: [(&[&str], i32, &str); 22] = [
        (&["--lr", "-0.1"], 2, "optimizer.learning_rate"),
        (&["--seed", "-1"], 2, "seed"),
        (&["--l2", "-1"], 2, "optimizer.l2"),
        (&["--hidden", "-5"], 2, "model.hidden"),
        (&["--epochs", "-3"], 2, "training.epochs"),
        (&["--dropout", "-1"], 2, "model.dropout"),
        (&["--batch-norm", "maybe"], 2, "model.batch_norm"),
        (&["--seeds", "1,2,1"], 2, "'--seeds <N,...>': 1 is given twice"),
        (&["--set", "optimizer.momentun=0.9"], 2, "optimizer.momentum"),
        (&["--hidden", "128,0"], 2, "model.hidden[1]"),
        (&["--dropout", "1"], 2, "model.dropout"),
        (&["--lr", "nan"], 2, "learning_rate"),
        (&["--epochs", "0"], 2, "epochs"),
        (&["--epochs", "many"], 2, "epochs"),
        (&["--backend", "cuda"], 2, "not compiled in; choose one that is and has a device here: flex"),
        (&["--backend", "gpu"], 2, "backend"),
        (&["--data", "minst"], 2, "mnist"),
        (&["--config", "no-such.toml"], 2, "no-such.toml"),
        (&["--name", "a/b"], 2, "a/b"),
        (&["--data", "idx:no-such-directory"], 1, "no-such-directory"),
        (&["--resume", "no-such-run"], 1, "no-such-run"),
        (&["evaluate", "no-such-run"], 1, "no-such-run"),
    ];
    for (arguments, code, words) in cases {
        let output = program.run(arguments).fails_with(code).complains(words);
        assert_eq!(output.stderr.trim_end().lines().count(), 1, "{}", output.stderr);
        assert!(output.stderr.starts_with("error: "), "{}", output.stderr);
        let made = fs::read_dir(program.path("artifacts")).map(|entries| entries.count()).unwrap_or(0);
        assert_eq!(made, 0, "{arguments:?} left something behind");
    }
}

#[test]
fn an_existing_run_is_not_overwritten() {
    let program = Program::new();
    digits_run(&program, "taken", &["--epochs", "1"]);
    let before = program.read("artifacts/taken/model.safetensors");
    program.run(&["--name", "taken", "--seed", "5"]).fails_with(1).complains("taken");
    assert_eq!(program.read("artifacts/taken/model.safetensors"), before);
}

#[test]
fn a_network_too_large_for_any_machine_is_refused_at_once() {
    Program::new().run(&["--hidden", "65536,65536"]).fails_with(2).complains("parameters");
}
