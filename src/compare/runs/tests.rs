use super::comparison::letter;
use super::*;
use crate::config::Selection;
use crate::run_directory::{RunDirectory, RunRecord, Status};

/// Makes copies of the reference run, each with an edited record.
fn runs(directory: &std::path::Path, edits: &[fn(&mut RunRecord)]) -> Vec<RunDirectory> {
    let reference = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/reference");
    let reference = RunDirectory::open(&reference).unwrap();
    let copy = |(index, edit): (usize, &fn(&mut RunRecord))| {
        let path = directory.join(format!("run-{index}"));
        std::fs::create_dir_all(path.join("predictions")).unwrap();
        for file in ["config.toml", "metrics.csv", "evaluation.json", "predictions/test.csv"] {
            std::fs::copy(reference.path().join(file), path.join(file)).unwrap();
        }
        let mut record = reference.read_record().unwrap();
        edit(&mut record);
        std::fs::write(path.join("run.json"), serde_json::to_vec(&record).unwrap()).unwrap();
        RunDirectory::open(&path).unwrap()
    };
    edits.iter().enumerate().map(copy).collect()
}

fn compared(edits: &[fn(&mut RunRecord)]) -> Comparison {
    let directory = tempfile::tempdir().unwrap();
    Comparison::new(&runs(directory.path(), edits)).unwrap()
}

const SAME: fn(&mut RunRecord) = |_| ();

fn row<'a>(comparison: &'a Comparison, name: &str) -> &'a MetricRow {
    comparison.metrics.iter().find(|row| row.name == name).unwrap()
}

#[test]
fn letters_continue_after_z() {
    assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letter), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
}

#[test]
fn a_property_that_is_unknown_for_one_run_does_not_differ() {
    let comparison = compared(&[|record| record.machine.os_version = None, SAME]);
    assert_eq!(comparison.environment, []);
    let comparison = compared(&[SAME, |record| record.device = "another".into(), |record| record.machine.cpu = None]);
    let names: Vec<&str> = comparison.environment.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["device"]);
    assert_eq!(comparison.environment[0].texts()[1].as_deref(), Some("another"));
}

#[test]
fn the_best_of_comparable_values_is_the_highest_or_the_lowest() {
    let better = |record: &mut RunRecord| {
        let test = record.test.as_mut().unwrap();
        (test.accuracy, test.loss) = (Some(0.99), 0.01);
    };
    let comparison = compared(&[SAME, better, SAME]);
    for name in ["test accuracy", "test loss"] {
        assert_eq!(row(&comparison, name).is_best(), [false, true, false], "{name}");
    }
    assert_eq!(row(&comparison, "best valid accuracy").is_best(), [false; 3], "all are equal");
    assert_eq!(row(&comparison, "epochs").is_best(), [false; 3], "neither direction is better");
    let comparison = compared(&[SAME, |record| {
        record.data.hash = "another".into();
        record.test.as_mut().unwrap().loss = 0.01;
    }]);
    assert_eq!(row(&comparison, "test loss").is_best(), [false; 2], "evaluated on other rows");
}

#[test]
fn data_that_has_changed_under_the_same_name_is_reported() {
    let comparison = compared(&[SAME, |record| record.data.hash = "another".into()]);
    let sentence = "B uses different data from A (both use digits, which has changed or is used differently), so differences of their \
                    metrics are left out.";
    assert_eq!(comparison.same_rows, [sentence]);
    assert_eq!(comparison.mistakes[1].agreement, None);
}

#[test]
fn what_the_validation_rows_have_chosen_is_said_of_the_runs_that_they_did_it_for() {
    let nothing: fn(&mut RunRecord) = |record| record.used_for_selection.clear();
    let epoch: fn(&mut RunRecord) = |record| record.used_for_selection = vec![Selection::Epoch];
    let threshold: fn(&mut RunRecord) = |record| {
        record.used_for_selection = vec![Selection::Epoch, Selection::Threshold];
    };
    assert_eq!(compared(&[nothing, nothing]).used_for_selection, [""; 0]);
    let all = ["The validation rows of all runs were used for selection (epoch)."];
    assert_eq!(compared(&[epoch, epoch]).used_for_selection, all);
    let some = [
        "The validation rows of A and D were used for selection (epoch).",
        "The validation rows of C were used for selection (epoch, threshold).",
    ];
    let comparison = compared(&[epoch, nothing, threshold, epoch]);
    assert_eq!(comparison.used_for_selection, some);
    let html = comparison.html().unwrap();
    assert!(some.iter().all(|sentence| html.contains(sentence)));
}

#[test]
fn test_rows_that_were_drawn_differently_are_reported() {
    let comparison = compared(&[SAME, |record| record.data.drawn_test_hash = Some("other".into())]);
    let sentence = "B has the same data as A, but other test rows, which were drawn differently, so differences of their \
                    metrics are left out.";
    assert_eq!(comparison.same_rows, [sentence]);
}

#[test]
fn a_loss_that_is_not_finite_has_no_difference() {
    let comparison = compared(&[SAME, |record| record.test.as_mut().unwrap().loss = f64::NAN]);
    assert_eq!(row(&comparison, "test loss").differences, [None, None]);
    assert_eq!(row(&comparison, "test loss").values[1], None);
}

#[test]
fn runs_with_the_same_name_are_called_by_their_paths() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let both = [runs(one.path(), &[SAME]), runs(other.path(), &[SAME])].concat();
    let comparison = Comparison::new(&both).unwrap();
    assert_eq!(comparison.runs[1].name, both[1].path().to_string_lossy());
}

#[test]
fn a_page_has_curves_of_eight_runs_and_says_that_there_are_more() {
    let html = compared(&[SAME; 9]).html().unwrap();
    assert!(html.contains("The charts show the first 8 of 9 runs."));
    for run in ["run-a", "run-h"] {
        assert!(html.contains(&format!("<polyline class=\"{run}\"")), "{run}");
    }
    assert!(html.contains("<span>H <bdi>run-7</bdi></span>") && !html.contains("<span>I <bdi>run-8</bdi></span>"));
}

#[test]
fn the_curves_on_the_page_are_those_of_metrics_csv() {
    let html = compared(&[SAME, SAME]).html().unwrap();
    // Taken from artifacts/reference by hand: epoch 42 is the best.
    assert!(html.contains("epoch 42<br>A 97.57 %, best epoch<br>B 97.57 %, best epoch</span>"));
    assert!(
        html.contains(
            "aria-label=\"Validation loss over 50 epochs: A from 0.8998 to 0.0930; B from 0.8998 to 0.0930.\""
        )
    );
}

#[test]
fn runs_without_an_epoch_have_a_page_without_curves() {
    let without_epochs: fn(&mut RunRecord) = |record| {
        record.status = Status::Failed;
        (record.epochs_done, record.best_epoch, record.best, record.test) = (0, None, None, None);
    };
    let directory = tempfile::tempdir().unwrap();
    let both = runs(directory.path(), &[without_epochs, without_epochs]);
    for run in &both {
        for file in ["metrics.csv", "evaluation.json"] {
            std::fs::remove_file(run.path().join(file)).unwrap();
        }
    }
    let comparison = Comparison::new(&both).unwrap();
    assert!(comparison.html().unwrap().contains("No run has an epoch with a finite value."));
    assert_eq!(
        comparison.problems[0],
        "A failed in its first epoch, so its metrics are not final; `burn-mlp --resume` continues it"
    );
}
