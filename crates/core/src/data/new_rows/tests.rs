use std::fs;

use burn_mlp_infer::table::{Numbers, Scaling};
use burn_mlp_infer::{Activation, Architecture, Dropout, ImageShape, Normalization};
use image::{GrayImage, Luma};
use tempfile::TempDir;

use super::*;
use crate::config::DataConfig;
use crate::data::{ColumnKind, TableColumn};

fn metadata(features: usize, classes: &[&str]) -> ModelMetadata {
    let dropout = Dropout::Rate(0.0);
    let model = Architecture { hidden: vec![3], activation: Activation::Relu, batch_norm: false, dropout, members: 1 };
    let class_names = classes.iter().map(|class| class.to_string()).collect();
    ModelMetadata::new(model, features, burn_mlp_infer::Task::Classification { class_names })
}

fn table_model() -> ModelMetadata {
    let kind = ColumnKind::Numeric(Numbers::new(Scaling::Standard { mean: 1.0, deviation: 2.0 }, (0.0, 9.0)));
    let table = TableSchema {
        targets: vec!["kind".into()],
        classes: vec!["a".into(), "b".into()],
        header: true,
        width: 2,
        id: None,
        notation: Default::default(),
        occurrences: Default::default(),
        embedding_size: 0,
        other_encodings: Vec::new(),
        columns: vec![TableColumn { name: "x".into(), kind }],
    };
    ModelMetadata { table: Some(table), ..metadata(1, &["a", "b"]) }
}

fn with_source(source: String) -> RunConfig {
    let data = DataConfig { source, ..RunConfig::default().data };
    RunConfig { data, ..RunConfig::default() }
}

fn read(source: String, metadata: &ModelMetadata) -> Result<NewRows> {
    NewRows::read(&with_source(source), metadata, &mut |_| {})
}

fn read_table(text: &str, metadata: &ModelMetadata) -> Result<NewRows> {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("t.csv");
    fs::write(&path, text).unwrap();
    read(format!("csv:{}", path.display()), metadata)
}

#[test]
fn a_table_is_encoded_like_the_training_rows_and_rows_without_a_class_are_left_out() {
    let rows = read_table("kind;x\nb;3\n;5\na;900\na;1\na;1\na;1\n", &table_model()).unwrap();
    assert_eq!(
        (rows.samples.labels(), rows.samples.to_floats()),
        (&[1, 0, 0, 0, 0][..], vec![1.0, 449.5, 0.0, 0.0, 0.0])
    );
    assert!(
        rows.notes[0].contains("the row in line 3 has no value in the target column kind; it is left out"),
        "{:?}",
        rows.notes
    );
    assert!(rows.warnings[0].to_string().starts_with("column \"x\": 900 in line 4 lies far outside"));
}

#[test]
fn a_model_of_a_table_without_names_takes_files_with_and_without_them() {
    let mut model = table_model();
    let schema = model.table.as_mut().unwrap();
    (schema.header, schema.targets, schema.columns[0].name) = (false, vec!["2".into()], "1".into());
    let rows = ["3,b\n1,a\n", "x,kind\n3,b\n1,a\n"].map(|text| read_table(text, &model).unwrap().samples);
    assert_eq!((rows[0].labels(), rows[0].to_floats()), (&[1, 0][..], vec![1.0, 0.0]));
    assert_eq!((rows[1].labels(), rows[1].to_floats()), (&[1, 0][..], vec![1.0, 0.0]));
}

#[test]
fn a_table_without_usable_classes_is_refused() {
    for (text, problem) in [
        ("x\n1\n", "has no column \"kind\" with the classes"),
        ("x,kind\n1,a\n2,c\n3,c\n", "line 3, column \"kind\": \"c\" is not a class of the training rows"),
        ("x,kind\n1,\n", "1 of 1 rows have no value in the target column \"kind\""),
        ("x,kind\nz,a\n", "line 2, column \"x\": \"z\" is not a number"),
    ] {
        let message = read_table(text, &table_model()).unwrap_err().to_string();
        assert!(message.contains(problem), "{message}");
    }
    assert!(read("digits".into(), &table_model()).unwrap_err().to_string().contains("name a table"));
}

#[test]
fn rows_of_pixels_have_their_classes_in_a_named_column() {
    let pixels = ModelMetadata { normalization: Normalization::DivideBy(16.0), ..metadata(2, &["3", "8"]) };
    let rows = read_table("label,p0,p1\n8,0,16\n3.0,8,0\n", &pixels).unwrap();
    assert_eq!((rows.samples.labels(), rows.samples.to_floats()), (&[1, 0][..], vec![0.0, 1.0, 0.5, 0.0]));
    assert!(read_table("label,p0,p1\n9,0,16\n", &pixels).unwrap_err().to_string().contains("not a class of the model"));
}

/// A model of grey images of 2x1 pixels of cats and dogs.
fn image_model() -> ModelMetadata {
    ModelMetadata {
        image_shape: Some(ImageShape::grey(1, 2)),
        normalization: Normalization::DivideBy(255.0),
        ..metadata(2, &["cat", "dog"])
    }
}

/// A directory with pictures of one grey.
struct Pictures(TempDir);

impl Pictures {
    fn of(pictures: &[(&str, u8)]) -> Self {
        let directory = Self(TempDir::new().unwrap());
        pictures.iter().for_each(|(path, grey)| directory.add(path, *grey));
        directory
    }

    fn add(&self, path: &str, grey: u8) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        GrayImage::from_pixel(2, 1, Luma([grey])).save(path).unwrap();
    }

    fn read(&self) -> Result<NewRows> {
        self.read_for(&image_model())
    }

    fn read_for(&self, metadata: &ModelMetadata) -> Result<NewRows> {
        read(format!("images:{}", self.0.path().display()), metadata)
    }

    fn problem(&self) -> String {
        self.read().unwrap_err().to_string()
    }
}

#[test]
fn folders_of_images_have_the_classes_that_they_are_named_after() {
    let pictures = Pictures::of(&[("dog/1.png", 255), ("__MACOSX/1.png", 0), ("dog/.hidden.png", 0)]);
    let rows = pictures.read().unwrap();
    assert_eq!((rows.samples.labels(), rows.samples.to_floats()), (&[1][..], vec![1.0, 1.0]));
    assert!(rows.samples.origin(0).file.unwrap().ends_with("1.png"));
    pictures.add("hen/1.png", 0);
    assert!(pictures.problem().contains("is of class \"hen\", which is not one of the model's, \"cat\", \"dog\""));
}

#[test]
fn of_folders_for_training_and_testing_the_test_images_judge() {
    let pictures = Pictures::of(&[("Train/dog/1.png", 9), ("Train/cat/1.png", 9), ("test_set/cat/1.png", 0)]);
    let rows = pictures.read().unwrap();
    assert_eq!(rows.samples.labels(), [0]);
    assert!(rows.notes[0].starts_with("only ") && rows.notes[0].ends_with("test_set is read"), "{:?}", rows.notes);
    let no_test = Pictures::of(&[("train/dog/1.png", 9), ("val/dog/1.png", 9)]).problem();
    assert!(no_test.contains("has no folder of test images; name the folder to evaluate on, such as"), "{no_test}");
}

#[test]
fn a_table_beside_the_images_names_their_classes() {
    let pictures = Pictures::of(&[("images/1.png", 255), ("images/2.png", 0), ("images/3.png", 0)]);
    let labels = |text: &str| fs::write(pictures.0.path().join("labels.csv"), text).unwrap();
    labels("file,label\n2,dog\n1.png,cat\n");
    let rows = pictures.read().unwrap();
    assert_eq!((rows.samples.labels(), rows.samples.to_floats()), (&[1, 0][..], vec![0.0, 0.0, 1.0, 1.0]));
    labels("file,label,part\n1,dog,train\n2,cat,test\n3,cat,train\n");
    let rows = pictures.read().unwrap();
    assert_eq!(rows.samples.labels(), [0]);
    assert!(rows.notes.contains(&"only the test images are read".to_string()), "{:?}", rows.notes);
    labels("file,label\n1,dog\n2,cow\n");
    assert!(pictures.problem().contains("is of class \"cow\", which is not one of the model's"));
}

#[test]
fn images_without_classes_get_a_hint() {
    let flat = Pictures::of(&[("1.png", 0)]).problem();
    assert!(flat.contains("or add a table labels.csv of the file names and their classes"), "{flat}");
    let phone = Pictures::of(&[("dog/1.png", 0)]);
    fs::create_dir(phone.0.path().join("cat")).unwrap();
    fs::write(phone.0.path().join("cat/IMG_1.HEIC"), "").unwrap();
    let problem = phone.problem();
    assert!(problem.contains("files, but for example IMG_1.HEIC; convert its images, for example to PNG"), "{problem}");
}

#[test]
fn images_of_another_range_than_the_training_images_are_warned_of() {
    let max_values = burn_mlp_infer::MaxValues { bits_16: 172.0, ..Default::default() };
    let model = ModelMetadata { max_values, normalization: Normalization::ScaleBy(172.0), ..image_model() };
    let rows = Pictures::of(&[("cat/1.png", 0), ("dog/1.png", 9)]).read_for(&model).unwrap();
    assert_eq!(
        rows.warnings[0].to_string(),
        "2 images have 8 bits a channel, but the training images have more; values were divided by 255"
    );
}

/// An IDX file.
fn idx(kind: u8, shape: &[u32], values: &[u8]) -> Vec<u8> {
    let sizes = shape.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, kind, shape.len() as u8].into_iter().chain(sizes).chain(values.iter().copied()).collect()
}

#[test]
fn idx_rows_are_scaled_as_the_training_rows_were() {
    let directory = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(directory.path().join(name), bytes).unwrap();
    let model = ModelMetadata { normalization: Normalization::ScaleBy(800.0), ..image_model() };
    let task = burn_mlp_infer::Task::Classification { class_names: vec!["3".into(), "5".into()] };
    let model = ModelMetadata { task, ..model };
    let source = format!("idx:{}", directory.path().display());
    // 16-bit values 100, 200, 400 and 0 in two images.
    write("t10k-images.idx", &idx(0x0b, &[2, 1, 2], &[0, 100, 0, 200, 1, 144, 0, 0]));
    write("t10k-labels.idx", &idx(0x08, &[2], &[5, 3]));
    let rows = read(source.clone(), &model).unwrap();
    assert_eq!((rows.samples.labels(), rows.samples.to_floats()), (&[1, 0][..], vec![0.125, 0.25, 0.5, 0.0]));
    write("t10k-labels.idx", &idx(0x08, &[2], &[5, 4]));
    let problem = read(source, &model).unwrap_err().to_string();
    assert!(problem.contains("\"4\" in row 2 is not a class of the model, which knows \"3\", \"5\""), "{problem}");
}

const ARRAYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/tables");

#[test]
fn arrays_judge_a_model_of_images() {
    // keras.npz has test images of numpy's uint8.
    let data = sources::load(&with_source(format!("npz:{ARRAYS}/keras.npz")), &mut |_| {}).unwrap();
    let shape = data.image_shape;
    let names: Vec<&str> = data.class_names.iter().map(String::as_str).collect();
    let normalization = Normalization::DivideBy(255.0);
    let model = ModelMetadata { image_shape: shape, normalization, ..metadata(data.train.dimension(), &names) };
    let rows = read(format!("npz:{ARRAYS}/keras.npz"), &model).unwrap();
    let test = data.test.unwrap();
    assert_eq!((rows.samples.labels(), rows.samples.to_floats()), (test.labels(), test.to_floats()));
    assert_eq!(rows.notes, ["only the test rows are read"]);
    let smaller = ModelMetadata { image_shape: None, ..metadata(3, &names) };
    let problem = read(format!("npz:{ARRAYS}/keras.npz"), &smaller).unwrap_err().to_string();
    assert!(problem.contains("; the model takes rows of 3 features"), "{problem}");
}

#[test]
fn arrays_judge_a_model_of_a_table_without_names() {
    let source = format!("npy:{ARRAYS}/x.npy,{ARRAYS}/y.npy");
    let mut config = with_source(source.clone());
    (config.csv.test_fraction, config.split.valid) = (0.0, 0.0);
    let data = sources::load(&config, &mut |_| {}).unwrap();
    let names: Vec<&str> = data.class_names.iter().map(String::as_str).collect();
    let model = ModelMetadata { table: data.table.clone(), ..metadata(data.train.dimension(), &names) };
    let rows = read(source.clone(), &model).unwrap();
    assert_eq!((rows.samples.labels(), rows.samples.to_floats()), (data.train.labels(), data.train.to_floats()));
    let problem = read(source, &table_model()).unwrap_err().to_string();
    assert!(problem.contains("has no names of columns, but the model was trained on columns with names"), "{problem}");
}

#[test]
fn a_whole_data_set_gives_its_test_rows() {
    let names: Vec<String> = (0..10).map(|class| class.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let model = ModelMetadata { image_shape: Some(ImageShape::grey(8, 8)), ..metadata(64, &names) };
    assert_eq!(read("digits".into(), &model).unwrap().samples.len(), 359);
    let of_other_size = ModelMetadata { image_shape: None, ..metadata(63, &names) };
    assert!(read("digits".into(), &of_other_size).unwrap_err().to_string().contains("the model takes 63"));
}
