use super::*;

const AUTO: DialectOptions = DialectOptions { delimiter: CsvDelimiter::Auto, header: CsvHeader::Auto, target: None };

fn detect(text: &str) -> (char, bool) {
    let dialect = Dialect::of(text.as_bytes(), AUTO, "t.csv").unwrap();
    (char::from(dialect.delimiter), dialect.header)
}

#[test]
fn the_delimiter_splits_all_lines_into_equally_many_columns() {
    assert_eq!(detect("a,b,class\n1,2,x\n3,4,y\n"), (',', true));
    assert_eq!(detect("a;b;class\n1,5;2,5;x\n3,4;4,5;y\n"), (';', true));
    assert_eq!(detect("a\tb, c\tclass\n1\t2\tx\n"), ('\t', true));
    assert_eq!(detect("a|class\n1|x;y,z\n"), ('|', true));
    assert_eq!(detect("a,\"b;c;d\"\n1,2\n"), (',', true));
    // No delimiter splits all lines equally: then the short line is reported.
    assert_eq!(detect("a,b,c\n1,2\n").0, ',');
    assert_eq!(detect("").0, ',');
}

/// The delimiter, the line on which the table begins, and whether it has a header.
fn table(text: &str) -> (char, u64, bool) {
    let dialect = Dialect::of(text.as_bytes(), AUTO, "t.csv").unwrap();
    (char::from(dialect.delimiter), newlines(&text.as_bytes()[..dialect.start]) + 1, dialect.header)
}

#[test]
fn a_delimiter_that_leaves_another_within_values_is_not_it() {
    assert_eq!(table("1,5;3,0;ja\n2,5;1,0;nein\n1,0;2,0;ja\n"), (';', 1, false));
    assert_eq!(table("1,5 3,0 ja\n2,5 1,0 nein\n1,0 2,0 ja\n"), (' ', 1, false));
    assert_eq!(table("day,n\n2020-01-01 12:00,5\n2020-01-02 13:00,6\n"), (',', 1, true));
    assert_eq!(table("name;n\nNew York, NY;5\nAustin, TX;6\n"), (';', 1, true));
    assert_eq!(table("a b y\n0  0  p\n1  10  q\n2  3  p\n"), (' ', 1, true));
    assert_eq!(table("  1.0   2.0 p\n 11.0   2.0 q\n  1.5  12.0 p\n"), (' ', 1, false));
}

#[test]
fn lines_above_the_table_are_not_part_of_it() {
    assert_eq!(table("sep=;\na;b;y\n0;1;p\n2;3;q\n"), (';', 2, true));
    assert_eq!(table("\"sep=|\"\r\na|b\r\n0|p\r\n1|q\r\n"), ('|', 2, true));
    assert_eq!(table("# made by a logger\n# unit: cm\na,b,y\n0,0,p\n1,2,q\n"), (',', 3, true));
    assert_eq!(table("Sales of 2020\n\na,b,y\n0,0,p\n1,2,q\n"), (',', 3, true));
    assert_eq!(table("Sales of 2020,,\n,,\na,b,y\n0,0,p\n1,2,q\n"), (',', 3, true));
    // Names may be a comment, as NumPy writes them; a colour is not a comment.
    assert_eq!(table("# a b y\n0 1 p\n2 3 q\n4 5 p\n"), (' ', 1, true));
    assert_eq!(table("#ff0000,1\n#00ff00,2\n#0000ff,3\n"), (',', 1, false));
}

#[test]
fn delimiters_at_the_end_of_lines_and_unnamed_row_names_are_noted() {
    let dialect = |text: &str| Dialect::of(text.as_bytes(), AUTO, "t.csv").unwrap();
    let trailing = dialect("a,b,y,\n0,0,p,\n1,2,q,\n");
    assert_eq!((trailing.columns, trailing.header), (3, true));
    assert_eq!(trailing.notes, ["the lines end with a delimiter; it makes an empty column, left out"]);
    assert_eq!(dialect("a,b,y\n0,0,p,\n1,2,q,\n").columns, 3);
    // As R's write.table does by default.
    let r = dialect("\"a\" \"b\" \"y\"\n\"1\" 0.5 2.5 \"p\"\n\"2\" 1.5 0.5 \"q\"\n");
    assert_eq!((r.columns, r.row_names, r.header), (4, true, true));
}

#[test]
fn options_override_detection() {
    let options = DialectOptions { delimiter: CsvDelimiter::Pipe, header: CsvHeader::No, target: None };
    let dialect = Dialect::of(b"a,b\n1,2\n", options, "t.csv").unwrap();
    assert_eq!((dialect.delimiter, dialect.header, dialect.notes), (b'|', false, Vec::new()));
}

#[test]
fn a_first_line_that_may_be_either_is_refused_with_both_ways_out() {
    let error = Dialect::of(b"apple,red\npear,green\n", AUTO, "t.csv").unwrap_err().to_string();
    assert_eq!(
        error,
        "t.csv: line 1, \"apple\", \"red\", may be column names or a row; say which with --set \
         csv.header=true or --set csv.header=false"
    );
}

#[test]
fn known_column_names_decide_the_delimiter() {
    assert_eq!(Dialect::with_names(b"b;x,y;a\n1;2;3\n", &["a", "b"]).delimiter, b';');
    assert_eq!(Dialect::with_names(b"a\n1\n", &["a", "b"]).delimiter, b',');
}
