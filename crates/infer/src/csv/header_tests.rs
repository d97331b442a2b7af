use proptest::prelude::*;

use super::*;

fn records(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split(',').map(|value| value.trim().to_string()).collect()).collect()
}

/// Whether the first line is names and whether that is obvious; `None` if unclear.
fn judge(text: &str) -> Option<(bool, bool)> {
    match FirstRecord::of(&records(text), None) {
        FirstRecord::Names { obvious } => Some((true, obvious)),
        FirstRecord::Row { obvious } => Some((false, obvious)),
        FirstRecord::Unclear => None,
    }
}

const OBVIOUS_NAMES: Option<(bool, bool)> = Some((true, true));
const OBVIOUS_ROW: Option<(bool, bool)> = Some((false, true));
const NAMES: Option<(bool, bool)> = Some((true, false));

#[test]
fn texts_above_numbers_are_names_and_numbers_above_numbers_a_row() {
    assert_eq!(judge("a,b,class\n1,2,x\n3,4,y"), OBVIOUS_NAMES);
    assert_eq!(judge("5.1,3.5,setosa\n4.9,3.0,setosa"), OBVIOUS_ROW);
    assert_eq!(judge("4,2,1\n0,1,7\n3,3,2"), OBVIOUS_ROW);
    assert_eq!(judge(",a,b\n0,1,x\n1,2,y"), OBVIOUS_NAMES);
    assert_eq!(judge("?,x,w\n1,x,z\n"), OBVIOUS_ROW);
}

#[test]
fn numbers_are_names_if_they_count_or_look_unlike_the_values_below() {
    assert_eq!(judge("0,1,label\n8.4,7.6,yes\n4.2,2.6,no\n5.1,4.0,yes\n7.8,3.0,yes"), NAMES);
    assert_eq!(judge("0,1,2,3,4\n5.1,3.5,1.4,0.2,0\n4.9,3.0,1.4,0.2,1\n6.0,3.1,1.2,0.3,0"), NAMES);
    assert_eq!(judge("country,1990,1991,1992\nFrance,1.5,2.5,9\nSpain,2.5,3.5,8\nItaly,0.5,4,7"), NAMES);
    assert_eq!(judge("2001,2002,class\n17,28,a\n91,42,b\n30,77,a\n5,6,b"), NAMES);
    let pixels: Vec<String> = (0..784).map(|pixel| pixel.to_string()).collect();
    let row = vec!["0"; 784];
    assert_eq!(judge(&format!("{}\n{}", pixels.join(","), row.join(","))), NAMES);
    assert_eq!(judge(",16.5,16.75,17.25\n71,0,0,3\n70,0,11,9\n69,4,5,6\n71,4,5,6"), NAMES);
    assert_eq!(judge("1,2\n5,3"), None);
    assert_eq!(judge("0.1,0.5\n0.9,0.2"), OBVIOUS_ROW);
    // Rows that count, and years in a column of years, are rows.
    assert_eq!(judge("0,1,2,3\n4,5,6,7\n8,9,10,11"), OBVIOUS_ROW);
    assert_eq!(judge("2001,5.1,x\n2002,4.1,y\n2003,3.1,x\n2004,1.1,y"), OBVIOUS_ROW);
}

#[test]
fn a_name_may_be_a_mark_of_a_missing_value_or_occur_below() {
    assert_eq!(judge("RI,Na,Mg,type\n1.51,13.6,4.4,1\n1.52,13.9,3.6,2\n1.53,13.5,3.5,1"), OBVIOUS_NAMES);
    assert_eq!(judge("NA,13.6,4.4\n1.52,13.9,3.6\n1.53,13.5,3.5"), OBVIOUS_ROW);
    assert_eq!(judge("age,sex,yes\n4,sex,yes\n5,m,no\n6,m,no"), NAMES);
    assert_eq!(judge("age,weight,yes\n4,50,yes\n5,61,no\n6,72,no"), NAMES);
}

#[test]
fn tables_of_texts_are_judged_by_what_recurs() {
    // The first of UCI's mushrooms, without and with names.
    assert_eq!(judge("p,x,s\ne,x,s\ne,b,s\np,b,y"), OBVIOUS_ROW);
    assert_eq!(judge("class,cap,surface\np,x,s\ne,x,s\ne,b,s"), OBVIOUS_NAMES);
    assert_eq!(judge("text,label\ngood film,pos\nbad film,neg\nfine,pos\npoor,neg"), OBVIOUS_NAMES);
    assert_eq!(judge("good film,pos\nbad film,neg\nfine,pos\npoor,neg"), OBVIOUS_ROW);
    assert_eq!(judge("2020-01-31,a1\n2020-02-28,b1\n2020-03-31,a1"), OBVIOUS_ROW);
    assert_eq!(judge("day,code\n2020-01-31,a1\n2020-02-28,b1\n2020-03-31,a1"), OBVIOUS_NAMES);
    assert_eq!(judge("apple,red\npear,green"), None);
}

#[test]
fn names_that_look_like_the_codes_below_are_names_beside_a_name_above_numbers_or_if_they_count() {
    // The German credit table: f1 to f20 above codes such as A14.
    assert_eq!(judge("f1,f2,f3,f4,target\nA14,13,A32,A43,1\nA13,12,A34,A40,2\nA11,9,A32,A43,1"), NAMES);
    assert_eq!(judge("f1,f2,f3\nA14,A32,A43\nA13,A34,A40\nA11,A32,A43"), NAMES);
    assert_eq!(judge("x9,b2,c7,age\nA1,B3,C2,41\nA2,B1,C1,17\nA1,B2,C4,30"), None);
    assert_eq!(judge("A14,A32,A43\nA13,A34,A40\nA11,A32,A43"), OBVIOUS_ROW);
}

#[test]
fn a_single_line_is_names_without_numbers() {
    assert_eq!(judge("a,b"), OBVIOUS_NAMES);
    assert_eq!(judge("0,1"), OBVIOUS_ROW);
    assert_eq!(FirstRecord::of(&[], None), FirstRecord::Names { obvious: true });
}

#[test]
fn a_target_that_is_named_is_a_name() {
    let records = records("apple,red\npear,green");
    assert_eq!(FirstRecord::of(&records, Some("red")).is_header(), Some(true));
}

proptest! {
    #[test]
    fn rows_of_decimals_never_lose_their_first(rows in prop::collection::vec(prop::array::uniform3(0.0..1.0f64), 2..20)) {
        let lines: Vec<String> = rows.iter().map(|[a, b, c]| format!("{a:.4},{b:.4},{c:.4}")).collect();
        prop_assert_eq!(judge(&lines.join("\n")).map(|(names, _)| names), Some(false));
    }
}
