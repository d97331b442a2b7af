use super::*;
use crate::{Normalization, Result, test_models};

fn metadata(normalization: Normalization) -> ModelMetadata {
    ModelMetadata { normalization, ..test_models::metadata(2) }
}

fn read_as(normalization: Normalization, text: &str) -> Result<Rows> {
    let mut all = Rows::default();
    read_rows(&metadata(normalization), text.as_bytes(), "rows.csv", 2, &mut |rows| {
        assert!(!rows.lines.is_empty() && rows.lines.len() <= 2);
        all.features.extend(rows.features);
        all.lines.extend(rows.lines);
        if let Some(Truths::Classes(labels)) = rows.truths
            && let Truths::Classes(before) = all.truths.get_or_insert(Truths::Classes(Vec::new()))
        {
            before.extend(labels);
        }
        Ok(())
    })?;
    Ok(all)
}

fn read(text: &str) -> Result<Rows> {
    read_as(Normalization::None, text)
}

fn problem(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn rows_are_read_with_or_without_a_header_and_keep_their_lines() {
    let plain = read("1,2\n-3.5, 4e2\n\n5,6").unwrap();
    assert_eq!(
        plain,
        Rows { features: vec![1.0, 2.0, -3.5, 400.0, 5.0, 6.0], lines: vec![1, 2, 4], ..Rows::default() }
    );
    let headed = read("\u{feff}width,height\r\n1,2\r\n").unwrap();
    assert_eq!(headed, Rows { features: vec![1.0, 2.0], lines: vec![2], ..Rows::default() });
    assert!(read("width,height\n").unwrap_err().to_string().ends_with("has no rows"));
    assert_eq!(read("\"1\";2\n3;4\n").unwrap().features, [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(read("x\ty2\n1\t2\n").unwrap().features, [1.0, 2.0]);
}

#[test]
fn a_header_of_numbers_is_not_a_row() {
    let features = |count: usize, text: &str| {
        let metadata = ModelMetadata { normalization: Normalization::None, ..test_models::metadata(count) };
        let mut lines = Vec::new();
        let read: Result<()> = read_rows(&metadata, text.as_bytes(), "rows.csv", 9, &mut |rows| {
            lines.extend(rows.lines);
            Ok(())
        });
        read.map(|()| lines)
    };
    let numbers = |first: usize| (first..first + 20).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    let row = ["5"; 20].join(",");
    assert_eq!(features(20, &format!("{}\n{row}\n{row}\n", numbers(0))).unwrap(), [2, 3]);
    assert_eq!(features(20, &format!("{row}\n{}\n", numbers(0))).unwrap(), [1, 2]);
    assert_eq!(features(20, &format!("{}\n", numbers(0))).unwrap(), [1]);
    assert_eq!(features(2, "0,1\n1,0\n1,1\n").unwrap(), [1, 2, 3]);
    assert_eq!(features(2, "1,2\n5,3\n").unwrap(), [1, 2]);
    assert_eq!(features(2, "1,2\n5.5,3.5\n").unwrap(), [1, 2]);
}

#[test]
fn rows_in_utf16_are_read_and_other_files_named() {
    let utf16: Vec<u8> = "1,2\n3,4\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let metadata = metadata(Normalization::None);
    let mut read = Rows::default();
    let all: Result<()> = read_rows(&metadata, utf16.as_slice(), "rows.csv", 9, &mut |rows| {
        read = rows;
        Ok(())
    });
    assert_eq!((all, read.features), (Ok(()), vec![1.0, 2.0, 3.0, 4.0]));
    let parquet: Result<()> = read_rows(&metadata, &b"PAR1\x15\0"[..], "rows.csv", 9, &mut |_| Ok(()));
    assert_eq!(parquet.unwrap_err().to_string(), "rows.csv is a Parquet file; save its table as CSV");
}

#[test]
fn a_column_of_classes_that_the_header_names_is_no_feature() {
    assert_eq!(read("label,x,y2\n7,1,2\n").unwrap().features, [1.0, 2.0]);
    let read_labels = read("x,Class,z\n1,b,2\n3,,4\n5,c,6\n").unwrap();
    assert_eq!(read_labels.features, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(read_labels.truths, Some(Truths::Classes(vec![Some(1), None, None])));
    assert!(problem("7,1,2\n").contains("line 1: has 3 values, the model takes 2; a column of targets"));
}

#[test]
fn pixels_are_scaled_by_their_maximum_and_checked() {
    let pixels = Normalization::DivideBy(16.0);
    assert_eq!(read_as(pixels, "0,16\n4,8\n").unwrap().features, [0.0, 1.0, 0.25, 0.5]);
    for (row, words) in [("17,0", "\"17\" is outside the pixels' range from 0 to 16"), ("-1,0", "range")] {
        assert!(read_as(pixels, row).unwrap_err().to_string().contains(words), "{row}");
    }
}

#[test]
fn rows_before_a_damaged_one_are_passed_on_whatever_the_batch() {
    for batch in [1, 2, 3, 10] {
        let mut features = Vec::new();
        let read: Result<()> = read_rows(
            &metadata(Normalization::None),
            &b"1,2\n3,4\n5,6\n7,x\n9,10\n"[..],
            "rows.csv",
            batch,
            &mut |rows| {
                features.extend(rows.features);
                Ok(())
            },
        );
        assert!(read.unwrap_err().to_string().contains("line 4"), "{batch}");
        assert_eq!(features, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "{batch}");
    }
}

#[test]
fn a_damaged_row_is_named_with_its_line_and_column() {
    assert_eq!(problem("a,b\n1,2\n3,x\n"), "rows.csv: line 3: column 2: \"x\" is not a number");
    assert!(problem("1,NaN\n").contains("line 1: column 2: \"NaN\" is not a finite number"));
    assert!(problem("1,2\n3\n").contains("line 2: has 1 value, the model takes 2"));
    assert!(problem("1,\n").contains("column 2: \"\" is not a number"));
    assert_eq!(problem(""), "rows.csv is empty");
}
