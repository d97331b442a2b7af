//! Data, environment and times as lists of names and values.

use super::sanitize::short_name;
use crate::format::{count, seconds, shell_word, without_directory};
use crate::run_directory::{EpochRow, RunRecord};
use crate::text::printable;

/// An entry of a list.
#[derive(Debug, PartialEq)]
pub(super) struct Property {
    pub name: &'static str,
    pub value: String,
    /// Whether the value is set in a fixed-width font, as hashes and commands are.
    pub is_code: bool,
}

fn property(name: &'static str, value: impl AsRef<str>) -> Property {
    Property { name, value: printable(value.as_ref()), is_code: false }
}

fn code(name: &'static str, value: impl AsRef<str>) -> Property {
    Property { is_code: true, ..property(name, value) }
}

/// Describes the data that the run was trained on.
pub(super) fn data(record: &RunRecord) -> Vec<Property> {
    let data = &record.data;
    let color = if data.image_channels == 3 { " in colour" } else { "" };
    let shape = data.image_shape.map(|[height, width]| format!(", images of {width}×{height} pixels{color}"));
    let rows = |rows: usize| if rows == 0 { "none".to_string() } else { count(rows) };
    let mut properties = vec![property("source", without_directory(&data.source))];
    match &record.group {
        // Each run divides the rows of the other folds again.
        Some(group) => {
            properties.push(property("rows", count(data.train_rows + data.valid_rows + data.test_rows)));
            properties.push(property("folds", count(group.folds)));
        }
        None => {
            properties.push(property("training rows", count(data.train_rows)));
            properties.push(property("validation rows", rows(data.valid_rows)));
            properties.push(property("test rows", rows(data.test_rows)));
        }
    }
    properties.extend([
        property("features", format!("{} per row{}", count(data.features), shape.unwrap_or_default())),
        match data.target_names.is_empty() {
            true => property("classes", count(data.classes)),
            false => property("predicted", names(&data.target_names)),
        },
        code("SHA-256", &data.hash),
    ]);
    properties
}

fn names(targets: &[String]) -> String {
    targets.iter().map(|name| short_name(name)).collect::<Vec<_>>().join(", ")
}

/// Describes the program and the machine that made the run.
pub(super) fn environment(record: &RunRecord) -> Vec<Property> {
    let machine = &record.machine;
    let software = if record.software_adapter { " (a software rasteriser)" } else { "" };
    let threads = if machine.threads == 1 { "1 thread".into() } else { format!("{} threads", count(machine.threads)) };
    let cpu = machine.cpu.as_ref().map(|cpu| format!("{cpu}, ")).unwrap_or_default();
    let mut properties = vec![
        property("backend", &record.backend),
        property("device", format!("{}{software}", record.device)),
        property("processor", format!("{cpu}{threads}")),
        property("system", format!("{} on {}", machine.os, machine.architecture)),
        property("versions", format!("burn-mlp {}, Burn {}", record.crate_version, record.burn_version)),
        property("created", record.created.to_string()),
        code("command", command(&record.arguments)),
        code("SHA-256 of the configuration", &record.config_hash),
    ];
    properties.extend(record.resumed.iter().map(|resumption| {
        let (epoch, backend, time) = (resumption.epoch, &resumption.backend, &resumption.time);
        property("resumed", format!("after epoch {epoch} on {backend}, {time}"))
    }));
    properties
}

/// Lists how long each phase took.
pub(super) fn timings(record: &RunRecord, history: &[EpochRow]) -> Vec<Property> {
    let timings = &record.timings;
    let mut properties = vec![
        property("training", seconds(timings.train_seconds)),
        property("median epoch, including validation", seconds(timings.median_epoch_seconds)),
        property("loading", seconds(timings.load_seconds)),
        property("evaluation", seconds(timings.evaluate_seconds)),
    ];
    let speed = median_speed(history);
    properties.extend(speed.map(|speed| property("median speed", format!("{} rows/s", count(speed as usize)))));
    properties
}

fn median_speed(history: &[EpochRow]) -> Option<f64> {
    let mut speeds: Vec<f64> = history.iter().filter_map(|row| row.samples_per_second).collect();
    speeds.sort_by(f64::total_cmp);
    speeds.get(speeds.len() / 2).copied()
}

/// Returns the command line as a shell accepts it, in the directory of its files.
fn command(arguments: &[String]) -> String {
    let words = ["burn-mlp".to_string()]
        .into_iter()
        .chain(arguments.iter().map(|argument| shell_word(&without_directory(argument))));
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
