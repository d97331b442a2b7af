//! Training on image files.

use std::fs;
use std::path::Path;

use image::{DynamicImage, GrayImage};

use super::pictures::{colour, grey, save, save_classes, shade};
use super::support::{Program, mnist_directory};

fn json(program: &Program, file: &str) -> serde_json::Value {
    serde_json::from_slice(&program.read(file)).unwrap()
}

/// Square images `[n, side, side]` with labels.
struct Images {
    side: u32,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Images {
    /// Sorted by class, the order of files in class folders.
    fn by_class(&self) -> Self {
        let size = (self.side * self.side) as usize;
        let mut rows: Vec<usize> = (0..self.labels.len()).collect();
        rows.sort_by_key(|&row| self.labels[row]);
        Self {
            side: self.side,
            pixels: rows.iter().flat_map(|row| self.pixels[row * size..(row + 1) * size].to_vec()).collect(),
            labels: rows.iter().map(|&row| self.labels[row]).collect(),
        }
    }

    fn save_idx(&self, directory: &Path, part: &str) {
        fs::create_dir_all(directory).unwrap();
        let rows = self.labels.len() as u32;
        let sizes = [rows, self.side, self.side].map(u32::to_be_bytes).concat();
        fs::write(directory.join(format!("{part}-images")), [&[0, 0, 8, 3][..], &sizes, &self.pixels].concat())
            .unwrap();
        let labels = [&[0, 0, 8, 1][..], &rows.to_be_bytes(), &self.labels].concat();
        fs::write(directory.join(format!("{part}-labels")), labels).unwrap();
    }

    fn save_pngs(&self, directory: &Path) {
        let size = (self.side * self.side) as usize;
        for (row, (pixels, label)) in self.pixels.chunks(size).zip(&self.labels).enumerate() {
            let picture: DynamicImage = GrayImage::from_raw(self.side, self.side, pixels.to_vec()).unwrap().into();
            // Numbers without leading zeros, to test the natural order of file names.
            save(&picture, &directory.join(format!("{label}/{row}.png")));
        }
    }
}

/// Asserts that the same rows as PNG files and as IDX files train to the same run.
fn assert_png_equals_idx(train: &Images, test: &Images) {
    let program = Program::new();
    for (part, folder, images) in [("train", "train", train), ("test", "test", test)] {
        images.save_pngs(&program.path(&format!("pngs/{folder}")));
        images.by_class().save_idx(&program.path("idx"), part);
    }
    for (name, source) in [("from-idx", "idx:idx"), ("from-pngs", "images:pngs")] {
        program.run(&["--data", source, "--epochs", "3", "--name", name]).succeeds();
    }
    let record = |name: &str| json(&program, &format!("artifacts/{name}/run.json"));
    let (idx, pngs) = (record("from-idx"), record("from-pngs"));
    assert_eq!(idx["data"]["hash"], pngs["data"]["hash"]);
    assert_eq!(idx["data"]["image_shape"], pngs["data"]["image_shape"]);
    assert_eq!(program.metrics("from-idx"), program.metrics("from-pngs"));
    let evaluation = |name: &str| {
        let mut evaluation = json(&program, &format!("artifacts/{name}/evaluation.json"));
        // Only rows from image files have a file.
        let worst =
            evaluation.as_object_mut().unwrap().values_mut().flat_map(|part| part["worst"].as_array_mut().unwrap());
        worst.for_each(|mistake| drop(mistake.as_object_mut().unwrap().remove("file")));
        evaluation
    };
    assert_eq!(evaluation("from-idx"), evaluation("from-pngs"));
}

#[test]
fn png_files_train_like_the_same_images_in_idx_files() {
    let images = |rows: usize| {
        let rows = (0..rows).map(|row| ((row * 7 % 12) as u8, row));
        let pixels = |(label, row): (u8, usize)| {
            (0..100).map(move |pixel| shade(usize::from(label), row, pixel % 10, pixel / 10))
        };
        Images {
            side: 10,
            pixels: rows.clone().flat_map(pixels).collect(),
            labels: rows.map(|(label, _)| label).collect(),
        }
    };
    assert_png_equals_idx(&images(240), &images(60));
}

#[test]
fn mnist_as_png_files_trains_like_mnist() {
    let Some(directory) = mnist_directory() else { return };
    let part = |name: &str, rows: usize| {
        let file = |kind: &str| {
            let raw = directory.join(format!("{name}-{kind}-ubyte"));
            if raw.is_file() { raw } else { raw.with_added_extension("gz") }
        };
        let images = burn_mlp::data::read_images(&file("images-idx3")).unwrap();
        let labels = burn_mlp::data::read_labels(&file("labels-idx1")).unwrap();
        Images {
            side: 28,
            pixels: images.values[..rows * 784].to_vec(),
            labels: labels[..rows].iter().map(|&label| label as u8).collect(),
        }
    };
    assert_png_equals_idx(&part("train", 600), &part("t10k", 200));
}

#[test]
fn every_prediction_names_its_file() {
    let program = Program::new();
    save_classes(&program, "shapes", &["circle", "square"], 20);
    program.run(&["--data", "images:shapes", "--epochs", "2", "--name", "run"]).succeeds();
    for part in ["test", "valid"] {
        let mut reader =
            csv::Reader::from_path(program.path(&format!("artifacts/run/predictions/{part}.csv"))).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert!(rows.len() >= 6, "{part} has {} rows", rows.len());
        for row in rows {
            let file = program.path(&row[1]);
            assert!(file.is_file(), "{file:?}");
            let class = file.parent().unwrap().file_name().unwrap();
            assert_eq!(class, &row[2]);
        }
    }
}

#[test]
fn without_a_test_folder_a_fifth_is_held_out_independently_of_the_seed() {
    let program = Program::new();
    save_classes(&program, "shapes", &["circle", "square"], 25);
    let test_files = |name: &str, seed: &str| {
        program.run(&["--data", "images:shapes", "--epochs", "1", "--seed", seed, "--name", name]).succeeds();
        let text = String::from_utf8(program.read(&format!("artifacts/{name}/predictions/test.csv"))).unwrap();
        text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_string()).collect::<Vec<_>>()
    };
    let files = test_files("first", "0");
    assert_eq!((files.len(), test_files("second", "1")), (10, files));
    let data = ["--data", "images:shapes", "--epochs", "1"];
    program.run(&[&data[..], &["--name", "none", "--set", "images.test_fraction=0"]].concat()).succeeds();
    assert_eq!(json(&program, "artifacts/none/run.json")["data"]["test_rows"], 0);
    let all = program.run(&[&data[..], &["--set", "images.test_fraction=0.001"]].concat());
    all.fails_with(2).complains("images.test_fraction: 0.001 of 50 rows leaves no row to test");
}

#[test]
fn colour_images_are_trained_recorded_inspected_and_reported() {
    let program = Program::new();
    for (class, name) in ["red", "green", "blue"].into_iter().enumerate() {
        for number in 0..20 {
            save(&colour(class, number, 6, 4), &program.path(&format!("lights/{name}/{number}.png")));
        }
    }
    let train = ["--data", "images:lights", "--epochs", "1", "--hidden", "4", "--lr", "0.0001"];
    program.run(&[&train[..], &["--name", "run"]].concat()).succeeds().says("of 72 features in 3 classes");
    let record = json(&program, "artifacts/run/run.json");
    assert_eq!(record["data"]["image_shape"], serde_json::json!([4, 6]));
    assert_eq!((&record["data"]["image_channels"], &record["data"]["class_names"][0]), (&3.into(), &"blue".into()));
    program.run(&["inspect", "run"]).succeeds().says("6 x 4 pixels, red, green, blue");
    program.run(&["evaluate", "run"]).succeeds();
    let report = String::from_utf8(program.read("artifacts/run/report.html")).unwrap();
    assert!(report.contains("images of 6×4 pixels in colour") && report.contains("brighter than mid-grey"));
    // Pictures of the mistakes and of the four neurons.
    assert!(report.matches("data:image/png").count() > 4);

    program.run(&[&train[..], &["--name", "grey", "--set", "images.color=grey"]].concat()).succeeds();
    let record = json(&program, "artifacts/grey/run.json");
    assert_eq!((&record["data"]["features"], &record["data"]["image_channels"]), (&24.into(), &1.into()));
}

#[test]
fn images_are_grey_only_if_all_of_them_are() {
    let program = Program::new();
    save_classes(&program, "shapes", &["circle", "square"], 10);
    // Grey pixels in an RGB file.
    save(&grey(0, 90, 8, 6).into_rgb8().into(), &program.path("shapes/circle/90.png"));
    let shape = |program: &Program| {
        let output = program.run(&["data", "images:shapes", "--json"]).succeeds().stdout;
        serde_json::from_str::<serde_json::Value>(&output).unwrap()["image_shape"].clone()
    };
    assert_eq!(shape(&program), serde_json::json!({ "height": 6, "width": 8 }));
    save(&colour(1, 91, 8, 6), &program.path("shapes/square/91.png"));
    assert_eq!(shape(&program), serde_json::json!({ "height": 6, "width": 8, "channels": 3 }));
}

#[test]
fn every_format_is_read_and_images_are_resized_on_request() {
    let program = Program::new();
    for (class, name) in ["one", "two"].into_iter().enumerate() {
        for (number, ending) in ["png", "jpg", "JPEG", "bmp", "pgm", "ppm"].into_iter().enumerate() {
            let picture = grey(class, number, 9, 9);
            let picture = if ending == "ppm" { picture.into_rgb8().into() } else { picture };
            save(&picture, &program.path(&format!("mixed/{name}/{number}.{ending}")));
        }
    }
    program.run(&["data", "images:mixed"]).succeeds().says("9 x 9 pixels, grey").says("10 training, 2 test rows");

    save(&grey(0, 50, 20, 12), &program.path("mixed/two/50.png"));
    let refusal = program.run(&["data", "images:mixed"]).fails_with(1);
    for words in ["50.png is 20x12 pixels", "0.png is 9x9", "--set images.size=9x9"] {
        assert!(refusal.stderr.contains(words), "{words}: {}", refusal.stderr);
    }
    let sized = program.run(&["data", "images:mixed", "--set", "images.size=10x5"]).succeeds();
    sized.says("10 x 5 pixels, grey").says("of 50 features");
    program.run(&["data", "images:mixed", "--set", "images.size=big"]).fails_with(2).complains("expected WIDTHxHEIGHT");
}

#[test]
fn classes_are_in_natural_order_and_hidden_files_ignored() {
    let program = Program::new();
    save_classes(&program, "numbers", &["10", "9", "1"], 5);
    for hidden in [".DS_Store", "9/.DS_Store", "9/Thumbs.db", "README.txt", ".cache/x"] {
        let path = program.path(&format!("numbers/{hidden}"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"no image").unwrap();
    }
    let summary = program.run(&["data", "images:numbers", "--json"]).succeeds().stdout;
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let names: Vec<_> = summary["classes"].as_array().unwrap().iter().map(|class| class["name"].clone()).collect();
    assert_eq!(names, ["1", "9", "10"]);
}

#[test]
fn reading_can_be_stopped() {
    let program = Program::new();
    save_classes(&program, "shapes", &["circle", "square"], 5);
    let source = format!("data.source=images:{}", program.path("shapes").display());
    let config = burn_mlp::config::Layers::new().set(&source).resolve().unwrap();
    let mut stages = Vec::new();
    let stopped = burn_mlp::data::load(&config, &mut |at| {
        stages.push((format!("{:?}", at.stage), at.total));
        at.stop();
    });
    assert_eq!(stopped.unwrap_err().exit_code(), 130);
    assert_eq!(stages, [(r#"Reading("images")"#.to_string(), Some(10))]);
}

/// Saves 16-bit images that use 173 of 65,536 values, and differ between classes only in detail.
fn save_dark(program: &Program, directory: &str) {
    for (class, name) in ["across", "down"].into_iter().enumerate() {
        for number in 0..10 {
            let dark = |x, y| image::Luma([u16::from(shade(class, number, x, y)) * 172 / 239]);
            let picture = image::ImageBuffer::from_fn(8, 6, dark).into();
            save(&picture, &program.path(&format!("{directory}/{name}/{number}.png")));
        }
    }
}

#[test]
fn dark_16_bit_images_keep_their_depth_in_training_prediction_and_serving() {
    let program = Program::new();
    save_dark(&program, "dark");
    let train = ["--data", "images:dark", "--epochs", "30", "--name", "run"];
    let note = "16-bit training images is 172 of 65,535, so values are divided by it";
    program.run(&train).succeeds().says(note);
    program.run(&["data", "images:dark"]).succeeds().says("to 172, scaled to 0.");
    let model = burn_mlp::infer::Model::load(program.path("artifacts/run")).unwrap();
    assert_eq!(model.metadata().max_values.bits_16, 172.0);
    let output = program.run(&["predict", "run", "dark/across", "dark/down", "--format", "json"]).succeeds();
    let predicted: Vec<serde_json::Value> =
        output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let right = predicted
        .iter()
        .filter(|row| row["source"].as_str().unwrap().contains(row["predictions"][0]["class"].as_str().unwrap()));
    assert!(right.count() >= 18, "{}", output.stdout);
    let bytes = program.read("dark/across/0.png");
    let here = model.predict_image(&bytes, Default::default()).unwrap();
    assert!(
        (f64::from(here.probability().unwrap()) - predicted[0]["predictions"][0]["probability"].as_f64().unwrap())
            .abs()
            < 1e-5
    );
    save(&grey(0, 0, 8, 6), &program.path("bytes.png"));
    program.run(&["predict", "run", "bytes.png"]).succeeds().complains("bytes.png has 8 bits a channel");
    let stated = ["--data", "images:dark", "--epochs", "1", "--set", "images.max_value=4095", "--name", "stated"];
    program.run(&stated).succeeds();
    let model = burn_mlp::infer::Model::load(program.path("artifacts/stated")).unwrap();
    assert_eq!(model.metadata().max_values, burn_mlp::infer::MaxValues::all(4095.0));
}

#[test]
fn a_validation_folder_validates_and_folders_may_have_other_names() {
    let program = Program::new();
    for (part, each) in [("training_set", 8), ("Validation", 4), ("Test", 3), ("__MACOSX", 2)] {
        save_classes(&program, &format!("zip/shapes/{part}"), &["circle", "square"], each);
    }
    fs::write(program.path("zip/shapes/Test/circle/._0.png"), "litter").unwrap();
    let run = program.run(&["--data", "images:zip", "--epochs", "1", "--name", "run"]).succeeds();
    run.says("16 training, 8 validation, 6 test");
    run.says(
        "the parts are recognised by the names of their folders: training_set (train), Validation (val), Test (test)",
    );
    assert_eq!(String::from_utf8(program.read("artifacts/run/predictions/valid.csv")).unwrap().lines().count(), 9);
    save_classes(&program, "flat", &["train", "test"], 3);
    program
        .run(&["--data", "images:flat"])
        .fails_with(1)
        .complains("put them into a folder for each class, or add a table labels.csv");
}

#[test]
fn classes_come_from_a_table_beside_the_images() {
    let program = Program::new();
    let mut table = "filename,label\n".to_string();
    for (class, name) in ["circle", "square"].into_iter().enumerate() {
        for number in 0..10 {
            save(&grey(class, number, 8, 6), &program.path(&format!("shapes/images/{name}{number}.webp")));
            table += &format!("{name}{number},{name}\n");
        }
    }
    fs::write(program.path("shapes/labels.csv"), &table).unwrap();
    let run = program.run(&["--data", "images:shapes", "--epochs", "1", "--name", "run"]).succeeds();
    run.says("13 training, 3 validation, 4 test").says("the classes are in column \"label\" of ");
    fs::rename(program.path("shapes/labels.csv"), program.path("classes.csv")).unwrap();
    program.run(&["data", "images:shapes"]).fails_with(1).complains("has only one class, images");
    program
        .run(&["data", "images:shapes", "--set", "images.labels=classes.csv"])
        .succeeds()
        .says("16 training, 4 test");
    program.run(&["evaluate", "run"]).fails_with(1);
}
