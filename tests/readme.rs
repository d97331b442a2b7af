//! Every command that the README shows is run, in its order and in one directory, with the epochs cut short.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use support::{Output, Program, mnist_directory};

/// The arguments of each line of the README's shell blocks that starts the program, then of each command in its text.
fn commands() -> Vec<Vec<String>> {
    let readme = include_str!("../README.md");
    let mut block = None;
    let (mut in_blocks, mut in_text) = (Vec::new(), Vec::new());
    for line in readme.lines() {
        match (line.strip_prefix("```"), block) {
            (Some(_), Some(_)) => block = None,
            (Some(kind), None) => block = Some(kind),
            (None, Some("sh")) => in_blocks.extend(program_arguments(line)),
            (None, None) => in_text.extend(line.split('`').skip(1).step_by(2).filter_map(program_arguments)),
            (None, Some(_)) => (),
        }
    }
    in_text.retain(|arguments| !in_blocks.contains(arguments));
    [in_blocks, in_text].concat()
}

fn program_arguments(line: &str) -> Option<Vec<String>> {
    let command = line.split(" #").next().unwrap_or(line).trim();
    let rest = match command.strip_prefix("cargo run") {
        Some(rest) => rest.trim_start().trim_start_matches("--release").trim_start().trim_start_matches("--"),
        None => command.strip_prefix("burn-mlp ")?,
    };
    // RUN stands for any run; the first named one of the README is there when the text's commands are run.
    Some(rest.split_whitespace().map(|word| if word == "RUN" { "wide" } else { word }.to_string()).collect())
}

/// Whether the command trains: it then takes `--epochs`.
fn trains(arguments: &[String]) -> bool {
    let others = [
        "evaluate",
        "inspect",
        "report",
        "bench",
        "compare",
        "predict",
        "export",
        "runs",
        "backends",
        "config",
        "data",
        "completions",
        "help",
        "--help",
        "--version",
    ];
    !arguments.first().is_some_and(|first| others.contains(&first.as_str()))
}

fn is_about_mnist(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument.contains("mnist"))
}

/// Runs a command as the README has it, but with one epoch more than it resumes from, and on the local MNIST.
fn run(program: &Program, mut arguments: Vec<String>) -> Option<Output> {
    let wgpu = arguments.iter().any(|argument| argument == "wgpu");
    // An epoch of MNIST takes minutes on a software adapter.
    if wgpu && (is_about_mnist(&arguments) || !program.has_wgpu()) {
        return None;
    }
    if arguments.first().is_some_and(|first| first == "serve") {
        return Some(serve_for_a_moment(program, &arguments));
    }
    if arguments.first().is_some_and(|first| first == "bench") {
        arguments.extend(["--seconds".to_string(), "0.01".to_string()]);
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
            // A single epoch has no room for a preset's warm-up.
            arguments.extend(["--set", "schedule.warmup_epochs=0"].map(str::to_string));
        }
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Some(program.run(&arguments))
}

/// On a free port, until it is asked to stop.
fn serve_for_a_moment(program: &Program, arguments: &[String]) -> Output {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--port", "0"]).collect();
    let mut running = program.start_loud(&arguments);
    let mut first_lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let serves = first_lines.any(|line| line.unwrap().starts_with("serving  http://127.0.0.1:"));
    program.signal(&mut running, "TERM");
    // Its last words need somebody who takes them.
    first_lines.for_each(drop);
    let output = Output::of(running);
    assert!(serves, "{}", output.stderr);
    output
}

/// What the README's commands are given: a table, images and rows of digits.
fn make_inputs(program: &Program) {
    let iris = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/iris.csv");
    fs::copy(iris, program.path("iris.csv")).unwrap();
    let digit = image::GrayImage::from_fn(40, 60, |x, y| {
        image::Luma([if (18..23).contains(&x) && (10..50).contains(&y) { 20 } else { 250 }])
    });
    fs::create_dir(program.path("scans")).unwrap();
    for file in ["digit.png", "scans/first.png", "scans/second.png"] {
        digit.save(program.path(file)).unwrap();
    }
    fs::write(program.path("rows.csv"), format!("{}0\n", "0,16,8,".repeat(21))).unwrap();
}

#[test]
fn every_command_of_the_readme_works() {
    let program = Program::new();
    make_inputs(&program);
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
