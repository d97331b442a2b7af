use std::fs;

use burn_mlp_infer::NumericTarget;

use super::TestRun;
use super::markup::{attributes, elements, names};
use crate::config::RunConfig;
use crate::data::{Features, Samples, Targets};
use crate::evaluation::{NumberPredictions, NumberRow, RegressionReport};
use crate::run_directory::RunDirectory;

/// The numbers of rows of the test set.
const ROWS: usize = 30;

/// Writes a finished run that predicts the targets called `names`: the true value is the number of the row, and the
/// errors are 0.5 and -0.5 in turn.
fn regression(names: &[&str]) -> (TestRun, RunDirectory) {
    let mut run = TestRun::with_classes(&["a", "b"]);
    let data = &mut run.record.data;
    (data.class_names, data.classes, data.image_shape) = (Vec::new(), 0, None);
    (data.target_names, data.test_rows) = (names.iter().map(|name| name.to_string()).collect(), ROWS);
    for row in &mut run.history {
        (row.train_accuracy, row.valid_accuracy) = (None, None);
        (row.train_rmse, row.valid_rmse) = (Some(8.0 / row.epoch as f64), Some(9.0 / row.epoch as f64));
    }
    let best = run.record.best.as_mut().unwrap();
    (best.valid_accuracy, best.valid_rmse) = (None, Some(4.5));
    let predictions = predictions(names);
    let report = RegressionReport::new(&predictions, RunConfig::default().training.number_loss());
    run.evaluations = [("test".to_string(), report.into())].into();
    let directory = run.write();
    directory.write_prediction_records("test", &records(&predictions)).unwrap();
    (run, directory)
}

fn predictions(names: &[&str]) -> NumberPredictions {
    // A deviation of 1 and a mean of 0, so that outputs are predictions.
    let target = |name: &&str| NumericTarget::fit(*name, [-1.0, 1.0].into_iter(), false);
    let targets: Vec<NumericTarget> = names.iter().map(target).collect();
    let values: Vec<f64> = (0..ROWS).flat_map(|row| names.iter().map(move |_| row as f64)).collect();
    let output = |(index, value): (usize, &f64)| (value + [0.5, -0.5][index / names.len() % 2]) as f32;
    let outputs: Vec<f32> = values.iter().enumerate().map(output).collect();
    NumberPredictions::from_outputs(&outputs, &values, &targets).unwrap()
}

fn records(predictions: &NumberPredictions) -> Vec<Vec<String>> {
    let (rows, count) = (predictions.rows(), predictions.targets().len());
    let values = (0..rows).flat_map(|row| predictions.truth(row).to_vec()).collect();
    let samples = Samples::with_targets(Features::Floats(vec![0.0; rows]), Targets::Numbers { values, count }, 1);
    NumberRow::records(predictions, &samples.unwrap())
}

fn html(names: &[&str]) -> String {
    crate::report::html(&regression(names).1).unwrap()
}

#[test]
fn a_regression_has_its_own_sections_and_links_to_each() {
    let html = html(&["price"]);
    for section in
        ["training", "evaluation", "errors", "mistakes", "weights", "data", "configuration", "environment", "time"]
    {
        assert!(html.contains(&format!("<section id=\"{section}\">")), "{section}");
        assert!(html.contains(&format!("<a href=\"#{section}\">")), "{section}");
    }
    for absent in ["ccuracy", "confusion", "calibration\"", "class</th>", "classes"] {
        assert!(!without_style(&html).contains(absent), "{absent}");
    }
    for text in [
        "<dt>test RMSE</dt>",
        "<dd>4.5 <small>best epoch, loss 0.5000</small></dd>",
        "<td>0.5</td><td>0.5</td><td>0.5</td>",
        "aria-label=\"Predicted against true values of \u{2068}price\u{2069} for 30 rows; RMSE 0.5.\"",
        "aria-label=\"Errors of \u{2068}price\u{2069}, predicted minus true, against predicted values for 30 rows.\"",
        "true value 0 to 1.5<br>rows 2<br>predicted from 0.5<br>to 0.5<br>mean 0.5</span>",
        "The rows are not images",
        "<dt>predicted</dt><dd><bdi>price</bdi></dd>",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

/// Returns the page without its style sheet and its settings, which name everything.
fn without_style(html: &str) -> String {
    let (start, rest) = html.split_once("<style>").unwrap();
    let rest = rest.split_once("</style>").unwrap().1;
    let (page, rest) = rest.split_once("<section id=\"configuration\">").unwrap();
    [start, page, rest.split_once("</section>").unwrap().1].concat()
}

#[test]
fn each_row_has_a_dot_in_each_chart_of_each_target() {
    let html = html(&["price", "age"]);
    assert_eq!(html.matches("<circle class=\"row\"").count(), 2 * 2 * (ROWS + 1), "with one in each legend");
    assert!(html.contains("<h3>Error by predicted value of <bdi>age</bdi></h3>"));
    let radios: Vec<&str> = html.split("name=\"predicted-").skip(1).map(|rest| &rest[..1]).collect();
    assert!(radios.contains(&"0") && radios.contains(&"1"), "the tooltips of two charts are not one group");
}

#[test]
fn without_its_predictions_a_page_says_why_it_has_no_charts() {
    let again = "write it again with `burn-mlp evaluate`";
    let cases = [
        (None, format!("test.csv is missing; {again}")),
        (Some("index,true,predicted\n0,1,1\n"), format!("test.csv has 1 of 30 rows; {again}")),
        (Some("index\n0\n"), format!("test.csv is damaged (it has no columns of true and predicted numbers); {again}")),
        (
            Some("index,true,predicted\n0,1,x\n"),
            format!("test.csv is damaged (&#34;x&#34; in row 0 is not a number); {again}"),
        ),
        (Some("a,b\n1\n"), "test.csv is damaged (".to_string()),
    ];
    for (content, sentence) in cases {
        let (_run, directory) = regression(&["price"]);
        let path = directory.predictions_path("test").unwrap();
        match content {
            Some(content) => fs::write(path, content).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        let html = crate::report::html(&directory).unwrap();
        elements(&html);
        assert!(html.contains(&format!("There are no charts of the predictions: {sentence}")), "{sentence}");
        assert!(html.contains("Errors of <bdi>price</bdi> in parts of equal size"), "the rest is shown");
    }
}

#[test]
fn predictions_of_another_evaluation_are_not_drawn() {
    let (_run, directory) = regression(&["price"]);
    let path = directory.predictions_path("test").unwrap();
    let rows = fs::read_to_string(&path).unwrap().replace("29,29,28.5", "29,29,27.5");
    fs::write(path, rows).unwrap();
    assert!(crate::report::html(&directory).unwrap().contains("test.csv does not match evaluation.json"));
}

#[test]
fn charts_of_many_targets_are_limited() {
    let targets: Vec<String> = (0..20).map(|target| format!("target {target}")).collect();
    let html = html(&targets.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(html.matches("aria-label=\"Errors of ").count(), 8);
    assert!(html.contains("The first 8 of 20 targets have charts.") && html.len() < 1 << 20, "{} bytes", html.len());
}

#[test]
fn hostile_names_of_targets_are_shown_literally_and_add_nothing() {
    let hostile =
        ["<script>alert(1)</script>", "\"' onmouseover='alert(1)", "</td></table></style>-->\u{202e}\u{1b}[2J"];
    let (page, harmless) = (html(&hostile), html(&["a", "b", "c"]));
    assert!(!page.contains(['\u{202e}', '\u{1b}']));
    assert!(page.contains("<bdi>&#60;script&#62;alert(1)&#60;/script&#62;</bdi>"));
    let (page, harmless) = (elements(&page), elements(&harmless));
    assert_eq!((names(&page), attributes(&page)), (names(&harmless), attributes(&harmless)));
    let long = "long".repeat(1000);
    assert!(!html(&[&long]).contains(&long));
}
