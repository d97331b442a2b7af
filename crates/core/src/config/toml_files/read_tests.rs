use crate::config::test_support::message;
use crate::config::*;
use proptest::prelude::*;
use std::{fs, path::PathBuf};

/// Creates a file with this content. Dropping the first value deletes it.
fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("run.toml");
    fs::write(&path, content).unwrap();
    (directory, path)
}

fn problem_in(content: &[u8]) -> String {
    let (_directory, path) = file(content);
    let message = message(Layers::new().file(&path).resolve());
    message.strip_prefix(&path.display().to_string()).unwrap().to_owned()
}

#[test]
fn a_file_may_contain_a_few_settings_in_sections_or_dotted() {
    let (_directory, path) =
        file(b"\xef\xbb\xbfseed = 3\r\ntraining.epochs = 4\r\n[optimizer]\r\nlearning_rate = 1\r\n");
    let config = Layers::new().file_or_preset(path.to_str().unwrap()).resolve().unwrap();
    assert_eq!((config.seed, config.training.epochs, config.optimizer.learning_rate), (3, 4, 1.0));
}

#[test]
fn a_preset_is_given_by_name_and_a_file_by_path() {
    assert_eq!(Layers::new().file_or_preset("mnist").resolve().unwrap().data.source, "mnist");
    assert!(message(Layers::new().file_or_preset("./mnist").resolve()).starts_with("./mnist: cannot read"));
    assert!(message(Layers::new().file_or_preset("").resolve()).starts_with("the configuration file has no name"));
}

#[test]
fn invalid_toml_is_refused_with_file_line_and_column() {
    assert!(problem_in(b"seed = 1\n[training]\nepochs = = 5\n").starts_with(": line 3, column 10: "));
    assert!(problem_in("# größe\ndata.dir = \"ä\" x\n".as_bytes()).starts_with(": line 2, column 16: "));
    assert_eq!(problem_in(b"seed = 1\nseed = 2\n"), ": line 2, column 1: duplicate key");
}

#[test]
fn an_invalid_setting_is_refused_with_its_file() {
    assert_eq!(
        problem_in(b"[optimizer]\nmomentun = 0.9\n"),
        ": optimizer.momentun: there is no such setting; did you mean optimizer.momentum?"
    );
    assert_eq!(
        problem_in(b"[optimiser]\nmomentum = 0.9\n"),
        ": optimiser: there is no such setting; did you mean optimizer?"
    );
    assert_eq!(problem_in(b"optimizer = 3\n"), ": optimizer is a section; name a setting in it, as in optimizer.name");
    assert_eq!(
        problem_in(b"[training.epochs]\ncount = 3\n"),
        ": training.epochs: expected a whole number from 1 to 1000000, found a section with \"count\""
    );
    assert_eq!(
        problem_in(b"model.hidden = [8, \"8\"]\n"),
        ": model.hidden[1]: expected a whole number from 1 to 65536, found the string \"8\""
    );
}

#[test]
fn a_missing_file_is_refused_with_the_list_of_presets() {
    let message = message(Layers::new().file_or_preset("mnst").resolve());
    assert!(message.starts_with("mnst: cannot read this configuration file ("), "{message}");
    assert!(
        message.ends_with(
            "the presets are tabular, digits, mnist, mnist-as-printed, mnist-regularized, mnist-augmented, \
             mnist-dropout-2012, mnist-best; did you mean mnist?"
        ),
        "{message}"
    );
}

#[test]
fn a_directory_a_binary_and_a_large_file_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    assert!(message(Layers::new().file(directory.path()).resolve()).contains("cannot read this configuration file"));
    assert_eq!(problem_in(b"seed = 1 # \xff\n"), " is not UTF-8 text, so it is not a TOML file");
    let comment = vec![b'#'; (1 << 20) + 1];
    assert_eq!(problem_in(&comment), " is larger than 1048576 bytes, too large for a configuration file");
    let (_directory, path) = file(&comment[1..]);
    assert_eq!(Layers::new().file(path).resolve().unwrap(), RunConfig::default());
}

#[cfg(unix)]
#[test]
fn an_endless_device_is_refused_at_the_maximum_file_size() {
    assert!(message(Layers::new().file("/dev/zero").resolve()).contains("larger than 1048576 bytes"));
}

#[test]
fn hostile_toml_is_refused_quickly() {
    let deep = format!("model.hidden = {}", "[".repeat(500_000));
    assert!(message(RunConfig::from_toml(&deep, "deep.toml")).starts_with("deep.toml: line 1, column "));
    let deep_set = format!("model.hidden={}", "[".repeat(500_000));
    assert!(message(Layers::new().set(&deep_set).resolve()).starts_with("model.hidden: expected a list"));
    let long = format!("{} = 1", "k".repeat(500_000));
    assert!(message(RunConfig::from_toml(&long, "long.toml")).len() < 300);
    let many: String = (0..50_000).map(|index| format!("seedling{index} = 1\n")).collect();
    assert!(message(RunConfig::from_toml(&many, "many.toml")).contains("seedling0: there is no such setting"));
}

#[test]
fn text_is_validated() {
    assert_eq!(
        message(RunConfig::from_toml("training.epochs = 3\nschedule.warmup_epochs = 3", "config.toml")),
        "schedule.warmup_epochs: 3 must be less than training.epochs, 3"
    );
}

proptest! {
    #[test]
    fn any_text_resolves_or_is_refused_in_one_line(text in "([a-z_.]{0,9} ?= ?[0-9a-z\"\\[{.]{0,9}\n){0,4}|(?s).*") {
        match RunConfig::from_toml(&text, "any.toml") {
            Ok(config) => config.validate().unwrap(),
            Err(error) => { message::<()>(Err(error)); }
        }
    }
}
