//! Chooses what each column of a table is for.

use super::refusal::{Cure, Refusal, TableSettings};
use super::row_columns::{RowColumns, find_one};
use crate::Error;
use crate::config::{CsvConfig, SplitConfig, TaskName};
use burn_mlp_infer::csv::{Role, Table};
use burn_mlp_infer::text::quoted;

/// Names of a target, wherever it is.
const TARGET_NAMES: [&str; 3] = ["target", "label", "class"];

/// What each column of a table is for.
pub(super) struct Chosen {
    /// Indices of the columns to predict; several of numbers.
    pub targets: Vec<usize>,
    pub roles: Vec<Role>,
    pub row_columns: RowColumns,
    /// What no setting decides: how the target was chosen, and what is left out.
    pub notes: Vec<String>,
}

/// Chooses the roles of the columns as configured.
///
/// # Errors
/// [`Error::Config`] if a setting names a column that does not exist, or the target is not clear;
/// [`Error::Data`] if two columns in use have the same name.
pub(super) fn choose_columns(opened: &Table, settings: &TableSettings) -> std::result::Result<Chosen, Refusal> {
    let TableSettings { csv: config, split, task } = settings;
    let width = opened.names.len();
    if width < 2 {
        // A workbook's notes say which sheet was read.
        let hint = opened.notes.last().map_or("check csv.delimiter", String::as_str);
        let problem = format!("has 1 column; it needs a target and a feature; {hint}");
        return Err(Error::data(&opened.file, problem).into());
    }
    let mut roles = configured_roles(opened, config)?;
    let mut notes = leave_out_pandas_index(opened, config, split, &mut roles);
    let row_columns = RowColumns::find(opened, settings, &mut roles)?;
    let may_be_target = |&column: &usize| roles[column] != Role::LeftOut && row_columns.key_of(column).is_none();
    let targets = match config.target.trim() {
        "" => {
            let columns: Vec<usize> = (0..width).filter(may_be_target).collect();
            let chosen = choose_target(&opened.names, &columns);
            let (target, note) = chosen.map_err(|problem| {
                let first = named_targets(&opened.names, &columns).first().copied();
                let cure = first.map(|column| Cure::Target(selector(&opened.names, column)));
                Refusal { error: Error::config("csv.target", problem), cure }
            })?;
            notes.insert(0, note);
            vec![target]
        }
        columns => find_targets(opened, columns, &roles)?,
    };
    if targets.len() > 1 && *task == TaskName::Classification {
        let problem = "names several columns, but classes are predicted from one; name one";
        let first = selector(&opened.names, targets[0]);
        return Err(Refusal::new(Error::config("csv.target", problem), Cure::Target(first)));
    }
    for &target in &targets {
        let name = quoted(&opened.names[target]);
        if roles[target] == Role::LeftOut {
            return Err(Error::config("csv.ignore", format!("{name} is the target and cannot be left out")).into());
        }
        if let Some(key) = row_columns.key_of(target) {
            return Err(Error::config(key, format!("{name} is the target; name another column")).into());
        }
        roles[target] = target_role(*task, roles[target], targets.len());
    }
    check_names(opened, &roles, &targets)?;
    Ok(Chosen { targets, roles, row_columns, notes })
}

/// Returns the roles of the columns that settings name.
fn configured_roles(opened: &Table, config: &CsvConfig) -> std::result::Result<Vec<Role>, Refusal> {
    let mut roles = vec![Role::Either; opened.names.len()];
    for column in &config.ignore {
        for column in opened.find_all("csv.ignore", column)? {
            roles[column] = Role::LeftOut;
        }
    }
    for column in &config.categorical {
        let column = find_one(opened, "csv.categorical", column, &roles)?;
        if roles[column] != Role::LeftOut {
            roles[column] = Role::Texts;
        }
    }
    Ok(roles)
}

/// Returns the role of one of `targets` columns to predict, whose role as a feature is `role`.
fn target_role(task: TaskName, role: Role, targets: usize) -> Role {
    match (task, role) {
        // What is not a number is refused later, with its place.
        _ if targets > 1 => Role::Either,
        (TaskName::Regression, _) => Role::Either,
        (TaskName::Classification, _) | (TaskName::Auto, Role::Texts) => Role::Texts,
        (TaskName::Auto, _) => Role::Either,
    }
}

/// Refuses two columns in use that have the same name.
fn check_names(opened: &Table, roles: &[Role], targets: &[usize]) -> std::result::Result<(), Refusal> {
    let used = |column: &usize| roles[*column] != Role::LeftOut;
    for column in (0..roles.len()).filter(used) {
        if let Some(other) = (0..column).filter(used).find(|&other| opened.names[other] == opened.names[column]) {
            let left_out = if targets.contains(&column) { other } else { column };
            return Err(Refusal::new(opened.two_of_one_name(other, column), Cure::Ignore(left_out + 1)));
        }
    }
    Ok(())
}

/// Leaves out the index that pandas writes into Parquet files, unless a setting names it. Returns notes.
fn leave_out_pandas_index(opened: &Table, csv: &CsvConfig, split: &SplitConfig, roles: &mut [Role]) -> Vec<String> {
    let named = [&csv.target, &csv.id, &csv.weight, &split.group, &split.time].into_iter().chain(&csv.categorical);
    let named: Vec<&str> = named.map(|name| name.trim()).collect();
    let is_index = |name: &str| name.starts_with("__index_level_") && name.ends_with("__") && !named.contains(&name);
    let mut notes = Vec::new();
    for (name, role) in opened.names.iter().zip(roles).filter(|(name, role)| is_index(name) && **role != Role::LeftOut)
    {
        *role = Role::LeftOut;
        notes.push(format!("column {name} is the index of a pandas table; it is left out"));
    }
    notes
}

/// Finds the columns of the setting `csv.target`: one of this name, or else several with commas between.
fn find_targets(opened: &Table, selector: &str, roles: &[Role]) -> std::result::Result<Vec<usize>, Refusal> {
    let whole = opened.find_all("csv.target", selector);
    if whole.is_ok() || !selector.contains(',') {
        return Ok(vec![find_one(opened, "csv.target", selector, roles)?]);
    }
    let mut targets = Vec::new();
    for column in selector.split(',') {
        let target = find_one(opened, "csv.target", column, roles)?;
        if targets.contains(&target) {
            let problem = format!("names {} twice", quoted(&opened.names[target]));
            return Err(Error::config("csv.target", problem).into());
        }
        targets.push(target);
    }
    Ok(targets)
}

/// How a setting selects this column: by its name, or by its number from 1 if the name is not its alone or holds a comma.
pub(super) fn selector(names: &[String], column: usize) -> String {
    let name = &names[column];
    let is_clear = names.iter().filter(|other| *other == name).count() == 1 && !name.contains(',');
    if is_clear { name.clone() } else { (column + 1).to_string() }
}

/// Chooses among `columns`, indices in `names`: the one called `target`, `label` or `class`; `y` in the first or last
/// place without an `x`; otherwise the last. Returns its index and a sentence that says why.
///
/// # Errors
/// Returns a sentence if several columns have such a name.
fn choose_target(names: &[String], columns: &[usize]) -> std::result::Result<(usize, String), String> {
    let is_called = |column: &&usize, name: &str| names[**column].eq_ignore_ascii_case(name);
    let named = named_targets(names, columns);
    if let [one, other, ..] = named[..] {
        let (one, other) = (quoted(&names[one]), quoted(&names[other]));
        return Err(format!("may be {one} as well as {other}; choose with --target"));
    }
    let last = columns.last().copied().unwrap_or(names.len().saturating_sub(1));
    let has_x = columns.iter().any(|column| is_called(&column, "x"));
    let y = columns.first().filter(|column| is_called(column, "y") && !has_x);
    let target = named.first().or(y).copied().unwrap_or(last);
    let place = if target == last { "in the last column," } else { "in column" };
    Ok((target, format!("the target is {place} {}; choose another with --target", names[target])))
}

/// Those of `columns` that have the name of a target.
fn named_targets(names: &[String], columns: &[usize]) -> Vec<usize> {
    let is_target = |column: &&usize| TARGET_NAMES.iter().any(|name| names[**column].eq_ignore_ascii_case(name));
    columns.iter().filter(is_target).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(names: &str) -> std::result::Result<(usize, String), String> {
        let names: Vec<String> = names.split(',').map(String::from).collect();
        choose_target(&names, &(0..names.len()).collect::<Vec<_>>())
    }

    #[test]
    fn a_target_is_known_by_its_name_and_otherwise_the_last_column() {
        for (names, target) in [
            ("label,a,b", 0),
            ("a,Target,b", 1),
            ("a,CLASS", 1),
            ("y,a,b", 0),
            ("a,b,y", 2),
            ("a,y,b", 2),
            ("y,x,z", 2),
            ("y,a,label", 2),
            ("a,labels,b", 2),
        ] {
            assert_eq!(choose(names).unwrap().0, target, "{names}");
        }
        assert_eq!(choose("label,a").unwrap().1, "the target is in column label; choose another with --target");
        assert_eq!(
            choose("a,label").unwrap().1,
            "the target is in the last column, label; choose another with --target"
        );
    }

    #[test]
    fn two_names_of_a_target_are_refused_unless_one_is_left_out() {
        assert_eq!(choose("label,a,Class").unwrap_err(), "may be \"label\" as well as \"Class\"; choose with --target");
        let names = ["label", "a", "class"].map(String::from);
        assert_eq!(choose_target(&names, &[1, 2]).unwrap().0, 2);
    }
}
