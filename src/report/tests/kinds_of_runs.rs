use super::markup::elements;
use super::{MadeUp, epoch, evaluated};
use crate::run_directory::Status;

const TWO: [&str; 2] = ["cat", "dog"];

/// Points of the line in `ink` in the first chart after `title`.
fn line<'a>(html: &'a str, title: &str, ink: &str) -> Vec<&'a str> {
    let (_, chart) = html.split_once(&format!("<h3>{title}")).unwrap();
    let (chart, _) = chart.split_once("</svg>").unwrap();
    let line = chart.split('<').find(|tag| tag.starts_with("polyline") && tag.contains(&format!("\"var(--{ink})\"")));
    let points = line.map_or("", |line| line.split_once("points=\"").unwrap().1.split_once('"').unwrap().0);
    points.split_whitespace().collect()
}

#[test]
fn the_points_of_a_curve_are_the_epochs_and_figures_of_the_history() {
    let run = MadeUp::of_classes(&TWO);
    let html = run.html();
    // The axes go from epoch 0.5 to 3.5 and from loss 0 to 1.5, on the pixels of the chart's area.
    let read = |point: &str| {
        let (x, y) = point.split_once(',').unwrap();
        let [x, y] = [x, y].map(|number| number.parse::<f64>().unwrap());
        (0.5 + 3.0 * (x - 62.0) / (453.0 - 62.0), 1.5 * (249.0 - y) / (249.0 - 10.0))
    };
    for (ink, figure) in [("train", 1.0), ("valid", 1.5)] {
        let points: Vec<(f64, f64)> = line(&html, "Loss", ink).into_iter().map(read).collect();
        assert_eq!(points.len(), 3);
        for (row, (epoch, loss)) in run.history.iter().zip(points) {
            assert!((epoch - row.epoch as f64).abs() < 3.0 / 391.0, "{ink} {epoch}");
            assert!((loss - figure / row.epoch as f64).abs() < 1.5 / 239.0, "{ink} {loss}");
        }
    }
}

#[test]
fn a_shape_without_pixels_has_no_pictures() {
    let mut run = MadeUp::of_classes(&TWO);
    run.record.data.image_shape = Some([0, 0]);
    run.evaluations.get_mut("test").unwrap().worst.iter_mut().for_each(|mistake| mistake.pixels = Some(Vec::new()));
    assert!(!run.html().contains("<img"));
}

#[test]
fn a_failed_run_tells_its_reason() {
    let mut run = MadeUp::of_classes(&TWO);
    run.record.status = Status::Failed;
    run.record.reason = Some("training failed: the training loss of epoch 4 is NaN".into());
    let html = run.html();
    assert!(html.contains("Failed after 3 epochs; the best is epoch 2."));
    assert!(html.contains("<bdi>training failed: the training loss of epoch 4 is NaN</bdi>"));
}

#[test]
fn early_stopping_the_best_epoch_and_reductions_of_the_rate_are_marked() {
    let mut run = MadeUp::of_classes(&TWO);
    run.record.status = Status::StoppedEarly;
    run.history[2].learning_rate = 0.005;
    let html = run.html();
    for text in ["best epoch, 2", "rate reduced in epoch 3", "stopped early after epoch 3"] {
        assert_eq!(html.matches(&format!("></i>{text}</li>")).count(), 3, "{text}");
    }
    assert!(html.contains("epoch 3<br>0.005<br>rate reduced to 0.005<br>stopped early</span>"), "told at its place");
    for ink in ["best", "reduced", "stopped"] {
        assert_eq!(line(&html, "Loss", ink).len(), 2, "{ink}");
    }
}

#[test]
fn a_run_without_validation_has_training_curves_alone() {
    let mut run = MadeUp::of_classes(&TWO);
    run.record.data.valid_rows = 0;
    run.history.iter_mut().for_each(|row| (row.valid_loss, row.valid_accuracy) = (None, None));
    run.record.best.as_mut().unwrap().valid_accuracy = None;
    let html = run.html();
    assert!(html.contains("no validation part") && !html.contains("></i>validation</li>"));
    assert_eq!((line(&html, "Loss", "train").len(), line(&html, "Loss", "valid").len()), (3, 0));
}

#[test]
fn a_run_without_a_test_set_is_reported_by_its_validation_part() {
    let mut run = MadeUp::of_classes(&TWO);
    run.record.data.test_rows = 0;
    let report = run.evaluations.remove("test").unwrap();
    run.evaluations.insert("valid".into(), report);
    let html = run.html();
    assert!(html.contains("no test set") && html.contains("What follows is about the validation part."));
}

#[test]
fn a_run_of_one_epoch_has_a_dot_for_a_curve() {
    let mut run = MadeUp::of_classes(&TWO);
    run.history.truncate(1);
    (run.record.epochs_done, run.record.best_epoch) = (1, Some(1));
    let html = run.html();
    assert!(html.contains("Finished after 1 epoch; the best is epoch 1."));
    let (_, loss) = html.split_once("<h3>Loss").unwrap();
    assert_eq!(loss.split("</svg>").next().unwrap().matches("<circle").count(), 2);
}

#[test]
fn a_loss_that_is_not_a_number_leaves_a_gap() {
    let mut run = MadeUp::of_classes(&TWO);
    run.history = (1..=5).map(epoch).collect();
    run.history[2].train_loss = f64::NAN;
    run.history[4].valid_loss = Some(f64::INFINITY);
    let html = run.html();
    assert_eq!((line(&html, "Loss", "train").len(), line(&html, "Loss", "valid").len()), (2, 4));
    assert!(html.contains("epoch 3<br>training NaN<br>validation 0.5000</span>"));
}

#[test]
fn a_run_whose_every_loss_is_not_a_number_says_so() {
    let mut run = MadeUp::of_classes(&TWO);
    run.history.iter_mut().for_each(|row| (row.train_loss, row.valid_loss) = (f64::NAN, Some(f64::NAN)));
    assert_eq!(run.html().matches("No epoch has a finite value.").count(), 1);
}

#[test]
fn rows_that_are_no_images_have_tables_for_pictures() {
    let mut run = MadeUp::of_classes(&TWO);
    run.record.data.image_shape = None;
    let html = run.html();
    assert!(!html.contains("<img") && html.contains("The rows of this data are not images"));
    assert!(html.contains("aria-label=\"Worst mistakes\""));
}

#[test]
fn a_network_without_hidden_layers_shows_its_classes_weights() {
    let run = MadeUp::of_classes(&["cat", "dog", "elk"]);
    let directory = run.written();
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
fn a_thousand_classes_have_their_largest_confusions_and_weakest_classes() {
    let names: Vec<String> = (0..1000).map(|class| format!("class number {class}")).collect();
    let mut run = MadeUp::of_classes(&names.iter().map(String::as_str).collect::<Vec<_>>());
    run.evaluations = [("test".into(), evaluated(&names))].into();
    let html = run.html();
    elements(&html);
    assert!(html.contains("A matrix of 1,000 classes cannot be read on a page"));
    assert!(html.contains("The 40 largest of 1,000 confusions; mistakes in all: 1,000."));
    assert!(html.contains("The classes of the lowest F1.") && html.contains("<summary>All 1,000 classes</summary>"));
    assert!(html.len() < 1 << 20, "{} bytes", html.len());
}

#[test]
fn sixty_classes_have_a_matrix_and_sixty_one_have_not() {
    for (classes, has_matrix) in [(2, true), (60, true), (61, false)] {
        let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
        let html = MadeUp::of_classes(&names.iter().map(String::as_str).collect::<Vec<_>>()).html();
        assert_eq!(html.contains("<table class=\"matrix"), has_matrix, "{classes}");
    }
}

#[test]
fn ten_thousand_epochs_are_thinned_out_and_keep_the_marked_ones() {
    let mut run = MadeUp::of_classes(&TWO);
    run.history = (1..=10_000).map(epoch).collect();
    (run.record.epochs_done, run.record.best_epoch) = (10_000, Some(7777));
    let html = run.html();
    assert!(html.contains("<th scope=\"row\">7777</th>") && html.contains("<th scope=\"row\">10000</th>"));
    // Every 17th, the best and the last.
    assert!(html.contains("591 of 10,000 epochs; metrics.csv holds all."));
    assert!(html.len() < 1 << 20, "{} bytes", html.len());
}
