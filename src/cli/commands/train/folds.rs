//! `--folds K`: a cross-validation, with a line for each run.

use std::process::ExitCode;
use std::time::SystemTime;

use burn_mlp::backend::Backend;
use burn_mlp::config::{BackendRequest, RunConfig};
use burn_mlp::evaluation::{EvaluationReport, MetricSpread, MetricUnit};
use burn_mlp::export::tensorboard::write_history;
use burn_mlp::format::{count, deviations_note, metric_name, seconds, shell_word, shown_path};
use burn_mlp::pipeline::{
    CrossValidation, FoldRun, FoldsObserver, GroupConfigs, PipelineObserver, RunLocation, cross_validate,
    resume_cross_validation,
};
use burn_mlp::run_directory::{GroupRecord, GroupRun, OUT_OF_FOLD, RunDirectory, RunRecord, Status};
use burn_mlp::text::printable;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::args::TrainArgs;
use super::job_processes;
use crate::cli::process::signals;
use crate::cli::terminal::colour::{bold, dim};
use crate::cli::terminal::console::Console;
use crate::cli::terminal::progress::Progress;
use crate::cli::terminal::{config_summary, quiet_drivers, tables};

const JOBS_BAR: &str = "{prefix} [{bar:24}] {pos} of {len} runs  {elapsed}";

/// Whether `config` asks for a run of each fold.
pub fn are_asked_for(config: &RunConfig) -> bool {
    config.split.folds > 0 && config.split.fold == 0
}

/// Trains a new cross-validation.
pub fn train(config: &RunConfig, args: &TrainArgs, stop: &StopSignal, console: &mut Console) -> Result<ExitCode> {
    if config.split.repeat != 1 {
        let problem =
            "chooses the division of a single fold, split.fold; leave it out, or train several with --repeats";
        return Err(Error::config("split.repeat", problem));
    }
    let seeds = args.seeds.as_ref().map_or(vec![config.seed], |seeds| seeds.0.clone());
    let plan = GroupRecord::new(config.split.folds, args.repeats.unwrap_or(1), seeds);
    let location = RunLocation {
        out: args.runs_dir.out.clone(),
        name: args.name.clone(),
        arguments: std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect(),
    };
    signals::stop_on_interrupt(stop);
    quiet_drivers::open_backend(config.backend.parse()?, console.verbose())?;
    let mut table = FoldTable::new(args, stop, console);
    let result = cross_validate(config, plan, &location, table.jobs(), stop, &mut table);
    table.conclude(result)
}

/// Resumes the cross-validation `group`.
pub fn resume(
    config: &RunConfig,
    group: RunDirectory,
    args: &TrainArgs,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<ExitCode> {
    if args.seeds.is_some() || args.repeats.is_some() {
        let option = if args.seeds.is_some() { "--seeds" } else { "--repeats" };
        let problem = "cannot change: the group has planned its runs; leave it out, or start a new group";
        return Err(Error::config(option, problem));
    }
    signals::stop_on_interrupt(stop);
    quiet_drivers::open_backend(config.backend.parse()?, console.verbose())?;
    let mut table = FoldTable::new(args, stop, console);
    let result = resume_cross_validation(config, group, table.jobs(), stop, &mut table);
    table.conclude(result)
}

/// Prints a line for each finished run, and a bar for the one that trains.
struct FoldTable<'a> {
    progress: Progress<&'a mut Console>,
    args: &'a TrainArgs,
    stop: &'a StopSignal,
    group: Option<RunDirectory>,
    planned: Vec<GroupRun>,
    /// Number of runs whose lines are printed.
    printed: usize,
    /// Whether the runs train on threads, several at a time.
    side_by_side: bool,
}

impl<'a> FoldTable<'a> {
    fn new(args: &'a TrainArgs, stop: &'a StopSignal, console: &'a mut Console) -> Self {
        let (progress, planned) = (Progress::new(console), Vec::new());
        Self { progress, args, stop, group: None, planned, printed: 0, side_by_side: false }
    }

    /// Number of runs that train at the same time.
    fn jobs(&self) -> usize {
        self.args.jobs.unwrap_or(1)
    }

    fn name_width(&self) -> usize {
        self.planned.iter().map(|run| run.name.len()).max().unwrap_or(0)
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.progress.console().line(text);
    }

    /// Lines are those of the group again.
    fn leave_run(&mut self) {
        let console = self.progress.console();
        console.end_bar();
        console.show_lines();
        if let Some(group) = &self.group {
            console.log_to(group);
        }
    }

    fn conclude(mut self, result: Result<CrossValidation>) -> Result<ExitCode> {
        self.leave_run();
        let CrossValidation { group, runs, evaluation, .. } = result.map_err(|error| self.with_resumption(error))?;
        let Some(report) = evaluation else {
            let done = group.group_runs(&self.planned).iter().filter(|run| run.report.is_some()).count();
            let planned = self.planned.len();
            return Err(self.with_resumption(Error::Interrupted(format!("{done} of {planned} runs have finished"))));
        };
        self.line("");
        let heading = match runs.len() {
            1 => "metrics of 1 run".to_string(),
            several => format!("mean and standard deviation of {several} runs on their held-out folds"),
        };
        self.progress.console().result(bold(heading));
        let reports: Vec<_> = runs.iter().map(|run| &run.report).collect();
        for metric in MetricSpread::of(&reports) {
            let text = format!("{:<20} {}", metric.name, metric.unit.spread_text(&metric.spread));
            self.progress.console().result(text);
        }
        self.line("");
        self.line(bold(tables::heading(OUT_OF_FOLD, &report)));
        tables::details(&report).into_iter().for_each(|table| self.line(table));
        self.line("");
        self.line(format!("saved in {}", shown_path(group.path())));
        self.line(format!("report   {}", shown_path(&group.report_path())));
        Ok(ExitCode::SUCCESS)
    }

    fn start_jobs_bar(&mut self) {
        let runs = self.planned.len();
        let prefix = format!("{} at a time", self.jobs().min(runs));
        let console = self.progress.console();
        console.start_bar(runs as u64, prefix, JOBS_BAR);
        console.keep_bar_ticking();
    }

    /// Trains the runs that have not finished in processes, and prints their lines in order.
    fn train_in_processes(&mut self, configs: &GroupConfigs, group: &RunDirectory) -> Result<()> {
        let (planned, stop) = (self.planned.clone(), self.stop);
        job_processes::train(self.jobs().min(planned.len()), configs, group, &planned, stop, || {
            self.print_finished(group);
        })?;
        self.progress.console().end_bar();
        Ok(())
    }

    /// Prints the lines of finished runs up to the first that has not finished.
    fn print_finished(&mut self, group: &RunDirectory) {
        while let Some(next) = self.planned.get(self.printed).cloned() {
            let listed = group.group_runs(std::slice::from_ref(&next)).remove(0);
            let (Some(Ok(record)), Some(report)) = (listed.record, listed.report) else { break };
            if !matches!(record.status, Status::Finished | Status::StoppedEarly) {
                break;
            }
            self.print_run(&next.name, &record, &report);
        }
        self.progress.console().move_bar(self.printed as u64, String::new());
    }

    fn print_run(&mut self, name: &str, record: &RunRecord, report: &EvaluationReport) {
        self.printed += 1;
        let metric = match (report.accuracy(), report.rmse()) {
            (Some(accuracy), _) => MetricUnit::Share.text(accuracy),
            (None, rmse) => rmse.map_or("-".to_string(), |rmse| MetricUnit::Number.text(rmse)),
        };
        let best = record.best_epoch.map_or("-".to_string(), |epoch| epoch.to_string());
        self.line(format!(
            "{:<width$}  {:>6}  {best:>6}  {metric:>9}  {:>10}  {:>9}",
            name,
            record.epochs_done,
            MetricUnit::Loss.text(report.loss()),
            seconds(record.timings.train_seconds),
            width = self.name_width()
        ));
    }

    /// Adds to an interruption the command that continues the group.
    fn with_resumption(&self, error: Error) -> Error {
        match (error, &self.group) {
            (Error::Interrupted(how), Some(group)) => {
                let outputs = if self.args.tensorboard { " --tensorboard" } else { "" };
                let path = shell_word(&group.path().to_string_lossy()).to_string();
                Error::Interrupted(format!("{how}; resume all with: burn-mlp --resume {path}{outputs}"))
            }
            (error, _) => error,
        }
    }
}

impl FoldsObserver for FoldTable<'_> {
    fn loading(&mut self) -> &mut dyn PipelineObserver {
        &mut self.progress
    }

    fn prepared(&mut self, configs: &GroupConfigs, group: &RunDirectory, record: &RunRecord) -> Result<()> {
        let config = &configs.saved;
        self.group = Some(group.clone());
        self.leave_run();
        self.planned = record.group.as_ref().map_or(Vec::new(), |group| group.runs.clone());
        let data = &record.data;
        self.line(format!(
            "data     {}: {} rows of {} features in {} folds",
            bold(printable(&data.source)),
            count(data.train_rows + data.valid_rows + data.test_rows),
            data.features,
            config.split.folds
        ));
        self.line(format!("network  {}", config_summary::network(config, record)));
        self.line(format!("training {}", config_summary::training(config)));
        self.line(format!("runs     {} in {}", self.planned.len(), bold(shown_path(group.path()))));
        self.line("");
        let targets = data.target_names.len();
        let metric = if targets == 0 { "accuracy".to_string() } else { metric_name("RMSE", targets) };
        if let Some(note) = deviations_note(targets) {
            self.line(dim(note));
        }
        let header = format!(
            "{:<width$}  epochs    best  {metric:>9}  {:>10}  {:>9}",
            "run",
            "loss",
            "time",
            width = self.name_width()
        );
        self.line(dim(header));
        if self.jobs() == 1 {
            return Ok(());
        }
        self.start_jobs_bar();
        self.side_by_side = Backend::from(config.backend.parse::<BackendRequest>()?).trains_side_by_side();
        if self.side_by_side { Ok(()) } else { self.train_in_processes(configs, group) }
    }

    fn run(&mut self, index: usize, run: &GroupRun) -> &mut dyn PipelineObserver {
        let label = format!("{} ({} of {})", run.name, index + 1, self.planned.len());
        self.progress.restart();
        let console = self.progress.console();
        console.leave_log();
        console.hide_lines(label);
        &mut self.progress
    }

    fn run_beside_others(&mut self, _: &GroupRun) -> Box<dyn PipelineObserver + Send> {
        Box::new(Progress::new(self.progress.console().for_log()))
    }

    fn run_finished(&mut self, run: &FoldRun) {
        if !self.side_by_side {
            self.leave_run();
        }
        if self.args.tensorboard {
            let history = run.run.read_metrics();
            let written = history.and_then(|rows| write_history(&rows, &run.run.tensorboard_path(), SystemTime::now()));
            if let Err(error) = written {
                self.progress.console().warn(&error.to_string());
            }
        }
        if self.planned.iter().position(|planned| *planned == run.planned) >= Some(self.printed) {
            self.print_run(&run.planned.name, &run.record, &run.report);
        }
        if self.side_by_side {
            self.progress.console().move_bar(self.printed as u64, String::new());
        }
    }

    fn run_failed(&mut self, run: &GroupRun, error: &Error) {
        if !self.side_by_side {
            self.leave_run();
        }
        self.line(format!("{:<width$}  failed", run.name, width = self.name_width()));
        let path = self.group.as_ref().map(|group| group.path().join(&run.name));
        // A run that could not begin has no log.
        if let Some(Ok(run)) = path.map(|path| RunDirectory::open(&path)) {
            let mut log = self.progress.console().for_log();
            log.log_to(&run);
            log.log_failure(error);
        }
    }
}
