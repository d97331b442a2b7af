use super::*;
use crate::table::{BooleanWords, DateOrder};

fn built<'a>(notation: &'a Notation, role: Role, cells: &[Cell]) -> ColumnBuilder<'a> {
    let mut builder = ColumnBuilder::new("x", role, notation);
    cells.iter().for_each(|&cell| builder.push(cell));
    builder
}

fn finished(builder: ColumnBuilder) -> Column {
    let lines = Lines::of_rows((1..=builder.records as u64).collect());
    builder.finish(&lines)
}

#[test]
fn typed_values_and_numbers_in_texts_are_one_column_of_numbers() {
    let cells = [Cell::Number(1.5), Cell::Text(" 2 "), Cell::Missing, Cell::Text("NA"), Cell::Number(f64::NAN)];
    let Column::Numbers(numbers) = finished(built(&Notation::default(), Role::Either, &cells)) else { panic!() };
    assert_eq!(numbers[..2], [1.5, 2.0]);
    assert!(numbers[2..].iter().all(|number| number.is_nan()));
}

#[test]
fn a_text_makes_a_column_of_texts_which_is_read_again() {
    let cells = [Cell::Number(1.0), Cell::Text("?"), Cell::Text("x"), Cell::Number(1.0)];
    let notation = Notation::default();
    assert!(built(&notation, Role::Either, &cells).holds_texts());
    let Column::Texts(texts) = finished(built(&notation, Role::Texts, &cells)) else { panic!() };
    assert_eq!((texts.values, texts.rows), (vec!["1".into(), "x".into()], vec![0, Texts::MISSING, 1, 0]));
    let found = |place: &str, text: &str| Some(Found { place: place.into(), text: text.into() });
    assert_eq!((texts.first_among_numbers, texts.mark), (found("row 3", "x"), found("row 2", "?")));
}

#[test]
fn a_column_of_numbers_refuses_texts_and_infinity() {
    let problem = |cell| built(&Notation::default(), Role::Numbers, &[cell]).problem().unwrap().1;
    assert_eq!(problem(Cell::Text("x")), "\"x\" is not a number, as all others of the column are");
    for cell in [Cell::Number(f64::INFINITY), Cell::Number(1e300), Cell::Text("inf")] {
        assert!(problem(cell).ends_with("is infinite or too large; fix it"), "{cell:?}");
    }
}

#[test]
fn marks_and_the_unit_of_the_column_hold_for_texts_of_every_format() {
    let meanings = [("x".to_string(), Meaning::Unit("%".to_string()))].into();
    let notation = Notation { decimal: ',', meanings, ..Notation::default() };
    let cells = [Cell::Text("1,5 %"), Cell::Number(2.5), Cell::Text("3")];
    assert_eq!(finished(built(&notation, Role::Numbers, &cells)), Column::Numbers(vec![1.5, 2.5, 3.0]));
}

#[test]
fn booleans_and_dates_are_numbers_in_every_format_and_anything_else_is_named() {
    let of = |meaning: Meaning, cells: &[Cell]| {
        let notation = Notation { meanings: [("x".to_string(), meaning)].into(), ..Notation::default() };
        let column = built(&notation, Role::Numbers, cells);
        let problem = column.problem().map(|(_, problem)| problem);
        (finished(column), problem)
    };
    let flags = [Cell::Text("YES"), Cell::Text("false"), Cell::Number(1.0)];
    let boolean = || Meaning::Boolean(BooleanWords::YesNo);
    assert_eq!(of(boolean(), &flags), (Column::Numbers(vec![1.0, 0.0, 1.0]), None));
    let problem = "\"2\" is not yes or no, as all others of the column are";
    assert_eq!(of(boolean(), &[Cell::Number(2.0)]).1.unwrap(), problem);
    let dates = [Cell::Text("1970-01-03"), Cell::Text("3/1/1970 12:00"), Cell::Number(1.5)];
    let date = || Meaning::Date(DateOrder::DayFirst);
    assert_eq!(of(date(), &dates), (Column::Numbers(vec![2.0, 2.5, 1.5]), None));
    let problem = "\"soon\" is not a date, as all others of the column are";
    assert_eq!(of(date(), &[Cell::Text("soon")]).1.unwrap(), problem);
}

#[test]
fn parts_of_a_column_are_one_column() {
    let notation = Notation::default();
    let parts = |role: Role, cells: &[&[Cell]]| {
        let mut parts = cells.iter().map(|cells| built(&notation, role, cells));
        let mut whole = parts.next().unwrap();
        parts.for_each(|part| whole.append(part));
        whole
    };
    let cells: [&[Cell]; 3] =
        [&[Cell::Text("a"), Cell::Text("2")], &[Cell::Text("3")], &[Cell::Text("a"), Cell::Text("b")]];
    assert!(parts(Role::Either, &cells).holds_texts());
    assert_eq!(parts(Role::Numbers, &cells[1..]).problem().unwrap().0, 1);
    let Column::Texts(texts) = finished(parts(Role::Texts, &cells)) else { panic!() };
    assert_eq!((texts.rows, texts.values.join("")), (vec![0, 1, 2, 0, 3], "a23b".to_string()));
    assert_eq!(texts.first_among_numbers.unwrap().place, "row 1");
}
