use std::fs;

use super::*;

/// A directory with empty image files `1.png` to `6.png` in `folder`, and the table `labels.csv`.
fn directory(folder: &str, table: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let images = directory.path().join(folder);
    fs::create_dir_all(&images).unwrap();
    (1..=6).for_each(|number| fs::write(images.join(format!("{number}.png")), "").unwrap());
    fs::write(directory.path().join("labels.csv"), table).unwrap();
    directory
}

fn read(folder: &str, table: &str, target: &str) -> Result<ImageSet> {
    let directory = directory(folder, table);
    let file = labels_beside(directory.path()).unwrap().unwrap();
    assert_eq!(file, directory.path().join("labels.csv"));
    read_labels_file(directory.path(), &file, target)
}

fn refusal(table: &str) -> String {
    read("", table, "").unwrap_err().to_string()
}

fn listed(set: &ImageSet) -> Vec<(String, u32)> {
    let name = |image: &ImageFile| image.path.file_name().unwrap().to_string_lossy().into_owned();
    set.train.iter().map(|image| (name(image), image.class)).collect()
}

#[test]
fn classes_are_read_in_the_order_of_the_table_with_or_without_header_and_endings() {
    let expected = [("3.png".to_string(), 1), ("1.png".to_string(), 0), ("2.png".to_string(), 1)];
    for table in ["filename,label\n3.png,dog\n1.png,cat\n2.png,dog\n", "3;dog\n1;cat\n2;dog\n"] {
        for folder in ["", "images"] {
            let set = read(folder, table, "").unwrap();
            assert_eq!((listed(&set), set.class_names.join(" ")), (expected.to_vec(), "cat dog".to_string()));
            assert!(set.notes.iter().any(|note| note.starts_with("3 images are not in ")), "{:?}", set.notes);
        }
    }
    let path = read("images", "label,path\ncat,images\\1.png\ndog,images/2.png\n", "").unwrap();
    assert_eq!(listed(&path), [("1.png".to_string(), 0), ("2.png".to_string(), 1)]);
}

#[test]
fn one_of_several_columns_is_named_label_or_by_the_target() {
    let table = "id,breed,label,age\n1,pug,dog,3\n2,tabby,cat,4\n";
    assert_eq!(read("", table, "").unwrap().class_names, ["cat", "dog"]);
    assert_eq!(read("", table, "breed").unwrap().class_names, ["pug", "tabby"]);
    assert_eq!(read("", table, "4").unwrap().class_names, ["3", "4"]);
    assert!(read("", table, "size").unwrap_err().to_string().contains("has no column \"size\" with classes"));
    let several = refusal("id,breed,age\n1,pug,3\n2,tabby,4\n");
    assert!(
        several.contains("\"breed\", \"age\"; name one with --target. Images with the labels of several tasks are")
    );
}

#[test]
fn a_column_of_parts_divides_the_images() {
    let table = "file,label,data set\n1.png,a,train\n2.png,b,train\n3.png,a,valid\n4.png,b,test\n5.png,a,test\n";
    let set = read("", table, "").unwrap();
    assert_eq!(
        (set.train.len(), set.valid.map(|valid| valid.len()), set.test.map(|test| test.len())),
        (2, Some(1), Some(2))
    );
    assert!(set.notes.contains(&"column \"data set\" divides the images".to_string()));
}

#[test]
fn what_does_not_fit_is_named_by_its_line() {
    let set = read("", "file,label\n1.png,a\n9.png,b\n2.png,\n1.png,a\n3.png,b\n", "").unwrap();
    let problems: Vec<&str> = set.bad.iter().map(|bad| bad.problem.as_str()).collect();
    assert_eq!(problems[..2], ["line 3: there is no image \"9.png\"", "line 4: has no class"]);
    assert!(problems[2].starts_with("line 5: ") && problems[2].ends_with("1.png is in line 2 already"), "{problems:?}");
    assert!(refusal("file,label\n1.png,a\n1.png,b\n").contains("images with several labels are out of scope"));
    assert!(
        refusal("name,kind\nx,y\nz,w\n")
            .contains("names no image of the folder in its first rows, which have \"x\", \"y\"")
    );
    assert!(refusal("file\n1.png\n2.png\n").contains("has no column with classes besides the file names"));
    assert!(refusal("").contains("is empty"));
}

#[test]
fn a_table_is_only_looked_for_where_images_are_not_in_folders_of_classes() {
    let flat = directory("", "1.png,a\n");
    fs::write(flat.path().join("other.csv"), "").unwrap();
    assert!(labels_beside(flat.path()).unwrap_err().to_string().contains("name one with images.labels"));
    let beside = directory("images", "1.png,a\n");
    assert_eq!(labels_beside(&beside.path().join("images")).unwrap(), Some(beside.path().join("labels.csv")));
    fs::create_dir(beside.path().join("more")).unwrap();
    assert_eq!(labels_beside(beside.path()).unwrap(), None);
}
