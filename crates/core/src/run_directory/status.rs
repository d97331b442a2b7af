//! Where a run stands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a run stands; in files and on the screen in kebab case (`stopped-early`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A process works on it.
    #[default]
    Running,
    /// All epochs are done.
    Finished,
    /// Early stopping ended it.
    StoppedEarly,
    /// The person stopped it.
    Interrupted,
    /// It could not go on.
    Failed,
    /// Recorded as running, but no process holds the lock. Shown, never written.
    Killed,
}

impl Status {
    /// The status's word.
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
    fn the_word_on_the_screen_is_the_word_in_the_file() {
        use Status::*;
        for status in [Running, Finished, StoppedEarly, Interrupted, Failed, Killed] {
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{status}\""));
        }
    }
}
