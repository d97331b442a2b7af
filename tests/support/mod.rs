//! Runs the real program in an empty directory.

// Each test binary uses only part of this.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Maximum time a test waits for another process.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The program with a directory to run in, deleted on drop.
pub struct Program {
    directory: TempDir,
}

/// The output of a finished program.
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    code: Option<i32>,
}

impl Program {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_burn-mlp"));
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null());
        command.env_remove("RUST_BACKTRACE");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_in("", arguments)
    }

    /// Runs with environment variables.
    pub fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
        Self::finish(self.command(arguments).envs(variables.iter().copied()).stdout(Stdio::piped()))
    }

    /// Runs in a subdirectory.
    pub fn run_in(&self, directory: &str, arguments: &[&str]) -> Output {
        Self::finish(self.command(arguments).current_dir(self.path(directory)).stdout(Stdio::piped()))
    }

    /// Runs with standard output redirected to the file `stdout`.
    pub fn run_into(&self, stdout: &str, arguments: &[&str]) -> Output {
        let file = fs::OpenOptions::new().write(true).open(stdout).unwrap();
        Self::finish(self.command(arguments).stdout(file))
    }

    /// Runs after a shell command that sets a limit, such as `ulimit`.
    pub fn run_limited(&self, limit: &str, arguments: &[&str]) -> Output {
        let program = env!("CARGO_BIN_EXE_burn-mlp");
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{limit}; exec \"$@\""), "sh", program]).args(arguments);
        shell.current_dir(self.directory.path()).env_remove("RUST_BACKTRACE");
        Self::finish(shell.stdin(Stdio::null()).stdout(Stdio::piped()))
    }

    fn finish(command: &mut Command) -> Output {
        Output::of(command.stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Starts the program and captures its output for [`Output::of`].
    pub fn start_captured(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Waits until a run under `artifacts` has saved `epoch`.
    pub fn wait_for_epoch(&self, run: &str, epoch: usize) {
        self.wait_for_epoch_in("artifacts", run, epoch);
    }

    /// Like [`wait_for_epoch`](Self::wait_for_epoch), for a run under `out`.
    pub fn wait_for_epoch_in(&self, out: &str, run: &str, epoch: usize) {
        let checkpoints = self.path(&format!("{out}/{run}/checkpoint"));
        let start = Instant::now();
        while newest_checkpoint(&checkpoints) < epoch {
            assert!(start.elapsed() < TIMEOUT, "{run} did not reach epoch {epoch}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends a signal to a process, unless it has ended.
    pub fn signal(&self, running: &mut Child, signal: &str) {
        if running.try_wait().unwrap().is_none() {
            Command::new("kill").args(["-s", signal, &running.id().to_string()]).status().unwrap();
        }
    }

    /// Starts a run, sends it a signal after `epoch`, and returns its exit code. The last argument
    /// is the run's name.
    pub fn stop_after_epoch(&self, epoch: usize, signal: &str, arguments: &[&str]) -> Option<i32> {
        let mut running = self.start(arguments);
        self.wait_for_epoch(arguments.last().unwrap(), epoch);
        let sent = Command::new("kill").args(["-s", signal, &running.id().to_string()]).status().unwrap();
        assert!(sent.success(), "the run ended before it could be stopped");
        running.wait().unwrap().code()
    }

    /// Starts a run, kills it after its first sync, when the files that follow from its checkpoint exist. The last argument
    /// is the run's name.
    pub fn kill_after_sync(&self, arguments: &[&str]) {
        let mut running = self.start(arguments);
        let metrics = self.path(&format!("artifacts/{}/metrics.csv", arguments.last().unwrap()));
        let start = Instant::now();
        while !metrics.exists() {
            assert!(start.elapsed() < TIMEOUT && running.try_wait().unwrap().is_none(), "no sync");
            std::thread::sleep(Duration::from_millis(5));
        }
        // run.json follows.
        std::thread::sleep(Duration::from_millis(100));
        running.kill().unwrap();
        running.wait().unwrap();
    }

    /// Whether a wgpu adapter works here. Fails without one if `BURN_MLP_REQUIRE_WGPU` is set.
    pub fn has_wgpu(&self) -> bool {
        let works = self.run(&["backends"]).succeeds().stdout.contains("works  --backend wgpu");
        assert!(works || std::env::var_os("BURN_MLP_REQUIRE_WGPU").is_none(), "no wgpu adapter works here");
        if !works {
            eprintln!("skipped: there is no wgpu adapter");
        }
        works
    }

    /// The rows of a run's metrics.csv, without the columns of times.
    pub fn metrics(&self, run: &str) -> Vec<Vec<String>> {
        self.metrics_in("artifacts", run)
    }

    /// Like [`metrics`](Self::metrics), for a run under `out`.
    pub fn metrics_in(&self, out: &str, run: &str) -> Vec<Vec<String>> {
        let path = self.path(&format!("{out}/{run}/metrics.csv"));
        // There is none before the first sync.
        if !path.exists() {
            return Vec::new();
        }
        let mut reader = csv::Reader::from_path(path).unwrap();
        let timed: Vec<bool> =
            reader.headers().unwrap().iter().map(|name| name == "seconds" || name == "samples_per_second").collect();
        let untimed = |row: csv::StringRecord| {
            row.iter().zip(&timed).filter(|(_, timed)| !**timed).map(|(value, _)| value.to_string()).collect()
        };
        reader.records().map(|row| untimed(row.unwrap())).collect()
    }
}

impl Output {
    /// Waits for a program to end and collects its output.
    pub fn of(running: Child) -> Self {
        let output = running.wait_with_output().unwrap();
        Self {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
        }
    }

    /// The exit code, or `None` if a signal ended the program.
    pub fn code(&self) -> Option<i32> {
        self.code
    }

    #[track_caller]
    pub fn succeeds(self) -> Self {
        self.fails_with(0)
    }

    #[track_caller]
    pub fn fails_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Asserts that standard output contains `words`.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.stdout.contains(words), "{words:?} is not in: {}", self.stdout);
        self
    }

    /// Asserts that standard error contains `words`.
    #[track_caller]
    pub fn complains(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "{words:?} is not in: {}", self.stderr);
        self
    }
}

/// The newest epoch that has a checkpoint; 0 without any.
pub fn newest_checkpoint(directory: &Path) -> usize {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let epoch = |entry: fs::DirEntry| entry.file_name().to_str()?.strip_prefix("epoch-")?.parse().ok();
    entries.filter_map(epoch).max().unwrap_or(0)
}

/// Trains a run of this name on the digits.
pub fn digits_run(program: &Program, name: &str, arguments: &[&str]) {
    program.run(&[&["--name", name], arguments].concat()).succeeds();
}

/// Writes IDX files with 40 images of 2 x 2 pixels in two classes, and no test set.
pub fn write_two_class_images(directory: &Path) {
    fs::create_dir_all(directory).unwrap();
    let labels: Vec<u8> = (0..40).map(|row| row % 2).collect();
    let pixels: Vec<u8> = labels.iter().flat_map(|label| [255 * label, 128, 0, 255 - 255 * label]).collect();
    let images = [&[0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2], pixels.as_slice()].concat();
    fs::write(directory.join("train-images-idx3-ubyte"), images).unwrap();
    let labels = [&[0, 0, 8, 1, 0, 0, 0, 40], labels.as_slice()].concat();
    fs::write(directory.join("train-labels-idx1-ubyte"), labels).unwrap();
}

/// The directory of the original MNIST files: `BURN_MLP_MNIST_DIR`, or `../shared/mnist` if it
/// exists.
pub fn mnist_directory() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/mnist");
    let directory = std::env::var_os("BURN_MLP_MNIST_DIR").map(PathBuf::from).or(beside.is_dir().then_some(beside));
    if directory.is_none() {
        eprintln!("skipped: BURN_MLP_MNIST_DIR is not set");
    }
    directory
}
