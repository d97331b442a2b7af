//! The machine that a run used. Times mean nothing without it, and its processor decides which
//! kernels run and so how results round.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use serde::{Deserialize, Serialize};

/// Description of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Operating system: `linux`, `macos`, `windows`.
    pub os: String,
    /// Name and version of the system, where known; its mathematical functions differ in rounding.
    pub os_version: Option<String>,
    /// Architecture: `x86_64`, `aarch64`.
    pub architecture: String,
    /// Number of threads that this process may run at once.
    pub threads: usize,
    /// Name of the processor, where known.
    pub cpu: Option<String>,
    /// The processor's instruction sets by which CPU backends choose their kernels.
    pub cpu_features: Vec<String>,
}

impl Machine {
    /// Describes this machine.
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

/// Reads the processor's name on Linux; it is in the first few lines.
fn cpu_name() -> Option<String> {
    first_lines("/proc/cpuinfo").filter_map(|line| model_name(&line)).next()
}

/// Reads the system's name on Linux.
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

/// On other architectures the kernels do not depend on the processor.
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
    fn the_system_is_named_by_its_pretty_name() {
        assert_eq!(pretty_name("PRETTY_NAME=\"Debian GNU/Linux 12\""), Some("Debian GNU/Linux 12".to_string()));
        assert_eq!(pretty_name("NAME=\"Debian GNU/Linux\""), None);
    }

    #[test]
    fn the_processor_is_named_by_its_model_line() {
        assert_eq!(model_name("model name\t: Quick 9000"), Some("Quick 9000".to_string()));
        assert_eq!(model_name("model\t\t: 85"), None);
    }
}
