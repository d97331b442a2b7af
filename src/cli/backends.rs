//! `burn-mlp backends`: what is compiled in, what is here, and what works.

use std::process::{Command, ExitCode, Stdio};

use burn_mlp::Result;
use burn_mlp::backend::{self, Backend};
use burn_mlp::config::BackendRequest;
use clap::Args;
use serde::{Deserialize, Serialize};

use super::console::{dim, green, json, print, red, yellow};
use super::failure::printable;

#[derive(Debug, Args)]
pub struct BackendsArgs {
    /// Print JSON in place of a table
    #[arg(long)]
    pub json: bool,
    /// Try one backend in this process and print its device as JSON
    #[arg(long, hide = true, value_name = "NAME[:INDEX]")]
    pub probe: Option<String>,
}

/// A backend as this machine has it.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    backend: String,
    summary: String,
    compiled_in: bool,
    devices: Vec<Probe>,
}

/// What came of a device's first operation.
#[derive(Debug, Serialize, Deserialize)]
struct Probe {
    /// What `--backend` takes.
    name: String,
    /// The device as its driver names it.
    device: Option<String>,
    software: bool,
    works: bool,
    problem: Option<String>,
}

pub fn run(args: &BackendsArgs) -> Result<ExitCode> {
    if let Some(request) = &args.probe {
        print(&json(&probe_here(request)?)?);
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
    let _quiet = super::quiet_drivers::Silenced::start();
    let found = backend::devices(backend);
    let names = found.iter().map(|device| match found.len() {
        1 => backend.to_string(),
        _ => format!("{backend}:{}", device.index),
    });
    Entry {
        backend: backend.to_string(),
        summary: backend.summary().to_string(),
        compiled_in: backend.is_compiled_in(),
        devices: names.map(|name| probe_in_child(&name)).collect(),
    }
}

/// Opens the device in this process; a driver may take the process with it.
fn probe_here(request: &str) -> Result<Probe> {
    let request: BackendRequest = request.parse()?;
    Ok(match backend::open(request) {
        Ok(opened) => Probe {
            name: request.to_string(),
            device: Some(opened.name),
            software: opened.software,
            works: true,
            problem: None,
        },
        Err(error) => failed(&request.to_string(), error.to_string()),
    })
}

fn probe_in_child(name: &str) -> Probe {
    let output = std::env::current_exe().and_then(|program| {
        Command::new(program).args(["backends", "--probe", name]).stdin(Stdio::null()).stderr(Stdio::null()).output()
    });
    match output {
        Err(error) => failed(name, format!("it could not be tried: {error}")),
        Ok(output) => serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            failed(name, format!("its driver ended the process that tried it ({})", output.status))
        }),
    }
}

fn failed(name: &str, problem: String) -> Probe {
    Probe { name: name.to_string(), device: None, software: false, works: false, problem: Some(problem) }
}

fn show(entry: &Entry) {
    let name = format!("{:<8}", entry.backend);
    if !entry.compiled_in {
        let hint = format!("not compiled in; --features {} adds it", entry.backend);
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
