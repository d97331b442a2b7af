use std::fs;

use super::TestRun;
use super::classified;
use super::markup::elements;
use crate::run_directory::Status;

const SECTIONS: [&str; 11] = [
    "training",
    "evaluation",
    "confusions",
    "classes",
    "calibration",
    "mistakes",
    "weights",
    "data",
    "configuration",
    "environment",
    "time",
];

/// Renders the report of a run whose `file` has `content` or is missing.
fn html_with(file: &str, content: Option<&[u8]>) -> String {
    let run = TestRun::with_classes(&["cat", "dog"]);
    let directory = run.write();
    let path = directory.path().join(file);
    match content {
        Some(content) => fs::write(path, content).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
    crate::report::html(&directory).unwrap()
}

/// Returns the sections that contain a note, and the note.
fn notes(html: &str) -> Vec<(&str, &str)> {
    elements(html);
    let sections = html.split("<section id=\"").skip(1).map(|section| section.split_once('"').unwrap());
    sections
        .filter_map(|(id, section)| {
            let (_, rest) = section.split_once("<p class=\"note\">")?;
            Some((id, rest.split_once("</p>")?.0))
        })
        .collect()
}

#[test]
fn a_complete_run_has_every_section_and_links_to_each() {
    let html = TestRun::with_classes(&["cat", "dog"]).html();
    for section in SECTIONS {
        assert!(html.contains(&format!("<section id=\"{section}\">")), "{section}");
        assert!(html.contains(&format!("<a href=\"#{section}\">")), "{section}");
    }
    assert_eq!(notes(&html), [("configuration", "All settings have their default values.")]);
}

#[test]
fn a_missing_evaluation_is_reported_and_the_rest_is_shown() {
    let html = html_with("evaluation.json", None);
    let note = "evaluation.json is missing; write it again with `burn-mlp evaluate`";
    assert_eq!(notes(&html)[0], ("evaluation", note));
    assert!(html.contains("<svg") && !html.contains("#confusions"));
}

#[test]
fn a_damaged_file_is_reported_in_its_section() {
    for (file, content, section, expected) in [
        ("evaluation.json", Some(&b"{\"test\": 1}"[..]), "evaluation", "evaluation.json is damaged ("),
        ("metrics.csv", Some(b"epoch\n1\n"), "training", "metrics.csv is damaged ("),
        ("metrics.csv", None, "training", "metrics.csv has no rows for the epochs"),
        ("model.safetensors", Some(b"12345678901234567890"), "weights", "model.safetensors is damaged: "),
        ("model.safetensors", None, "weights", "model.safetensors is missing; "),
        ("config.toml", Some(b"seed = -1"), "configuration", "config.toml is damaged ("),
        ("config.toml", None, "configuration", "config.toml is missing; "),
    ] {
        let html = html_with(file, content);
        let notes = notes(&html);
        let (_, note) = notes.iter().find(|(id, _)| *id == section).unwrap_or_else(|| panic!("{file} {notes:?}"));
        assert!(note.starts_with(expected), "{file}: {note}");
    }
}

#[test]
fn a_contradictory_evaluation_is_refused() {
    let mut run = TestRun::with_classes(&["cat", "dog"]);
    classified(&mut run.evaluations, "test").worst[0].predicted_class = 2;
    assert!(notes(&run.html())[0].1.contains("the numbers of classes for test differ"));
}

#[test]
fn a_run_without_an_epoch_has_a_report() {
    let mut run = TestRun::with_classes(&["cat", "dog"]);
    (run.record.status, run.record.epochs_done) = (Status::Interrupted, 0);
    (run.record.best_epoch, run.record.best) = (None, None);
    let directory = run.write();
    for file in ["metrics.csv", "evaluation.json", "model.safetensors"] {
        fs::remove_file(directory.path().join(file)).unwrap();
    }
    let html = crate::report::html(&directory).unwrap();
    assert!(html.contains("Interrupted in its first epoch."));
    let notes = notes(&html);
    assert_eq!(notes[0], ("training", "No epoch is done yet."));
    assert!(notes[1].1.contains("`burn-mlp --resume` continues it"), "{notes:?}");
    assert_eq!(notes[2], ("weights", "There is no model yet."));
}
