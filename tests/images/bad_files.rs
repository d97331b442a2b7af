//! Files that are not images, and directories that are not data sets.

use std::fs;

use super::pictures::{colour, grey, save, save_classes};
use super::support::{Output, Program};

fn data(program: &Program, arguments: &[&str]) -> Output {
    program.run(&[&["data", "images:shapes"], arguments].concat())
}

/// A data set after `damage`.
fn damaged_set(damage: impl Fn(&Program)) -> Program {
    let program = Program::new();
    save_classes(&program, "shapes", &["circle", "square"], 10);
    damage(&program);
    program
}

fn write(name: &'static str, bytes: &[u8]) -> impl Fn(&Program) + use<> {
    let bytes = bytes.to_vec();
    move |program| {
        let path = program.path(&format!("shapes/{name}"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &bytes).unwrap();
    }
}

fn png() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    grey(0, 3, 8, 6).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn a_file_that_is_not_an_image_is_an_error_or_skipped_and_counted() {
    let mut damaged = png();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    let cases = [
        ("circle/damaged.png", damaged, "is damaged"),
        ("circle/cut.png", png()[..40].to_vec(), "is damaged"),
        ("square/empty.png", Vec::new(), "is empty"),
        ("square/text.jpg", b"not a picture".to_vec(), "is not a PNG, JPEG, BMP, GIF, TIFF, WebP or PGM image"),
        (
            "circle/notes.txt",
            b"notes".to_vec(),
            "is not a PNG, JPEG, BMP, GIF, TIFF, WebP or PGM file by its extension",
        ),
        ("circle/huge.pgm", b"P5\n60000 60000\n255\n".to_vec(), "is larger than 16384 pixels a side"),
        ("circle/more/1.png", png(), "is a folder in the folder of a class"),
        ("loose.png", png(), "is not in the folder of a class"),
    ];
    for (name, bytes, problem) in cases {
        let program = damaged_set(write(name, &bytes));
        let refusal = data(&program, &[]).fails_with(1).stderr;
        let file = name.split("/1.png").next().unwrap();
        assert!(refusal.contains(&format!("{file} {problem}")), "{name}: {refusal}");
        assert!(refusal.contains("--skip-bad") && refusal.trim().lines().count() == 1, "{name}: {refusal}");
        let output = data(&program, &["--skip-bad"]).succeeds().complains("warning: skipped 1 file: ");
        output.says("16 training, 4 test rows");
    }
}

#[test]
fn a_run_records_the_number_of_skipped_files() {
    let program = damaged_set(|program| {
        write("circle/0.png", b"")(program);
        write("circle/a.png", b"")(program);
    });
    let train = ["--data", "images:shapes", "--skip-bad", "--epochs", "1", "--name", "run"];
    program
        .run(&train)
        .succeeds()
        .complains("warning: skipped 2 files, the first of which: ")
        .says("12 training, 3 validation, 4 test");
    let record: serde_json::Value = serde_json::from_slice(&program.read("artifacts/run/run.json")).unwrap();
    assert_eq!(record["data"]["skipped_files"], 2);
    program.run(&["inspect", "run"]).succeeds().says("grey, 2 files skipped");
    program.run(&["evaluate", "run"]).succeeds();
}

#[test]
fn the_first_of_several_bad_files_is_reported_whatever_the_threads_do() {
    let program = damaged_set(|program| {
        for name in ["circle/7.png", "square/2.png", "square/9.png"] {
            fs::write(program.path(&format!("shapes/{name}")), b"").unwrap();
        }
    });
    for _ in 0..5 {
        data(&program, &[]).fails_with(1).complains("circle/7.png is empty");
    }
}

#[test]
fn an_error_says_why_a_directory_is_not_a_data_set() {
    let refused = |damage: &dyn Fn(&Program), words: &str| {
        data(&damaged_set(damage), &[]).fails_with(1).complains(words);
    };
    let remove = |program: &Program, name: &str| fs::remove_dir_all(program.path(&format!("shapes/{name}"))).unwrap();
    refused(&|program| remove(program, ""), "cannot read the directory");
    refused(&|program| remove(program, "circle"), "has only one class, square");
    refused(
        &|program| {
            remove(program, "circle");
            remove(program, "square");
        },
        "contains no folders; put the images of each class into a folder",
    );
    let no_images = "empty contains no PNG, JPEG, BMP, GIF, TIFF, WebP or PGM files; remove the folder";
    refused(&|program| fs::create_dir(program.path("shapes/empty")).unwrap(), no_images);
    let other_kind =
        "moving contains no PNG, JPEG, BMP, GIF, TIFF, WebP or PGM files, but for example 1.heic; convert its images";
    refused(&write("moving/1.heic", b"ftyp"), other_kind);
    let split = |program: &Program, test_class: &str| {
        save_classes(program, "shapes/train", &["circle", "square"], 5);
        save_classes(program, "shapes/test", &["circle", test_class], 5);
    };
    refused(&|program| split(program, "square"), "shapes/circle is neither train, val nor test");
    refused(
        &|program| {
            remove(program, "circle");
            remove(program, "square");
            split(program, "triangle");
        },
        "test/triangle is a class without training images",
    );
    refused(
        &|program| {
            for number in 0..10 {
                fs::write(program.path(&format!("shapes/circle/{number}.png")), b"").unwrap();
            }
        },
        "circle/0.png is empty",
    );
    let all_bad = damaged_set(|program| {
        for number in 0..10 {
            fs::write(program.path(&format!("shapes/circle/{number}.png")), b"").unwrap();
        }
    });
    data(&all_bad, &["--skip-bad"]).fails_with(1).complains("has no readable training image of class circle");
}

#[test]
fn a_class_may_be_called_train() {
    let program = Program::new();
    for (class, name) in ["bus", "train"].into_iter().enumerate() {
        (0..5).for_each(|number| {
            save(&colour(class, number, 5, 5), &program.path(&format!("shapes/{name}/{number}.png")))
        });
    }
    data(&program, &[]).succeeds().says("in 2 classes").says("train");
}

#[test]
fn images_that_exceed_the_memory_limit_are_refused() {
    let program = damaged_set(|_| ());
    let refusal = data(&program, &["--set", "images.size=16384x16384"]).fails_with(2);
    refusal.complains("images.size: 20 images of 16384x16384 pixels need more than 4 GiB, the maximum");
}

#[test]
#[cfg(unix)]
fn links_are_followed_and_only_class_names_must_be_unicode() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let program = damaged_set(|program| {
        symlink("../shapes/circle", program.path("shapes/disc")).unwrap();
        symlink("0.png", program.path("shapes/circle/link.png")).unwrap();
        let name = OsStr::from_bytes(b"caf\xe9.png");
        fs::copy(program.path("shapes/circle/0.png"), program.path("shapes/circle").join(name)).unwrap();
    });
    data(&program, &["--set", "images.test_fraction=0"]).succeeds().says("34 training, no test rows").says("disc");
    program.run(&["--data", "images:shapes", "--epochs", "1"]).succeeds();

    let nowhere = damaged_set(|program| symlink("nowhere.png", program.path("shapes/circle/dangling.png")).unwrap());
    data(&nowhere, &[]).fails_with(1).complains("dangling.png is not a file, or is a broken link");
    let around = damaged_set(|program| symlink("..", program.path("shapes/circle/around")).unwrap());
    data(&around, &[]).fails_with(1).complains("around is a folder in the folder of a class");
    let class =
        damaged_set(|program| fs::create_dir(program.path("shapes").join(OsStr::from_bytes(b"caf\xe9"))).unwrap());
    data(&class, &[]).fails_with(1).complains("has a name that is not UTF-8, so it cannot name a class");
}

#[test]
fn hostile_class_names_do_not_reach_the_terminal() {
    if cfg!(windows) {
        return;
    }
    let program = Program::new();
    save_classes(&program, "shapes", &["a\u{1b}[2J", "b\u{202e}"], 5);
    let shown = data(&program, &[]).succeeds().stdout;
    assert!(!shown.contains('\u{1b}') && shown.contains(r"a\u{1b}[2J") && shown.contains(r"b\u{202e}"), "{shown}");
}
