//! Slide 14: trainings with and without each regulariser.

use super::super::Context;
use super::super::content::{Block, Cell, Curves, Role, Series, Slide, Table};
use super::super::trainings::{Training, Trainings};
use super::{metric_of, optional};
use crate::config::{Dropout, RunConfig};
use crate::error::Result;
use crate::evaluation::EvaluationReport;
use crate::format::{loss, number};
use crate::pipeline::Split;

/// The slide's `dropout_rate` and `l2_lambda`.
const DROPOUT_RATE: f64 = 0.5;
const L2_LAMBDA: f64 = 0.01;

pub(super) fn slide(context: &Context, configured: &Training, trainings: &mut Trainings) -> Result<Slide> {
    let strengths = Strengths::of(&configured.config);
    let mut compared = Vec::new();
    for (name, config) in strengths.variants(&configured.config) {
        let training = match config == configured.config {
            true => configured.clone(),
            false => trainings.train(&format!("slide 14, {name}"), &config)?,
        };
        compared.push((name, training));
    }
    let slide = Slide::new(14, "Regularization Techniques Implementation")
        .code(&[
            "Z = self.batch_normalize(Z)",
            "mask = np.random.binomial(1, 1-self.dropout_rate, A.shape)",
            "A *= mask",
            "A /= (1-self.dropout_rate)",
            "reg_loss += np.sum(np.square(w))",
            "return 0.5 * self.l2_lambda * reg_loss",
        ])
        .text(format!(
            "Regularisers keep a network from learning its training rows by heart. The same training, without any and with \
             each: dropout of {}, batch normalisation, and L2 with lambda {}. A regulariser helps if the loss of rows that \
             were not trained on falls; the difference between both losses shows how much is learnt by heart.",
            strengths.dropout_in_words(),
            strengths.l2
        ))
        .with(Block::Table(table(&compared)))
        .with(Block::Curves(curves(&compared)));
    let slide = slide.text(observed(&compared));
    Ok(l2_terms(&compared).into_iter().fold(slide, Slide::text).text(in_an_iteration(context)))
}

/// How strong the regularisers are: as configured, or else as on the slide.
struct Strengths {
    dropout: Dropout,
    l2: f64,
}

impl Strengths {
    fn of(config: &RunConfig) -> Self {
        let drops = config.model.dropout_rates().iter().any(|&rate| rate > 0.0);
        let dropout = if drops { config.model.dropout.clone() } else { Dropout::Rate(DROPOUT_RATE) };
        Self { dropout, l2: if config.optimizer.l2 > 0.0 { config.optimizer.l2 } else { L2_LAMBDA } }
    }

    fn dropout_in_words(&self) -> String {
        match &self.dropout {
            Dropout::Rate(rate) => rate.to_string(),
            Dropout::PerLayer(rates) => rates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    fn variants(&self, config: &RunConfig) -> Vec<(&'static str, RunConfig)> {
        let variant = |dropout: bool, batch_norm: bool, l2: bool| {
            let mut config = config.clone();
            config.model.dropout = if dropout { self.dropout.clone() } else { Dropout::Rate(0.0) };
            config.model.batch_norm = batch_norm;
            config.optimizer.l2 = if l2 { self.l2 } else { 0.0 };
            config
        };
        let mut variants = vec![("none", variant(false, false, false))];
        // Dropout of hidden layers and batch normalisation need a hidden layer.
        if !config.model.hidden.is_empty() {
            variants.push(("dropout", variant(true, false, false)));
            variants.push(("batch normalisation", variant(false, true, false)));
        }
        variants.push(("L2", variant(false, false, true)));
        if !config.model.hidden.is_empty() {
            variants.push(("all three", variant(true, true, true)));
        }
        variants
    }
}

fn table(compared: &[(&str, Training)]) -> Table {
    let (metric, format) = metric_of(&compared[0].1);
    let tests = compared.iter().any(|(_, training)| test_report(training).is_some());
    let measured = format!("{} {metric}", if tests { "test" } else { "valid" });
    let columns = ["regulariser", "epochs", "train loss", "valid loss", "difference", measured.as_str()];
    let mut table = Table::new("The kept epoch of each training", &columns);
    for (name, training) in compared {
        let best = training.best();
        let (train, valid) = (best.map(|row| row.train_loss), best.and_then(|row| row.valid_loss));
        let gap = train.zip(valid).map(|(train, valid)| valid - train);
        let measured = match tests {
            true => test_report(training).and_then(|report| report.accuracy().or(report.rmse())),
            false => best.and_then(|row| row.valid_accuracy.or(row.valid_rmse)),
        };
        table.rows.push(vec![
            (*name).into(),
            Cell::count(training.history.len()),
            optional(train, loss),
            optional(valid, loss),
            optional(gap, loss),
            optional(measured, format),
        ]);
    }
    table
}

fn test_report(training: &Training) -> Option<&EvaluationReport> {
    let (_, report) = training.evaluation.as_ref().filter(|(split, _)| *split == Split::Test)?;
    Some(report)
}

/// The validation loss of every variant, or the training loss without validation rows.
fn curves(compared: &[(&str, Training)]) -> Curves {
    let validates = compared.iter().any(|(_, training)| training.history.iter().any(|row| row.valid_loss.is_some()));
    let series = |(index, (name, training)): (usize, &(&str, Training))| Series {
        name: (*name).to_string(),
        role: Role::Run(index),
        points: training
            .history
            .iter()
            .filter_map(|row| Some((row.epoch, if validates { row.valid_loss? } else { row.train_loss })))
            .collect(),
    };
    let title = if validates { "Validation loss" } else { "Training loss" };
    Curves { title: title.to_string(), is_fraction: false, series: compared.iter().enumerate().map(series).collect() }
}

/// Says which training has the lowest validation loss.
fn observed(compared: &[(&str, Training)]) -> String {
    let loss_of = |training: &Training| training.best().and_then(|row| row.valid_loss).filter(|loss| loss.is_finite());
    let with_loss = compared.iter().filter_map(|(name, training)| Some((*name, loss_of(training)?)));
    let Some((name, _)) = with_loss.min_by(|one, other| one.1.total_cmp(&other.1)) else {
        return "Without validation rows it cannot be said which regulariser helps.".to_string();
    };
    let subject = match name {
        "none" => "no regulariser at all".to_string(),
        "all three" => "all three together".to_string(),
        name => name.to_string(),
    };
    format!(
        "Here {subject} reaches the lowest validation loss. On other data, and with other strengths, another may: the slide's \
         strengths are strong for a small network. With dropout the training loss is that of the thinned network."
    )
}

/// The L2 term of each training that has one, by the slide's formula and by Burn's module.
fn l2_terms(compared: &[(&str, Training)]) -> Vec<String> {
    let term = |(name, training): &(&str, Training)| {
        let (closed_form, burn) = (training.l2_term?, training.best()?.l2_term);
        Some(format!(
            "L2 term of the kept weights with {name}: {} by the slide's formula, {} by Burn, difference {:.1e}.",
            number(closed_form),
            number(burn),
            (closed_form - burn).abs()
        ))
    };
    compared.iter().filter_map(term).collect()
}

fn in_an_iteration(context: &Context) -> &'static str {
    match context.options.small.model.batch_norm {
        true => "Slide 2 shows batch normalisation in numbers.",
        false => {
            "To see them in the numbers of slides 2 to 6: `burn-mlp walkthrough --dropout 0.5 --batch-norm --l2 0.01`"
        }
    }
}
