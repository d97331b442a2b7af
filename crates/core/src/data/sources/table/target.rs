//! The target of a table: classes, or numbers.

use super::classes::{ClassProblem, Classes};
use super::column_choice::selector;
use super::odd_values::OddValues;
use super::raw_table::RawTable;
use super::refusal::{Cure, Obstacle, TableSettings};
use crate::config::TaskName;
use crate::data::Targets;
use burn_mlp_infer::csv::{Column, Texts};
use burn_mlp_infer::table::Value;
use burn_mlp_infer::text::quoted;

/// Maximum number of different numbers that are taken for classes, unless they count from 0 or 1.
const MAX_NUMERIC_CLASSES: usize = 20;

/// Maximum number of classes that count from 0 or 1 without a gap.
const MAX_COUNTING_CLASSES: usize = 1000;

/// Minimum rows of a class, as a share of the mean over all classes; rarer numbers suggest a quantity.
const MIN_SHARE: f64 = 0.1;

/// Quantiles that stand for classes where a column is examined for giving the target away.
const BINS: usize = 10;

/// The target of all rows of a table.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Classes(Classes),
    /// Numbers `[n, count]`, row-major.
    Numbers {
        values: Vec<f64>,
        count: usize,
    },
}

impl Target {
    /// Takes the targets of `table`: texts are classes unless numbers are asked for, and numbers are numbers.
    ///
    /// # Errors
    /// If the classes are too few or too many, a number is a text, or all rows have the same number.
    pub fn new(table: &RawTable, settings: &TableSettings) -> Result<Self, Obstacle> {
        if let &[column] = &table.targets[..]
            && settings.task != TaskName::Regression
            && let Column::Texts(texts) = &table.read.columns[column]
        {
            let classes = Classes::new(&table.names[column], texts);
            return classes.map(Self::Classes).map_err(|problem| not_classes(problem, table, column, settings));
        }
        let mut columns = Vec::with_capacity(table.targets.len());
        for &target in &table.targets {
            let name = quoted(&table.names[target]);
            let numbers = match &table.read.columns[target] {
                Column::Numbers(numbers) => numbers,
                Column::Texts(texts) => return Err(not_numbers(texts, table, target, settings)),
                Column::LeftOut => return Err(format!("target column {name} is left out").into()),
            };
            match numbers.first() {
                Some(first) if numbers.iter().all(|number| number == first) => {
                    let problem =
                        format!("target column {name} is {first} in every row, so there is nothing to predict");
                    return Err(format!("{problem}; choose another column with --target").into());
                }
                _ => columns.push(numbers),
            }
        }
        let rows = 0..table.read.rows();
        let values = rows.flat_map(|row| columns.iter().map(move |numbers| numbers[row])).collect();
        Ok(Self::Numbers { values, count: columns.len() })
    }

    /// The targets of these rows.
    pub fn of_rows(&self, rows: &[usize]) -> Targets {
        match self {
            Self::Classes(classes) => Targets::Classes(rows.iter().map(|&row| classes.labels[row]).collect()),
            &Self::Numbers { ref values, count } => {
                let row = |&row: &usize| &values[row * count..(row + 1) * count];
                Targets::Numbers { values: rows.iter().flat_map(row).copied().collect(), count }
            }
        }
    }

    /// What a split keeps in proportion: the class of each row `[n]`, and the number of classes. Numbers are all of
    /// one.
    pub fn strata(&self, rows: usize) -> (Vec<u32>, usize) {
        match self {
            Self::Classes(classes) => (classes.labels.clone(), classes.names.len()),
            Self::Numbers { .. } => (vec![0; rows], 1),
        }
    }

    /// The class of each row `[n]`, or the tenth of the rows by its first number.
    pub fn bins(&self) -> Vec<u32> {
        match self {
            Self::Classes(classes) => classes.labels.clone(),
            Self::Numbers { values, count } => {
                let first: Vec<f64> = values.iter().step_by(*count).copied().collect();
                let mut sorted = first.clone();
                sorted.sort_unstable_by(f64::total_cmp);
                let bin = |number: &f64| sorted.partition_point(|other| other < number) * BINS / sorted.len();
                first.iter().map(|number| bin(number) as u32).collect()
            }
        }
    }
}

/// Says why a target of texts has no classes: `problem`, or a few values that keep it from being numbers.
fn not_classes(problem: ClassProblem, table: &RawTable, column: usize, settings: &TableSettings) -> Obstacle {
    let ClassProblem { problem, are_too_many } = problem;
    let Column::Texts(texts) = &table.read.columns[column] else { return problem.into() };
    let odd = OddValues::among_numbers(texts, &table.notation).filter(|odd| are_too_many && odd.are_few());
    let are_numbers = texts.values.iter().all(|text| matches!(table.notation.value(text), Value::Number(_)));
    match odd {
        Some(odd) if settings.task == TaskName::Auto => odd_target(&odd, texts, table, column, settings),
        odd if are_too_many && (odd.is_some() || are_numbers) => {
            Obstacle::new(problem, Cure::Task(TaskName::Regression))
        }
        _ => problem.into(),
    }
}

/// Says why a target has texts where numbers are asked for.
fn not_numbers(texts: &Texts, table: &RawTable, column: usize, settings: &TableSettings) -> Obstacle {
    if let Some(odd) = OddValues::among_numbers(texts, &table.notation).filter(OddValues::are_few) {
        return odd_target(&odd, texts, table, column, settings);
    }
    let name = quoted(&table.names[column]);
    let is_text = |text: &&String| !matches!(table.notation.value(text), Value::Number(_));
    let text = texts.values.iter().find(is_text).or(texts.values.first());
    let text = text.map(|text| quoted(text)).unwrap_or_default();
    let problem =
        format!("target column {name} has texts, such as {text}, and a number is predicted only from numbers");
    let (way_out, cure) = match &table.targets[..] {
        [_] => {
            let way_out = "predict classes with --task classification, or choose another column with --target";
            (way_out.to_string(), Cure::Task(TaskName::Classification))
        }
        targets => {
            let others = targets.iter().filter(|&&target| target != column);
            let others: Vec<String> = others.map(|&target| selector(&table.names, target)).collect();
            let way_out =
                "several targets must all hold numbers; leave the column out of --target, or predict it alone";
            (way_out.to_string(), Cure::Target(others.join(",")))
        }
    };
    Obstacle::new(format!("{problem}; {way_out}"), cure)
}

/// Says which few values keep a target from being numbers.
fn odd_target(odd: &OddValues, texts: &Texts, table: &RawTable, column: usize, settings: &TableSettings) -> Obstacle {
    let name = quoted(&table.names[column]);
    let (odd_one, way_out) = (odd.described(texts, &table.read.lines), odd.way_out(texts, &settings.csv));
    let problem = format!("target column {name} cannot be predicted as a number: {odd_one}; {way_out}");
    Obstacle { problem, cure: odd.cure(texts) }
}

/// Decides whether `numbers`, a target called `name`, are classes or a quantity. Returns the task and a sentence that
/// says why.
pub(super) fn task_of_numbers(name: &str, numbers: &[f64]) -> (TaskName, String) {
    let present: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    let mut sorted = present.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let counts: Vec<(f64, usize)> = sorted.chunk_by(|a, b| a == b).map(|equal| (equal[0], equal.len())).collect();
    let (different, whole) = (counts.len(), present.iter().all(|number| number.fract() == 0.0));
    let mean_rows = present.len() as f64 / different.max(1) as f64;
    let counting = matches!(counts.first(), Some((first, _)) if *first == 0.0 || *first == 1.0)
        && counts.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1.0)
        && counts.iter().all(|(_, rows)| *rows as f64 >= MIN_SHARE * mean_rows);
    let few = different <= MAX_NUMERIC_CLASSES || (whole && counting && different <= MAX_COUNTING_CLASSES);
    let kind = if whole { "whole numbers" } else { "numbers" };
    match few && different <= present.len() / 2 {
        true => {
            let why = format!("{name} has {different} different {kind}, which are taken for classes");
            (TaskName::Classification, format!("{why}; to predict the number itself, use --task regression"))
        }
        false => {
            let why = format!("{name} has {different} different {kind}, so the number itself is predicted");
            (TaskName::Regression, format!("{why}; to predict classes, use --task classification"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(numbers: impl IntoIterator<Item = f64>) -> TaskName {
        task_of_numbers("y", &numbers.into_iter().collect::<Vec<_>>()).0
    }

    #[test]
    fn few_numbers_are_classes_and_many_are_a_quantity() {
        use TaskName::{Classification, Regression};
        // Binary labels, grades, digits and the halves of a rating.
        assert_eq!(task((0..100).map(|row| f64::from(row % 2))), Classification);
        assert_eq!(task((0..1599).map(|row| f64::from(3 + row % 6))), Classification);
        assert_eq!(task((0..100).map(|row| f64::from(row % 10) / 2.0)), Classification);
        // Letters that count from 1, each with as many rows.
        assert_eq!(task((0..2600).map(|row| f64::from(1 + row % 26))), Classification);
        // The rings of an abalone count from 1 too, but few have many.
        let rings =
            (1..=29).flat_map(|rings: i32| (0..(600 / (1 + (rings - 9).pow(2)))).map(move |_| f64::from(rings)));
        assert_eq!(task(rings), Regression);
        // Prices, measurements, and 214 whole numbers in 442 rows.
        assert_eq!(task((0..100).map(|row| f64::from(row) * 1.5)), Regression);
        assert_eq!(task((0..442).map(|row| f64::from(25 + row % 214))), Regression);
        assert_eq!(task((0..12).map(f64::from)), Regression, "hardly any rows of each");
    }

    #[test]
    fn the_decision_says_why_and_how_to_change_it() {
        let (_, why) = task_of_numbers("price", &[1.5, 2.5, 3.5]);
        let sentence = "price has 3 different numbers, so the number itself is predicted; to predict classes, use --task \
                        classification";
        assert_eq!(why, sentence);
    }
}
