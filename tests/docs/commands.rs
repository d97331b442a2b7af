//! Runs every command of README and the pages, page by page, with the epochs cut short.

use std::fs;
use std::io::{BufRead, BufReader};

use super::pages::{GENERATED, Update, pages, read, repository, update};
use super::support::{Output, Program, mnist_directory};
use super::transcript::{self, Transcript};

/// One test per page, so that they run side by side and a failure names its page.
macro_rules! commands_work {
    ($($test:ident: $page:literal,)*) => {
        $(#[test] fn $test() { check_page($page) })*

        #[test]
        fn every_page_with_commands_is_tested() {
            let tested = [$($page),*];
            let is_untested = |page: &String| !tested.contains(&page.as_str()) && !GENERATED.contains(&page.as_str());
            let untested: Vec<String> =
                pages().into_iter().filter(is_untested).filter(|page| !steps(&read(page)).is_empty()).collect();
            assert_eq!(untested, Vec::<String>::new());
        }
    };
}

commands_work! {
    readme: "README.md",
    accuracy: "docs/accuracy.md",
    augmentation: "docs/augmentation.md",
    backends: "docs/backends.md",
    bench: "docs/bench.md",
    compare: "docs/compare.md",
    data: "docs/data.md",
    ensembles: "docs/ensembles.md",
    export: "docs/export.md",
    introduction: "docs/introduction.md",
    performance: "docs/performance.md",
    predict: "docs/predict.md",
    reliability: "docs/reliability.md",
    run_directory: "docs/run-directory.md",
    scaling: "docs/scaling.md",
    serve: "docs/serve.md",
    training: "docs/training.md",
    upstream: "docs/upstream.md",
    walkthrough: "docs/walkthrough.md",
    walkthrough_seen: "docs/walkthrough-seen.md",
}

/// Something a page tells the reader to run.
#[derive(Debug, PartialEq)]
enum Step {
    /// Must succeed. Epochs are cut short.
    Command(Vec<String>),
    /// Must print what the page shows.
    Transcript(Transcript),
}

/// What the `sh` and `console` blocks run, in their order, then the commands in running text.
fn steps(page: &str) -> Vec<Step> {
    let (mut steps, mut in_text) = (Vec::new(), Vec::new());
    let mut block: Option<(&str, Vec<&str>)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), block.take()) {
            (Some(_), Some((kind, lines))) => steps.extend(block_steps(kind, &lines)),
            (Some(info), None) => block = Some((info, Vec::new())),
            (None, Some((kind, mut lines))) => {
                lines.push(line);
                block = Some((kind, lines));
            }
            (None, None) => in_text.extend(line.split('`').skip(1).step_by(2).filter_map(program_arguments)),
        }
    }
    for arguments in in_text.into_iter().map(Step::Command) {
        if !steps.contains(&arguments) {
            steps.push(arguments);
        }
    }
    steps
}

fn block_steps(kind: &str, lines: &[&str]) -> Vec<Step> {
    match kind {
        "sh" => lines.iter().filter_map(|line| program_arguments(line)).map(Step::Command).collect(),
        "console" => transcript::parse(lines).into_iter().map(Step::Transcript).collect(),
        _ => Vec::new(),
    }
}

/// The arguments if `line` starts the program. RUN stands for the run `wide`; a line with another
/// placeholder, such as NAME, is not a command.
fn program_arguments(line: &str) -> Option<Vec<String>> {
    let command = line.split(" #").next().unwrap_or(line).trim();
    if command.contains("--example") {
        return None;
    }
    let rest = match command.strip_prefix("cargo run") {
        Some(rest) => rest.trim_start().trim_start_matches("--release").trim_start().trim_start_matches("--"),
        None if command == "burn-mlp" => "",
        None => command.strip_prefix("burn-mlp ")?,
    };
    let words = rest.split_whitespace().map(|word| if word == "RUN" { "wide" } else { word }.to_string());
    let is_placeholder = |word: &String| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let words: Vec<String> = words.collect();
    (!words.iter().any(is_placeholder)).then_some(words)
}

fn check_page(page: &str) {
    let text = read(page);
    let steps = steps(&text);
    assert!(!steps.is_empty(), "{page} has no commands");
    let program = Program::new();
    make_inputs(&program);
    write_files_of(&text, &program);
    if uses_the_wide_run(&steps) {
        let wide = ["--hidden", "256,128", "--batch-norm", "--epochs", "1", "--name", "wide", "--quiet"];
        program.run(&wide).succeeds();
    }
    let mut updated = text.clone();
    for step in steps {
        match step {
            Step::Command(arguments) => run_command(&program, arguments),
            Step::Transcript(shown) => check_transcript(page, &program, &shown, &mut updated),
        }
    }
    if updated != text {
        fs::write(repository().join(page), updated).unwrap();
    }
}

/// Whether a page refers to the run `wide` before it trains one.
fn uses_the_wide_run(steps: &[Step]) -> bool {
    let mentions =
        |arguments: &[String]| arguments.iter().any(|word| word == "wide" || word.starts_with("artifacts/wide/"));
    let first = steps.iter().find_map(|step| match step {
        Step::Command(arguments) if mentions(arguments) => Some(arguments),
        _ => None,
    });
    first.is_some_and(|arguments| !arguments.windows(2).any(|pair| pair == ["--name", "wide"]))
}

fn run_command(program: &Program, arguments: Vec<String>) {
    let shown = arguments.join(" ");
    match run(program, arguments) {
        None => eprintln!("skipped: {shown}"),
        Some(output) => {
            eprintln!("burn-mlp {shown}");
            output.succeeds();
        }
    }
}

fn check_transcript(page: &str, program: &Program, shown: &Transcript, updated: &mut String) {
    eprintln!("{}", shown.command);
    let printed = transcript::run(program, &shown.command);
    if update() != Update::All && transcript::shape(&printed) == transcript::shape(&shown.output) {
        return;
    }
    let block = |output: &[String]| {
        format!("$ {}\n{}", shown.command, output.iter().map(|line| format!("{line}\n")).collect::<String>())
    };
    assert!(
        update() != Update::Nothing,
        "{page} does not show what the program prints; run: UPDATE_DOCS=1 cargo test --test docs\n{}\n--- now ---\n{}",
        block(&shown.output),
        block(&printed)
    );
    *updated = updated.replacen(&block(&shown.output), &block(&printed), 1);
}

/// Whether the command trains: it then takes `--epochs`.
fn trains(arguments: &[String]) -> bool {
    let others = [
        "ensemble",
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
        "walkthrough",
        "help",
        "--help",
        "--version",
    ];
    !arguments.first().is_some_and(|first| others.contains(&first.as_str()))
}

fn is_about_mnist(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument.contains("mnist"))
}

/// Runs a command as a page has it, but for fewer epochs and on local copies of MNIST. Returns nothing if this machine
/// lacks what the command needs.
fn run(program: &Program, mut arguments: Vec<String>) -> Option<Output> {
    let wgpu = arguments.iter().any(|argument| argument == "wgpu");
    // An epoch of MNIST takes minutes on a software adapter.
    if wgpu && (is_about_mnist(&arguments) || !program.has_wgpu()) {
        return None;
    }
    match arguments.first().map(String::as_str) {
        Some("serve") => return Some(serve_for_a_moment(program, &arguments)),
        Some("bench") => arguments.extend(["--seconds", "0.01", "--repeats", "1"].map(str::to_string)),
        Some("completions" | "config" | "help") => (),
        _ if is_about_mnist(&arguments) && trains(&arguments) => use_local_mnist(&mut arguments)?,
        _ => (),
    }
    if trains(&arguments) {
        cut_short(&mut arguments);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Some(program.run(&arguments))
}

/// One epoch, or for a resumed run as many as the page says.
fn cut_short(arguments: &mut Vec<String>) {
    let resumes = arguments.iter().any(|argument| argument == "--resume");
    match arguments.iter().position(|argument| argument == "--epochs") {
        Some(_) if resumes => (),
        Some(flag) => arguments[flag + 1] = "1".to_string(),
        None => arguments.extend(["--epochs", if resumes { "2" } else { "1" }].map(str::to_string)),
    }
}

/// Nothing if this machine has no copy of the files.
fn use_local_mnist(arguments: &mut Vec<String>) -> Option<()> {
    let others = ["fashion-mnist", "kmnist", "emnist-letters"];
    if arguments.iter().any(|argument| others.contains(&argument.as_str())) {
        return None;
    }
    let directory = mnist_directory()?;
    arguments.extend(["--data-dir".to_string(), directory.display().to_string(), "--offline".to_string()]);
    if let Some(flag) = arguments.iter().position(|argument| argument == "--seeds") {
        arguments[flag + 1] = "0".to_string();
    }
    // A single epoch is too short for a preset's warm-up.
    arguments.extend(["--set", "schedule.warmup_epochs=0"].map(str::to_string));
    Some(())
}

/// Serves on a free port until it is told to stop.
fn serve_for_a_moment(program: &Program, arguments: &[String]) -> Output {
    let mut words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.iter().position(|word| *word == "--port") {
        Some(flag) => words[flag + 1] = "0",
        None => words.extend(["--port", "0"]),
    }
    let mut running = program.start_captured(&words);
    let mut first_lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let serves = first_lines.any(|line| line.unwrap().starts_with("serving  http://"));
    program.signal(&mut running, "TERM");
    // The server blocks if nobody reads its last lines.
    first_lines.for_each(drop);
    let output = Output::of(running);
    assert!(serves, "{}", output.stderr);
    output
}

/// The files that the pages' commands read: a table, images, and rows of digits.
fn make_inputs(program: &Program) {
    for table in ["iris.csv", "diabetes.csv"] {
        fs::copy(repository().join("tests/fixtures").join(table), program.path(table)).unwrap();
    }
    let stroke = |width: u32, x0: u32| {
        image::GrayImage::from_fn(40, 60, |x, y| {
            image::Luma([if (x0..x0 + width).contains(&x) && (10..50).contains(&y) { 20 } else { 250 }])
        })
    };
    for folder in ["scans", "signs/stop", "signs/yield"] {
        fs::create_dir_all(program.path(folder)).unwrap();
    }
    for file in ["digit.png", "scans/first.png", "scans/second.png"] {
        stroke(5, 18).save(program.path(file)).unwrap();
    }
    for row in 0..10 {
        stroke(5, row).save(program.path(&format!("signs/stop/{row}.png"))).unwrap();
        stroke(15, row).save(program.path(&format!("signs/yield/{row}.png"))).unwrap();
    }
    fs::write(program.path("rows.csv"), format!("{}0\n", "0,16,8,".repeat(21))).unwrap();
}

/// Writes the blocks whose fence names a file, as in "```csv three.csv".
fn write_files_of(page: &str, program: &Program) {
    for block in page.split("\n```").skip(1).step_by(2) {
        let (info, content) = block.split_once('\n').unwrap_or((block, ""));
        if let Some((_, name)) = info.split_once(' ') {
            fs::write(program.path(name), content.to_string() + "\n").unwrap();
        }
    }
}
