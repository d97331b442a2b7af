//! Wrong flags and values.

use super::run_limited;
use super::support::Program;

#[test]
fn every_flag_refuses_an_empty_value() {
    let program = Program::new();
    for (flag, words) in [
        ("--config", "--config"),
        ("--set", "expected SECTION.KEY=VALUE"),
        ("--data", "data.source"),
        ("--backend", "backend"),
        ("--epochs", "training.epochs"),
        ("--batch-size", "training.batch_size"),
        ("--lr", "optimizer.learning_rate"),
        ("--optimizer", "optimizer.name"),
        ("--schedule", "schedule.name"),
        ("--activation", "model.activation"),
        ("--dropout", "model.dropout"),
        ("--batch-norm", "model.batch_norm"),
        ("--l2", "optimizer.l2"),
        ("--seed", "seed"),
        ("--seeds", "--seeds"),
        ("--name", "--name"),
        ("--resume", "--resume"),
        ("--out", "--out"),
    ] {
        run_limited(&program, &[flag, ""]).fails_with(2, &[words]);
    }
    for command in ["evaluate", "inspect"] {
        run_limited(&program, &[command, ""]).fails_with(2, &["[RUN]"]);
    }
    assert!(!program.path("artifacts").exists());
}

#[test]
fn a_usage_error_is_one_sentence_that_names_the_mistake() {
    let program = Program::new();
    for (arguments, words) in [
        (&["--nonsense"][..], "'--nonsense'"),
        (&["--epoch", "3"], "'--epochs'"),
        (&["nonsense"], "'nonsense'"),
        (&["--epochs"], "'--epochs <N>'"),
        (&["predict"], "<RUN|FILE|DIR|->"),
        (&["evaluate", "run", "--split", "all"], "test, valid, train"),
        (&["--name", "a", "--resume", "b"], "cannot be used with"),
        (&["-q", "-v"], "cannot be used with"),
        (&["completions", "tcsh"], "bash"),
        (&["inspect", "a", "b"], "'b'"),
    ] {
        run_limited(&program, arguments).fails_with(2, &[words]);
    }
}

#[test]
fn every_entry_of_a_list_is_checked() {
    let program = Program::new();
    let seeds = "'--seeds <N,...>': expected whole numbers from 0 to 9223372036854775807";
    for list in ["-1", ",", "1,", "1.5", "0x1", "18446744073709551615", "99999999999999999999"] {
        run_limited(&program, &["--seeds", list]).fails_with(2, &[seeds]);
    }
    run_limited(&program, &["--seeds", "0,0"]).fails_with(2, &["'--seeds <N,...>': 0 is given twice"]);
    for list in [",", ",,", "1,,2", "8,-8", "8,0", "8,65537", "8;8", "[8", "1e3"] {
        run_limited(&program, &["--hidden", list]).fails_with(2, &["model.hidden"]);
    }
    for list in [",", "0.1,", "0,0,nan", "0,0,1", "0.5,0.5,0.5,0.5"] {
        run_limited(&program, &["--dropout", list]).fails_with(2, &["model.dropout"]);
    }
}
