//! `burn-mlp serve`: a run's model over HTTP.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use burn_mlp::artifact::RunDirectory;
use burn_mlp::config::Layers;
use burn_mlp::serve::{self, Limits, Model, listen};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result, pipeline};
use clap::Args;
use tokio::time::sleep;

use super::args::PlaceArgs;
use super::console::Console;
use super::failure::printable;
use super::numbers::whole;
use super::{quiet_drivers, signals};

/// Between two looks at whether the server is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// A run's directory, or its name under --out
    pub run: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Port to listen on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 8080, allow_hyphen_values = true, value_parser = whole::<u16>(0, 65_535))]
    pub port: u16,
    /// Address to listen on; the default serves this machine alone
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: String,
    /// Backend to predict on [default: the run's]
    #[arg(long, value_name = "NAME[:INDEX]")]
    pub backend: Option<String>,
}

pub fn run(args: &ServeArgs, console: &mut Console) -> Result<ExitCode> {
    let run = RunDirectory::find(&args.run, &args.place.out)?;
    let config = Layers::from_config(pipeline::configuration(&run)?).resolve()?;
    // Before the model is loaded, which takes longer than to see that a port is taken.
    let listener = listen(&args.host, args.port)?;
    let address = listener.local_addr().map_err(|error| Error::data("the server", error.to_string()))?;
    let backend = args.backend.as_deref().unwrap_or(&config.backend);
    let device = quiet_drivers::open_backend(backend, console.verbose())?;
    let model = Model::load(&run, &device)?;
    console.line(format!("model    {}", printable(model.name())));
    console.line(format!("backend  {} on {}", device.backend, printable(&device.name)));
    // Whoever reads that it serves may ask it to stop.
    let stop = StopSignal::new();
    signals::listen_saying(&stop, "stopping");
    console.answer(format!("serving  http://{address}/ until Ctrl-C"));
    if !address.ip().is_loopback() {
        console.warn("whoever reaches this machine can use the model: there is no password and no encryption");
    }
    serve::serve(listener, model, Limits::default(), told_to_stop(stop))?;
    console.line("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Completes at Ctrl-C or SIGTERM.
async fn told_to_stop(stop: StopSignal) {
    while !stop.is_requested() {
        sleep(LOOK_EVERY).await;
    }
}
