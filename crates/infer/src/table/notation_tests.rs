use super::*;

fn notation(decimal: char, thousands: Option<char>) -> Notation {
    Notation { decimal, thousands, ..Notation::default() }
}

#[test]
fn numbers_are_read_by_their_marks() {
    for (decimal, thousands, text, number) in [
        ('.', None, "1.5", 1.5),
        (',', None, "1,5", 1.5),
        (',', None, "-,5", -0.5),
        (',', None, "1,5e3", 1500.0),
        (',', Some('.'), "1.234,5", 1234.5),
        (',', Some('.'), "1234567", 1_234_567.0),
        ('.', Some(','), "1,234,567.25", 1_234_567.25),
        ('.', Some(','), "12,34,567", 1_234_567.0),
        (',', Some(' '), "1 234,5", 1234.5),
        (',', Some(' '), "1\u{202f}234", 1234.0),
        ('.', Some('\''), "1’234.5", 1234.5),
    ] {
        assert_eq!(notation(decimal, thousands).value(text), Value::Number(number), "{text}");
    }
    for (decimal, thousands, text) in [
        (',', None, "1.5"),
        (',', Some('.'), "1.23"),
        ('.', Some(','), "1,23"),
        ('.', Some(','), "0,123"),
        ('.', Some(','), "1,2345"),
        ('.', Some(','), ",123"),
        ('.', Some(' '), "555 12"),
        (',', None, "1,5,0"),
        (',', None, ","),
    ] {
        assert_eq!(notation(decimal, thousands).value(text), Value::Text, "{text}");
    }
}

#[test]
fn a_text_may_be_a_number_in_several_ways() {
    let marks = |text| -> Vec<(char, Option<char>)> {
        (0..FORMS.len()).filter(|bit| forms(text) & 1 << bit != 0).map(|bit| FORMS[bit]).collect()
    };
    assert_eq!(forms("12"), u8::MAX);
    assert_eq!(forms("abc") + forms("1.2.3") + forms("12 kg") + forms("") + forms("-") + forms("1e"), 0);
    assert_eq!(marks("1,234")[..2], [(',', None), ('.', Some(','))]);
    assert!(marks("1,5").iter().all(|(decimal, _)| *decimal == ','));
    assert_eq!(marks("1.234,5"), [(',', Some('.'))]);
    assert_eq!(marks("1,234,567"), [('.', Some(','))]);
    assert_eq!(marks("1'234"), [('.', Some('\'')), (',', Some('\''))]);
}

#[test]
fn units_are_split_from_their_numbers() {
    for (text, number, unit) in [
        ("12 %", "12", "%"),
        ("3.5kg", "3.5", "kg"),
        ("$1,200.50", "1,200.50", "$"),
        ("-$5", "-5", "$"),
        ("€ .5", ".5", "€"),
        ("5 €", "5", "€"),
        ("USD 12", "12", "USD"),
        ("20 °C", "20", "°C"),
        ("100 km/h", "100", "km/h"),
    ] {
        assert_eq!(split_unit(text), Some((number.to_string(), unit)), "{text}");
    }
    for text in ["A1", "x", "", "Q1 2020 a", "1-2 kg?", "id 5", "12:30 h", "$5 k"] {
        assert!(split_unit(text).is_none_or(|(number, _)| forms(&number) == 0), "{text}");
    }
    let notation = Notation::default();
    let kilograms = Meaning::Unit("kg".to_string());
    assert_eq!(notation.value_in(&kilograms, "3.5 kg"), Value::Number(3.5));
    assert_eq!(notation.value_in(&kilograms, "3.5"), Value::Number(3.5));
    assert_eq!(notation.value_in(&kilograms, "3.5 lb"), Value::Text);
    assert_eq!(notation.value_in(&kilograms, "NA"), Value::Missing);
}

/// The marks of pandas 2.2, `pandas._libs.parsers.STR_NA_VALUES`.
#[test]
fn the_usual_marks_are_those_of_pandas_and_can_be_replaced() {
    let pandas = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ];
    let usual = Notation::default();
    assert!(pandas.iter().all(|mark| usual.value(mark) == Value::Missing));
    assert_eq!(usual.value("#DIV/0!"), Value::Missing);
    assert_eq!((usual.value("nil"), usual.value("?"), usual.value("-")), (Value::Missing, Value::Missing, Value::Text));
    let own = |marks: &[&str]| Notation::with_marks(&marks.iter().map(|mark| mark.to_string()).collect::<Vec<_>>());
    assert_eq!(own(&["auto"]), usual);
    assert_eq!(
        (own(&[]).value("NA"), own(&[]).value(""), own(&[]).value("nan")),
        (Value::Text, Value::Missing, Value::Text)
    );
    let numbered = own(&["-999", "auto"]);
    assert_eq!((numbered.value("-999"), numbered.value("NA")), (Value::Missing, Value::Missing));
    assert_eq!(numbered.value("-999.0"), Value::Missing);
    assert_eq!(numbered.value("-998"), Value::Number(-998.0));
}

#[cfg(feature = "csv")]
#[test]
fn numbers_are_read_in_every_usual_spelling() {
    for (text, number) in
        [("1e-3", 0.001), ("+5", 5.0), ("-0", 0.0), (".5", 0.5), ("5.", 5.0), ("007", 7.0), ("1E5", 100_000.0)]
    {
        assert_eq!(value(text), Value::Number(number), "{text}");
    }
    for text in ["inf", "-Infinity", "1e39", "1e999"] {
        assert_eq!(value(text), Value::TooLarge, "{text}");
    }
    for text in ["1,5", "1 000", "0x10", "1_000", "five", "-"] {
        assert_eq!(value(text), Value::Text, "{text}");
    }
}
