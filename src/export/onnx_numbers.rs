//! The encoding of a table's numbers as ONNX operators.

use std::f64::consts::TAU;

use burn_mlp_infer::table::{Cycle, Notation, Numbers, SINCE_MONDAY, Scaling, YEAR};
use onnx_rs::ast::OpType;

use super::onnx_quantiles::quantile_features;
use super::onnx_steps::{F32, I64, Steps, integer};
use super::onnx_table::{NUMBERS, Part};

pub(super) struct NumberColumn<'a> {
    pub name: &'a str,
    /// The index of the first feature.
    pub feature: usize,
    pub numbers: &'a Numbers,
}

/// Adds the steps from the input of `columns` to the parts of their features.
pub(super) fn encode_numbers(columns: &[NumberColumn], notation: &Notation, steps: &mut Steps) -> Vec<Part> {
    let mut parts = Vec::new();
    if !columns.is_empty() {
        Group { columns, steps }.encode(notation, &mut parts);
    }
    parts
}

/// All columns of numbers, while their features are computed.
struct Group<'a, 's> {
    columns: &'a [NumberColumn<'a>],
    steps: &'s mut Steps,
}

impl Group<'_, '_> {
    fn encode(mut self, notation: &Notation, parts: &mut Vec<Part>) {
        self.marks_as_nan(notation);
        let given = self.steps.value().to_string();
        self.complete();
        let complete = self.steps.value().to_string();
        let is_linear = |scaling: &Scaling| matches!(scaling, Scaling::None | Scaling::Standard { .. });
        parts.extend(self.scaled(&complete, "linear", is_linear, |group, chosen| group.linear("linear", chosen)));
        let is_robust = |scaling: &Scaling| matches!(scaling, Scaling::Robust { .. });
        parts.extend(self.scaled(&complete, "robust", is_robust, Self::robust));
        let is_quantile = |scaling: &Scaling| matches!(scaling, Scaling::Quantile { .. });
        parts.extend(self.scaled(&complete, "quantile", is_quantile, |group, chosen| {
            let quantiles = chosen.iter().filter_map(|&at| match &group.columns[at].numbers.scaling {
                Scaling::Quantile { quantiles } => Some(quantiles.as_slice()),
                _ => None,
            });
            quantile_features(&quantiles.collect::<Vec<_>>(), group.steps);
        }));
        for &cycle in Cycle::ALL {
            self.cycle(&complete, cycle, parts);
        }
        parts.extend(self.bins(&complete));
        parts.extend(self.indicators(&given));
    }

    /// Replaces numbers that mark a missing value, such as -999, by NaN.
    fn marks_as_nan(&mut self, notation: &Notation) {
        let steps = &mut *self.steps;
        steps.continue_from(NUMBERS);
        let marks = &notation.missing_numbers;
        if !marks.is_empty() {
            steps.numbers("nan", vec![f64::NAN]);
        }
        for (index, &mark) in marks.iter().enumerate() {
            let (given, number, is_mark) =
                (steps.value().to_string(), format!("mark.{index}"), format!("is_mark.{index}"));
            steps.numbers(&number, vec![mark]);
            steps.apply(OpType::Equal, &[&number], &is_mark, vec![]);
            steps.apply_to(OpType::Where, &[&is_mark, "nan", &given], &format!("numbers.without_mark.{index}"), vec![]);
        }
    }

    /// Replaces missing values, NaN, by the column's substitute, and refuses those without one.
    fn complete(&mut self) {
        let missing: Vec<Option<f64>> = self.columns.iter().map(|column| column.numbers.missing).collect();
        let steps = &mut *self.steps;
        if missing.iter().any(Option::is_some) {
            let given = steps.value().to_string();
            steps.numbers("missing", missing.iter().map(|missing| missing.unwrap_or(f64::NAN)).collect());
            steps.apply(OpType::IsNaN, &[], "is_missing", vec![]);
            steps.apply_to(OpType::Where, &["is_missing", "missing", &given], "complete", vec![]);
        }
        if missing.iter().any(Option::is_none) {
            let complete = steps.value().to_string();
            // Gathering fails at the index 1 of one entry.
            steps.numbers("nothing", vec![0.0]);
            steps.apply(OpType::IsNaN, &[], "is_refused", vec![]);
            steps.apply(OpType::Cast, &[], "is_refused.i64", vec![integer("to", I64)]);
            steps.apply_to(OpType::Gather, &["nothing", "is_refused.i64"], "numbers.refuses_missing_values", vec![]);
            steps.apply(OpType::Add, &[&complete], "checked", vec![]);
        }
    }

    /// Adds the first feature of the columns with such a scaling, computed by `add`.
    fn scaled(
        &mut self,
        complete: &str,
        name: &str,
        is_such: impl Fn(&Scaling) -> bool,
        add: impl Fn(&mut Self, &[usize]),
    ) -> Option<Part> {
        let chosen = self.choose(|column| is_such(&column.numbers.scaling));
        if chosen.is_empty() {
            return None;
        }
        self.gather(complete, name, &chosen);
        add(self, &chosen);
        self.steps.apply(OpType::Cast, &[], &format!("{name}.f32"), vec![integer("to", F32)]);
        let positions = chosen.iter().map(|&at| self.columns[at].feature).collect();
        Some(Part { value: self.steps.value().to_string(), positions })
    }

    /// Adds `(x - centre) / width`.
    fn linear(&mut self, name: &str, chosen: &[usize]) {
        let scale = |&at: &usize| match self.columns[at].numbers.scaling {
            Scaling::Standard { mean: centre, deviation: width } | Scaling::Robust { median: centre, width } => {
                (centre, width)
            }
            Scaling::None | Scaling::Quantile { .. } => (0.0, 1.0),
        };
        let (centres, widths): (Vec<f64>, Vec<f64>) = chosen.iter().map(scale).unzip();
        let [centre, width] = ["centre", "width"].map(|part| format!("{name}.{part}"));
        self.steps.numbers(&centre, centres);
        self.steps.numbers(&width, widths);
        self.steps.apply(OpType::Sub, &[&centre], &format!("{name}.centred"), vec![]);
        self.steps.apply(OpType::Div, &[&width], &format!("{name}.scaled"), vec![]);
    }

    /// Adds `z / sqrt(1 + (z / 3)^2)`.
    fn robust(&mut self, chosen: &[usize]) {
        self.linear("robust", chosen);
        let scaled = self.steps.value().to_string();
        self.steps.numbers("robust.one", vec![1.0]);
        self.steps.numbers("robust.three", vec![3.0]);
        self.steps.apply(OpType::Div, &["robust.three"], "robust.third", vec![]);
        self.steps.apply(OpType::Mul, &["robust.third"], "robust.square", vec![]);
        self.steps.apply(OpType::Add, &["robust.one"], "robust.sum", vec![]);
        self.steps.apply(OpType::Sqrt, &[], "robust.root", vec![]);
        self.steps.apply_to(OpType::Div, &[&scaled, "robust.root"], "robust.clipped", vec![]);
    }

    /// Adds the sine and the cosine of a cycle.
    fn cycle(&mut self, complete: &str, cycle: Cycle, parts: &mut Vec<Part>) {
        let chosen = self.choose(|column| column.numbers.cycles.contains(&cycle));
        if chosen.is_empty() {
            return;
        }
        let name = cycle.name();
        self.gather(complete, name, &chosen);
        self.place(cycle);
        let part = |part: &str| format!("{name}.{part}");
        self.steps.numbers(&part("turn"), vec![TAU]);
        self.steps.apply(OpType::Mul, &[&part("turn")], &part("angle"), vec![]);
        // Not every runtime has the sine and the cosine of f64.
        self.steps.apply(OpType::Cast, &[], &part("angle.f32"), vec![integer("to", F32)]);
        for (operator, add, value) in [(OpType::Sin, 0, part("sine")), (OpType::Cos, 1, part("cosine"))] {
            self.steps.apply_to(operator, &[&part("angle.f32")], &value, vec![]);
            let position = |&at: &usize| {
                let NumberColumn { feature, numbers, .. } = &self.columns[at];
                feature + 1 + 2 * numbers.cycles.iter().take_while(|other| **other != cycle).count() + add
            };
            parts.push(Part { value, positions: chosen.iter().map(position).collect() });
        }
    }

    /// Adds the place in a cycle, from 0 to 1, of a time in days.
    fn place(&mut self, cycle: Cycle) {
        let part = |part: &str| format!("{}.{part}", cycle.name());
        let (start, length) = match cycle {
            Cycle::Year => (0.0, YEAR),
            Cycle::Week => (SINCE_MONDAY, 7.0),
            Cycle::Day => (0.0, 1.0),
        };
        if cycle != Cycle::Day {
            self.steps.apply(OpType::Floor, &[], &part("whole_days"), vec![]);
            self.steps.numbers(&part("start"), vec![start]);
            self.steps.numbers(&part("length"), vec![length]);
            self.steps.apply(OpType::Add, &[&part("start")], &part("days"), vec![]);
            self.steps.apply(OpType::Div, &[&part("length")], &part("cycles"), vec![]);
        }
        let cycles = self.steps.value().to_string();
        self.steps.apply(OpType::Floor, &[], &part("whole_cycles"), vec![]);
        self.steps.apply_to(OpType::Sub, &[&cycles, &part("whole_cycles")], &part("place"), vec![]);
    }

    /// Adds the shares of the bins below the numbers. A column is gathered once for each of its bins.
    fn bins(&mut self, complete: &str) -> Option<Part> {
        let chosen = self.choose(|column| column.numbers.bins() > 0);
        let bins = chosen.iter().flat_map(|&at| {
            let NumberColumn { feature, numbers, .. } = &self.columns[at];
            let first = feature + numbers.first_bin();
            let edges = numbers.edges.windows(2).map(|edges| (edges[0], edges[1] - edges[0]));
            edges.enumerate().map(move |(bin, edges)| (at, first + bin, edges)).collect::<Vec<_>>()
        });
        let bins: Vec<(usize, usize, (f64, f64))> = bins.collect();
        if bins.is_empty() {
            return None;
        }
        let (lowest, widths): (Vec<f64>, Vec<f64>) = bins.iter().map(|(_, _, edges)| *edges).unzip();
        let columns: Vec<usize> = bins.iter().map(|(at, _, _)| *at).collect();
        let steps = &mut *self.steps;
        steps.positions("bins.columns", &columns);
        steps.apply_to(OpType::Gather, &[complete, "bins.columns"], "bins.numbers", vec![integer("axis", 1)]);
        steps.numbers("bins.lowest", lowest);
        steps.numbers("bins.widths", widths);
        steps.numbers("bins.zero", vec![0.0]);
        steps.numbers("bins.one", vec![1.0]);
        steps.apply(OpType::Sub, &["bins.lowest"], "bins.distance", vec![]);
        steps.apply(OpType::Div, &["bins.widths"], "bins.place", vec![]);
        steps.apply(OpType::Max, &["bins.zero"], "bins.raised", vec![]);
        steps.apply(OpType::Min, &["bins.one"], "bins.share", vec![]);
        steps.apply(OpType::Cast, &[], "bins.f32", vec![integer("to", F32)]);
        Some(Part { value: "bins.f32".to_string(), positions: bins.iter().map(|(_, position, _)| *position).collect() })
    }

    /// Adds 1 where a number with an indicator is missing and 0 elsewhere.
    fn indicators(&mut self, given: &str) -> Option<Part> {
        let chosen = self.choose(|column| column.numbers.indicator);
        if chosen.is_empty() {
            return None;
        }
        self.gather(given, "marked", &chosen);
        self.steps.apply(OpType::IsNaN, &[], "marked.is_missing", vec![]);
        self.steps.apply(OpType::Cast, &[], "indicators", vec![integer("to", F32)]);
        let last = |&at: &usize| self.columns[at].feature + self.columns[at].numbers.features() - 1;
        Some(Part { value: "indicators".to_string(), positions: chosen.iter().map(last).collect() })
    }

    fn choose(&self, is_such: impl Fn(&NumberColumn) -> bool) -> Vec<usize> {
        (0..self.columns.len()).filter(|&at| is_such(&self.columns[at])).collect()
    }

    /// Goes on from the `chosen` columns of a value.
    fn gather(&mut self, value: &str, name: &str, chosen: &[usize]) {
        self.steps.continue_from(value);
        if chosen.len() < self.columns.len() {
            let columns = format!("{name}.columns");
            self.steps.positions(&columns, chosen);
            self.steps.apply(OpType::Gather, &[&columns], &format!("{name}.numbers"), vec![integer("axis", 1)]);
        }
    }
}
