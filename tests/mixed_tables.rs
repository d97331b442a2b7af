//! Tables as they are: missing values, many categories, identifiers and constants, with nothing but their name.

mod support;

use std::fs;

use burn_mlp::infer::Model;
use burn_mlp::infer::table::{Categories, ColumnKind, Numbers, TableSchema};
use support::Program;

/// A table of people: a number with gaps, texts with gaps, 39 countries of which most are rare, a name in every row, and a
/// column that is always the same. `test` changes the values of every row from there on.
fn people(rows: usize, changed_from: usize) -> String {
    let mut text = "name,age,country,plan,planet,income\n".to_string();
    for row in 0..rows {
        let (age, plan) = (20 + row * 7 % 50, ["basic", "plus", ""][row % 3]);
        let age = if row % 11 == 0 { String::new() } else { age.to_string() };
        let country = if row % 4 == 0 { row % 39 } else { row % 5 };
        let income = if (row * 7 % 50) + 9 * (row % 3) > 30 { ">50K" } else { "<=50K" };
        let (age, country) = if row < changed_from { (age, country) } else { ("900".to_string(), 77) };
        text += &format!("name {row},{age},country {country},{plan},earth,{income}\n");
    }
    text
}

fn schema(program: &Program, run: &str) -> TableSchema {
    let model = Model::load(program.path(&format!("artifacts/{run}"))).unwrap();
    model.metadata().table.clone().unwrap()
}

#[test]
fn an_ordinary_table_trains_as_it_is_and_says_what_became_of_its_columns() {
    let program = Program::new();
    fs::write(program.path("people.csv"), people(400, 400)).unwrap();
    let output = program.run(&["people.csv", "--set", "csv.bins=0", "--epochs", "20", "--name", "run"]).succeeds();
    output
        .says("column \"name\" has 256 different texts in 256 rows, from which nothing can be learned; it is left out")
        .says("column \"planet\" is \"earth\" in every training row; it is left out")
        .says("different texts; the network learns 8 numbers for each of");
    let schema = schema(&program, "run");
    let names: Vec<&str> = schema.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["age", "country", "plan"]);
    assert!(matches!(schema.columns[0].kind, ColumnKind::Numeric(Numbers { indicator: true, .. })));
    let ColumnKind::Embedded(Categories { values, other: true, .. }) = &schema.columns[1].kind else {
        panic!("{schema:?}")
    };
    assert!((20..39).contains(&values.len()), "{values:?}");
    assert_eq!(schema.feature_names()[5..], ["country"]);
    let learned = schema.feature_names();
    assert_eq!(learned.len(), 2 + 3 + 1);
    program
        .run(&[
            "people.csv",
            "--epochs",
            "2",
            "--name",
            "shared",
            "--set",
            "csv.embedding_size=0",
            "--set",
            "csv.bins=0",
        ])
        .succeeds()
        .says("different texts; the 20 most frequent are features, and one more stands for all others");
    let features = self::schema(&program, "shared").feature_names();
    assert_eq!(features.len(), 2 + 21 + 3);
    for name in ["age is missing", "country is another", "plan is missing"] {
        assert!(features.contains(&name.to_string()), "{features:?}");
    }
}

#[test]
fn learned_vectors_resume_to_the_same_bytes_and_have_right_gradients() {
    let program = Program::new();
    fs::write(program.path("people.csv"), people(400, 400)).unwrap();
    let train =
        ["people.csv", "--optimizer", "adamw", "--set", "optimizer.embedding_l2=0.01", "--dropout", "0.1,0.2,0.2"];
    program.run(&[&train[..], &["--epochs", "6", "--name", "whole"]].concat()).succeeds();
    program.run(&[&train[..], &["--epochs", "3", "--name", "parts"]].concat()).succeeds();
    program.run(&["--resume", "parts", "--epochs", "6"]).succeeds();
    let tensors = |run: &str| {
        let model = fs::read(program.path(&format!("artifacts/{run}/model.safetensors"))).unwrap();
        burn_mlp::infer::model_file::tensors_sha256(&model).unwrap()
    };
    assert_eq!(tensors("whole"), tensors("parts"));
    program
        .run(&["gradcheck", "--data", "people.csv", "--activation", "tanh", "--set", "optimizer.embedding_l2=0.1"])
        .succeeds()
        .says("embedding.weight");
}

#[test]
fn a_missing_and_an_unknown_value_mean_the_same_everywhere() {
    let program = Program::new();
    fs::write(program.path("people.csv"), people(400, 400)).unwrap();
    program.run(&["people.csv", "--epochs", "5", "--name", "run"]).succeeds();
    let new = "age,country,plan\n,country 1,basic\n30,nowhere,\n41,country 2,gold\n";
    fs::write(program.path("new.csv"), new).unwrap();
    let output = program.run(&["predict", "run", "new.csv", "--format", "json", "--top-k", "1"]).succeeds();
    let lines: Vec<serde_json::Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let model = Model::load(program.path("artifacts/run")).unwrap();
    let records = [
        serde_json::json!({"age": null, "country": "country 1", "plan": "basic"}),
        serde_json::json!({"age": 30, "country": "nowhere", "plan": null}),
        serde_json::json!({"age": 41, "country": "country 2", "plan": "gold"}),
    ];
    for (line, record) in lines.iter().zip(&records) {
        let (here, _) = model.predict_record(record).unwrap();
        let there = line["predictions"][0]["probability"].as_f64().unwrap();
        assert!((there - f64::from(here.probability().unwrap())).abs() < 1e-5, "{there} and {here}");
    }
    let warnings = lines.last().unwrap()["warnings"].as_array().unwrap();
    let kinds: Vec<(&str, &str)> = warnings
        .iter()
        .map(|warning| (warning["column"].as_str().unwrap(), warning["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds, [("age", "missing"), ("country", "unseen"), ("plan", "unseen"), ("plan", "missing")]);
    output
        .complains("column \"country\": \"nowhere\" in line 3 is not among the values that the model knows by name")
        .complains("plan\": the value in line 3 is missing, which is a category of its own");
}

#[test]
fn nothing_is_fitted_on_rows_that_validate_or_test() {
    let program = Program::new();
    let by_time = |text: &str| -> String {
        let number =
            |(row, line): (usize, &str)| if row == 0 { format!("day,{line}\n") } else { format!("{row},{line}\n") };
        text.lines().enumerate().map(number).collect()
    };
    // The newest 20 % test, and of the others the newest 20 % validate: the first 256 rows of 400 train.
    for (name, changed_from) in [("one", 400), ("other", 256)] {
        fs::write(program.path(&format!("{name}.csv")), by_time(&people(400, changed_from))).unwrap();
        let data = format!("csv:{name}.csv");
        program.run(&["--data", &data, "--set", "split.time=day", "--epochs", "1", "--name", name]).succeeds();
    }
    assert_eq!(schema(&program, "one"), schema(&program, "other"));
}

/// Visits: a flag, a date, a time of day, and a sum that is mostly small; the class depends on the weekday and the flag.
fn visits(rows: usize, date: impl Fn(usize) -> String) -> String {
    let mut text = "member,day,clock,sum,comes\n".to_string();
    for row in 0..rows {
        let (member, hour) = (if row % 3 == 0 { "Yes" } else { "no" }, row * 5 % 24);
        let sum = if row % 200 == 7 { 90_000 + row } else { 10 + row * 13 % 40 };
        let comes = if row % 7 < 3 || row % 3 == 0 { "yes" } else { "no" };
        text += &format!("{member},{},{hour:02}:30,{sum},{comes}\n", date(row));
    }
    text
}

fn iso_date(row: usize) -> String {
    format!("2024-{:02}-{:02}", 1 + row / 28 % 12, 1 + row % 28)
}

#[test]
fn booleans_and_dates_mean_the_same_in_every_door_and_spelling() {
    let program = Program::new();
    fs::write(program.path("visits.csv"), visits(500, iso_date)).unwrap();
    program
        .run(&["visits.csv", "--set", "csv.bins=0", "--epochs", "5", "--name", "run"])
        .succeeds()
        .says("column \"day\" has dates; its features are the time, the cycle of the year and the cycle of the week")
        .says("column \"clock\" has times of day; its features are the time and the cycle of the day")
        .says("column \"sum\" has values more than 10 deviations from its mean and is scaled by median and quartiles");
    let schema = schema(&program, "run");
    assert_eq!(schema.features(), 1 + 5 + 3 + 1);
    program
        .run(&["inspect", "run"])
        .succeeds()
        .says("a date, standardised, sine and cosine of the year, sine and cosine of the week")
        .says("0 or 1")
        .says("a number, scaled by median and quartiles");
    let new = "member,day,clock,sum\nTRUE,2024-03-05,9:30 PM,25\nYES,5 Mar 2024,21:30,25\nf,2024/3/5,21:30:00,25\n";
    fs::write(program.path("new.csv"), new).unwrap();
    let output = program.run(&["predict", "run", "new.csv", "--format", "json", "--top-k", "1"]).succeeds();
    let lines: Vec<serde_json::Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let prediction = |line: &serde_json::Value| {
        (line["predictions"][0]["class"].clone(), line["predictions"][0]["probability"].as_f64().unwrap())
    };
    assert_eq!(prediction(&lines[0]), prediction(&lines[1]));
    let model = Model::load(program.path("artifacts/run")).unwrap();
    for (line, member) in [(0, serde_json::json!(true)), (1, serde_json::json!("yes")), (2, serde_json::json!(0))] {
        let record = serde_json::json!({"member": member, "day": "2024-03-05", "clock": "21:30", "sum": 25});
        let (here, _) = model.predict_record(&record).unwrap();
        assert!((prediction(&lines[line]).1 - f64::from(here.probability().unwrap())).abs() < 1e-5, "{line}");
    }
    for (member, day, problem) in
        [("maybe", "2024-03-05", "\"maybe\" is not yes or no"), ("yes", "05/03/2024", "\"05/03/2024\" is not a date")]
    {
        fs::write(program.path("bad.csv"), format!("member,day,clock,sum\n{member},{day},21:30,25\n")).unwrap();
        program.run(&["predict", "run", "bad.csv"]).fails_with(1).complains(problem);
    }
}

#[test]
fn dates_of_two_readings_are_refused_with_the_setting_that_decides() {
    let program = Program::new();
    let slashes = |row: usize| format!("{:02}/{:02}/2024", 1 + row % 12, 1 + row / 12 % 12);
    fs::write(program.path("visits.csv"), visits(300, slashes)).unwrap();
    program
        .run(&["visits.csv"])
        .fails_with(1)
        .complains("may begin with the day or with the month")
        .complains("--set csv.date_order=day-first or --set csv.date_order=month-first");
    let train = ["visits.csv", "--epochs", "2", "--set"];
    program.run(&[&train[..], &["csv.date_order=month-first", "--name", "month"]].concat()).succeeds();
    program.run(&[&train[..], &["csv.categorical=day", "--name", "texts"]].concat()).succeeds();
    assert!(schema(&program, "month").feature_names().contains(&"day, sine of the year".to_string()));
}

#[test]
fn all_that_stands_in_the_way_is_said_at_once_with_the_command_that_works() {
    let program = Program::new();
    let mut text = "label,age,day,age,class\n".to_string();
    for row in 0..300 {
        let age = if row == 8 { String::new() } else { (20 + row * 7 % 50).to_string() };
        let (day, month) = (1 + row % 12, 1 + row / 12 % 12);
        text += &format!("{},{age},{day:02}/{month:02}/2024,{},{}\n", ["a", "b"][row % 2], row % 9, row % 4);
    }
    fs::write(program.path("hard.csv"), text).unwrap();
    let refused = program
        .run(&["hard.csv", "--set", "csv.missing=refuse", "--set", "csv.na=auto,none", "--epochs", "2"])
        .fails_with(1);
    for problem in [
        "1. csv.target may be \"label\" as well as \"class\"",
        "2. columns 2 and 4 are both called \"age\"",
        "3. line 3, column \"day\": \"02/01/2024\" may begin with the day or with the month",
        "4. line 10, column \"age\": the value is missing",
    ] {
        assert!(refused.stderr.contains(problem), "{}", refused.stderr);
    }
    let command = refused.stderr.split("this works, with your other options: burn-mlp ").nth(1).unwrap();
    // What the user has set stays.
    assert!(command.contains("csv.na=auto,none") && command.contains("csv.missing=indicator"), "{command}");
    let words: Vec<&str> = command.split_whitespace().collect();
    program.run(&[&words[..], &["--epochs", "2"]].concat()).succeeds();
}
