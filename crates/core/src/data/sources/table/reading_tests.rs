//! Tables as people have them: what is read of each, and what is said about it.

use burn_mlp_infer::table::{ColumnKind, TableSchema, class_of};

use super::tests::{load_text, problem, twelve};
use super::*;
use crate::config::{MissingValues, NumberScaling};

fn schema(text: &str, change: impl FnOnce(&mut RunConfig)) -> (TableSchema, Vec<String>) {
    let data = load_text(text, |config| {
        config.csv.scaling = NumberScaling::None;
        change(config);
    });
    let data = data.unwrap();
    (data.table.unwrap(), data.notes)
}

fn features(schema: &TableSchema, text: &str) -> Vec<f32> {
    schema.read_features(text.as_bytes(), "rows.csv").unwrap().features
}

#[test]
fn the_same_table_is_read_in_every_form() {
    let rows = twelve(|row| format!("{row}.5,{}", row * 3 % 7));
    let plain = format!("a,b,class\n{rows}");
    let (expected, _) = schema(&plain, |_| ());
    let blanks = |text: &str| text.replace(',', "   ");
    for text in [
        format!("sep=;\r\n{}", plain.replace(',', ";").replace('\n', "\r\n")),
        format!("# a logger\n# unit: cm\n{plain}"),
        format!("Measured in 2020\n\n{plain}"),
        plain.replace('\n', ",\n"),
        blanks(&plain),
        format!("# {}", blanks(&plain)),
    ] {
        let (read, _) = schema(&text, |_| ());
        assert_eq!(read, expected, "{text}");
    }
    let utf16: Vec<u8> = plain.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(expected.read_features(utf16.as_slice(), "rows.csv").unwrap().features, features(&expected, &plain));
}

#[test]
fn decimal_commas_are_read_and_remembered() {
    let rows = twelve(|row| format!("{row},5;1.{row}00,25")).replace(",a\n", ";a\n").replace(",b\n", ";b\n");
    let rows: String = rows.replace("1.1000", "1.100").replace("1.1100", "1.110");
    let (schema, notes) = schema(&format!("x;y;class\n{rows}"), |_| ());
    assert_eq!((schema.notation.decimal, schema.notation.thousands), (',', Some('.')));
    assert!(
        notes.iter().any(|note| note.starts_with("numbers are read with a decimal comma and points between")),
        "{notes:?}"
    );
    assert_eq!(features(&schema, "x;y\n1,5;2.000\n"), [1.5, 2000.0]);
}

#[test]
fn thousands_are_told_from_decimals_by_the_other_columns() {
    let text = "pop,z,class\n".to_string() + &twelve(|row| format!("\"{},323\",0.{row}", row + 1));
    assert_eq!(features(&schema(&text, |_| ()).0, "pop,z\n\"1,234,567\",0.5\n"), [1_234_567.0, 0.5]);
    let alone = "pop,class\n".to_string() + &twelve(|row| format!("\"{},323\"", row + 1));
    let message = problem(&alone, |_| ());
    assert!(message.contains("csv.decimal=comma or --set csv.thousands=comma"), "{message}");
    let set = |text: &str| crate::config::Layers::new().set(text).resolve().unwrap().csv;
    let read =
        |csv: CsvConfig| schema(&alone, |config| config.csv = CsvConfig { scaling: NumberScaling::None, ..csv }).0;
    assert_eq!(features(&read(set("csv.decimal=comma")), "pop\n\"1,5\"\n"), [1.5]);
    assert_eq!(features(&read(set("csv.thousands=comma")), "pop\n\"1,500\"\n"), [1500.0]);
}

#[test]
fn one_unit_of_a_whole_column_is_left_off() {
    let text = "share,price,class\n".to_string() + &twelve(|row| format!("{row} %,\"$1,{row:0>3}.50\""));
    let (schema, notes) = schema(&text, |_| ());
    assert_eq!(features(&schema, "share,price\n7 %,\"$2,000\"\n8,9\n"), [7.0, 2000.0, 8.0, 9.0]);
    assert!(
        notes.contains(&"column share is read as numbers with the unit \"%\", such as \"0 %\"".to_string()),
        "{notes:?}"
    );
    let error = schema.read_features("share,price\n7 kg,1\n".as_bytes(), "rows.csv").unwrap_err().to_string();
    assert!(error.contains("line 2, column \"share\": \"7 kg\" is not a number"), "{error}");
    let mixed = "w,class\n".to_string() + &twelve(|row| format!("{row} {}", ["kg", "lb"][row % 2]));
    assert!(matches!(self::schema(&mixed, |_| ()).0.columns[0].kind, ColumnKind::OneHot(_)));
}

#[test]
fn marks_of_missing_values_can_be_set_and_a_mark_may_be_a_value() {
    let countries = "land,class\n".to_string() + &twelve(|row| ["NA", "ZA", "BW"][row % 3].to_string());
    let message = problem(&countries, |config| config.csv.missing = MissingValues::Refuse);
    assert!(message.contains("line 2, column \"land\": the value is missing"), "{message}");
    assert!(message.contains("; if \"NA\" is a value, set csv.na; this works"), "{message}");
    let (namibia, _) = schema(&countries, |config| config.csv.na = Vec::new());
    assert_eq!(namibia.feature_names(), ["land=BW", "land=NA", "land=ZA"]);
    assert_eq!(features(&namibia, "land\nNA\n"), [0.0, 1.0, 0.0]);
    let dashes = "x,class\n".to_string() + &twelve(|row| if row == 3 { "-".into() } else { row.to_string() });
    let (_, notes) = schema(&dashes, |_| ());
    assert!(notes.iter().any(|note| note.ends_with("use --set csv.na=auto,-")), "{notes:?}");
    let impute = |config: &mut RunConfig| {
        config.csv.na = vec!["auto".into(), "-".into()];
        config.csv.missing = MissingValues::Impute;
    };
    assert_eq!(schema(&dashes, impute).0.feature_names(), ["x"]);
}

#[test]
fn one_of_two_columns_of_one_name_can_be_left_out() {
    let text = "a,a,class\n".to_string() + &twelve(|row| format!("{row},{}", row * row));
    assert!(problem(&text, |_| ()).contains("columns 1 and 2 are both called \"a\";"));
    let (second, _) = schema(&text, |config| config.csv.ignore = vec!["1".into()]);
    assert_eq!(features(&second, "a,a\n3,9\n"), [9.0]);
    assert_eq!(features(&second, "a\n4\n"), [4.0]);
    assert!(problem(&text, |config| config.csv.ignore = vec!["a".into()]).contains("has no column left as a feature"));
}

#[test]
fn a_setting_may_name_the_one_of_two_columns_that_is_not_left_out() {
    let text = "a,a,x,class\n".to_string() + &twelve(|row| format!("{row},r{row},{row}.5"));
    let (schema, _) = schema(&text, |config| (config.csv.ignore, config.csv.id) = (vec!["1".into()], "a".into()));
    assert_eq!(schema.feature_names(), ["x"]);
    let rows = schema.read_features("a,a,x\n3,r3,9\n".as_bytes(), "rows.csv").unwrap();
    assert_eq!((rows.features, rows.ids), (vec![9.0], Some(vec!["r3".to_string()])));
    let rows = schema.read_features("x,a\n9,r4\n".as_bytes(), "rows.csv").unwrap();
    assert_eq!(rows.ids, Some(vec!["r4".to_string()]));
    let twice = "class,x,class\n".to_string() + &twelve(|row| format!("old,{row}"));
    let set = |config: &mut RunConfig| (config.csv.ignore, config.csv.target) = (vec!["1".into()], "class".into());
    assert_eq!(self::schema(&twice, set).0.classes, ["a", "b"]);
}

#[test]
fn numbers_that_could_have_points_between_thousands_are_noted() {
    let table = |row: &dyn Fn(usize) -> String| "x;class\n".to_string() + &twelve(row).replace(',', ";");
    let (_, notes) = schema(&table(&|row| format!("{}.346", row + 1)), |_| ());
    let note = "numbers such as \"1.346\" are read with a decimal point; if their points are between thousands, use --set \
                csv.thousands=point";
    assert!(notes.iter().any(|text| text == note), "{notes:?}");
    for clear in [&(|row| format!("{row}.346")) as &dyn Fn(usize) -> String, &|row| format!("{}.34", row + 1)] {
        let (_, notes) = schema(&table(clear), |_| ());
        assert!(!notes.iter().any(|text| text.contains("thousands")), "{notes:?}");
    }
}

#[test]
fn texts_that_look_like_numbers_are_noted_with_what_is_odd_about_them() {
    let notes = |row: &dyn Fn(usize) -> String| schema(&("x,class\n".to_string() + &twelve(row)), |_| ()).1;
    let near = |row: usize| if row == 3 { "\u{2212}5".to_string() } else { row.to_string() };
    for (row, note) in [
        (
            &near as &dyn Fn(usize) -> String,
            "column x is text because 1 of its 12 values is not a number: \"\u{2212}5\" in line 5, whose sign is a dash and not \
             the minus sign of a keyboard; write it as the others are written",
        ),
        (
            &|row| format!("({row})"),
            "column x is text: its values, such as \"(0)\", a number in parentheses, are not read as numbers",
        ),
        (
            &|row| format!("{row} {}", ["kg", "lb"][row % 2]),
            "column x is text: its values, such as \"0 kg\", a number with a unit that not all values have, are not read as \
             numbers",
        ),
    ] {
        assert!(notes(row).iter().any(|text| text == note), "{:?}", notes(row));
    }
}

#[test]
fn the_index_of_pandas_is_left_out_unless_a_setting_names_it() {
    let text = "x,class,__index_level_0__\n".to_string() + &twelve(|row| row.to_string()).replace("\n", ",5\n");
    let (schema, notes) = schema(&text, |config| config.csv.missing = MissingValues::Refuse);
    assert_eq!((schema.targets[0].as_str(), schema.feature_names()), ("class", vec!["x".to_string()]));
    assert!(notes.contains(&"column __index_level_0__ is the index of a pandas table; it is left out".to_string()));
    let named = self::schema(&text, |config| config.csv.id = "__index_level_0__".into()).0;
    assert_eq!(named.id.as_deref(), Some("__index_level_0__"));
}

#[test]
fn errors_of_spreadsheets_are_missing_values() {
    let text = "x,class\n".to_string() + &twelve(|row| ["#DIV/0!", "#VALUE!", "1", "2"][row % 4].to_string());
    let message = problem(&text, |config| config.csv.missing = MissingValues::Refuse);
    assert!(message.contains("line 2, column \"x\": the value is missing, as are 5 others in the column"), "{message}");
    let (schema, _) = schema(&text, |config| config.csv.missing = MissingValues::Impute);
    assert_eq!(schema.feature_names(), ["x"]);
}

#[test]
fn labels_are_texts_and_a_later_file_may_write_them_as_numbers() {
    let text: String = (0..24).map(|row| format!("{row},{}\n", ["1", "2", "007", "7"][row % 4])).collect();
    let data = load_text(&format!("x,code\n{text}"), |_| ()).unwrap();
    assert_eq!(data.class_names, ["007", "1", "2", "7"]);
    assert!(
        data.notes.iter().any(|note| note.starts_with("classes \"007\" and \"7\" are the same number")),
        "{:?}",
        data.notes
    );
    let schema = data.table.unwrap();
    assert_eq!(
        ["1.0", "2", "7", "007", "07", "9"].map(|text| class_of(&schema.classes, text)),
        [Some(1), Some(2), Some(3), Some(0), None, None]
    );
}
