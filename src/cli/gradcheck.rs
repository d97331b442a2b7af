//! `burn-mlp gradcheck`: Burn's gradients beside the walkthrough's closed form and central differences.

use std::process::ExitCode;

use burn_mlp::backend::OpenDevice;
use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::gradcheck::{GradientCheck, TOLERANCE, check_gradients};
use burn_mlp::{Error, Result, data};
use clap::Args;
use comfy_table::Cell;

use super::console::{Console, dim, green, yellow};
use super::format::count;
use super::quiet_drivers;
use super::setting_args::SettingArgs;
use super::tables::{plain_table, right};

#[derive(Debug, Args)]
pub struct GradcheckArgs {
    #[command(flatten)]
    pub settings: SettingArgs,
    /// Rows of the batch
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub rows: usize,
    /// Print JSON in place of a table
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &GradcheckArgs, console: &mut Console) -> Result<ExitCode> {
    let config = args.settings.resolve(Layers::new())?;
    let opened = quiet_drivers::open_backend(&config.backend, console.verbose())?;
    let data = data::load(&config, &mut |_| ())?;
    let check = check_gradients(&config, &data, args.rows, &opened.device)?;
    if args.json {
        let json = serde_json::to_string_pretty(&check);
        console.answer(json.map_err(|error| Error::data("gradcheck", error.to_string()))?);
    } else {
        let sizes = config.model.layer_sizes(data.train.dimension(), data.classes());
        let sizes: Vec<_> = sizes.iter().map(ToString::to_string).collect();
        console.line(format!("network  {}, {}", sizes.join("-"), description(&config)));
        console.line(format!("batch    {} rows of {}, in training mode", check.rows, data.source));
        console.line(format!("backend  {} on {}", opened.backend, opened.name));
        console.line("");
        console.answer(table(&check, opened.backend.name()));
        console.line("");
        console.line(dim(
            "Errors are the worst entry's, relative to the tensor's largest. The closed form, in f64, is that of",
        ));
        console.line(dim(
            "slides 4 and 5, checked by central differences of the loss; the backend's gradient by the closed form.",
        ));
    }
    if check.tensors.iter().any(|tensor| tensor.largest == 0.0) {
        console.line(yellow("where the largest is 0, nothing reaches the tensor, and nothing was checked"));
    }
    console.line(green(verdict(&check, &opened)?));
    Ok(ExitCode::SUCCESS)
}

fn verdict(check: &GradientCheck, opened: &OpenDevice) -> Result<String> {
    let (closed_form, burn) = (check.worst_closed_form_error(), check.worst_burn_error());
    if check.passes() {
        let worst = closed_form.max(burn);
        return Ok(format!("passed: the worst error is {worst:.1e}, at most {TOLERANCE:e} is right"));
    }
    if burn <= TOLERANCE {
        return Err(Error::Training(format!(
            "the closed form and central differences are {closed_form:.1e} apart where at most {TOLERANCE:e} is right: \
             the loss is too curved here to check more; the backend is within {burn:.1e} of the closed form"
        )));
    }
    let problem = format!("its gradients are off by {burn:.1e}; at most {TOLERANCE:e} is right");
    Err(Error::Backend { backend: opened.backend.to_string(), problem })
}

/// What shapes the gradient besides the sizes.
fn description(config: &RunConfig) -> String {
    let mut parts = vec![config.model.activation.to_string()];
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
        right("closed form off by"),
        right(format!("{backend} off by")),
    ]);
    for tensor in &check.tensors {
        let figures = [tensor.largest, tensor.closed_form_error, tensor.burn_error];
        let figures = figures.map(|figure| right(format!("{figure:.1e}")));
        table.add_row([Cell::new(&tensor.name), right(count(tensor.entries))].into_iter().chain(figures));
    }
    table.to_string()
}
