//! Usage: flags and values that mean nothing.

use super::ask;
use super::support::Program;

#[test]
fn an_empty_text_is_refused_by_every_flag_that_needs_one() {
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
        ask(&program, &[flag, ""]).refuses(2, &[words]);
    }
    for command in ["evaluate", "inspect"] {
        ask(&program, &[command, ""]).refuses(2, &["<RUN>"]);
    }
    assert!(!program.path("artifacts").exists());
}

#[test]
fn a_mistake_in_the_usage_is_one_sentence_that_names_it() {
    let program = Program::new();
    for (arguments, words) in [
        (&["--nonsense"][..], "'--nonsense'"),
        (&["--epoch", "3"], "'--epochs'"),
        (&["nonsense"], "'nonsense'"),
        (&["--epochs"], "'--epochs <N>'"),
        (&["evaluate"], "<RUN>"),
        (&["evaluate", "run", "--split", "all"], "test, valid, train"),
        (&["--name", "a", "--resume", "b"], "cannot be used with"),
        (&["-q", "-v"], "cannot be used with"),
        (&["completions", "tcsh"], "bash"),
        (&["inspect", "a", "b"], "'b'"),
    ] {
        ask(&program, arguments).refuses(2, &[words]);
    }
}

#[test]
fn lists_of_seeds_and_layers_are_checked_entry_by_entry() {
    let program = Program::new();
    let seeds = "'--seeds <N,...>': expected whole numbers from 0 to 9223372036854775807";
    for list in ["-1", ",", "1,", "1.5", "0x1", "18446744073709551615", "99999999999999999999"] {
        ask(&program, &["--seeds", list]).refuses(2, &[seeds]);
    }
    ask(&program, &["--seeds", "0,0"]).refuses(2, &["'--seeds <N,...>': 0 is given twice"]);
    for list in [",", ",,", "1,,2", "8,-8", "8,0", "8,65537", "8;8", "[8", "1e3"] {
        ask(&program, &["--hidden", list]).refuses(2, &["model.hidden"]);
    }
    for list in [",", "0.1,", "0,0,nan", "0,0,1", "0.5,0.5,0.5,0.5"] {
        ask(&program, &["--dropout", list]).refuses(2, &["model.dropout"]);
    }
}
