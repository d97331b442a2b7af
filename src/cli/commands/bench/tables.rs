//! Tables of a benchmark.

use burn_mlp::bench::{Bench, BenchOutcome, Measurement, Spread};
use burn_mlp::format::{count, megabytes, rounded, seconds, short_time, three_digits};
use burn_mlp::text::printable;
use comfy_table::Cell;

use crate::cli::terminal::colour::{bold, dim, red, yellow};
use crate::cli::terminal::console::Console;
use crate::cli::terminal::tables::{plain_table, right, trimmed};

pub fn show(bench: &Bench, console: &mut Console) {
    if measured(bench).next().is_some() {
        console.line("");
        console.line(bold("speed"));
        console.result(speed_table(bench));
        console.line("");
        console.line(bold("time of a step, by phase"));
        console.result(phase_table(bench));
    }
    let failures = failures(bench);
    if !failures.is_empty() {
        console.line("");
        failures.iter().for_each(|failure| console.result(failure));
    }
    if measured(bench).next().is_some() {
        console.line("");
        disturbed(bench).iter().for_each(|line| console.line(yellow(line)));
        LEGEND.iter().for_each(|line| console.line(dim(line)));
        if measured(bench).any(|(_, _, measurement)| measurement.compiles_kernels) {
            ASYNCHRONOUS.iter().for_each(|line| console.line(dim(line)));
        }
    }
}

const LEGEND: [&str; 4] = [
    "Times and speeds are medians of the repeats. GFLOP/s: a step's matrix products over the time of the whole step.",
    "Products alone: the same products on the same backend with nothing in between; share: their part of a step's time.",
    "Warm-up: opening the device and the first steps. Memory: peak of the process, which includes loading, when the rows",
    "are held more than twice; on device: held by its allocator.",
];

const ASYNCHRONOUS: [&str; 2] = [
    "Phases are timed with a wait for the device after each. On devices that queue kernels this is slower, so the phases",
    "may add up to more than a step.",
];

/// Backend, batch size and measurement of what ran.
fn measured(bench: &Bench) -> impl Iterator<Item = (&str, usize, &Measurement)> {
    bench.results.iter().filter_map(|row| Some((row.backend.as_str(), row.batch_size, row.measurement()?)))
}

fn speed_table(bench: &Bench) -> String {
    let mut table = plain_table();
    let columns = [
        "batch",
        "warm-up",
        "samples/s",
        "slowest-fastest",
        "GFLOP/s",
        "products alone",
        "share",
        "memory",
        "on device",
    ];
    table.set_header([Cell::new("backend")].into_iter().chain(columns.map(right)).chain([Cell::new("device")]));
    for (backend, batch_size, measurement) in measured(bench) {
        let Spread { median, least, most, .. } = measurement.samples_per_second;
        let alone = &measurement.products_alone;
        let bytes = |bytes: Option<u64>| bytes.map_or_else(|| "-".to_string(), megabytes);
        let cells = [
            count(batch_size),
            seconds(measurement.warm_up_seconds),
            rounded(median),
            format!("{}-{}", rounded(least), rounded(most)),
            gigaflops(measurement.gigaflops_per_second),
            gigaflops(alone.gigaflops_per_second),
            format!("{:.0} %", 100.0 * alone.share_of_step),
            bytes(measurement.peak_memory_bytes),
            bytes(measurement.device_memory_bytes),
        ];
        let device = Cell::new(device(measurement));
        table.add_row([Cell::new(backend)].into_iter().chain(cells.map(right)).chain([device]));
    }
    trimmed(&table)
}

/// Three digits, also for the smallest networks.
fn gigaflops(value: f64) -> String {
    match value {
        0.0..0.01 => format!("{value:.5}"),
        0.01..0.1 => format!("{value:.4}"),
        _ => three_digits(value),
    }
}

/// One line for each unreliable measurement.
fn disturbed(bench: &Bench) -> Vec<String> {
    measured(bench)
        .filter_map(|(backend, size, measurement)| disturbed_line(backend, size, measurement.disturbed))
        .collect()
}

fn disturbed_line(backend: &str, batch_size: usize, disturbed: bool) -> Option<String> {
    let problem = "the repeats differ widely, or a step took less time than its products";
    let line =
        || format!("{backend:<8} batches of {}: {problem}; close other programs and measure again", count(batch_size));
    disturbed.then(line)
}

fn device(measurement: &Measurement) -> String {
    let software = if measurement.software { yellow(" (a software rasteriser)") } else { String::new() };
    format!("{}{software}", printable(&measurement.device))
}

fn phase_table(bench: &Bench) -> String {
    let mut table = plain_table();
    let columns = ["batch", "step", "data", "forward", "backward", "optimizer", "metrics"];
    table.set_header([Cell::new("backend")].into_iter().chain(columns.map(right)));
    for (backend, batch_size, measurement) in measured(bench) {
        let phases = measurement.phase_seconds.in_order().map(|(_, spread)| short_time(spread.median));
        let cells = [count(batch_size), short_time(measurement.step_seconds.median)].into_iter().chain(phases);
        table.add_row([Cell::new(backend)].into_iter().chain(cells.map(right)));
    }
    trimmed(&table)
}

/// One line for each backend and reason.
fn failures(bench: &Bench) -> Vec<String> {
    let mut reasons: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for row in &bench.results {
        let BenchOutcome::Failed { reason } = &row.outcome else { continue };
        let size = count(row.batch_size);
        match reasons.iter_mut().find(|(backend, other, _)| (*backend, *other) == (&*row.backend, reason)) {
            Some((_, _, sizes)) => sizes.push(size),
            None => reasons.push((&row.backend, reason, vec![size])),
        }
    }
    let line = |(backend, reason, sizes): (&str, &str, Vec<String>)| {
        format!("{backend:<8} batches of {}: {}: {}", sizes.join(" and "), red("failed"), printable(reason))
    };
    reasons.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use burn_mlp::bench::BenchRow;
    use burn_mlp::config::RunConfig;
    use burn_mlp::run_directory::Machine;

    use super::*;

    #[test]
    fn a_disturbed_measurement_is_reported() {
        let line = |disturbed| disturbed_line("flex", 512, disturbed);
        assert!(line(true).is_some_and(|line| line.starts_with("flex     batches of 512: the repeats differ widely")));
        assert_eq!(line(false), None);
    }

    #[test]
    fn a_reason_shared_by_batch_sizes_is_reported_once() {
        let row = |batch_size, reason: &str| BenchRow {
            backend: "wgpu".to_string(),
            batch_size,
            outcome: BenchOutcome::Failed { reason: reason.to_string() },
        };
        let bench = Bench {
            layer_sizes: vec![2, 2],
            parameters: 6,
            model: RunConfig::default().model,
            optimizer: RunConfig::default().optimizer,
            repeats: 1,
            seconds_per_repeat: 0.5,
            machine: Machine::here(),
            results: vec![row(32, "no device"), row(512, "no device"), row(8192, "no memory\u{1b}")],
        };
        let failures = failures(&bench);
        assert!(failures[0].starts_with("wgpu     batches of 32 and 512:") && failures[0].ends_with("no device"));
        assert!(failures.len() == 2 && failures[1].ends_with(r"no memory\u{1b}"));
    }
}
