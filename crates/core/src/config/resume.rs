//! Which settings a resumed run may change.

use super::RunConfig;
use super::kind::shown_value;
use super::values::Values;
use crate::{Error, Result};

/// Settings that `--resume` may change: how long, on what and with which data directory a run goes on, and what its
/// evaluation reports.
pub(super) const MAY_CHANGE: [&str; 5] = ["training.epochs", "backend", "data.dir", "data.offline", "evaluation.top_k"];

impl RunConfig {
    /// Checks that a run configured by `earlier` may be resumed with this configuration.
    ///
    /// # Errors
    /// [`Error::Config`] with the first setting that differs but must not, and both values.
    pub fn check_resume(&self, earlier: &Self) -> Result<()> {
        let earlier = Values::of(earlier)?;
        let now = Values::of(self)?;
        for (setting, value) in now.iter().filter(|(setting, _)| !MAY_CHANGE.contains(&setting.key)) {
            if let Some(was) = earlier.get(setting.key).filter(|was| *was != value) {
                let problem = format!(
                    "the run to resume has {}, so it cannot go on with {}; only {} may change",
                    shown_value(was),
                    shown_value(value),
                    MAY_CHANGE.join(", ")
                );
                return Err(Error::config(setting.key, problem));
            }
        }
        Ok(())
    }
}
