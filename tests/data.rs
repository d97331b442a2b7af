//! `burn-mlp data` of a table: its columns as they are in the file, and what looks wrong with them.

mod support;

use std::fmt::Write;
use std::fs;

use support::{Output, Program};

/// A table of 200 rows in which one column gives the target away, one is constant and one identifies the rows.
fn suspicious() -> String {
    let mut table = String::from("customer,age,country,refund,plan,churned\n");
    for row in 0..200 {
        let churned = row * 7 % 10 < 3;
        let (age, plan) = (20 + row * 13 % 50, ["basic", "basic", "gold"][row % 3]);
        let age = if row % 20 == 0 { String::new() } else { age.to_string() };
        let refund = if churned { 10.0 + row as f64 / 4.0 } else { 0.0 };
        let churned = if churned { "yes" } else { "no" };
        writeln!(table, "C-{row:04},{age},DE,{refund},{plan},{churned}").unwrap();
    }
    table
}

fn data(table: &str, arguments: &[&str]) -> Output {
    let program = Program::new();
    fs::write(program.path("churn.csv"), table).unwrap();
    program.run(&[&["data", "csv:churn.csv"], arguments].concat()).succeeds()
}

#[test]
fn columns_are_described_in_their_own_unit() {
    let output = data(&suspicious(), &[]);
    let line = |name: &str| {
        output.stdout.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default().to_string()
    };
    assert!(line("age").contains("numbers") && line("age").contains(" to 69, mean"), "{}", output.stdout);
    assert!(line("plan").contains("basic 68.75 %"), "{}", output.stdout);
    assert!(line("plan").contains("2 features of 0 or 1"), "{}", output.stdout);
    assert!(line("churned").contains("the target"), "{}", output.stdout);
}

#[test]
fn what_looks_wrong_with_a_column_is_warned_of() {
    let output = data(&suspicious(), &[]).stderr;
    for warning in [
        "column \"country\" is \"DE\" in every training row; it is left out",
        "column \"customer\" has 128 different texts in 128 rows, from which nothing can be learned; it is left out",
        "column \"refund\" alone predicts 100.00 % of the rows",
        // Training prints the same.
        "the target is in the last column, churned",
    ] {
        assert!(output.contains(warning), "{output}");
    }
    for column in ["country", "customer", "refund"] {
        assert_eq!(output.matches(&format!("column \"{column}\"")).count(), 1, "{column}: {output}");
    }
    assert!(!output.contains("\"age\" alone") && !output.contains("\"plan\" alone"), "{output}");
}

#[test]
fn a_table_that_a_training_refuses_is_described_with_the_refusal() {
    let output = data(&suspicious(), &["--set", "csv.missing=refuse"]);
    assert!(output.stderr.contains("this table cannot be trained on"), "{}", output.stderr);
    let repaired = data(&suspicious(), &[]);
    assert!(!repaired.stderr.contains("refuses"), "{}", repaired.stderr);
    assert!(repaired.stdout.contains("nothing: left out"), "{}", repaired.stdout);
}

#[test]
fn nothing_is_said_twice() {
    let rows: String = (0..40).map(|row| format!("{row},{},same,{}\n", row * 7 % 13, ["a", "b"][row % 2])).collect();
    let output = data(&format!("Id,x,site,y\n{rows}"), &[]);
    let lines: Vec<&str> = output.stderr.lines().collect();
    let mut different = lines.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), lines.len(), "{}", output.stderr);
    for column in ["Id", "site"] {
        let said = lines.iter().filter(|line| {
            line.contains(&format!("column {column}")) || line.contains(&format!("column \"{column}\""))
        });
        assert_eq!(said.count(), 1, "{column}: {}", output.stderr);
    }
}

#[test]
fn test_rows_that_repeat_training_rows_are_counted() {
    let repeated = "x,y\n1,a\n2,b\n3,a\n".repeat(20);
    let repeated = repeated.replace("x,y\n", "");
    let output = data(&format!("x,y\n{repeated}"), &["--json"]);
    let summary: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(summary["repeated_test_rows"], summary["test_rows"]);
    assert_eq!(summary["columns"][0]["values"]["range"]["highest"], 3.0);
    assert!(summary["notes"].as_array().is_some_and(|notes| !notes.is_empty()), "{summary}");
    let shown = data(&format!("x,y\n{repeated}"), &[]);
    assert!(shown.stderr.contains("test rows have the same features as a training row"), "{}", shown.stderr);
}
