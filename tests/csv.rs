//! Training, evaluating and resuming on CSV files, and files that cannot be used.

mod support;

use std::fs;
use std::path::Path;

use support::Program;

/// Settings that learn iris in a second.
const QUICK: [&str; 6] = ["--data", "csv:iris.csv", "--epochs", "30", "--batch-size", "8"];

/// A program in a directory with `iris.csv`.
fn with_iris() -> Program {
    let program = Program::new();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/iris.csv"), program.path("iris.csv")).unwrap();
    program
}

fn json(program: &Program, file: &str) -> serde_json::Value {
    serde_json::from_slice(&program.read(file)).unwrap()
}

/// Asserts that training on `text` as `t.csv` fails with one line that contains `words` and leaves
/// no run behind.
#[track_caller]
fn refuses(text: &[u8], arguments: &[&str], code: i32, words: &str) {
    let program = Program::new();
    fs::write(program.path("t.csv"), text).unwrap();
    let output = program.run(&[&["--data", "csv:t.csv"], arguments].concat()).fails_with(code);
    let preset = "using the preset tabular; --config chooses another";
    let lines = output.stderr.lines().filter(|line| *line != preset);
    assert_eq!(lines.count(), 1, "{}", output.stderr);
    output.complains(words);
    assert_eq!(fs::read_dir(program.path("artifacts")).map_or(0, |runs| runs.count()), 0);
}

#[test]
fn iris_is_trained_evaluated_and_its_run_named_after_the_file() {
    let program = with_iris();
    let output = program.run(&[&QUICK[..], &["--set", "csv.bins=0"]].concat()).succeeds();
    output.says("the target is in the last column, class; choose another with --target");
    output.says("96 training, 24 validation, 30 test rows of 4 features in 3 classes");
    output.says("versicolor");
    let accuracy = &json(&program, "artifacts/iris-flex-001/run.json")["test"]["accuracy"];
    assert!(accuracy.as_f64().unwrap() > 0.85, "{accuracy}");
    let evaluated = program.run(&["evaluate", "iris-flex-001", "--json"]).succeeds();
    let again: serde_json::Value = serde_json::from_str(&evaluated.stdout).unwrap();
    assert_eq!(again["accuracy"], *accuracy);
    program.run(&["inspect", "iris-flex-001"]).succeeds().says("iris.csv");
}

#[test]
fn a_run_on_a_table_can_be_repeated_from_its_configuration_in_any_directory() {
    let program = with_iris();
    program.run(&[&QUICK[..], &["--target", "class", "--name", "one"]].concat()).succeeds();
    fs::create_dir(program.path("elsewhere")).unwrap();
    let config = program.path("artifacts/one/config.toml");
    let out = program.path("artifacts");
    let arguments = ["--config", config.to_str().unwrap(), "--out", out.to_str().unwrap(), "--name", "two"];
    program.run_in("elsewhere", &arguments).succeeds();
    for file in ["model.safetensors", "evaluation.json"] {
        assert!(program.read(&format!("artifacts/one/{file}")) == program.read(&format!("artifacts/two/{file}")));
    }
}

#[test]
fn a_resumed_run_on_a_table_ends_like_an_uninterrupted_one() {
    let program = with_iris();
    let settings = ["--data", "csv:iris.csv", "--set", "early_stopping.enabled=false"];
    let run = |more: &[&str]| program.run(&[&settings[..], more].concat()).succeeds();
    run(&["--epochs", "12", "--name", "whole"]);
    run(&["--epochs", "5", "--name", "parts"]);
    program.run(&["--resume", "parts", "--epochs", "12"]).succeeds();
    assert_eq!(program.metrics("parts"), program.metrics("whole"));
    assert!(program.read("artifacts/parts/evaluation.json") == program.read("artifacts/whole/evaluation.json"));
}

#[test]
fn a_changed_table_is_detected() {
    let program = with_iris();
    program.run(&[&QUICK[..], &["--name", "run"]].concat()).succeeds();
    let text = String::from_utf8(program.read("iris.csv")).unwrap();
    fs::write(program.path("iris.csv"), text.replacen("5.1,", "5.0,", 1)).unwrap();
    program.run(&["evaluate", "run"]).fails_with(1).complains("was trained on data that csv:");
    fs::write(program.path("iris.csv"), text.replace('\n', "\r\n")).unwrap();
    program.run(&["evaluate", "run"]).succeeds();
    fs::remove_file(program.path("iris.csv")).unwrap();
    program.run(&["evaluate", "run"]).fails_with(1).complains("iris.csv");
}

#[test]
fn the_model_file_holds_the_encoding_of_the_table() {
    let program = Program::new();
    let row =
        |row: usize| format!("{}.5,{},{}\n", row % 11, ["red", "\"light, blue\""][row % 2], ["no", "yes"][row % 2]);
    let text = "\u{feff}size,colour,sold\r\n".to_string() + &(0..60).map(row).collect::<String>();
    fs::write(program.path("sales.csv"), text).unwrap();
    program.run(&["--data", "csv:sales.csv", "--set", "csv.bins=0", "--epochs", "2", "--name", "run"]).succeeds();
    let file = program.read("artifacts/run/model.safetensors");
    let metadata = burn_mlp::infer::ModelMetadata::of_file(&file).unwrap();
    let table = metadata.table.unwrap();
    assert_eq!(table.feature_names(), ["size", "colour=light, blue", "colour=red"]);
    let rows = table.read_features("colour;size\nred;3.5\n".as_bytes(), "rows").unwrap();
    assert_eq!((rows.features.len(), rows.features[2], rows.truths), (3, 1.0, None));
}

#[test]
fn unusable_tables_are_refused_in_one_sentence() {
    refuses(b"", &[], 1, "t.csv is empty; it needs rows");
    refuses(b"a,class\n", &[], 1, "t.csv has no rows below its first line");
    refuses(b"a,class\n1,na\xefve\n", &[], 1, "t.csv: line 2: byte 0xef is not UTF-8; save the file as UTF-8");
    refuses(b"a,class\n1,x\n2\n", &[], 1, "t.csv: line 3 has 1 column where the first has 2; fix the line");
    let refuse = ["--set", "csv.missing=refuse"];
    let gap = b"a,class\r\n1,x\r\n,y\r\n2,x\r\n3,y\r\n";
    refuses(gap, &refuse, 1, "t.csv: line 3, column \"a\": the value is missing; complete it");
    refuses(b"a,class\n1,x\ninf,y\n2,x\n3,y\n", &[], 1, "line 3, column \"a\": \"inf\" is infinite or too large");
    refuses(b"a,class\n1,x\n2,x\n", &[], 1, "has one class: every row is \"x\"; a classifier needs two");
    refuses(b"a,price\n1,2.5\n2,2.5\n3,2.5\n", &[], 1, "has one class: every row is \"2.5\"");
    refuses(b"PK\x03\x04\0\0", &[], 1, "is a zip archive; unpack it");
    refuses(b"\x1f\x8b\x08\0\0", &[], 1, "t.csv is cut short within its gzip stream");
    let comma =
        "is a number with a decimal comma or with a comma between thousands; say which with --set csv.decimal=comma";
    refuses(b"a;b;class\n1,500;2;x\n2;3;y\n2,500;3;x\n1;2;y\n", &[], 1, comma);
    let header = "line 1, \"apple\", \"red\", may be column names or a row; say which with --set csv.header=true or --set \
                  csv.header=false";
    refuses(b"apple,red\npear,green\n", &[], 1, header);
    refuses(
        b"label,a,Class\n1,2,x\n2,3,y\n",
        &[],
        2,
        "csv.target may be \"label\" as well as \"Class\"; choose with --target",
    );
    let names: String = (0..60).map(|row| format!("n{row},{}\n", row % 2)).collect();
    let too_many = "has no column left as a feature: column \"name\" has 38 different texts in 38 rows";
    refuses(format!("name,class\n{names}").as_bytes(), &[], 1, too_many);
    refuses(b"a,class\n1,x\n2,y\n", &["--target", "klass"], 2, "csv.target: \"klass\" is not a column of");
    refuses(b"a,class\n1,x\n2,y\n3,x\n4,y\n", &["--set", "csv.test=nowhere.csv"], 1, "nowhere.csv");
    refuses(
        b"a,class\n1,x\n2,y\n",
        &["--set", "csv.delimiter=;"],
        2,
        "is not one of auto, comma, semicolon, tab, pipe, space",
    );
    let program = Program::new();
    program.run(&["--data", "csv:nowhere.csv"]).fails_with(1).complains("cannot read");
    program
        .run(&["--data", "csv:."])
        .fails_with(1)
        .complains("has no csv files, only folders such as \"artifacts\"; give one of them");
    program.run(&["--data", "csv"]).fails_with(2).complains("expected csv:FILE");
    program.run(&["--target", "y"]).fails_with(2).complains("data.source is digits; give --data csv:FILE");
}

#[test]
fn predictions_and_mistakes_name_the_line_the_id_and_the_classes() {
    let program = with_iris();
    let iris = fs::read_to_string(program.path("iris.csv")).unwrap();
    let with_ids = |(number, line): (usize, &str)| {
        if number == 0 { format!("id,{line}\n") } else { format!("f{number:03},{line}\n") }
    };
    let text: String = iris.lines().enumerate().map(with_ids).collect();
    fs::write(program.path("t.csv"), &text).unwrap();
    let arguments = ["--data", "csv:t.csv", "--set", "csv.id=id", "--epochs", "1", "--lr", "0.0001", "--name", "a"];
    program.run(&arguments).succeeds();
    let predictions = String::from_utf8(program.read("artifacts/a/predictions/test.csv")).unwrap();
    let mut rows = predictions.lines();
    assert_eq!(rows.next(), Some("index,line,id,true,predicted,probability"));
    let lines: Vec<&str> = text.lines().collect();
    for row in rows {
        let [_, line, id, class, ..] = row.split(',').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let source = lines[line.parse::<usize>().unwrap() - 1];
        assert!(source.starts_with(&format!("{id},")) && source.ends_with(&format!(",{class}")), "{row}: {source}");
    }
    let worst = &json(&program, "artifacts/a/evaluation.json")["test"]["worst"][0];
    let line = worst["line"].as_u64().unwrap() as usize;
    assert!(lines[line - 1].starts_with(worst["id"].as_str().unwrap()));
    let report = String::from_utf8(program.read("artifacts/a/report.html")).unwrap();
    assert!(report.contains("<th scope=\"col\">line</th><th scope=\"col\" class=\"words\">id</th>"));
}

#[test]
fn runs_of_one_table_are_compared_row_by_row_if_the_same_rows_test() {
    let program = with_iris();
    for (name, settings) in [
        ("a", &[][..]),
        ("b", &["--seed", "1", "--set", "split.valid=0.3", "--set", "csv.scaling=none"]),
        ("c", &["--set", "split.seed=1"]),
    ] {
        program.run(&[&["--data", "csv:iris.csv", "--epochs", "1", "--name", name], settings].concat()).succeeds();
    }
    let output = program.run(&["compare", "a", "b", "c"]).succeeds();
    output.says("A and B have the same data, so test metrics come from the same 30 rows.");
    output.says("C was not tested on the same rows as A.");
}

#[test]
fn a_weighted_run_resumes_to_the_same_bytes() {
    let program = with_iris();
    let iris = fs::read_to_string(program.path("iris.csv")).unwrap();
    let weighted = |(number, line): (usize, &str)| match number {
        0 => format!("w,{line}\n"),
        _ => format!("{},{line}\n", number % 3),
    };
    fs::write(program.path("t.csv"), iris.lines().enumerate().map(weighted).collect::<String>()).unwrap();
    let train = |name: &str, epochs: &str, settings: &[&str]| {
        program.run(&[&["--data", "csv:t.csv", "--name", name, "--epochs", epochs], settings].concat()).succeeds();
    };
    train("whole", "4", &["--set", "csv.weight=w"]);
    train("parts", "2", &["--set", "csv.weight=w"]);
    train("plain", "4", &["--set", "csv.ignore=w"]);
    program.run(&["--resume", "parts", "--epochs", "4"]).succeeds();
    assert_eq!(program.metrics("parts"), program.metrics("whole"));
    assert_ne!(program.metrics("plain"), program.metrics("whole"));
}

#[test]
fn new_rows_are_judged_with_everything_that_an_evaluation_reports() {
    let program = with_iris();
    program.run(&[&QUICK[..], &["--name", "run"]].concat()).succeeds();
    let before = program.read("artifacts/run/evaluation.json");
    let text = String::from_utf8(program.read("iris.csv")).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let some: String = rows.lines().step_by(3).map(|line| format!("{line}\n")).collect();
    fs::write(program.path("new.csv"), format!("{header}\n{some}900,3,4,1,setosa\n5,3,1,0.2,\n")).unwrap();
    let output = program.run(&["evaluate", "run", "--data", "csv:new.csv"]).succeeds();
    output.says("csv:new.csv accuracy");
    output.says("51 rows");
    output.says("macro mean");
    assert!(
        output.stderr.contains("the row in line 53 has no value in the target column class; it is left out"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("900 in line 52 lies far outside"), "{}", output.stderr);
    let output = program.run(&["evaluate", "run", "--data", "csv:new.csv", "--json"]).succeeds();
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&report["samples"], &report["warnings"][0]["kind"]), (&51.into(), &"far".into()));
    assert!(report["confusion_matrix"].is_array() || report["confusion_matrix"].is_object());
    assert!(program.read("artifacts/run/evaluation.json") == before, "nothing is saved");

    let scored = program.run(&["predict", "run", "new.csv", "--format", "json"]).succeeds();
    let summary: serde_json::Value = serde_json::from_str(scored.stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["scored"]["rows"], &summary["scored"]["accuracy"]), (&51.into(), &report["accuracy"]));

    fs::write(program.path("new.csv"), format!("{header}\n{some}5,3,4,1,rose\n")).unwrap();
    let refused = program.run(&["evaluate", "run", "--data", "csv:new.csv"]).fails_with(1);
    refused.complains("line 52, column \"class\": \"rose\" is not a class of the training rows");
}

#[test]
fn the_runs_own_table_is_recognised_where_it_lies_now() {
    let program = with_iris();
    program.run(&[&QUICK[..], &["--name", "run"]].concat()).succeeds();
    let test = json(&program, "artifacts/run/run.json")["test"]["accuracy"].clone();
    fs::rename(program.path("iris.csv"), program.path("moved.csv")).unwrap();
    let output = program.run(&["evaluate", "run", "--data", "csv:moved.csv", "--json"]).succeeds();
    assert!(
        output.stderr.contains("note: this is the run's own data, so its test rows are evaluated"),
        "{}",
        output.stderr
    );
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&report["accuracy"], &report["samples"]), (&test, &30.into()));
}

#[test]
fn the_rows_before_a_bad_one_are_predicted() {
    let program = with_iris();
    program.run(&[&QUICK[..], &["--name", "run", "--set", "csv.missing=refuse"]].concat()).succeeds();
    let text = String::from_utf8(program.read("iris.csv")).unwrap();
    for (bad, problem) in
        [("5,3,x,1,setosa", "\"x\" is not a number"), ("5,3", "has 2 columns"), ("5,,4,1,", "the value is missing")]
    {
        let rows: String =
            text.lines().take(8).chain([bad]).chain(text.lines().skip(8)).map(|line| format!("{line}\n")).collect();
        fs::write(program.path("rows.csv"), rows).unwrap();
        let output = program.run(&["predict", "run", "rows.csv", "--format", "csv"]).fails_with(1);
        let output = output.complains("rows.csv: line 9").complains(problem);
        assert_eq!(output.stdout.lines().count(), 8, "{}", output.stdout);
        let model = burn_mlp::infer::Model::load(program.path("artifacts/run")).unwrap();
        let mut lines = Vec::new();
        let file = program.read("rows.csv");
        let error = model.predict_csv_rows(&file[..], &mut |line, _| lines.push(line)).unwrap_err();
        assert_eq!((lines, error.to_string().contains("line 9")), ((2..9).collect(), true));
    }
}
