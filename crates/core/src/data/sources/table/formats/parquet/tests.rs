use burn_mlp_infer::csv::{Column, Role, Table};
use burn_mlp_infer::table::Notation;

use crate::data::sources::table::formats::tests::{either, fixture, open, problem, texts};

#[test]
fn every_parquet_type_is_a_number_or_a_text() {
    let table = open(&fixture("types.parquet")).unwrap();
    let read = table.read(&either(&table), &Notation::with_marks(&[])).unwrap();
    let exact = table.read(&vec![Role::Texts; table.names.len()], &Notation::with_marks(&[])).unwrap();
    let day = "2024-02-29";
    // As pyarrow's to_pylist has them.
    for (name, number, text) in [
        ("int8", -128.0, "-128"),
        ("int16", -32768.0, "-32768"),
        ("int32", -2147483648.0, "-2147483648"),
        ("int64", -9223372036854775808.0, "-9223372036854775808"),
        ("uint8", 255.0, "255"),
        ("uint16", 65535.0, "65535"),
        ("uint32", 4294967295.0, "4294967295"),
        ("uint64", 18446744073709551615.0, "18446744073709551615"),
        ("float16", 1.5, "1.5"),
        ("float32", f64::from(0.1_f32), "0.1"),
        ("float64", 0.1, "0.1"),
        ("bool", f64::NAN, "true"),
        ("text", f64::NAN, "größe"),
        ("decimal4", -12.34, "-12.34"),
        ("decimal18", 1234567890123.4568, "1234567890123.45678"),
        ("decimal38", -1.2345678901234568e27, "-1234567890123456789012345678.9"),
        ("date32", f64::NAN, "1969-12-31"),
        ("time32", f64::NAN, "23:59:58.12"),
        ("time64", f64::NAN, "23:59:58.12"),
        ("timestamp_s", f64::NAN, &format!("{day}T23:59:58")),
        ("timestamp_ms", f64::NAN, &format!("{day}T23:59:58")),
        ("timestamp_us", f64::NAN, &format!("{day}T23:59:58")),
        ("timestamp_ns", f64::NAN, &format!("{day}T23:59:58")),
        ("timestamp_utc", f64::NAN, &format!("{day}T23:59:58.12")),
        ("dictionary", f64::NAN, "a"),
    ] {
        let column = table.names.iter().position(|known| known == name).unwrap();
        match &read.columns[column] {
            Column::Numbers(numbers) => assert!(numbers[0] == number && numbers[1].is_nan(), "{name}: {numbers:?}"),
            _ => assert_eq!((texts(&read, column)[0].as_deref(), number.is_nan()), (Some(text), true), "{name}"),
        }
        assert_eq!(texts(&exact, column), [Some(text.to_string()), None], "{name}");
    }
    let int96 = open(&fixture("int96.parquet")).unwrap();
    assert_eq!(
        texts(&int96.read(&[Role::Either], &Notation::with_marks(&[])).unwrap(), 0)[0].as_deref(),
        Some("2024-02-29T23:59:58")
    );
}

#[test]
fn a_compression_that_is_not_compiled_in_is_named() {
    let message = open(&fixture("brotli.parquet")).err().unwrap().to_string();
    assert!(
        message.contains("is compressed with brotli, which burn-mlp does not read")
            && message.ends_with("write it with compression=\"zstd\""),
        "{message}"
    );
}

#[test]
fn a_nested_column_is_refused_by_name_and_can_be_left_out() {
    let path = fixture("nested.parquet");
    for (column, words) in [
        (0, "column \"list\": holds lists or structures, not single values; leave it out with csv.ignore"),
        (1, "column \"struct\": holds lists or structures"),
        (2, "column \"bytes\": row 1"),
        (3, "column \"fixed\": holds bytes"),
    ] {
        let only = |table: &Table| {
            (0..table.names.len()).map(|at| if at == column { Role::Either } else { Role::LeftOut }).collect()
        };
        let message = problem(&path, only);
        assert!(message.contains(words) || message.contains("not a text in UTF-8"), "{message}");
    }
    let table = open(&path).unwrap();
    let roles: Vec<Role> = (0..6).map(|at| if at < 4 { Role::LeftOut } else { Role::Either }).collect();
    assert_eq!(table.read(&roles, &Notation::with_marks(&[])).unwrap().columns[4], Column::Numbers(vec![1.0, 2.0]));
}
