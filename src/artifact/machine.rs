//! The machine a run was made on, since times mean nothing without it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use serde::{Deserialize, Serialize};

/// What is known of a machine without asking much.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Machine {
    /// Operating system: `linux`, `macos`, `windows`.
    pub os: String,
    /// Architecture: `x86_64`, `aarch64`.
    pub architecture: String,
    /// Threads that this process may run at once.
    pub threads: usize,
    /// The processor's name, where the system says it.
    pub cpu: Option<String>,
}

impl Machine {
    /// This machine.
    pub fn here() -> Self {
        Self {
            os: std::env::consts::OS.to_string(),
            architecture: std::env::consts::ARCH.to_string(),
            threads: std::thread::available_parallelism().map_or(1, |threads| threads.get()),
            cpu: cpu_name(),
        }
    }
}

/// Linux only; the name is in the first few lines.
fn cpu_name() -> Option<String> {
    let file = File::open("/proc/cpuinfo").ok()?;
    let lines = BufReader::new(file.take(4096)).lines().map_while(|line| line.ok());
    lines.filter_map(|line| model_name(&line)).next()
}

fn model_name(line: &str) -> Option<String> {
    let (key, value) = line.split_once(':')?;
    (key.trim() == "model name").then(|| value.trim().to_string())
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
    fn the_processor_is_named_by_its_model_line() {
        assert_eq!(model_name("model name\t: Quick 9000"), Some("Quick 9000".to_string()));
        assert_eq!(model_name("model\t\t: 85"), None);
    }
}
