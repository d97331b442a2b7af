//! `console` blocks: a command after `$ `, then exactly what it prints.

use super::support::Program;

/// One command of a page and the output that the page shows for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// Without `$ `.
    pub command: String,
    pub output: Vec<String>,
}

/// The commands of a `console` block's lines.
pub fn parse(block: &[&str]) -> Vec<Transcript> {
    let mut transcripts: Vec<Transcript> = Vec::new();
    for line in block {
        match line.strip_prefix("$ ") {
            Some(command) => transcripts.push(Transcript { command: command.to_string(), output: Vec::new() }),
            None => transcripts.last_mut().expect("a block starts with $").output.push((*line).to_string()),
        }
    }
    transcripts
}

/// Runs `burn-mlp ... [2>&1]` or `head -N FILE`, filtered by `| head -N`, `| tail -N` or `| grep -A N ^START`,
/// and returns the lines it prints.
pub fn run(program: &Program, command: &str) -> Vec<String> {
    let mut stages = command.split(" | ");
    let first = stages.next().unwrap();
    let text = match first.strip_prefix("burn-mlp") {
        Some(arguments) => output_of(program, arguments),
        None => {
            let (filter, file) = first.rsplit_once(' ').expect(command);
            let text = String::from_utf8(program.read(file)).unwrap();
            filtered(text.lines().map(str::to_string).collect(), filter).join("\n")
        }
    };
    let lines = text.lines().map(|line| line.trim_end().to_string()).collect();
    let mut lines = stages.fold(lines, filtered);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Only a command that ends in `2>&1` may fail.
fn output_of(program: &Program, arguments: &str) -> String {
    let run = |arguments: &str| program.run(&arguments.split_whitespace().collect::<Vec<_>>());
    match arguments.strip_suffix(" 2>&1") {
        Some(arguments) => {
            let output = run(arguments);
            output.stdout + &output.stderr
        }
        None => run(arguments).succeeds().stdout,
    }
}

fn filtered(mut lines: Vec<String>, filter: &str) -> Vec<String> {
    let words: Vec<&str> = filter.split_whitespace().collect();
    let count = |word: &str| word.trim_start_matches('-').parse::<usize>().expect(filter);
    match words[..] {
        ["head", number] => lines.truncate(count(number)),
        ["tail", number] => drop(lines.drain(..lines.len().saturating_sub(count(number)))),
        ["grep", "-A", number, word] => {
            let start = word.strip_prefix('^').expect("grep is for the start of a line");
            let first = lines.iter().position(|line| line.starts_with(start)).expect(filter);
            lines.drain(..first);
            lines.truncate(count(number) + 1);
        }
        _ => panic!("{filter} is not a filter that pages may use"),
    }
    lines
}

/// What must agree between a page and the machine that tests it: words, not values or the names of
/// devices. Rows that start with a number (an epoch, a class) count as one however many there are.
pub fn shape(lines: &[String]) -> Vec<String> {
    let mut shapes: Vec<String> = lines.iter().map(|line| line_shape(line)).collect();
    shapes.dedup_by(|later, earlier| later == earlier && later == "#");
    shapes
}

fn line_shape(line: &str) -> String {
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let first = line.split_whitespace().next().unwrap_or_default();
    if has_digit(first) {
        return "#".to_string();
    }
    if MACHINE.contains(&first) {
        return first.to_string();
    }
    let words = line.split_whitespace().filter(|word| !UNITS.contains(word));
    let shaped = words.map(|word| if has_digit(word) { "#" } else { word });
    let mut shaped: Vec<&str> = shaped.filter(|word| word.contains(char::is_alphanumeric) || *word == "#").collect();
    shaped.dedup();
    shaped.join(" ")
}

/// First words of lines that name this machine, a time or a size.
const MACHINE: [&str; 7] = ["backend", "device", "machine", "versions", "made", "created", "finished"];

/// The unit of a duration changes with its size, and "+651 %" becomes "13 times".
const UNITS: [&str; 8] = ["ms", "s", "µs", "min", "MB", "kB", "bytes", "times"];

#[test]
fn a_shape_keeps_words_and_forgets_values() {
    let shapes = |text: &str| shape(&text.lines().map(str::to_string).collect::<Vec<_>>());
    assert_eq!(shapes("loss 0.16 in 3 ms\n  1  0.5 best\n  2  0.4"), ["loss # in #", "#"]);
    assert_eq!(shapes("loss 0.2 in 2.1 s\n  1  0.4"), ["loss # in #", "#"]);
    assert_eq!(shapes("backend flex on Some CPU"), ["backend"]);
    assert_eq!(shapes("curve ▁▂▃ up"), ["curve up"]);
}
