use super::classified;
use super::markup::elements;
use super::{TestRun, epoch, evaluation};
use crate::config::Selection;
use crate::run_directory::Status;

const TWO: [&str; 2] = ["cat", "dog"];

/// Returns the points of the line of class `style` in the chart called `title`.
fn line<'a>(html: &'a str, title: &str, style: &str) -> Vec<&'a str> {
    let (_, chart) = html.split_once(&format!("<h3>{title}")).unwrap();
    let (chart, _) = chart.split_once("</svg>").unwrap();
    let line = chart.split('<').find(|tag| tag.starts_with("polyline") && tag.contains(&format!("class=\"{style}\"")));
    let points = line.map_or("", |line| line.split_once("points=\"").unwrap().1.split_once('"').unwrap().0);
    points.split_whitespace().collect()
}

#[test]
fn the_points_of_a_curve_are_the_epochs_and_values_of_the_history() {
    let run = TestRun::with_classes(&TWO);
    let html = run.html();
    // The axes go from epoch 0.5 to 3.5 and from loss 0 to 1.5, on the units of the plot area.
    let read = |point: &str| {
        let (x, y) = point.split_once(',').unwrap();
        let [x, y] = [x, y].map(|number| number.parse::<f64>().unwrap());
        (0.5 + 3.0 * (x - 62.0) / (454.0 - 62.0), 1.5 * (250.0 - y) / (250.0 - 10.0))
    };
    for (style, first) in [("train", 1.0), ("valid", 1.5)] {
        let points: Vec<(f64, f64)> = line(&html, "Loss", style).into_iter().map(read).collect();
        assert_eq!(points.len(), 3);
        for (row, (epoch, loss)) in run.history.iter().zip(points) {
            assert!((epoch - row.epoch as f64).abs() < 1e-3, "{style} {epoch}");
            assert!((loss - first / row.epoch as f64).abs() < 1e-3, "{style} {loss}");
        }
    }
}

#[test]
fn a_shape_without_pixels_has_no_images() {
    let mut run = TestRun::with_classes(&TWO);
    run.record.data.image_shape = Some([0, 0]);
    classified(&mut run.evaluations, "test").worst.iter_mut().for_each(|mistake| mistake.pixels = Some(Vec::new()));
    assert!(!run.html().contains("<img"));
}

#[test]
fn a_failed_run_shows_the_reason() {
    let mut run = TestRun::with_classes(&TWO);
    run.record.status = Status::Failed;
    run.record.reason = Some("training failed: the training loss of epoch 4 is NaN".into());
    let html = run.html();
    assert!(html.contains("Failed after 3 epochs; the best is epoch 2."));
    assert!(html.contains("<bdi>training failed: the training loss of epoch 4 is NaN</bdi>"));
}

#[test]
fn early_stopping_the_best_epoch_and_rate_reductions_are_marked() {
    let mut run = TestRun::with_classes(&TWO);
    run.record.status = Status::StoppedEarly;
    run.history[2].learning_rate = 0.005;
    let html = run.html();
    for text in ["best epoch, 2", "rate reduced in epoch 3", "stopped early after epoch 3"] {
        assert_eq!(html.matches(&format!("</svg>{text}</li>")).count(), 3, "{text}");
    }
    assert!(html.contains("epoch 3<br>0.005<br>rate reduced to 0.005<br>stopped early</span>"), "its tooltip");
    // One rule in each of the three charts, one swatch in each of the three legends.
    for style in ["best", "reduced", "stopped"] {
        assert_eq!(html.matches(&format!("<path class=\"{style}\"")).count(), 6, "{style}");
    }
}

#[test]
fn a_run_without_validation_has_only_training_curves() {
    let mut run = TestRun::with_classes(&TWO);
    run.record.data.valid_rows = 0;
    run.history.iter_mut().for_each(|row| (row.valid_loss, row.valid_accuracy) = (None, None));
    run.record.best.as_mut().unwrap().valid_accuracy = None;
    let html = run.html();
    assert!(html.contains("no validation set") && !html.contains("</svg>validation</li>"));
    assert_eq!((line(&html, "Loss", "train").len(), line(&html, "Loss", "valid").len()), (3, 0));
}

#[test]
fn without_a_test_set_the_validation_set_is_reported() {
    let mut run = TestRun::with_classes(&TWO);
    run.record.data.test_rows = 0;
    let report = run.evaluations.remove("test").unwrap();
    run.evaluations.insert("valid".into(), report);
    let html = run.html();
    assert!(html.contains("no test set") && html.contains("The sections below are about the validation set."));
}

#[test]
fn a_validation_set_that_chose_the_epoch_is_marked_where_its_metrics_are() {
    let mut run = TestRun::with_classes(&TWO);
    run.evaluations.insert("valid".into(), evaluation(&TWO.map(String::from)));
    let row = |name: &str| format!("<th scope=\"row\" class=\"words\">{name}</th>");
    let html = run.html();
    assert!(html.contains(&row("validation set")) && !html.contains("used for selection ("));
    let mut run = TestRun::with_classes(&TWO);
    run.evaluations.insert("valid".into(), evaluation(&TWO.map(String::from)));
    let chosen = vec![Selection::Epoch, Selection::LearningRate];
    classified(&mut run.evaluations, "valid").used_for_selection = chosen.clone();
    run.record.used_for_selection = chosen;
    let html = run.html();
    assert!(html.contains(&row("validation set, used for selection (epoch, learning rate)")));
    assert!(html.contains(&row("test set")));
    assert!(html.contains("The validation rows were used for selection (epoch, learning rate)."));
    assert!(html.contains("best epoch, loss 0.5000, used for selection (epoch, learning rate)"));
}

#[test]
fn watched_metrics_have_a_curve_a_column_and_a_place_in_the_summary() {
    let mut run = TestRun::with_classes(&TWO);
    for (row, auc) in run.history.iter_mut().zip([0.5, 0.75, 0.625]) {
        row.valid_auc = Some(auc);
    }
    run.record.best.as_mut().unwrap().valid_auc = Some(0.75);
    let html = run.html();
    elements(&html);
    assert_eq!(line(&html, "ROC AUC", "valid").len(), 3);
    assert!(html.contains("<th scope=\"col\">ROC AUC</th>") && html.contains("<td>0.6250</td>"));
    assert!(html.contains("best epoch, loss 0.5000, ROC AUC 0.7500"));
    assert!(!TestRun::with_classes(&TWO).html().contains("<h3>ROC AUC"));
}

#[test]
fn two_classes_have_a_roc_and_a_precision_recall_curve() {
    let html = TestRun::with_classes(&TWO).html();
    elements(&html);
    // One row of each class has a probability of 3/4, the other 1/4.
    assert_eq!(line(&html, "ROC", "roc"), ["62.0,250.0", "258.0,130.0", "454.0,10.0"]);
    let precision = ["62.0,130.0", "258.0,130.0", "258.0,130.0", "454.0,130.0"];
    assert_eq!(line(&html, "Precision and recall", "precision"), precision);
    let scores =
        "ROC AUC 0.5000, average precision 0.5000 and Brier score 0.3125 of <bdi>dog</bdi>, the positive class.";
    assert!(html.contains(scores));
    assert!(html.contains("threshold 0.7500<br>recall 50.00 %<br>false positive rate 50.00 %<br>precision 50.00 %"));
    assert!(html.contains("href=\"#curves\""));
    assert!(!TestRun::with_classes(&["cat", "dog", "elk"]).html().contains("#curves\""));
}

#[test]
fn the_curve_of_a_single_epoch_is_a_dot() {
    let mut run = TestRun::with_classes(&TWO);
    run.history.truncate(1);
    (run.record.epochs_done, run.record.best_epoch) = (1, Some(1));
    let html = run.html();
    assert!(html.contains("Finished after 1 epoch; the best is epoch 1."));
    let (_, loss) = html.split_once("<h3>Loss").unwrap();
    assert_eq!(loss.split("</svg>").next().unwrap().matches("<circle").count(), 2);
}

#[test]
fn a_loss_that_is_not_finite_leaves_a_gap() {
    let mut run = TestRun::with_classes(&TWO);
    run.history = (1..=5).map(epoch).collect();
    run.history[2].train_loss = f64::NAN;
    run.history[4].valid_loss = Some(f64::INFINITY);
    let html = run.html();
    assert_eq!((line(&html, "Loss", "train").len(), line(&html, "Loss", "valid").len()), (2, 4));
    assert!(html.contains("epoch 3<br>training NaN<br>validation 0.5000</span>"));
}

#[test]
fn a_chart_without_finite_values_is_replaced_by_a_sentence() {
    let mut run = TestRun::with_classes(&TWO);
    run.history.iter_mut().for_each(|row| (row.train_loss, row.valid_loss) = (f64::NAN, Some(f64::NAN)));
    assert_eq!(run.html().matches("No epoch has a finite value.").count(), 1);
}

#[test]
fn rows_that_are_not_images_are_shown_in_tables() {
    let mut run = TestRun::with_classes(&TWO);
    run.record.data.image_shape = None;
    let html = run.html();
    assert!(!html.contains("<img") && html.contains("The rows are not images"));
    assert!(html.contains("aria-label=\"Worst mistakes\""));
}

#[test]
fn without_hidden_layers_the_weights_of_the_classes_are_shown() {
    let run = TestRun::with_classes(&["cat", "dog", "elk"]);
    let directory = run.write();
    let model = String::from_utf8_lossy(&directory.read_model().unwrap()).replace("blocks.0.linear", "output");
    let mut bytes = model.into_bytes();
    let length = bytes.len() as u64 - 8 - 48;
    bytes[..8].copy_from_slice(&length.to_le_bytes());
    directory.write_model(&bytes).unwrap();
    let html = crate::report::html(&directory).unwrap();
    let (_, weights) = html.split_once("<section id=\"weights\">").unwrap();
    assert!(weights.contains("<figcaption><bdi>elk</bdi></figcaption>"), "{}", &weights[..600]);
}

#[test]
fn of_a_thousand_classes_the_largest_confusions_and_the_weakest_classes_are_shown() {
    let names: Vec<String> = (0..1000).map(|class| format!("class number {class}")).collect();
    let mut run = TestRun::with_classes(&names.iter().map(String::as_str).collect::<Vec<_>>());
    run.evaluations = [("test".into(), evaluation(&names))].into();
    let html = run.html();
    elements(&html);
    assert!(html.contains("A matrix of 1,000 classes is too large for a page"));
    assert!(html.contains("The 40 most frequent of 1,000 confusions; 1,000 mistakes in total."));
    assert!(html.contains("The classes with the lowest F1.") && html.contains("<summary>All 1,000 classes</summary>"));
    assert!(html.len() < 1 << 20, "{} bytes", html.len());
}

#[test]
fn up_to_sixty_classes_have_a_matrix() {
    for (classes, has_matrix) in [(2, true), (60, true), (61, false)] {
        let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
        let html = TestRun::with_classes(&names.iter().map(String::as_str).collect::<Vec<_>>()).html();
        assert_eq!(html.contains("<table class=\"matrix"), has_matrix, "{classes}");
    }
}

#[test]
fn ten_thousand_epochs_are_thinned_out_except_for_the_marked_ones() {
    let mut run = TestRun::with_classes(&TWO);
    run.history = (1..=10_000).map(epoch).collect();
    (run.record.epochs_done, run.record.best_epoch) = (10_000, Some(7777));
    let html = run.html();
    assert!(html.contains("<th scope=\"row\">7777</th>") && html.contains("<th scope=\"row\">10000</th>"));
    // Every 17th, the best and the last.
    assert!(html.contains("591 of 10,000 epochs; metrics.csv has all of them."));
    assert!(html.len() < 1 << 20, "{} bytes", html.len());
}
