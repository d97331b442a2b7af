//! Status of a run.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Status of a run, in kebab case (`stopped-early`) in files and on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A process is training it.
    #[default]
    Running,
    /// All epochs are done.
    Finished,
    /// Early stopping ended it.
    StoppedEarly,
    /// The user stopped it.
    Interrupted,
    /// An error ended it.
    Failed,
    /// Recorded as running, but no process holds the lock. Never written to files.
    Killed,
}

impl Status {
    /// Returns the status as text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::StoppedEarly => "stopped-early",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
            Self::Killed => "killed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_screen_show_the_same_text() {
        use Status::*;
        for status in [Running, Finished, StoppedEarly, Interrupted, Failed, Killed] {
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{status}\""));
        }
    }
}
