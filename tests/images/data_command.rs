//! `burn-mlp data`.

use super::pictures::{colour, save, save_classes};
use super::support::Program;

#[test]
fn it_shows_shape_range_hash_and_rows_per_class() {
    let output = Program::new().run(&["data"]).succeeds();
    output.says("digits: 1,438 training, 359 test rows of 64 features in 10 classes");
    output.says("8 x 8 pixels, grey").says("0 to 16, scaled to 0 to 1, mean 0.30");
    output.says("SHA-256  20accb133dec11065191e3e2e9c1847f0bff1703c0d06614b396626cc40668c4");
    // The file has 183 rows of the digit 3 (counted in Python), 37 of them in the test set.
    assert!(output.stdout.lines().any(|line| line.split_whitespace().take(2).eq(["3", "146"])), "{}", output.stdout);
}

#[test]
fn few_features_are_listed_and_many_are_counted() {
    let program = Program::new();
    let few = program.run(&["data", "synthetic", "--set", "synthetic.features=3"]).succeeds();
    few.says("feature 3").says("number").says("deviation");
    assert!(!few.stdout.contains("pixels"), "{}", few.stdout);
    program.run(&["data", "synthetic"]).succeeds().says("784 features are numbers, 0 are 0 or 1, 0 are constant");
}

#[test]
fn json_has_the_content_of_the_tables() {
    let summary = Program::new().run(&["data", "digits", "--json"]).succeeds().stdout;
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(
        (&summary["train_rows"], &summary["test_rows"], &summary["divided_by"]),
        (&1438.into(), &359.into(), &16.0.into())
    );
    assert_eq!(summary["classes"][3], serde_json::json!({ "name": "3", "train": 146, "test": 37 }));
    assert_eq!(summary["image_shape"], serde_json::json!({ "height": 8, "width": 8 }));
}

#[test]
fn the_sheet_shows_samples_and_is_only_written_on_request() {
    let program = Program::new();
    save_classes(&program, "shapes", &["circle", "square"], 10);
    save(&colour(0, 5, 8, 6), &program.path("shapes/circle/colour.png"));
    program.run(&["data", "images:shapes"]).succeeds();
    assert_eq!(std::fs::read_dir(program.path(".")).unwrap().count(), 1, "nothing but the images");
    program
        .run(&["data", "images:shapes", "--sheet", "sheet.png"])
        .succeeds()
        .says("samples of each class in sheet.png");
    let sheet = image::open(program.path("sheet.png")).unwrap().into_rgb8();
    // Two rows of tiles of 48 x 36 pixels, 9 and 8 of them.
    assert!(
        sheet.width() > 9 * 48 && sheet.width() < 9 * 52 + 100 && sheet.height() == 4 + 2 * 40,
        "{:?}",
        sheet.dimensions()
    );
    program.run(&["data", "images:shapes", "--sheet", "no/such/sheet.png"]).fails_with(2).complains("no/such");
    program.run(&["data", "images:shapes", "--sheet", "s.jpg"]).fails_with(2).complains("s.jpg must end with .png");
    program.run(&["data", "synthetic", "--sheet", "s.png"]).fails_with(2).complains("are not images");
}

#[test]
fn the_augmented_sheet_shows_images_as_they_are_trained_on() {
    let program = Program::new();
    save_classes(&program, "shapes", &["circle", "square"], 10);
    let sheet = |name: &str, arguments: &[&str]| {
        program.run(&[&["data", "images:shapes", "--sheet", name], arguments].concat()).succeeds();
        image::open(program.path(name)).unwrap().into_rgb8()
    };
    let plain = sheet("plain.png", &[]);
    let online = sheet("online.png", &["--augment", "rotation,noise", "--augmented"]);
    assert_eq!(online.dimensions(), plain.dimensions());
    assert_ne!(online, plain);
    // Five images, each followed by its two variants.
    let expand = ["--augment", "rotation,noise", "--set", "augmentation.mode=expand", "--augmented"];
    let expanded = sheet("expanded.png", &expand);
    assert!(expanded.width() > 15 * 52 && expanded.width() < 15 * 52 + 100, "{:?}", expanded.dimensions());
    let not_augmented = program.run(&["data", "images:shapes", "--sheet", "s.png", "--augmented"]);
    not_augmented.fails_with(2).complains("--augmented needs a transformation");
}

#[test]
fn the_source_is_an_argument_or_a_setting() {
    let program = Program::new();
    program.run(&["data", "digits", "--data", "digits"]).fails_with(2);
    program.run(&["data", "--data", "synthetic", "--set", "synthetic.rows=50"]).succeeds().says("50 training, 10 test");
    program.run(&["data", "minst"]).fails_with(2).complains("did you mean mnist?");
}
