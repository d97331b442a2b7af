use proptest::prelude::*;

use super::*;

#[derive(serde::Deserialize)]
struct Body {
    features: Vec<Vec<f32>>,
}

#[test]
fn plain_bodies_are_read() {
    let read = |body: &str| plain_rows(body.as_bytes(), 2, 2);
    assert_eq!(read("{\"features\":[[0,17],[0.5,-3.25]]}"), Some(vec![0.0, 17.0, 0.5, -3.25]));
    assert_eq!(read(" { \"features\" : [ [ 0 , 1.0 ] ] }\r\n"), Some(vec![0.0, 1.0]));
    let zeros = |separator: &str, last: &str| {
        let row = [&["0"; 9][..], &["7", "0", "0", "0", "0", last]].concat().join(separator);
        plain_rows(format!("{{\"features\":[[{row}],[{row}]]}}").as_bytes(), 15, 2)
    };
    let row = [[0.0; 9].as_slice(), &[7.0], &[0.0; 5]].concat();
    for separator in [",", ", ", ",  "] {
        assert_eq!(zeros(separator, "0"), Some([row.clone(), row.clone()].concat()), "{separator:?}");
        assert_eq!(zeros(separator, "0,0"), None, "{separator:?}");
    }
}

#[test]
fn short_numbers_are_those_of_digits_before_a_comma() {
    let bytes = [b',', b'0', b'1', b'7', b'9', b'.', b'/', b':', b' ', b'-', b'e', 0, 0xb0, 0xff];
    let reference = |text: &[u8; 4]| {
        let length = text.iter().position(|byte| *byte == b',')?;
        let digits = std::str::from_utf8(&text[..length]).ok()?;
        let canonical = digits.parse::<u16>().ok().filter(|value| value.to_string() == digits);
        canonical.map(|value| (value, length))
    };
    for index in 0..bytes.len().pow(4) {
        let text = [0, 1, 2, 3].map(|place| bytes[index / bytes.len().pow(place) % bytes.len()]);
        assert_eq!(short_number(text), reference(&text), "{text:?}");
    }
}

#[test]
fn what_is_not_plain_or_wrong_is_left_to_the_general_parser() {
    for rows in [
        "[[1,2],[1,2],[1,2]]",
        "[[1]]",
        "[[1,2,3]]",
        "[[1,2],]",
        "[[1,2e3]]",
        "[[1,01]]",
        "[[1,.5]]",
        "[[1,5.]]",
        "[[01,2]]",
        "[[012,2]]",
        "[[1:,2]]",
        "[[1,+5]]",
        "[[1,1.2.3]]",
        "[[1,--5]]",
        "[[1,null]]",
        "[]",
        "[[]]",
        "[[1,1234567890123456]]",
        "[1,2]",
        "[[1,2]",
        "",
    ] {
        assert_eq!(plain_rows(format!("{{\"features\":{rows}}}").as_bytes(), 2, 2), None, "{rows}");
    }
    for body in ["", "{", "{\"features\":[[1,2]]} x", "{\"features\":[[1,2]]", "{\"rows\":[[1,2]]}", "[[1,2]]"] {
        assert_eq!(plain_rows(body.as_bytes(), 2, 2), None, "{body}");
    }
}

/// A body as programs write them, mostly zeros, with the features of a row.
fn usual_body() -> impl Strategy<Value = (usize, String)> {
    let number = prop_oneof![
        4 => Just("0".to_string()),
        3 => (0..=255_u8).prop_map(|pixel| pixel.to_string()),
        2 => (-1_000_000..1_000_000_i32, 1..1000_i32).prop_map(|(of, by)| format!("{:.4}", f64::from(of) / f64::from(by))),
        1 => (0..=255_u8).prop_map(|pixel| format!("{pixel}.0")),
    ];
    let separators = ["", " ", "\n  "].map(|space| format!(",{space}"));
    let rows =
        (1..40_usize).prop_flat_map(move |d| prop::collection::vec(prop::collection::vec(number.clone(), d), 1..4));
    (rows, prop::sample::select(separators.to_vec())).prop_map(|(rows, separator)| {
        let texts: Vec<String> = rows.iter().map(|row| format!("[{}]", row.join(&separator))).collect();
        (rows[0].len(), format!("{{\"features\":[{}]}}", texts.join(&separator)))
    })
}

proptest! {
    #[test]
    fn usual_bodies_are_read_as_by_the_general_parser((d, body) in usual_body()) {
        let general: Body = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(plain_rows(body.as_bytes(), d, 3), Some(general.features.concat()));
    }

    #[test]
    fn damaged_bodies_are_read_as_by_the_general_parser_or_left_to_it(
        (d, body) in usual_body(),
        place in any::<prop::sample::Index>(),
        damage in prop::collection::vec(prop::sample::select(b"[]{},.:\"-+0123456789eE \n\0\xff".to_vec()), 0..3),
        removed in 0..3_usize,
    ) {
        let mut body = body.into_bytes();
        let start = place.index(body.len());
        body.splice(start..body.len().min(start + removed), damage);
        if let Some(values) = plain_rows(&body, d, 3) {
            let general: Body = serde_json::from_slice(&body).unwrap();
            prop_assert!(general.features.iter().all(|row| row.len() == d) && general.features.len() <= 3);
            prop_assert_eq!(values, general.features.concat());
        }
    }

    #[test]
    fn numbers_are_those_of_the_general_parser(text in "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,9})?", space in "[ \n]?") {
        let body = format!("{{\"features\":[[{space}{text}{space}]]}}");
        let general: Body = serde_json::from_str(&body).unwrap();
        if let Some(values) = plain_rows(body.as_bytes(), 1, 1) {
            prop_assert_eq!(values, general.features.concat());
        } else {
            prop_assert!(text.len() > 15);
        }
    }

    #[test]
    fn no_bytes_are_read_otherwise_than_by_the_general_parser(text in "[\\[\\],.0-9e \\-]{0,12}") {
        let body = format!("{{\"features\":[[{text}]]}}");
        if let Some(values) = plain_rows(body.as_bytes(), 2, 3) {
            prop_assert_eq!(values, serde_json::from_str::<Body>(&body).unwrap().features.concat());
        }
    }
}
