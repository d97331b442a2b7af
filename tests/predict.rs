//! `burn-mlp predict` on real files, and the library's example.

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use burn_mlp::data::{Digits, Features, Samples, Source};
use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};
use serde_json::Value;
use support::{Output, Program, digits_run};

/// The embedded digits' test part: pixels from 0 to 16.
fn test_digits() -> Samples {
    Digits.load(&mut |_| ()).unwrap().test.unwrap()
}

fn pixels(samples: &Samples, row: usize) -> Vec<u8> {
    let Features::Bytes { values, .. } = samples.features() else { panic!("digits are pixels") };
    values[64 * row..64 * (row + 1)].to_vec()
}

/// A digit as an 8x8 picture from black to white.
fn picture(samples: &Samples, row: usize) -> GrayImage {
    let pixels = pixels(samples, row);
    GrayImage::from_fn(8, 8, |x, y| Luma([(f32::from(pixels[(8 * y + x) as usize]) * 255.0 / 16.0).round() as u8]))
}

/// A trained run on the digits and, in `digits/`, the first `count` test digits as PNG files named
/// by their rows.
fn trained(count: usize) -> (Program, Samples) {
    let program = Program::new();
    digits_run(&program, "run", &["--epochs", "12"]);
    let samples = test_digits();
    fs::create_dir(program.path("digits")).unwrap();
    for row in 0..count {
        picture(&samples, row).save(program.path(&format!("digits/{row:03}.png"))).unwrap();
    }
    (program, samples)
}

/// The classes that the evaluation after training predicted for the test rows.
fn evaluated(program: &Program) -> Vec<String> {
    let mut reader = csv::Reader::from_path(program.path("artifacts/run/predictions/test.csv")).unwrap();
    let column = reader.headers().unwrap().iter().position(|name| name == "predicted").unwrap();
    reader.records().map(|row| row.unwrap()[column].to_string()).collect()
}

fn json_lines(output: &Output) -> Vec<Value> {
    output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn first_class(row: &Value) -> &str {
    row["predictions"][0]["class"].as_str().unwrap()
}

/// Runs the program with `input` on standard input.
fn run_on(program: &Program, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = program.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    running.stdin.take().unwrap().write_all(input).unwrap();
    Output::of(running)
}

#[test]
fn images_and_the_same_rows_as_csv_get_the_classes_of_the_evaluation() {
    let (program, samples) = trained(30);
    let expected = evaluated(&program);
    let images = program.run(&["predict", "run", "digits", "--format", "json"]).succeeds();
    assert!(images.stderr.is_empty(), "{}", images.stderr);
    let images = json_lines(&images);
    assert_eq!(images.len(), 30);
    let mut rows = "label,".to_string() + &(0..64).map(|pixel| format!("p{pixel}")).collect::<Vec<_>>().join(",");
    for (row, image) in images.iter().enumerate() {
        assert_eq!(image["source"], format!("digits/{row:03}.png"));
        assert_eq!(image.get("line"), None);
        assert_eq!(first_class(image), expected[row], "row {row}");
        let values: Vec<String> = pixels(&samples, row).iter().map(u8::to_string).collect();
        rows += &format!("\n{},{}", samples.labels()[row], values.join(","));
    }
    fs::write(program.path("rows.csv"), rows).unwrap();
    let output = program.run(&["predict", "run", "rows.csv", "--format", "json"]).succeeds();
    let mut rows = json_lines(&output);
    let summary = rows.pop().unwrap();
    assert_eq!(rows.len(), 30);
    let right = (0..30).filter(|&row| rows[row]["true"] == rows[row]["predictions"][0]["class"]).count();
    assert_eq!((&summary["scored"]["rows"], &summary["scored"]["right"]), (&30.into(), &right.into()));
    assert!(output.stderr.starts_with(&format!("note: rows.csv: {right} of 30 rows")), "{}", output.stderr);
    for (row, answer) in rows.iter().enumerate() {
        assert_eq!((answer["source"].as_str(), answer["line"].as_u64()), (Some("rows.csv"), Some(row as u64 + 2)));
        assert_eq!(first_class(answer), expected[row], "row {row}");
    }
}

#[test]
fn predictions_are_a_table_json_lines_or_csv_with_top_k_classes() {
    let (program, _) = trained(2);
    let table = program.run(&["predict", "run", "digits"]).succeeds().stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].contains("source") && lines[0].contains("3rd") && !lines[0].contains("4th"), "{table}");
    assert!(lines[1].contains("digits/000.png") && lines[1].matches('%').count() == 3, "{table}");
    assert_eq!(lines.len(), 3, "{table}");

    let json = program.run(&["predict", "run", "digits", "--format", "json", "--top-k", "99"]).succeeds();
    for row in json_lines(&json) {
        let probabilities: Vec<f64> =
            row["predictions"].as_array().unwrap().iter().map(|class| class["probability"].as_f64().unwrap()).collect();
        assert_eq!(probabilities.len(), 10);
        assert!(probabilities.is_sorted_by(|one, next| one >= next), "{probabilities:?}");
        assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-5);
    }

    let csv = program.run(&["predict", "run", "digits", "--format", "csv", "--top-k", "2"]).succeeds();
    // JSON also has the digits of a 32-bit float, and no more.
    let probability = csv.stdout.lines().nth(1).unwrap().split(',').nth(4).unwrap();
    json.says(&format!("\"probability\":{probability}}}"));
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header, vec!["source", "line", "true", "class_1", "probability_1", "class_2", "probability_2"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), &rows[1][0], &rows[1][1]), (2, "digits/001.png", ""));
    program
        .run(&["predict", "run", "digits", "--top-k", "0"])
        .fails_with(2)
        .complains("not a whole number from 1 to 65535");
}

#[test]
fn standard_input_may_be_an_image_or_rows() {
    let (program, samples) = trained(1);
    let expected = &evaluated(&program)[0];
    let image = run_on(&program, &["predict", "run", "-", "--format", "json"], &program.read("digits/000.png"));
    let values: Vec<String> = pixels(&samples, 0).iter().map(u8::to_string).collect();
    let row = run_on(&program, &["predict", "run", "-", "--format", "json"], values.join(",").as_bytes());
    for (output, line) in [(image, None), (row, Some(1))] {
        let rows = json_lines(&output.succeeds());
        assert_eq!((rows.len(), first_class(&rows[0])), (1, expected.as_str()));
        assert_eq!((rows[0]["source"].as_str(), rows[0]["line"].as_u64()), (Some("-"), line));
    }
    run_on(&program, &["predict", "run", "-"], b"").fails_with(1).complains("standard input is empty");
    run_on(&program, &["predict", "run", "-"], b"8BPS\0\x01\0\0")
        .fails_with(1)
        .complains("standard input is not a PNG, JPEG, BMP, GIF, TIFF, WebP or PGM image");
}

#[test]
fn unreadable_inputs_are_reported_and_the_others_predicted() {
    let (program, _) = trained(2);
    let png = program.read("digits/000.png");
    fs::write(program.path("cut.png"), &png[..png.len() / 2]).unwrap();
    fs::write(program.path("short.csv"), "1,2,3\n").unwrap();
    fs::create_dir(program.path("empty")).unwrap();
    let arguments = ["predict", "run", "cut.png", "no/such.png", "digits", "short.csv", "empty", "--format", "json"];
    let output = program.run(&arguments).fails_with(1);
    assert_eq!(json_lines(&output).len(), 2);
    let errors: Vec<&str> = output.stderr.lines().collect();
    assert_eq!(errors.len(), 4, "{}", output.stderr);
    assert!(errors[0].starts_with("error: cut.png is damaged"), "{}", errors[0]);
    assert!(errors[1].starts_with("error: cannot read no/such.png"), "{}", errors[1]);
    assert!(errors[2].starts_with("error: short.csv: line 1: has 3 values, the model takes 64"), "{}", errors[2]);
    assert!(errors[3].starts_with("error: empty has no image files"), "{}", errors[3]);
}

#[test]
fn large_dark_digits_on_white_pages_are_a_warning_and_correct_once_inverted_and_centred() {
    let (program, samples) = trained(0);
    let expected = evaluated(&program);
    fs::create_dir(program.path("pages")).unwrap();
    for row in 0..40 {
        let digit = imageops::resize(&picture(&samples, row), 160, 160, FilterType::Nearest);
        let mut page = GrayImage::from_pixel(500, 400, Luma([255]));
        for (x, y, ink) in digit.enumerate_pixels() {
            page.put_pixel(x + 7 * row as u32, y + 5 * row as u32, Luma([255 - ink.0[0]]));
        }
        page.save(program.path(&format!("pages/{row:03}.png"))).unwrap();
    }
    let output = program.run(&["predict", "run", "pages"]).succeeds();
    let stderr = output.stderr;
    assert!(
        stderr.contains("warning: pages/000.png and 39 others look like a negative of the training images"),
        "{stderr}"
    );
    assert!(stderr.contains("--invert") && stderr.contains("stretched to the model's size; --center"), "{stderr}");
    let quiet = program.run(&["predict", "run", "pages", "--quiet"]).succeeds();
    assert!(quiet.stderr.is_empty() && !quiet.stdout.is_empty());
    let output = program.run(&["predict", "run", "pages", "--invert", "--center", "--format", "json"]).succeeds();
    assert!(output.stderr.is_empty(), "{}", output.stderr);
    let right = json_lines(&output).iter().zip(&expected).filter(|(row, class)| first_class(row) == *class).count();
    assert!(right >= 34, "{right} of 40 like the evaluation");
}

#[test]
fn rows_of_pixels_are_prepared_like_images() {
    let (program, samples) = trained(0);
    let row = |row: usize, value: &dyn Fn(u8) -> f32| {
        pixels(&samples, row).into_iter().map(|pixel| value(pixel).to_string()).collect::<Vec<_>>().join(",") + "\n"
    };
    let rows = |value: &dyn Fn(u8) -> f32| (0..20).map(|index| row(index, value)).collect::<String>();
    fs::write(program.path("rows.csv"), rows(&|pixel| f32::from(pixel))).unwrap();
    fs::write(program.path("dark.csv"), rows(&|pixel| f32::from(16 - pixel))).unwrap();
    fs::write(program.path("scaled.csv"), rows(&|pixel| f32::from(pixel) / 16.0)).unwrap();
    let answers = |arguments: &[&str]| {
        let output = program.run(&[&["predict", "run", "--format", "json"], arguments].concat()).succeeds();
        let classes: Vec<Value> = json_lines(&output).iter().map(|row| row["predictions"].clone()).collect();
        (classes, output.stderr)
    };
    let (expected, stderr) = answers(&["rows.csv"]);
    assert_eq!(stderr, "");
    let (_, stderr) = answers(&["dark.csv"]);
    assert!(stderr.starts_with("warning: dark.csv:1 and 19 others look like a negative"), "{stderr}");
    assert_eq!(answers(&["dark.csv", "--invert"]), (expected.clone(), String::new()));
    let (_, stderr) = answers(&["rows.csv", "--invert"]);
    assert!(stderr.contains("rows.csv:1 and 19 others became a negative"), "{stderr}");
    let (centred, stderr) = answers(&["rows.csv", "--center"]);
    assert!(stderr.is_empty() && centred != expected, "{stderr}");
    let (_, stderr) = answers(&["rows.csv", "scaled.csv"]);
    let range = "all pixels are from 0 to 1, but the model was trained on pixels from 0 to 16";
    assert!(stderr.starts_with(&format!("warning: scaled.csv: {range}")) && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn images_of_unsupported_formats_are_counted() {
    let (program, _) = trained(2);
    for name in ["a.heic", "b.AVIF", "c.svg", "notes.txt"] {
        fs::write(program.path("digits").join(name), "").unwrap();
    }
    let output = program.run(&["predict", "run", "digits", "--format", "json"]).succeeds();
    assert_eq!(json_lines(&output).len(), 2);
    let warning = "warning: digits/a.heic and 2 others were skipped: only PNG, JPEG, BMP, GIF";
    assert!(output.stderr.starts_with(warning) && output.stderr.lines().count() == 1, "{}", output.stderr);
}

#[test]
fn a_model_of_rows_refuses_images_and_their_options() {
    let (program, _) = trained(1);
    let rows = ["--data", "synthetic", "--set", "synthetic.features=3", "--set", "synthetic.rows=400"];
    program.run(&[&["--epochs", "1", "--name", "rows"], &rows[..]].concat()).succeeds();
    program.run(&["predict", "rows", "digits/000.png"]).fails_with(1).complains("takes rows of 3 features");
    for option in ["--invert", "--center"] {
        let refused = program.run(&["predict", "rows", "digits/000.png", option]).fails_with(2);
        refused.complains(&format!("{option} applies to images, but the model takes rows of 3 features; leave it out"));
    }
    let output = run_on(&program, &["predict", "rows", "-", "--backend", "ndarray"], b"a,b,c\n0.5,-1,2e-1\n");
    output.succeeds().says("-:2");
    let output = run_on(&program, &["predict", "rows", "-", "--format", "json"], b"1,1,1\n3e38,3e38,-3e38\n2,2,2\n");
    let lines: Vec<_> = json_lines(&output).iter().map(|row| row["line"].clone()).collect();
    assert_eq!(lines, [1, 3]);
    output.fails_with(1).complains("-:2 contains values so large that the network overflows");
    program.run(&["predict", "nothing", "digits"]).fails_with(1).complains("there is no such run");
    program.run(&["predict", "run", "digits", "--backend", "abacus"]).fails_with(2).complains("abacus");
    program.run(&["predict", "run"]).fails_with(2);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_not_a_failure() {
    let (program, samples) = trained(0);
    let values: Vec<String> = pixels(&samples, 0).iter().map(u8::to_string).collect();
    fs::write(program.path("many.csv"), (values.join(",") + "\n").repeat(20_000)).unwrap();
    let script = "\"$0\" predict run many.csv --format csv; echo \"code $?\" >&2";
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{{ {script}; }} | head -2"), env!("CARGO_BIN_EXE_burn-mlp")]);
    let output = shell.current_dir(program.path(".")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "code 0\n");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2);
}

/// Path of the example; `cargo test` builds it.
fn example() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().and_then(Path::parent).unwrap().join("examples/predict");
    if !built.exists() {
        let status = Command::new(env!("CARGO")).args(["build", "--quiet", "--example", "predict"]).status();
        assert!(status.unwrap().success(), "the example does not build");
    }
    built
}

#[test]
fn the_librarys_example_reads_dark_digits_on_large_white_pages() {
    let (program, samples) = trained(0);
    let expected = evaluated(&program);
    let known = (0..).filter(|&row| expected[row] == samples.labels()[row].to_string());
    let named = known.take(20).filter(|&row| {
        let mut page = imageops::resize(&picture(&samples, row), 80, 80, FilterType::Triangle);
        page.pixels_mut().for_each(|pixel| pixel.0[0] = 255 - pixel.0[0]);
        page.save(program.path("page.bmp")).unwrap();
        let output =
            Command::new(example()).args(["artifacts/run", "page.bmp"]).current_dir(program.path(".")).output();
        let output = output.unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(stdout.lines().count(), 3, "{stdout}");
        stdout.split_whitespace().next() == Some(expected[row].as_str())
    });
    // Scaling 8x8 pixels up and down again changes the class of some digits.
    let named = named.count();
    assert!(named >= 15, "{named} of 20");
}
