//! The machine a run was made on: times mean nothing without it, and its processor chooses the kernels that round.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use serde::{Deserialize, Serialize};

/// What is known of a machine without asking much.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// Operating system: `linux`, `macos`, `windows`.
    pub os: String,
    /// The system's name and version, where it says them; its mathematical functions round.
    pub os_version: Option<String>,
    /// Architecture: `x86_64`, `aarch64`.
    pub architecture: String,
    /// Threads that this process may run at once.
    pub threads: usize,
    /// The processor's name, where the system says it.
    pub cpu: Option<String>,
    /// Those of the processor's extensions by which CPU backends choose their kernels.
    pub cpu_features: Vec<String>,
}

impl Machine {
    /// This machine.
    pub fn here() -> Self {
        Self {
            os: std::env::consts::OS.to_string(),
            os_version: os_version(),
            architecture: std::env::consts::ARCH.to_string(),
            threads: std::thread::available_parallelism().map_or(1, |threads| threads.get()),
            cpu: cpu_name(),
            cpu_features: cpu_features(),
        }
    }
}

/// Linux only; the name is in the first few lines.
fn cpu_name() -> Option<String> {
    first_lines("/proc/cpuinfo").filter_map(|line| model_name(&line)).next()
}

/// Linux only.
fn os_version() -> Option<String> {
    first_lines("/etc/os-release").filter_map(|line| pretty_name(&line)).next()
}

fn first_lines(path: &str) -> impl Iterator<Item = String> {
    let lines = File::open(path).map(|file| BufReader::new(file.take(4096)).lines().map_while(|line| line.ok()));
    lines.into_iter().flatten()
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn cpu_features() -> Vec<String> {
    use std::arch::is_x86_feature_detected as has;
    let features =
        [("sse4.2", has!("sse4.2")), ("avx2", has!("avx2")), ("fma", has!("fma")), ("avx512f", has!("avx512f"))];
    features.iter().filter(|(_, present)| *present).map(|(name, _)| name.to_string()).collect()
}

/// Elsewhere the architecture alone decides.
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
fn cpu_features() -> Vec<String> {
    Vec::new()
}

fn model_name(line: &str) -> Option<String> {
    let (key, value) = line.split_once(':')?;
    (key.trim() == "model name").then(|| value.trim().to_string())
}

fn pretty_name(line: &str) -> Option<String> {
    Some(line.strip_prefix("PRETTY_NAME=")?.trim_matches('"').to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_an_architecture_and_a_thread() {
        let machine = Machine::here();
        assert!(machine.threads >= 1 && !machine.architecture.is_empty());
    }

    #[test]
    fn the_system_is_named_as_it_shows_itself() {
        assert_eq!(pretty_name("PRETTY_NAME=\"Debian GNU/Linux 12\""), Some("Debian GNU/Linux 12".to_string()));
        assert_eq!(pretty_name("NAME=\"Debian GNU/Linux\""), None);
    }

    #[test]
    fn a_machine_recorded_by_an_older_program_is_read() {
        let older = r#"{"os": "linux", "architecture": "x86_64", "threads": 2, "cpu": null}"#;
        assert_eq!(serde_json::from_str::<Machine>(older).unwrap().threads, 2);
    }

    #[test]
    fn the_processor_is_named_by_its_model_line() {
        assert_eq!(model_name("model name\t: Quick 9000"), Some("Quick 9000".to_string()));
        assert_eq!(model_name("model\t\t: 85"), None);
    }
}
