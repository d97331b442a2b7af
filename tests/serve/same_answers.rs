//! The program, the server and burn-mlp-infer answer a file with the same classes and warnings.

use std::fs;
use std::path::Path;

use burn_mlp::infer::Model;
use serde_json::{Value, json};

use crate::client::Server;
use crate::support::Program;

/// Rows with every kind of value that is unlike the training rows.
const ROWS: &str = "flag,level,size,y\nTRUE,1.0,0.5,p\nFALSE,2.0,,q\nmaybe,3,900,\nTrue,4,-1,r\n?,1,0.25,p\n";

/// Rows with marks of missing values, and numbers and classes in unusual spellings, for a model with `csv.na=auto,-999`.
const HOSTILE: &str = "size,level,flag,y\n-999,1.0,TRUE,p\n-999.0,2,false,q\n-9.99e2,-999,-999.0,\n+1.5,03,nAn,p\n\
                       .5,3.00,<NA>,q\n\" 2 \",1., True,p\n5e-1,nOnE,#n/a,r\n";

/// A run on flags (True, False), levels (1, 2, 3, as texts) and sizes.
fn trained(settings: &[&str]) -> Program {
    let program = Program::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/categories.csv");
    let text = fs::read_to_string(fixture).unwrap();
    let rows = text.lines().skip(1).enumerate().map(|(row, line)| {
        let (columns, class) = line.rsplit_once(',').unwrap();
        format!("{columns},{}.5,{class}\n", row % 5)
    });
    fs::write(program.path("t.csv"), format!("flag,level,size,y\n{}", rows.collect::<String>())).unwrap();
    let shared = ["--set", "csv.categorical=level,flag", "--set", "csv.missing=impute"];
    program
        .run(&[&["--data", "csv:t.csv", "--epochs", "5", "--name", "run"], &shared[..], settings].concat())
        .succeeds();
    program
}

fn classes(predictions: &Value, class: impl Fn(&Value) -> &Value) -> Vec<Value> {
    predictions.as_array().unwrap().iter().map(|prediction| class(prediction).clone()).collect()
}

/// A line of [`ROWS`] as an object of values by column name.
fn record(line: &str) -> Value {
    let values: Vec<&str> = line.split(',').collect();
    json!({"flag": values[0], "level": values[1], "size": values[2], "y": values[3]})
}

#[test]
fn a_file_gets_the_same_classes_and_warnings_everywhere() {
    let server = Server::start(trained(&[]), &[]);
    fs::write(server.program.path("rows.csv"), ROWS).unwrap();

    let output = server.program.run(&["predict", "run", "rows.csv", "--format", "json"]).succeeds();
    let mut lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap();
    let printed = classes(&json!(lines), |row| &row["predictions"][0]["class"]);

    let response = server.post("/predict", "text/csv", ROWS.as_bytes()).json();
    let model = Model::load(server.program.path("artifacts/run")).unwrap();
    let answer = model.predict_csv(ROWS.as_bytes()).unwrap();
    let answer = serde_json::to_value(answer).unwrap();

    assert_eq!(printed, classes(&response["predictions"], |row| &row["class"]));
    assert_eq!(printed, classes(&answer["predictions"], |row| &row["class"]));
    assert_eq!(summary["warnings"], response["warnings"]);
    assert_eq!(summary["warnings"], answer["warnings"]);
    for (served, inferred) in
        response["predictions"].as_array().unwrap().iter().zip(answer["predictions"].as_array().unwrap())
    {
        let difference = served["probability"].as_f64().unwrap() - inferred["probability"].as_f64().unwrap();
        assert!(difference.abs() < 1e-5, "{served} {inferred}");
    }

    let records: Vec<Value> = ROWS.lines().skip(1).map(record).collect();
    let by_records = server.post("/predict", "application/json", json!(records).to_string().as_bytes()).json();
    assert_eq!(by_records["predictions"], response["predictions"]);

    let counted = |warning: &Value| (warning["column"].clone(), warning["kind"].clone(), warning["count"].clone());
    let found: Vec<_> = summary["warnings"].as_array().unwrap().iter().map(counted).collect();
    let expected = [
        ("flag", "unseen", 1),
        ("flag", "respelled", 2),
        ("flag", "missing", 1),
        ("level", "unseen", 1),
        ("size", "far", 1),
        ("size", "missing", 1),
        ("y", "unknown_class", 1),
    ];
    let mut of_records: Vec<_> = by_records["warnings"].as_array().unwrap().iter().map(counted).collect();
    of_records.sort_by_key(|warning| found.iter().position(|other| other == warning));
    assert_eq!(of_records, found);
    assert_eq!(found, expected.map(|(column, kind, count)| (json!(column), json!(kind), json!(count))));
    for warning in summary["warnings"].as_array().unwrap() {
        let sentence = format!("warning: rows.csv: {}", warning["message"].as_str().unwrap());
        assert!(output.stderr.contains(&sentence), "no {sentence} in {}", output.stderr);
    }
    assert_eq!(summary["scored"]["rows"], 3);
    assert_eq!(
        lines.iter().map(|row| row["true"].clone()).collect::<Vec<_>>(),
        [json!("p"), json!("q"), json!(null), json!(null), json!("p")]
    );
}

#[test]
fn marks_and_unusual_spellings_are_read_alike_everywhere() {
    let server = Server::start(trained(&["--set", "csv.na=auto,-999"]), &[]);
    fs::write(server.program.path("rows.csv"), HOSTILE).unwrap();
    let output = server.program.run(&["predict", "run", "rows.csv", "--format", "json", "--top-k", "2"]).succeeds();
    let mut lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap();
    let response = server.post("/predict", "text/csv", HOSTILE.as_bytes()).json();
    let model = Model::load(server.program.path("artifacts/run")).unwrap();
    let answer = serde_json::to_value(model.predict_csv(HOSTILE.as_bytes()).unwrap()).unwrap();
    assert_eq!(lines.len(), 7);
    assert_eq!(summary["warnings"], response["warnings"]);
    assert_eq!(summary["warnings"], answer["warnings"]);
    for (row, line) in lines.iter().enumerate() {
        let (printed, served) = (&line["predictions"][0], &response["predictions"][row]);
        let inferred = &answer["predictions"][row];
        for other in [served, inferred] {
            assert_eq!(printed["class"], other["class"]);
            let difference = printed["probability"].as_f64().unwrap() - other["probability"].as_f64().unwrap();
            assert!(difference.abs() < 1e-5, "{printed} {other}");
        }
    }
    let missing = |column: &str| {
        let warnings = summary["warnings"].as_array().unwrap();
        let is_of = |warning: &&Value| warning["column"] == column && warning["kind"] == "missing";
        warnings.iter().find(is_of).map_or(json!(0), |warning| warning["count"].clone())
    };
    assert_eq!(["size", "level", "flag"].map(missing), [json!(3), json!(2), json!(4)]);
}
