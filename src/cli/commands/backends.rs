//! `burn-mlp backends`: lists the backends, their devices, and whether each works.

use std::process::{Command, ExitCode, Stdio};

use burn_mlp::Result;
use burn_mlp::backend::{Backend, devices, open};
use burn_mlp::config::BackendRequest;
use burn_mlp::text::printable;
use clap::Args;
use serde::{Deserialize, Serialize};

use crate::cli::terminal::colour::{dim, green, red, yellow};
use crate::cli::terminal::json::json;
use crate::cli::terminal::output::print;
use crate::cli::terminal::quiet_drivers::Silenced;
use crate::cli::value_parsers::backend;

#[derive(Debug, Args)]
pub struct BackendsArgs {
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// Try one device in this process and print the outcome as JSON
    #[arg(long, hide = true, value_name = "NAME[:INDEX]", value_parser = backend)]
    pub probe: Option<BackendRequest>,
}

/// A backend and its devices on this machine.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    backend: String,
    summary: String,
    compiled_in: bool,
    /// The command that compiles it in.
    build: String,
    devices: Vec<Probe>,
}

/// The outcome of a device's first operation.
#[derive(Debug, Serialize, Deserialize)]
struct Probe {
    /// The value for `--backend`.
    name: String,
    /// The device's name, from its driver.
    device: Option<String>,
    software: bool,
    works: bool,
    problem: Option<String>,
}

pub fn run(args: &BackendsArgs) -> Result<ExitCode> {
    if let Some(request) = args.probe {
        print(&json(&probe_here(request))?);
        return Ok(ExitCode::SUCCESS);
    }
    let entries: Vec<Entry> = Backend::ALL.into_iter().map(entry).collect();
    if args.json {
        print(&json(&entries)?);
    } else {
        entries.iter().for_each(show);
    }
    Ok(ExitCode::SUCCESS)
}

fn entry(backend: Backend) -> Entry {
    let _quiet = Silenced::start();
    let found = devices(backend);
    let names = found.iter().map(|device| match found.len() {
        1 => backend.to_string(),
        _ => format!("{backend}:{}", device.index),
    });
    Entry {
        backend: backend.to_string(),
        summary: backend.summary().to_string(),
        compiled_in: backend.is_compiled_in(),
        build: backend.how_to_build(),
        devices: names.map(|name| probe_in_child(&name)).collect(),
    }
}

/// Opens the device in this process, which a broken driver may crash.
fn probe_here(request: BackendRequest) -> Probe {
    match open(request) {
        Ok(opened) => Probe {
            name: request.to_string(),
            device: Some(opened.name),
            software: opened.software,
            works: true,
            problem: None,
        },
        Err(error) => failed(&request.to_string(), error.to_string()),
    }
}

fn probe_in_child(name: &str) -> Probe {
    let output = std::env::current_exe().and_then(|program| {
        Command::new(program).args(["backends", "--probe", name]).stdin(Stdio::null()).stderr(Stdio::null()).output()
    });
    match output {
        Err(error) => failed(name, format!("the test could not be started: {error}")),
        Ok(output) => serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| failed(name, format!("its driver crashed ({})", output.status))),
    }
}

fn failed(name: &str, problem: String) -> Probe {
    Probe { name: name.to_string(), device: None, software: false, works: false, problem: Some(problem) }
}

fn show(entry: &Entry) {
    let name = format!("{:<8}", entry.backend);
    if !entry.compiled_in {
        let hint = format!("not compiled in; build with: {}", entry.build);
        print(&format!("{name} {}  {}", dim("-"), dim(format!("{} ({hint})", entry.summary))));
        return;
    }
    print(&format!("{name} {}", entry.summary));
    if entry.devices.is_empty() {
        print(&format!("         {}  no device found", yellow("-")));
    }
    for probe in &entry.devices {
        let mark = if probe.works { green("works") } else { red("fails") };
        let software = if probe.software { yellow(" (a software rasteriser)") } else { String::new() };
        let what = probe.device.as_deref().or(probe.problem.as_deref()).unwrap_or_default();
        print(&format!("         {mark}  --backend {}  {}{software}", probe.name, printable(what)));
    }
}
