//! What the rows of a file have been used for in a run: a model's metrics on them may be too good.

use std::path::Path;

use serde::Serialize;

use crate::config::{RunConfig, Selection, Source, selection_label};
use crate::run_directory::RunDirectory;

/// The uses of a file's rows.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct UsedRows {
    /// Whether some of the rows have trained the model.
    pub used_for_training: bool,
    /// What some of the rows have chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub used_for_selection: Vec<Selection>,
}

impl UsedRows {
    /// Returns what the rows of `file` have been used for, as far as its path says; `None` if it says nothing. `config`
    /// is the run's own.
    pub fn of_file(run: &RunDirectory, config: &RunConfig, file: &Path) -> Option<Self> {
        let record = run.read_record().ok()?;
        let located = config.with_paths_from(&run.started_in(&record)).ok()?;
        let (valid, source) = (Path::new(&located.csv.valid), located.data.source.parse::<Source>().ok()?);
        let selections = record.used_for_selection;
        let used = if is_same_file(valid, file) {
            Self { used_for_training: false, used_for_selection: selections }
        } else if is_same_file(source.path()?, file) {
            // A validation set of its own is in another file.
            let is_own = valid.as_os_str().is_empty();
            Self { used_for_training: true, used_for_selection: if is_own { selections } else { Vec::new() } }
        } else {
            return None;
        };
        (used.used_for_training || !used.used_for_selection.is_empty()).then_some(used)
    }

    /// Says that metrics on these rows are too good.
    pub fn sentence(&self) -> String {
        let label = selection_label(&self.used_for_selection);
        match self.used_for_training {
            true => {
                let label = label.map(|label| format!(" and others were {label}")).unwrap_or_default();
                format!(
                    "some of these rows trained the model{label}, so this is too good; `burn-mlp evaluate` judges by \
                     other rows"
                )
            }
            false => format!("these rows were {}, so this is too good", label.unwrap_or_default()),
        }
    }
}

/// Whether both paths lead to the same file or directory.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| path.canonicalize().ok();
    resolved(one).is_some_and(|one| Some(one) == resolved(other))
}
