//! Refuses a table for all that stands in its way at once, with the command that works.

use super::raw_table::RawTable;
use crate::config::{Assignment, CsvConfig, DataConfig, DateOrder, MissingValues, RunConfig, SplitConfig, TaskName};
use crate::{Error, Result};
use burn_mlp_infer::csv::Table;

/// Maximum number of obstacles that are looked for.
const MAX_OBSTACLES: usize = 20;

/// A setting that removes an obstacle.
#[derive(Debug)]
pub(super) enum Cure {
    /// Predicts the column of this name.
    Target(String),
    /// Leaves out the column of this number, from 1.
    Ignore(usize),
    DateOrder,
    FillIn,
}

/// Why a table cannot be read.
#[derive(Debug)]
pub(super) struct Refusal {
    pub error: Error,
    /// Removes this obstacle, if a setting can.
    pub cure: Option<Cure>,
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self { error: error.into(), cure: None }
    }
}

impl Refusal {
    pub fn new(error: impl Into<Error>, cure: Cure) -> Self {
        Self { error: error.into(), cure: Some(cure) }
    }
}

impl Cure {
    fn apply(self, config: &mut CsvConfig) {
        match self {
            Self::Target(name) => config.target = name,
            Self::Ignore(column) => config.ignore.push(column.to_string()),
            Self::DateOrder => config.date_order = DateOrder::DayFirst,
            Self::FillIn => config.missing = MissingValues::Indicator,
        }
    }
}

/// Reads the table `opened` of this `source` as configured.
///
/// # Errors
/// With all that stands in the way, as far as settings can remove it, and a command with these settings.
pub(super) fn read_or_refuse(
    opened: &mut Table,
    source: &str,
    config: &CsvConfig,
    split: &SplitConfig,
    task: TaskName,
) -> Result<RawTable> {
    let mut refusal = match RawTable::read(opened, config, split, task) {
        Ok(table) => return Ok(table),
        Err(refusal) => refusal,
    };
    let (mut cured, mut errors) = (config.clone(), Vec::new());
    let is_cured = loop {
        errors.push(refusal.error);
        let Some(cure) = refusal.cure.filter(|_| errors.len() < MAX_OBSTACLES) else { break false };
        cure.apply(&mut cured);
        match RawTable::read(opened, &cured, split, task) {
            Ok(_) => break true,
            Err(next) => refusal = next,
        }
    };
    if errors.len() == 1 {
        return Err(errors.swap_remove(0));
    }
    let command = match is_cured {
        true => format!("; this works, with your other options: {}", command(source, config, cured, split, task)?),
        false => String::new(),
    };
    let problems: Vec<String> = errors.into_iter().zip(1..).map(|(error, number)| numbered(error, number)).collect();
    Err(Error::data(&opened.file, format!("cannot be read for several reasons: {}{command}", problems.join("; "))))
}

/// "2. columns 1 and 3 are both called ...".
fn numbered(error: Error, number: usize) -> String {
    match error {
        Error::Data { problem, .. } => format!("{number}. {problem}"),
        other => format!("{number}. {other}"),
    }
}

/// The command that trains on `source` with the settings that are not the defaults, or are `cured`.
fn command(source: &str, csv: &CsvConfig, cured: CsvConfig, split: &SplitConfig, task: TaskName) -> Result<String> {
    let settings = |csv: CsvConfig| {
        let data = DataConfig { task, ..DataConfig::default() };
        RunConfig { data, csv, split: split.clone(), ..RunConfig::default() }.assignments()
    };
    let (defaults, refused) = (RunConfig::default().assignments()?, settings(csv.clone())?);
    let mut words = vec!["burn-mlp".to_string(), "--data".to_string(), in_shell(source)];
    let is_said = |assignment: &Assignment| !defaults.contains(assignment) || !refused.contains(assignment);
    for assignment in settings(cured)?.into_iter().filter(is_said) {
        words.extend(["--set".to_string(), in_shell(&format!("{}={}", assignment.key(), assignment.text()))]);
    }
    Ok(words.join(" "))
}

/// Writes a word for a shell.
fn in_shell(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:=,".contains(character);
    match word.chars().all(is_plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
