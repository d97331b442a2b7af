//! Refuses a table for all that stands in its way at once, with the command that works.

use super::prepared::Prepared;
use crate::config::{
    Assignment, CsvConfig, DataConfig, DateOrder, Layers, MissingValues, RunConfig, SplitConfig, TABULAR, TaskName,
};
use crate::{Error, Result};
use burn_mlp_infer::csv::Table;
use burn_mlp_infer::table::ThousandsMark;

/// Maximum number of times that a table is read to find what stands in the way.
const MAX_READINGS: usize = 20;

/// Maximum length of a refusal, in characters: a longer message loses its middle, and with it a part of the command.
const MAX_LENGTH: usize = 1300;

/// The settings that decide how a table is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TableSettings {
    pub csv: CsvConfig,
    pub split: SplitConfig,
    pub task: TaskName,
}

/// A setting that removes an obstacle.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cure {
    /// Predicts the columns of these names or numbers.
    Target(String),
    Task(TaskName),
    /// Leaves out the column of this number, from 1.
    Ignore(usize),
    DateOrder,
    /// Reads a comma as a mark between thousands.
    Thousands,
    /// Reads these texts as missing values.
    Marks(Vec<String>),
    FillIn,
}

/// What is wrong with a table, a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Obstacle {
    pub problem: String,
    /// Removes this obstacle, if a setting can.
    pub cure: Option<Cure>,
}

/// Why a table cannot be read.
#[derive(Debug)]
pub(super) struct Refusal {
    pub error: Error,
    /// Removes this obstacle, if a setting can.
    pub cure: Option<Cure>,
}

impl From<String> for Obstacle {
    fn from(problem: String) -> Self {
        Self { problem, cure: None }
    }
}

impl Obstacle {
    pub fn new(problem: String, cure: Cure) -> Self {
        Self { problem, cure: Some(cure) }
    }

    /// Refuses `file` for it.
    pub fn in_file(self, file: &str) -> Refusal {
        Refusal { error: Error::data(file, self.problem), cure: self.cure }
    }
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
    fn apply(&self, settings: &mut TableSettings) {
        let csv = &mut settings.csv;
        match self {
            Self::Target(columns) => csv.target = columns.clone(),
            &Self::Task(task) => settings.task = task,
            Self::Ignore(column) => csv.ignore.push(column.to_string()),
            Self::DateOrder => csv.date_order = DateOrder::DayFirst,
            Self::Thousands => csv.thousands = ThousandsMark::Comma,
            Self::Marks(marks) => {
                let new: Vec<String> = marks.iter().filter(|mark| !csv.na.contains(mark)).cloned().collect();
                csv.na.extend(new);
            }
            Self::FillIn => csv.missing = MissingValues::Indicator,
        }
    }
}

/// Reads the table `opened` of this `source` as configured.
///
/// # Errors
/// With all that stands in the way, and a command with the settings that remove it, as far as any can.
pub(super) fn read_or_refuse(opened: &mut Table, source: &str, settings: &TableSettings) -> Result<Prepared> {
    let (mut cured, mut refusals) = (settings.clone(), Vec::<Refusal>::new());
    let mut is_cured = false;
    for _ in 0..MAX_READINGS {
        let (prepared, found) = Prepared::read(opened, &cured);
        match prepared {
            Some(prepared) if refusals.is_empty() => return Ok(prepared),
            Some(_) => {
                is_cured = true;
                break;
            }
            None => {}
        }
        // What no setting removes is found each time.
        let is_listed = |refusal: &Refusal| {
            let text = refusal.error.to_string();
            refusals.iter().any(|listed| listed.error.to_string() == text)
        };
        let new: Vec<Refusal> = found.into_iter().filter(|refusal| !is_listed(refusal)).collect();
        let before = cured.clone();
        new.iter().filter_map(|refusal| refusal.cure.as_ref()).for_each(|cure| cure.apply(&mut cured));
        // A text such as `auto` already means something else in csv.na.
        let is_stuck = cured == before;
        refusals.extend(new);
        if is_stuck {
            break;
        }
    }
    let way_out = if cured == *settings { String::new() } else { way_out(source, settings, cured, is_cured)? };
    Err(refuse(&opened.file, refusals, &way_out))
}

/// Joins the `refusals` of a table in one sentence that ends with the `way_out`.
fn refuse(file: &str, mut refusals: Vec<Refusal>, way_out: &str) -> Error {
    let way_out = if refusals.iter().any(|refusal| refusal.cure.is_some()) { way_out } else { "" };
    if refusals.len() == 1 {
        return match refusals.swap_remove(0).error {
            Error::Config { key, problem } => Error::config(&key, format!("{problem}{way_out}")),
            Error::Data { what, problem } => Error::data(what, format!("{problem}{way_out}")),
            other => other,
        };
    }
    let count = refusals.len();
    let numbered = refusals.into_iter().zip(1..).map(|(refusal, number)| numbered(refusal.error, number));
    let length = |text: &str| text.chars().count();
    let mut left = MAX_LENGTH.saturating_sub(length(file) + length(way_out));
    let fits = |problem: &String| {
        let is_first = problem.starts_with("1. ");
        let fits = is_first || length(problem) <= left;
        left = left.saturating_sub(length(problem));
        fits
    };
    let listed: Vec<String> = numbered.take_while(fits).collect();
    let more = match count - listed.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    Error::data(file, format!("cannot be read for several reasons: {}{more}{way_out}", listed.join("; ")))
}

/// "2. columns 1 and 3 are both called ...".
fn numbered(error: Error, number: usize) -> String {
    match error {
        Error::Data { problem, .. } => format!("{number}. {problem}"),
        other => format!("{number}. {other}"),
    }
}

/// "; this works, with your other options: burn-mlp ...".
fn way_out(source: &str, settings: &TableSettings, cured: TableSettings, is_cured: bool) -> Result<String> {
    let command = command(source, settings, cured)?;
    Ok(match is_cured {
        true => format!("; this works, with your other options: {command}"),
        false => {
            format!("; once what no setting can change is corrected, this works, with your other options: {command}")
        }
    })
}

/// The command that trains on `source` with the settings that are not the defaults, or are `cured`.
fn command(source: &str, settings: &TableSettings, cured: TableSettings) -> Result<String> {
    let (defaults, refused) = (RunConfig::default().assignments()?, assignments(settings.clone())?);
    // What the preset of tables sets need not be said.
    let preset = Layers::new().preset(TABULAR).resolve()?.assignments()?;
    let defaults: Vec<Assignment> = defaults.into_iter().chain(preset).collect();
    let mut words = vec!["burn-mlp".to_string(), "--data".to_string(), in_shell(source)];
    let is_said = |assignment: &Assignment| !defaults.contains(assignment) || !refused.contains(assignment);
    for assignment in assignments(cured)?.into_iter().filter(is_said) {
        words.extend(["--set".to_string(), set(&assignment)]);
    }
    Ok(words.join(" "))
}

fn assignments(settings: TableSettings) -> Result<Vec<Assignment>> {
    let TableSettings { csv, split, task } = settings;
    let data = DataConfig { task, ..DataConfig::default() };
    RunConfig { data, csv, split, ..RunConfig::default() }.assignments()
}

/// How to read these texts as missing values besides those of `csv`: "--set csv.na=auto,-".
pub(super) fn na_option(csv: &CsvConfig, marks: &[String]) -> String {
    let csv = CsvConfig { na: csv.na.iter().chain(marks).cloned().collect(), ..CsvConfig::default() };
    let assignments = RunConfig { csv, ..RunConfig::default() }.assignments().unwrap_or_default();
    let na = assignments.iter().find(|assignment| assignment.key() == "csv.na");
    na.map_or("csv.na".to_string(), |na| format!("--set {}", set(na)))
}

/// Writes `KEY=VALUE` for a shell.
fn set(assignment: &Assignment) -> String {
    in_shell(&format!("{}={}", assignment.key(), assignment.text()))
}

/// Writes a word for a shell.
fn in_shell(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:=,".contains(character);
    match word.chars().all(is_plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
