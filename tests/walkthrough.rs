//! `burn-mlp walkthrough`: the slides with real numbers, in the terminal, as JSON and as a page.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use support::Program;

/// Everything that JSON has of the walkthrough with these arguments.
fn walkthrough(program: &Program, arguments: &[&str]) -> Value {
    let output = program.run(&[&["walkthrough", "--json", "--quiet"], arguments].concat()).succeeds();
    serde_json::from_str(&output.stdout).unwrap()
}

fn fixture(program: &Program, name: &str) -> String {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let file = from.file_name().unwrap().to_str().unwrap().to_string();
    fs::copy(&from, program.path(&file)).unwrap();
    file
}

fn matrix(value: &Value) -> Vec<Vec<f64>> {
    serde_json::from_value(value.clone()).unwrap()
}

fn quantities(walkthrough: &Value, iteration: usize) -> BTreeMap<String, &Value> {
    let quantities = walkthrough["iterations"][iteration]["quantities"].as_array().unwrap();
    quantities.iter().map(|quantity| (quantity["name"].as_str().unwrap().to_string(), quantity)).collect()
}

/// The slide's block of this kind, the `index`th.
fn block<'a>(walkthrough: &'a Value, slide: u64, kind: &str, index: usize) -> &'a Value {
    let slides = walkthrough["slides"].as_array().unwrap();
    let slide = slides.iter().find(|found| found["number"] == slide).unwrap();
    slide["blocks"].as_array().unwrap().iter().filter(|block| block["kind"] == kind).nth(index).unwrap()
}

fn assert_close(name: &str, found: &Value, expected: &[Vec<f64>], tolerance: f64) {
    let found = matrix(found);
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert!(
            (found - expected).abs() <= tolerance * expected.abs().max(1.0),
            "{name}: {found}, expected {expected}"
        );
    }
}

/// The fixture's network on its rows, in their order, all of which train.
const FIXTURE: [&str; 16] = [
    "--data",
    "csv:rows.csv",
    "--init-from",
    "weights.safetensors",
    "--hidden",
    "5,3",
    "--lr",
    "0.1",
    "--no-shuffle",
    "--set",
    "csv.scaling=none",
    "--set",
    "csv.test_fraction=0",
    "--set",
    "split.valid=0",
    "--quiet",
];

#[test]
fn two_iterations_are_those_of_the_slides_own_numpy_program() {
    // tests/fixtures/make_walkthrough.py: NumPy 2.4.6.
    let program = Program::new();
    let [_, _, expected] = ["rows.csv", "weights.safetensors", "expected.json"]
        .map(|file| fixture(&program, &format!("walkthrough/{file}")));
    let expected: Vec<BTreeMap<String, Vec<Vec<f64>>>> = serde_json::from_slice(&program.read(&expected)).unwrap();
    for backend in ["flex", "ndarray"] {
        let arguments = [&["walkthrough", "--json", "--slide", "6", "--backend", backend], &FIXTURE[..]].concat();
        let shown: Value = serde_json::from_str(&program.run(&arguments).succeeds().stdout).unwrap();
        for (index, expected) in expected.iter().enumerate() {
            let found = quantities(&shown, index);
            for (name, expected) in expected {
                assert_close(name, &found[name]["closed_form"], expected, 1e-12);
                assert_close(name, &found[name]["burn"], expected, 1e-5);
            }
            // All that the program shows and the slides do not compute are the velocities before.
            let further: Vec<&String> = found.keys().filter(|name| !expected.contains_key(*name)).collect();
            assert!(further.iter().all(|name| name.ends_with("(before)")), "{further:?}");
        }
        assert_eq!(shown["comparison"]["passes"], true);
    }
}

#[test]
fn the_difference_of_a_quantity_is_the_largest_between_both_results() {
    let program = Program::new();
    let shown = walkthrough(&program, &["--slide", "5"]);
    let mut worst = 0.0_f64;
    for iteration in 0..2 {
        for (name, quantity) in quantities(&shown, iteration) {
            let (exact, burn) = (matrix(&quantity["closed_form"]), matrix(&quantity["burn"]));
            let pairs = exact.iter().flatten().zip(burn.iter().flatten());
            let difference = pairs.map(|(exact, burn)| (exact - burn).abs()).fold(0.0, f64::max);
            assert_eq!(quantity["difference"].as_f64().unwrap(), difference, "{name}");
            worst = worst.max(quantity["relative_difference"].as_f64().unwrap());
        }
    }
    assert_eq!(shown["comparison"]["largest_relative_difference"].as_f64().unwrap(), worst);
    assert!(worst > 0.0 && worst < 1e-5, "{worst}");
}

#[test]
fn all_slides_are_there_in_order_and_the_terminal_shows_what_json_has() {
    let program = Program::new();
    let shown = walkthrough(&program, &["--epochs", "6"]);
    let numbers: Vec<u64> =
        shown["slides"].as_array().unwrap().iter().map(|it| it["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=15).collect::<Vec<_>>());
    let text = program.run(&["walkthrough", "--epochs", "6"]).succeeds();
    let mut rest = text.stdout.as_str();
    for slide in shown["slides"].as_array().unwrap() {
        let heading = format!("Slide {}: {}", slide["number"], slide["title"].as_str().unwrap());
        rest = rest.split_once(&heading).unwrap_or_else(|| panic!("{heading} is missing or out of order")).1;
    }
    assert!(text.stdout.lines().all(|line| line.chars().count() <= 80), "too wide for a terminal");
    let loss = quantities(&shown, 0)["loss"]["closed_form"][0][0].as_f64().unwrap();
    text.says(&format!("{loss:.4}"));
    let epoch = &block(&shown, 7, "table", 0)["rows"][5];
    let (train, valid) = (epoch[2].as_f64().unwrap(), epoch[4].as_f64().unwrap());
    text.says(&format!("{train:.4}")).says(&format!("{valid:.4}"));
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let program = Program::new();
    let json = |seed: &str| program.run(&["walkthrough", "--json", "--epochs", "3", "--seed", seed]).succeeds().stdout;
    let first = json("3");
    assert!(first == json("3"));
    assert!(first != json("4"));
    let page = |file: &str| {
        program.run(&["walkthrough", "--epochs", "3", "--html", file]).succeeds().says(&format!("saved in {file}"));
        program.read(file)
    };
    assert!(page("one.html") == page("two.html"));
    assert!(!program.path("artifacts").exists(), "a walkthrough leaves no run behind");
}

#[test]
fn the_epoch_table_is_that_of_a_run_with_the_same_settings() {
    let program = Program::new();
    let shown = walkthrough(&program, &["--slide", "7", "--epochs", "4"]);
    program.run(&["--epochs", "4", "--name", "run", "--quiet"]).succeeds();
    let rows = block(&shown, 7, "table", 0)["rows"].as_array().unwrap();
    let metrics = program.metrics("run");
    assert_eq!(rows.len(), metrics.len());
    for (row, metrics) in rows.iter().zip(metrics) {
        // epoch, learning_rate, train_loss, train_accuracy, valid_loss, valid_accuracy
        for (cell, value) in row.as_array().unwrap().iter().zip(&metrics[..6]) {
            assert_eq!(cell.as_f64().unwrap(), value.parse::<f64>().unwrap());
        }
    }
}

#[test]
fn a_plateau_lowers_the_rate_as_the_slides_scheduler_does() {
    let program = Program::new();
    let shown = walkthrough(&program, &["--slide", "12", "--lr", "0.05", "--epochs", "30"]);
    let rows = block(&shown, 12, "table", 0)["rows"].as_array().unwrap();
    // The slide's LearningRateScheduler with its own patience of 3 and factor of 0.5.
    let (mut rate, mut best, mut wait, mut reductions) = (0.05, f64::INFINITY, 0, 0);
    for (index, row) in rows.iter().enumerate() {
        let loss = row[1].as_f64().unwrap();
        if loss < best {
            (best, wait) = (loss, 0);
        } else {
            wait += 1;
            if wait >= 3 {
                (rate, wait, reductions) = (0.5 * rate, 0, reductions + 1);
            }
        }
        assert_eq!((row[2].as_f64(), row[3].as_u64(), row[4].as_f64()), (Some(best), Some(wait), Some(rate)));
        if index + 1 < rows.len() {
            assert_eq!(row[5].as_f64(), Some(rate), "the training did not follow in epoch {}", index + 2);
        }
    }
    assert!(reductions > 0, "no plateau: {rows:?}");
}

#[test]
fn slide_14_compares_no_regulariser_with_each() {
    let program = Program::new();
    let shown = walkthrough(&program, &["--slide", "14", "--epochs", "3"]);
    let rows = block(&shown, 14, "table", 0)["rows"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(names, ["none", "dropout", "batch normalisation", "L2", "all three"]);
    // Each is a run of its own.
    program.run(&["--epochs", "3", "--dropout", "0.5", "--name", "dropout", "--quiet"]).succeeds();
    let evaluation: Value = serde_json::from_slice(&program.read("artifacts/dropout/evaluation.json")).unwrap();
    assert_eq!(rows[1][3].as_f64(), evaluation["valid"]["loss"].as_f64().map(|_| best_loss(&program, "dropout")));
    assert_eq!(rows[1][5], evaluation["test"]["accuracy"]);
}

/// The validation loss of a run's best epoch.
fn best_loss(program: &Program, run: &str) -> f64 {
    let record: Value = serde_json::from_slice(&program.read(&format!("artifacts/{run}/run.json"))).unwrap();
    record["best"]["valid_loss"].as_f64().unwrap()
}

#[test]
fn a_table_of_numbers_shows_errors_instead_of_a_confusion_matrix_and_no_images() {
    let program = Program::new();
    let table = fixture(&program, "diabetes.csv");
    let text = program.run(&["walkthrough", "--data", &table, "--epochs", "3"]).succeeds().stdout;
    // Paragraphs are broken at any space.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in
        ["Numbers have no confusion matrix", "RMSE", "R2", "there is nothing to flip or to rotate", "standardised"]
    {
        assert!(text.contains(words), "{words:?} is not in: {text}");
    }
    let shown = walkthrough(&program, &["--data", &table, "--loss", "huber", "--slide", "5"]);
    assert_eq!(shown["comparison"]["passes"], true);
    assert!(quantities(&shown, 0)["dZ[2]"]["formula"].as_str().unwrap().contains("huber"));
}

#[test]
fn a_table_of_classes_and_one_with_learned_vectors_can_be_walked_through() {
    let program = Program::new();
    for table in ["iris.csv", "categories.csv"] {
        let table = fixture(&program, table);
        let shown = walkthrough(&program, &["--data", &table, "--epochs", "2", "--set", "csv.max_one_hot=2"]);
        assert_eq!(shown["comparison"]["passes"], true, "{table}");
        assert_eq!(shown["slides"].as_array().unwrap().len(), 15);
    }
}

#[test]
fn any_network_can_be_followed() {
    let program = Program::new();
    let names = |arguments: &[&str]| {
        let shown = walkthrough(&program, &[arguments, &["--slide", "6"]].concat());
        assert_eq!(shown["comparison"]["passes"], true, "{arguments:?}");
        quantities(&shown, 0).into_keys().collect::<Vec<_>>()
    };
    let regularized = names(&["--hidden", "6", "--batch-norm", "--dropout", "0.5", "--l2", "0.01"]);
    for name in ["Z_normalized[0]", "gamma[0]", "mask[1]", "velocity_beta[0]"] {
        assert!(regularized.iter().any(|found| found == name), "{name} is not in {regularized:?}");
    }
    assert!(names(&["--hidden", "[]"]).iter().any(|name| name == "dW[0]"));
    for activation in ["tanh", "gelu", "selu", "sigmoid", "silu", "leaky-relu"] {
        names(&["--activation", activation]);
    }
    names(&["--hidden", "128,64", "--rows", "32"]);
    names(&["--set", "optimizer.momentum=0", "--l2", "0.1"]);
}

#[test]
fn settings_that_the_slides_do_not_have_are_left_out_with_a_word() {
    let program = Program::new();
    let shown = program.run(&["walkthrough", "--slide", "6", "--optimizer", "adam"]).succeeds();
    shown.says("slide 6 shows the slide's SGD with momentum");
    let shown = program.run(&["walkthrough", "--slide", "6", "--set", "training.label_smoothing=0.1"]).succeeds();
    shown.says("training.label_smoothing");
    let few = program.run(&["walkthrough", "--slide", "7", "--max-rows", "100", "--epochs", "2"]).succeeds();
    few.says("100 of 1,438 rows");
}

#[test]
fn what_makes_no_sense_is_refused_in_a_sentence() {
    let program = Program::new();
    let refused = |arguments: &[&str], words: &str| {
        program.run(&[&["walkthrough"], arguments].concat()).fails_with(2).complains(words);
    };
    refused(&["--slide", "16"], "1..=15");
    refused(&["--slide", "0"], "1..=15");
    refused(&["--rows", "0"], "--rows: 0 is not between 1 and 575");
    refused(&["--rows", "600"], "--rows: 600 is not between 1 and 575");
    refused(&["--batch-norm", "--rows", "3"], "--rows: 3 is not between 8 and");
    refused(&["--folds", "3"], "split.folds");
    refused(&["--html", "missing/page.html"], "the directory missing does not exist");
    refused(&["--html", "page.html", "--json"], "cannot be used with");
    program.run(&["walkthrough", "--data", "csv:none.csv"]).fails_with(1).complains("none.csv");
    program.run(&["walkthrough", "--init-from", "nothing"]).fails_with(1).complains("nothing");
    program.run(&["walkthrough", "--lr", "1e9", "--slide", "7"]).fails_with(1).complains("loss");
}

#[test]
fn an_interrupted_walkthrough_ends_with_130_and_leaves_nothing() {
    let program = Program::new();
    let temporary = program.path("tmp");
    fs::create_dir(&temporary).unwrap();
    let is_empty = || fs::read_dir(&temporary).unwrap().next().is_none();
    let arguments = ["walkthrough", "--slide", "7", "--epochs", "100000", "--set", "early_stopping.enabled=false"];
    let mut command = program.command(&arguments);
    command.env("TMPDIR", &temporary).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    // The first training has begun.
    while is_empty() && running.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    program.signal(&mut running, "INT");
    let output = support::Output::of(running);
    assert_eq!(output.code(), Some(130), "{}", output.stderr);
    assert!(is_empty() && !program.path("artifacts").exists());
}

#[test]
fn the_page_is_one_file_with_every_slide_and_a_policy_for_its_own_script() {
    let program = Program::new();
    program.run(&["walkthrough", "--epochs", "3", "--html", "page.html"]).succeeds();
    let html = String::from_utf8(program.read("page.html")).unwrap();
    for slide in 1..=15 {
        assert!(html.contains(&format!("id=\"slide-{slide}\"")), "slide {slide} is missing");
    }
    assert!(html.contains("script-src 'sha256-") && html.contains("default-src 'none'"));
    let addresses = html.split("http").skip(1).filter(|rest| rest.starts_with("://") || rest.starts_with("s://"));
    assert!(addresses.clone().all(|rest| rest.starts_with("s://arxiv.org/")), "an address besides the papers");
    assert_eq!(addresses.count(), 5);
    let shown = walkthrough(&program, &["--slide", "2"]);
    let explained = html.split_once("id=\"explanations\">").unwrap().1.split_once("</script>").unwrap().0;
    let explained: Value = serde_json::from_str(explained).unwrap();
    let z = &quantities(&shown, 0)["Z_values[1]"]["closed_form"][1][2];
    let entry = explained[0]["Z_values[1]"]["entries"][1][2].as_array().unwrap();
    assert!((entry[1].as_str().unwrap().parse::<f64>().unwrap() - z.as_f64().unwrap()).abs() < 1e-8);
    assert!(entry[0].as_str().unwrap().contains('·'), "{entry:?}");
}

#[test]
fn an_entry_that_is_written_out_adds_up_to_its_value() {
    let program = Program::new();
    for file in ["rows.csv", "weights.safetensors"] {
        fixture(&program, &format!("walkthrough/{file}"));
    }
    let arguments = [&["walkthrough", "--html", "page.html", "--slide", "2"], &FIXTURE[..]].concat();
    program.run(&arguments).succeeds();
    let html = String::from_utf8(program.read("page.html")).unwrap();
    let explained = html.split_once("id=\"explanations\">").unwrap().1.split_once("</script>").unwrap().0;
    let explained: Value = serde_json::from_str(explained).unwrap();
    let number = |text: &str| text.trim_matches(['(', ')']).parse::<f64>().unwrap();
    let product = |term: &str| term.split('·').map(number).product::<f64>();
    for name in ["Z_values[0]", "Z_values[1]", "Z_values[2]", "dA[1]", "dA[2]"] {
        for entry in explained[0][name]["entries"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap()) {
            let (equation, value) = (entry[0].as_str().unwrap(), number(entry[1].as_str().unwrap()));
            let (terms, result) = equation.split_once(" = ").unwrap();
            let sum: f64 = terms.split(" + ").map(product).sum();
            // Each number is shown to five digits.
            assert!(
                (sum - value).abs() < 1e-3 && (number(result) - value).abs() < 1e-3,
                "{name}: {equation}, not {value}"
            );
        }
    }
}

#[test]
fn a_hostile_name_does_not_become_markup() {
    let program = Program::new();
    let name = "</script><img src=x onerror=alert(1)>";
    let rows: String = (0..60).map(|row| format!("{},{}\n", row, if row % 2 == 0 { name } else { "b" })).collect();
    fs::write(program.path("rows.csv"), format!("x,class\n{rows}")).unwrap();
    program.run(&["walkthrough", "--data", "rows.csv", "--epochs", "2", "--html", "page.html"]).succeeds();
    let html = String::from_utf8(program.read("page.html")).unwrap();
    assert!(!html.contains("<img src=x") && html.matches("</script>").count() == 2);
}
