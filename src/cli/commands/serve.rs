//! `burn-mlp serve`: serves a run's model over HTTP.

use std::process::ExitCode;
use std::time::Duration;

use burn_mlp::config::{BackendRequest, Layers};
use burn_mlp::serve::{self, Limits, ServedModel, listen};
use burn_mlp::text::printable;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result, pipeline};
use clap::Args;
use tokio::time::sleep;

use crate::cli::common_args::RunArgs;
use crate::cli::process::signals;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::quiet_drivers;
use crate::cli::value_parsers::{backend, whole};

/// Time between two checks for a stop request.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Port to listen on; 0 for any free port
    #[arg(long, value_name = "N", default_value_t = 8080, allow_hyphen_values = true, value_parser = whole::<u16>(0, 65_535))]
    pub port: u16,
    /// Address to listen on; the default accepts connections from this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: String,
    /// Backend to predict on [default: the run's]
    #[arg(long, value_name = "NAME[:INDEX]", value_parser = backend)]
    pub backend: Option<BackendRequest>,
}

pub fn run(args: &ServeArgs, console: &mut Console) -> Result<ExitCode> {
    let run = args.run.open(console)?;
    let config = Layers::from_config(pipeline::configuration(&run)?).resolve()?;
    // Before the model is loaded, to fail fast on a port in use.
    let listener = listen(&args.host, args.port)?;
    let address = listener.local_addr().map_err(|error| Error::data("the server", error.to_string()))?;
    let backend = args.backend.map_or_else(|| config.backend.parse(), Ok)?;
    let device = quiet_drivers::open_backend(backend, console.verbose())?;
    let model = ServedModel::load(&run, &device)?;
    console.line(format!("model    {}", printable(model.name())));
    console.line(format!("backend  {} on {}", device.backend, printable(&device.name)));
    // Before the address is printed: from then on the user may stop the server.
    let stop = StopSignal::new();
    signals::stop_on_interrupt_saying(&stop, "stopping");
    console.result(format!("serving  http://{address}/ until Ctrl-C"));
    if !address.ip().is_loopback() {
        console.warn("anyone who can reach this machine can use the model: there is no password and no encryption");
    }
    serve::serve(listener, model, Limits::default(), stop_requested(stop))?;
    console.line("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Completes on Ctrl-C or SIGTERM.
async fn stop_requested(stop: StopSignal) {
    while !stop.is_requested() {
        sleep(POLL_INTERVAL).await;
    }
}
