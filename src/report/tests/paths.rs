use super::TestRun;
use crate::run_directory::Status;

#[cfg(unix)]
#[test]
fn the_page_shows_no_directory_of_the_machine() {
    let mut run = TestRun::with_classes(&["a", "b"]);
    let absolute = "/home/me/secret";
    run.record.status = Status::Failed;
    run.record.reason = Some(format!("cannot read {absolute}/iris.csv: denied"));
    run.record.data.source = format!("csv:{absolute}/iris.csv");
    run.record.arguments =
        vec!["--data".into(), format!("csv:{absolute}/iris.csv"), format!("--config={absolute}/c.toml")];
    run.config.data.source = format!("csv:{absolute}/iris.csv");
    run.config.data.dir = absolute.into();
    run.config.csv.test = format!("{absolute}/test.csv");
    run.config.training.init_from = format!("{absolute}/model.safetensors");
    let html = run.html();
    assert!(!html.contains("/home") && !html.contains("secret/"), "{html}");
    for shown in ["csv:iris.csv;", "cannot read iris.csv: denied", "--config=c.toml", "test.csv&#34;", "csv:iris.csv<"]
    {
        assert!(html.contains(shown), "{shown}");
    }
}

#[test]
fn a_relative_path_is_shown_as_it_was_given() {
    let mut run = TestRun::with_classes(&["a", "b"]);
    run.record.data.source = "csv:data/iris.csv".into();
    assert!(run.html().contains("csv:data/iris.csv"));
}
