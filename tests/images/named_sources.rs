//! Named sources in the format of MNIST.

use super::support::{Output, Program};

/// Runs `burn-mlp data` with an empty cache.
fn data(program: &Program, arguments: &[&str]) -> Output {
    let cache = program.path("cache");
    let cache = cache.to_str().unwrap();
    program.run_with(&[("XDG_CACHE_HOME", cache), ("HOME", cache)], &[&["data"], arguments].concat())
}

fn idx(shape: &[u32], values: &[u8]) -> Vec<u8> {
    [vec![0, 0, 8, shape.len() as u8], shape.iter().flat_map(|size| size.to_be_bytes()).collect(), values.to_vec()]
        .concat()
}

#[test]
#[cfg(target_os = "linux")]
fn offline_the_error_says_which_files_are_needed() {
    for name in ["fashion-mnist", "kmnist"] {
        let program = Program::new();
        let refusal = data(&program, &[name, "--offline"]).fails_with(1).stderr;
        assert!(refusal.contains(&format!("cache/burn-mlp/{name}: train-images-idx3-ubyte is missing")), "{refusal}");
        assert!(refusal.contains("name it with data.dir"), "{refusal}");
    }
    let refusal = data(&Program::new(), &["emnist-letters"]).fails_with(1).stderr;
    assert!(refusal.contains("cannot be downloaded file by file") && refusal.contains("gzip.zip at "), "{refusal}");
}

#[test]
fn emnist_letters_are_turned_upright_and_named_by_letter() {
    let program = Program::new();
    std::fs::create_dir(program.path("gzip")).unwrap();
    // Like the original except for the pixels: the images are transposed, so their first row
    // becomes the left column.
    for (part, rows) in [("train", 124_800), ("test", 20_800)] {
        let image: Vec<u8> = (0..784).map(|pixel| if pixel < 28 { 255 } else { 0 }).collect();
        let labels: Vec<u8> = (0..rows).map(|row| (row % 26) as u8 + 1).collect();
        let write = |kind: &str, bytes: Vec<u8>| {
            std::fs::write(program.path(&format!("gzip/emnist-letters-{part}-{kind}-ubyte")), bytes).unwrap();
        };
        write("images-idx3", idx(&[rows, 28, 28], &image.repeat(rows as usize)));
        write("labels-idx1", idx(&[rows], &labels));
    }
    let output = data(&program, &["emnist-letters", "--data-dir", ".", "--sheet", "sheet.png"]).succeeds();
    output.says("124,800 training, 20,800 test rows of 784 features in 26 classes");
    assert!(output.stdout.lines().any(|line| line.split_whitespace().take(2).eq(["Z", "4,800"])), "{}", output.stdout);
    let sheet = image::open(program.path("sheet.png")).unwrap().into_luma8();
    // The left column of the last tile, of 56 x 56 pixels before the rim of 4, is white and the
    // right one black.
    let (end, bottom) = (sheet.width() - 4, sheet.height() - 10);
    assert_eq!((sheet.get_pixel(end - 56, bottom).0, sheet.get_pixel(end - 1, bottom).0), ([255], [0]));
}
