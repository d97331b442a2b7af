//! Slide 1: layers of weights and biases.

use super::super::Context;
use super::super::content::{Block, Cell, Slide, Table};
use super::network_name;
use crate::config::{Initializer, RunConfig};
use crate::error::{Error, Result};
use crate::format::{count, number};
use crate::model::Mlp;

pub(super) fn slide(context: &Context) -> Result<Slide> {
    let (small, trained) = (&context.options.small, &context.options.config);
    let mut slide = Slide::new(1, "Neural Network Architecture Overview")
        .text(
            "A network is a list of layer sizes. Between two sizes lies a matrix of weights, with a row for each input and \
             a column for each neuron, and a bias for each neuron.",
        )
        .code(&[
            "for i in range(len(layer_sizes)-1):",
            "    w = np.random.randn(layer_sizes[i], layer_sizes[i+1]) * 0.01",
            "    b = np.zeros((1, layer_sizes[i+1]))",
        ])
        .with(Block::Table(layers(context, small)?));
    if small.model.hidden != trained.model.hidden {
        slide = slide
            .text(format!(
                "Slides 2 to 6 follow this network, {}, since it is small enough to read. Slides 7 to 14 train a larger one:",
                network_name(small, context.data)
            ))
            .with(Block::Table(layers(context, trained)?));
    }
    slide = slide.text(initial_weights(small));
    if context.iterations.is_empty() {
        return Ok(slide);
    }
    let parameters = context.iterations[0].of_slide(1).map(|quantity| quantity.name.clone());
    Ok(parameters.fold(slide, |slide, name| slide.with(Block::Quantity { iteration: 1, name })))
}

fn initial_weights(config: &RunConfig) -> String {
    let drawn = match (config.training.init_from.as_str(), config.model.init) {
        ("", Initializer::Normal) => format!("from a normal distribution, times {}", config.model.init_std),
        ("", init) => format!("by {init}, which scales them by each layer's number of inputs"),
        _ => return "The weights are those of the file that training.init_from names.".to_string(),
    };
    let slides = match config.model.init {
        Initializer::Normal => "as on the slide",
        _ => "the slide's 0.01 learns slowly at first; --set model.init=normal is the slide's",
    };
    format!("The weights are drawn with seed {} {drawn} ({slides}). The biases start at 0.", config.seed)
}

fn layers(context: &Context, config: &RunConfig) -> Result<Table> {
    let data = context.data;
    let mlp = Mlp::new(&config.model, data.inputs(), data.outputs(), config.seed, &context.backend.device)?;
    let statistics = mlp.statistics().map_err(Error::Training)?;
    let parameters = config.model.parameter_count(data.inputs(), data.outputs());
    let caption = format!("{}: {} parameters", network_name(config, data), count(parameters));
    let mut table = Table::new(caption, &["layer", "weights", "parameters", "deviation of the weights"]);
    for layer in statistics {
        let name = match layer.name.strip_prefix("blocks.").and_then(|block| block.parse::<usize>().ok()) {
            Some(block) => format!("hidden {}, {}", block + 1, config.model.activation),
            None if layer.name == "output" && !data.is_regression() => "output, softmax".to_string(),
            None => layer.name,
        };
        table.rows.push(vec![
            name.into(),
            format!("{} x {}", layer.inputs, layer.outputs).into(),
            Cell::count(layer.parameters),
            Cell::number(layer.standard_deviation, number),
        ]);
    }
    Ok(table)
}
