//! Prints what a source contains.

use burn_mlp::data::{
    ColumnProfile, ColumnUse, DataSummary, Dataset, Distribution, FeatureKind, ImageShape, ValueKind,
};
use burn_mlp::format::{count, loss, number, percent};
use burn_mlp::pipeline::{absent_classes, skipped_files};
use burn_mlp::text::{printable, quoted, shortened};
use comfy_table::Cell;

use crate::cli::terminal::colour::bold;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::tables::{plain_table, right};

/// Maximum number of columns listed.
const MAX_COLUMNS: usize = 100;

/// Minimum share of test rows among the training rows that is worth a warning.
const MIN_REPEATED: f64 = 0.01;

pub fn show(data: &Dataset, summary: &DataSummary, console: &mut Console) {
    let test = summary.test_rows.map_or("no".to_string(), count);
    console.result(format!(
        "data     {}: {} training, {test} test rows of {} features{}",
        bold(printable(&summary.source)),
        count(summary.train_rows),
        count(summary.features),
        match &summary.targets[..] {
            [] => format!(" in {} classes", count(summary.classes.len())),
            targets => {
                let names: Vec<String> = targets.iter().map(|target| printable(&target.name)).collect();
                format!(" to predict {}", names.join(", "))
            }
        }
    ));
    if let Some(ImageShape { height, width, channels }) = summary.image_shape {
        let colour = if channels == 3 { "red, green, blue" } else { "grey" };
        console.result(format!("images   {width} x {height} pixels, {colour}"));
    }
    // The values of a table differ in unit from column to column.
    if summary.columns.is_empty() {
        console.result(format!("values   {}", values(summary)));
    }
    console.result(format!("SHA-256  {}", summary.hash));
    summary.notes.iter().for_each(|note| console.warn(note));
    let warnings = [skipped_files(data), absent_classes(data), repeated_rows(summary)];
    warnings.iter().flatten().for_each(|warning| console.warn(warning));
    for ColumnProfile { name, warnings, .. } in &summary.columns {
        warnings.iter().for_each(|warning| console.warn(&format!("column {} {warning}", quoted(name))));
    }
    let target = if summary.targets.is_empty() { classes(summary) } else { targets(summary) };
    console.result(format!("\n{target}"));
    if !summary.columns.is_empty() {
        console.result(format!("\n{}", columns(&summary.columns)));
    }
    if !summary.feature_statistics.is_empty() {
        console.result(format!("\n{}", features(summary)));
    }
}

/// "0 to 16, scaled to 0 to 1, mean 0.3053, deviation 0.3760".
fn values(summary: &DataSummary) -> String {
    let values = &summary.values;
    let scaled = format!("{} to {}", plain(values.lowest), plain(values.highest));
    let range = match summary.divided_by {
        Some(maximum) => {
            let scale = f64::from(maximum);
            format!("{} to {}, scaled to {scaled}", plain(values.lowest * scale), plain(values.highest * scale))
        }
        None => scaled,
    };
    format!("{range}, mean {}, deviation {}", loss(values.mean), loss(values.deviation))
}

/// A whole number without decimals, any other with four.
fn plain(value: f64) -> String {
    match value.fract() == 0.0 && value.abs() < 1e9 {
        true => format!("{value}"),
        false => loss(value),
    }
}

/// Statistics of the numbers to predict.
fn targets(summary: &DataSummary) -> String {
    let mut table = plain_table();
    let header = ["", "lowest", "highest", "mean", "deviation"].map(right);
    table.set_header([Cell::new("target")].into_iter().chain(header));
    for target in &summary.targets {
        let parts = [("training", Some(target.train)), ("test", target.test)];
        for (part, values) in parts.into_iter().filter_map(|(part, values)| Some((part, values?))) {
            let cells =
                [values.lowest, values.highest, values.mean, values.deviation].map(|value| right(number(value)));
            table.add_row([Cell::new(printable(&target.name)), Cell::new(part)].into_iter().chain(cells));
        }
    }
    table.to_string()
}

fn classes(summary: &DataSummary) -> String {
    let mut table = plain_table();
    let header = ["class", "training", "share", "test", "share"];
    let columns = if summary.test_rows.is_some() { 5 } else { 3 };
    table.set_header([Cell::new(header[0])].into_iter().chain(header[1..columns].iter().map(right)));
    let share = |rows: usize, all: usize| percent(rows as f64 / all.max(1) as f64);
    let mut add = |name: String, train: usize, test: Option<usize>| {
        let test = test.zip(summary.test_rows).map(|(rows, all)| [count(rows), share(rows, all)]);
        let train = [count(train), share(train, summary.train_rows)];
        let cells = train.into_iter().chain(test.into_iter().flatten()).map(right);
        table.add_row([Cell::new(name)].into_iter().chain(cells));
    };
    for class in &summary.classes {
        add(printable(&class.name), class.train, class.test);
    }
    add("all".to_string(), summary.train_rows, summary.test_rows);
    table.to_string()
}

/// The columns of a table, as they are in the file.
fn columns(columns: &[ColumnProfile]) -> String {
    let mut table = plain_table();
    let headings = ["column", "values", "missing", "distinct", "range or most frequent", "what the network gets"];
    table.set_header(headings.iter().enumerate().map(|(place, heading)| match place {
        2 | 3 => right(heading),
        _ => Cell::new(heading),
    }));
    for column in columns.iter().take(MAX_COLUMNS) {
        let cells = match &column.values {
            Some(values) => [
                Cell::new(match values.kind {
                    ValueKind::Numbers => "numbers",
                    ValueKind::Booleans => "booleans",
                    ValueKind::Dates => "dates",
                    ValueKind::Times => "times of day",
                    ValueKind::Texts => "texts",
                }),
                right(percent(values.missing as f64 / values.rows.max(1) as f64)),
                right(count(values.distinct)),
                Cell::new(range(values)),
            ],
            None => ["not read", "", "", ""].map(Cell::new),
        };
        let name = Cell::new(shortened(&column.name));
        table.add_row([name].into_iter().chain(cells).chain([Cell::new(network_gets(column))]));
    }
    match columns.len() > MAX_COLUMNS {
        true => format!("{table}\n... and {} more columns: see --json", count(columns.len() - MAX_COLUMNS)),
        false => table.to_string(),
    }
}

/// "17 to 90, mean 38.58" of numbers; "2024-01-01 to 2024-12-31" of dates; "red 40 %, blue 35 %" of texts.
fn range(values: &Distribution) -> String {
    if let Some((first, last)) = &values.span {
        return format!("{first} to {last}");
    }
    match &values.range {
        Some(range) if range.lowest == range.highest => plain(range.lowest),
        Some(range) => format!("{} to {}, mean {}", plain(range.lowest), plain(range.highest), plain(range.mean)),
        None if values.frequent.is_empty() => "each once".to_string(),
        None => {
            let share = |rows: usize| percent(rows as f64 / values.rows.max(1) as f64);
            let listed = values.frequent.iter().map(|(value, rows)| format!("{} {}", shortened(value), share(*rows)));
            listed.collect::<Vec<_>>().join(", ")
        }
    }
}

fn network_gets(column: &ColumnProfile) -> String {
    match (&column.column_use, &column.encoding) {
        (ColumnUse::Target, _) => "the target".to_string(),
        (ColumnUse::Features(_), Some(encoding)) => encoding.clone(),
        (ColumnUse::Features(features), None) => format!("{} features", count(*features)),
        (ColumnUse::Nothing(role), _) => format!("nothing: {role}"),
    }
}

fn repeated_rows(summary: &DataSummary) -> Option<String> {
    let (repeated, test) = (summary.repeated_test_rows?, summary.test_rows?);
    (repeated as f64 >= MIN_REPEATED * test as f64 && repeated > 0).then(|| {
        format!(
            "{} of {} test rows have the same features as a training row; a test should hold new rows",
            count(repeated),
            count(test)
        )
    })
}

fn features(summary: &DataSummary) -> String {
    let of_kind = |kind: FeatureKind| summary.feature_statistics.iter().filter(|feature| feature.kind == kind).count();
    let [numbers, zero_or_one, constant] =
        [FeatureKind::Number, FeatureKind::ZeroOrOne, FeatureKind::Constant].map(of_kind).map(count);
    if summary.feature_statistics.len() > MAX_COLUMNS {
        return format!("{numbers} features are numbers, {zero_or_one} are 0 or 1, {constant} are constant");
    }
    let mut table = plain_table();
    let header = ["lowest", "highest", "mean", "deviation"].map(right);
    table.set_header([Cell::new("feature"), Cell::new("kind")].into_iter().chain(header));
    for feature in &summary.feature_statistics {
        let kind = match feature.kind {
            FeatureKind::Number => "number",
            FeatureKind::ZeroOrOne => "0 or 1",
            FeatureKind::Constant => "constant",
        };
        let values = &feature.values;
        let values = [values.lowest, values.highest, values.mean, values.deviation].map(loss).map(right);
        table.add_row([Cell::new(printable(&feature.name)), Cell::new(kind)].into_iter().chain(values));
    }
    table.to_string()
}
