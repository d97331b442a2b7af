//! Names the classes with too few rows to be in every part of the split.

use super::classes::{Classes, are_mostly_rare};
use crate::data::class_counts;
use crate::data::division::Division;
use crate::data::split::SplitBy;
use burn_mlp_infer::text::{listed, quoted};

/// Maximum number of classes listed by name.
const MAX_LISTED: usize = 5;

impl Classes {
    /// Notes classes of the column `column` that have too few rows to be in every part of the `division`, which was made
    /// `by` chance or otherwise. Says nothing if most classes are rare, which another note says.
    pub fn note_rare_classes(&self, column: &str, division: &Division, by: &SplitBy) -> Option<String> {
        let counts = class_counts(self.labels.iter().copied(), self.names.len());
        if are_mostly_rare(&counts) {
            return None;
        }
        let parts = [("training", &division.train), ("validation", &division.valid), ("test", &division.test)];
        let (names, parts): (Vec<&str>, Vec<&Vec<usize>>) =
            parts.into_iter().filter(|(_, rows)| !rows.is_empty()).unzip();
        let rare = self.absent_from_any(&parts).into_iter();
        // By group or by time, a class may be absent for another reason.
        let rare: Vec<usize> = rare.filter(|&class| *by == SplitBy::Class || counts[class] < parts.len()).collect();
        let rows = |class: usize| if counts[class] == 1 { "1 row".into() } else { format!("{} rows", counts[class]) };
        let (column, parts, way_out) = (quoted(column), joined(&names), "add rows, or join classes");
        match rare[..] {
            [] => None,
            [class] => {
                let name = quoted(&self.names[class]);
                Some(format!("class {name} of {column} has {}, too few to be in {parts}; {way_out}", rows(class)))
            }
            _ => {
                let named = rare.iter().map(|&class| format!("{} ({})", quoted(&self.names[class]), rows(class)));
                let named = listed(named, MAX_LISTED);
                let count = rare.len();
                Some(format!("{count} classes of {column} have too few rows to be in {parts}: {named}; {way_out}"))
            }
        }
    }

    /// The classes of which one of `parts`, lists of rows, has none.
    fn absent_from_any(&self, parts: &[&Vec<usize>]) -> Vec<usize> {
        let count = |rows: &[usize]| class_counts(rows.iter().map(|&row| self.labels[row]), self.names.len());
        let of_parts: Vec<Vec<usize>> = parts.iter().map(|rows| count(rows)).collect();
        (0..self.names.len()).filter(|&class| of_parts.iter().any(|counts| counts[class] == 0)).collect()
    }
}

/// "training, validation and test".
fn joined(parts: &[&str]) -> String {
    match parts.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => parts.concat(),
    }
}
