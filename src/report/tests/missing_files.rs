use std::fs;

use super::MadeUp;
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

/// What the report says when `file` of a run has `content`, or is not there.
fn with(file: &str, content: Option<&[u8]>) -> String {
    let run = MadeUp::of_classes(&["cat", "dog"]);
    let directory = run.written();
    let path = directory.path().join(file);
    match content {
        Some(content) => fs::write(path, content).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
    crate::report::html(&directory).unwrap()
}

/// Each section with what it notes.
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
    let html = MadeUp::of_classes(&["cat", "dog"]).html();
    for section in SECTIONS {
        assert!(html.contains(&format!("<section id=\"{section}\">")), "{section}");
        assert!(html.contains(&format!("<a href=\"#{section}\">")), "{section}");
    }
    assert_eq!(notes(&html), [("configuration", "All settings are the defaults.")]);
}

#[test]
fn without_an_evaluation_the_report_says_so_and_has_the_rest() {
    let html = with("evaluation.json", None);
    let note = "evaluation.json is missing; write it again with `burn-mlp evaluate`";
    assert_eq!(notes(&html)[0], ("evaluation", note));
    assert!(html.contains("<svg") && !html.contains("#confusions"));
}

#[test]
fn a_damaged_file_is_told_in_its_sections_place() {
    for (file, content, section, told) in [
        ("evaluation.json", Some(&b"{\"test\": 1}"[..]), "evaluation", "evaluation.json is damaged ("),
        ("metrics.csv", Some(b"epoch\n1\n"), "training", "metrics.csv is damaged ("),
        ("metrics.csv", None, "training", "metrics.csv holds none of the epochs"),
        ("model.safetensors", Some(b"12345678901234567890"), "weights", "model.safetensors is damaged: "),
        ("model.safetensors", None, "weights", "model.safetensors is missing; "),
        ("config.toml", Some(b"seed = -1"), "configuration", "config.toml is damaged ("),
        ("config.toml", None, "configuration", "config.toml is missing; "),
    ] {
        let html = with(file, content);
        let noted = notes(&html);
        let (_, note) = noted.iter().find(|(id, _)| *id == section).unwrap_or_else(|| panic!("{file} {noted:?}"));
        assert!(note.starts_with(told), "{file}: {note}");
    }
}

#[test]
fn an_evaluation_whose_parts_do_not_fit_together_is_refused() {
    let mut run = MadeUp::of_classes(&["cat", "dog"]);
    run.evaluations.get_mut("test").unwrap().worst[0].predicted_class = 2;
    assert!(notes(&run.html())[0].1.contains("the parts of test do not fit"));
}

#[test]
fn a_run_that_has_only_begun_has_a_report_too() {
    let mut run = MadeUp::of_classes(&["cat", "dog"]);
    (run.record.status, run.record.epochs_done) = (Status::Interrupted, 0);
    (run.record.best_epoch, run.record.best) = (None, None);
    let directory = run.written();
    for file in ["metrics.csv", "evaluation.json", "model.safetensors"] {
        fs::remove_file(directory.path().join(file)).unwrap();
    }
    let html = crate::report::html(&directory).unwrap();
    assert!(html.contains("Interrupted in its first epoch."));
    let noted = notes(&html);
    assert_eq!(noted[0], ("training", "No epoch is done yet."));
    assert!(noted[1].1.contains("`burn-mlp --resume` goes on with it"), "{noted:?}");
    assert_eq!(noted[2], ("weights", "There is no model yet."));
}
