//! `burn-mlp gradcheck`: checks Burn's gradients against the walkthrough's closed form, and that
//! against central differences.

use std::process::ExitCode;

use burn_mlp::backend::OpenDevice;
use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::format::count;
use burn_mlp::gradcheck::{GradientCheck, TOLERANCE, check_gradients};
use burn_mlp::{Error, Result, data};
use clap::Args;
use comfy_table::Cell;

use crate::cli::setting_args::SettingArgs;
use crate::cli::terminal::colour::{dim, green, yellow};
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::quiet_drivers;
use crate::cli::terminal::tables::{plain_table, right};

#[derive(Debug, Args)]
pub struct GradcheckArgs {
    /// Number of rows in the batch
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub rows: usize,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub settings: SettingArgs,
}

pub fn run(args: &GradcheckArgs, console: &mut Console) -> Result<ExitCode> {
    let config = args.settings.resolve(Layers::new(), console)?;
    let opened = quiet_drivers::open_backend(config.backend.parse()?, console.verbose())?;
    let data = data::load(&config, &mut |_| ())?;
    let config = config.for_task(data.is_regression(), data.table.is_some())?.for_rows(data.train.len());
    let check = check_gradients(&config, &data, args.rows, &opened.device)?;
    if args.json {
        console.result(json(&check)?);
    } else {
        let sizes = config.model.layer_sizes(data.inputs(), data.outputs());
        let sizes: Vec<_> = sizes.iter().map(ToString::to_string).collect();
        console.line(format!("network  {}, {}", sizes.join("-"), description(&config)));
        console.line(format!("batch    {} rows of {}, in training mode", check.rows, data.source));
        console.line(format!("backend  {} on {}", opened.backend, opened.name));
        console.line("");
        console.result(table(&check, opened.backend.name()));
        console.line("");
        console.line(dim(
            "Errors: the largest, relative to the tensor's largest entry. The closed form of slides 4 and 5, in f64, is",
        ));
        console.line(dim(
            "checked against central differences of the loss; the backend is checked against the closed form.",
        ));
    }
    if check.tensors.iter().any(|tensor| tensor.largest == 0.0) {
        console.line(yellow("a tensor whose largest entry is 0 receives no gradient and was not checked"));
    }
    console.line(green(verdict(&check, &opened)?));
    Ok(ExitCode::SUCCESS)
}

fn verdict(check: &GradientCheck, opened: &OpenDevice) -> Result<String> {
    let (closed_form, burn) = (check.worst_closed_form_error(), check.worst_burn_error());
    if check.passes() {
        let worst = closed_form.max(burn);
        return Ok(format!("passed: the largest error is {worst:.1e}, at most {TOLERANCE:e} is allowed"));
    }
    if burn <= TOLERANCE {
        return Err(Error::Training(format!(
            "the closed form and central differences differ by {closed_form:.1e}, at most {TOLERANCE:e} is allowed: the \
             loss is too curved here for central differences; the backend is within {burn:.1e} of the closed form"
        )));
    }
    let problem = format!("its gradients are off by {burn:.1e}; at most {TOLERANCE:e} is allowed");
    Err(Error::Backend { backend: opened.backend.to_string(), problem })
}

/// What determines the gradients besides the layer sizes.
fn description(config: &RunConfig) -> String {
    let mut parts = Vec::new();
    if config.model.members > 1 {
        parts.push(format!("{} members", config.model.members));
    }
    parts.push(config.model.activation.to_string());
    if config.model.batch_norm {
        parts.push("batch-norm".to_string());
    }
    if config.model.dropout_rates().iter().any(|&rate| rate > 0.0) {
        parts.push("dropout with fixed masks".to_string());
    }
    if config.optimizer.l2 > 0.0 {
        parts.push(format!("L2 {}", config.optimizer.l2));
    }
    parts.join(", ")
}

fn table(check: &GradientCheck, backend: &str) -> String {
    let mut table = plain_table();
    table.set_header([
        Cell::new("gradient by"),
        right("entries"),
        right("largest"),
        right("error of closed form"),
        right(format!("error of {backend}")),
    ]);
    for tensor in &check.tensors {
        let values = [tensor.largest, tensor.closed_form_error, tensor.burn_error];
        let values = values.map(|value| right(format!("{value:.1e}")));
        table.add_row([Cell::new(&tensor.name), right(count(tensor.entries))].into_iter().chain(values));
    }
    table.to_string()
}
