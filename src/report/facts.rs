//! Data, environment and times as lists of names and values.

use super::text::clean_sentence;
use crate::format::{count, seconds};
use crate::run_directory::{DataRecord, EpochRow, RunRecord};

/// A name and what belongs to it.
#[derive(Debug, PartialEq)]
pub(super) struct Fact {
    pub name: &'static str,
    pub value: String,
    /// Whether the value is to be read letter by letter: a hash, a command.
    pub is_code: bool,
}

fn fact(name: &'static str, value: impl AsRef<str>) -> Fact {
    Fact { name, value: clean_sentence(value.as_ref()), is_code: false }
}

fn code(name: &'static str, value: impl AsRef<str>) -> Fact {
    Fact { is_code: true, ..fact(name, value) }
}

/// What the run was trained on.
pub(super) fn data(data: &DataRecord) -> Vec<Fact> {
    let colour = if data.image_channels == 3 { " in colour" } else { "" };
    let shape = data.image_shape.map(|[height, width]| format!(", images of {width}×{height} pixels{colour}"));
    let rows = [data.train_rows, data.valid_rows, data.test_rows].map(count);
    vec![
        fact("source", &data.source),
        fact("training rows", &rows[0]),
        fact("validation rows", if data.valid_rows == 0 { "none" } else { &rows[1] }),
        fact("test rows", if data.test_rows == 0 { "none" } else { &rows[2] }),
        fact("features", format!("{} a row{}", count(data.features), shape.unwrap_or_default())),
        fact("classes", count(data.classes)),
        code("SHA-256", &data.hash),
    ]
}

/// What the run was made by and on.
pub(super) fn environment(record: &RunRecord) -> Vec<Fact> {
    let machine = &record.machine;
    let software = if record.software_adapter { " (a software rasteriser)" } else { "" };
    let threads = if machine.threads == 1 { "1 thread".into() } else { format!("{} threads", count(machine.threads)) };
    let cpu = machine.cpu.as_ref().map(|cpu| format!("{cpu}, ")).unwrap_or_default();
    let mut facts = vec![
        fact("backend", &record.backend),
        fact("device", format!("{}{software}", record.device)),
        fact("processor", format!("{cpu}{threads}")),
        fact("system", format!("{} on {}", machine.os, machine.architecture)),
        fact("versions", format!("burn-mlp {}, Burn {}", record.crate_version, record.burn_version)),
        fact("made", record.created.to_string()),
        code("command", command(&record.arguments)),
        code("configuration's SHA-256", &record.config_hash),
    ];
    facts.extend(record.resumed.iter().map(|resumption| {
        fact("resumed", format!("after epoch {} on {}, {}", resumption.epoch, resumption.backend, resumption.time))
    }));
    facts
}

/// Where the time went.
pub(super) fn timings(record: &RunRecord, history: &[EpochRow]) -> Vec<Fact> {
    let timings = &record.timings;
    let mut facts = vec![
        fact("training", seconds(timings.train_seconds)),
        fact("median epoch, with validation", seconds(timings.median_epoch_seconds)),
        fact("loading", seconds(timings.load_seconds)),
        fact("evaluating", seconds(timings.evaluate_seconds)),
    ];
    facts.extend(median_speed(history).map(|speed| fact("median speed", format!("{} rows/s", count(speed as usize)))));
    facts
}

fn median_speed(history: &[EpochRow]) -> Option<f64> {
    let speeds = history.iter().map(|row| row.samples_per_second).filter(|speed| speed.is_finite());
    let mut speeds: Vec<f64> = speeds.collect();
    speeds.sort_by(f64::total_cmp);
    speeds.get(speeds.len() / 2).copied()
}

/// The command line as one would type it.
fn command(arguments: &[String]) -> String {
    let plain = |argument: &String| {
        !argument.is_empty() && argument.chars().all(|c| c.is_alphanumeric() || "-_=.,:/+@%".contains(c))
    };
    let quoted = |argument: &String| match plain(argument) {
        true => argument.clone(),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    };
    let words = ["burn-mlp".to_string()].into_iter().chain(arguments.iter().map(quoted));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_typed_again() {
        let arguments = ["--set", "a=b", "it's", ""].map(String::from);
        assert_eq!(command(&arguments), r"burn-mlp --set a=b 'it'\''s' ''");
    }
}
