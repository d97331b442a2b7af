//! Every command that the README shows is run, in its order and in one directory, with the epochs cut short.

mod support;

use support::{Output, Program, mnist_directory};

/// The arguments of each line of the README's shell blocks that starts the program.
fn commands() -> Vec<Vec<String>> {
    let readme = include_str!("../README.md");
    let mut in_block = false;
    let mut commands = Vec::new();
    for line in readme.lines() {
        if line.starts_with("```") {
            in_block = line == "```sh";
        } else if in_block && let Some(arguments) = program_arguments(line) {
            commands.push(arguments);
        }
    }
    commands
}

fn program_arguments(line: &str) -> Option<Vec<String>> {
    let command = line.split(" #").next().unwrap_or(line).trim();
    let rest = match command.strip_prefix("cargo run") {
        Some(rest) => rest.trim_start().trim_start_matches("--release").trim_start().trim_start_matches("--"),
        None => command.strip_prefix("burn-mlp ")?,
    };
    Some(rest.split_whitespace().map(|word| word.trim_matches('\'').to_string()).collect())
}

/// Whether the command trains: it then takes `--epochs`.
fn trains(arguments: &[String]) -> bool {
    let others = ["evaluate", "inspect", "runs", "backends", "config", "completions", "help", "--help", "--version"];
    !arguments.first().is_some_and(|first| others.contains(&first.as_str()))
}

fn is_about_mnist(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument.contains("mnist"))
}

/// Runs a command as the README has it, but with one epoch more than it resumes from, and on the local MNIST.
fn run(program: &Program, mut arguments: Vec<String>) -> Option<Output> {
    let wgpu = arguments.iter().any(|argument| argument == "wgpu");
    if wgpu && !has_wgpu(program) {
        return None;
    }
    if trains(&arguments) {
        let epochs = if arguments.iter().any(|argument| argument == "--resume") { "2" } else { "1" };
        match arguments.iter().position(|argument| argument == "--epochs") {
            Some(flag) => arguments[flag + 1] = epochs.to_string(),
            None => arguments.extend(["--epochs".to_string(), epochs.to_string()]),
        }
        if is_about_mnist(&arguments) {
            let directory = mnist_directory()?;
            arguments.extend(["--data-dir".to_string(), directory.display().to_string(), "--offline".to_string()]);
        }
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Some(program.run(&arguments))
}

fn has_wgpu(program: &Program) -> bool {
    let listed = program.run(&["backends"]).succeeds().stdout.contains("works  --backend wgpu");
    assert!(listed || std::env::var_os("BURN_MLP_REQUIRE_WGPU").is_none(), "no wgpu adapter works here");
    listed
}

#[test]
fn every_command_of_the_readme_works() {
    let program = Program::new();
    let commands = commands();
    assert!(commands.len() >= 12, "the README's commands were not found: {commands:?}");
    for arguments in commands {
        let shown = arguments.join(" ");
        match run(&program, arguments) {
            None => eprintln!("skipped: {shown}"),
            Some(output) => {
                eprintln!("{shown}");
                output.succeeds();
            }
        }
    }
}
