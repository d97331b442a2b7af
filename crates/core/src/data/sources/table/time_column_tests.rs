use super::*;
use burn_mlp_infer::csv::Texts;

/// A column of these texts, one a line.
fn texts(values: &[&str]) -> Column {
    let rows = (0..values.len() as u32).collect();
    Column::Texts(Texts { rows, values: values.iter().map(|value| value.to_string()).collect(), ..Texts::default() })
}

fn read(values: &[&str]) -> Result<Vec<f64>, String> {
    let times = times(&texts(values), "when", DateOrder::Auto, &|row| format!("line {}", row + 2));
    times.map_err(|obstacle| obstacle.problem)
}

// Expected values are from Python 3: datetime(..., tzinfo=...).timestamp().
#[test]
fn dates_and_times_of_day_are_read_in_the_common_forms() {
    for (text, expected) in [
        ("1970-01-01", 0.0),
        ("2024-02-29", 1_709_164_800.0),
        ("1899-12-31", -2_209_075_200.0),
        ("2000/3/1", 951_868_800.0),
        ("2024-01", 1_704_067_200.0),
        ("Jan 2024", 1_704_067_200.0),
        ("2024", 1_704_067_200.0),
        ("20240131", 1_706_659_200.0),
        ("31.1.2024", 1_706_659_200.0),
        ("31/01/2024", 1_706_659_200.0),
        ("1/31/2024", 1_706_659_200.0),
        ("31 Jan 2024", 1_706_659_200.0),
        ("31-JAN-2024", 1_706_659_200.0),
        ("January 31, 2024", 1_706_659_200.0),
        ("2024-01-31T18:30:15.25", 1_706_725_815.25),
        ("2024-01-31 18:30", 1_706_725_800.0),
        ("1/31/2024 6:30 PM", 1_706_725_800.0),
        ("Jan 31, 2024 12:00 am", 1_706_659_200.0),
        ("2024-01-31T18:30:00Z", 1_706_725_800.0),
        ("2024-01-31 18:30:00 UTC", 1_706_725_800.0),
        ("2024-01-31T18:30:00+02:00", 1_706_718_600.0),
        ("2024-01-31 18:30:00-0530", 1_706_745_600.0),
    ] {
        assert_eq!(read(&[text]), Ok(vec![expected]), "{text}");
    }
}

#[test]
fn numbers_are_times() {
    assert_eq!(
        times(&Column::Numbers(vec![3.0, -1.5]), "when", DateOrder::Auto, &|_| String::new()),
        Ok(vec![3.0, -1.5])
    );
}

#[test]
fn the_whole_column_tells_days_from_months() {
    let (first, last) = (1_704_153_600.0, 1_708_041_600.0);
    assert_eq!(read(&["02/01/2024", "16/02/2024"]), Ok(vec![first, last]));
    assert_eq!(read(&["01/02/2024", "02/16/2024"]), Ok(vec![first, last]));
    assert_eq!(read(&["05/05/2024", "06/06/2024"]).map(|times| times.len()), Ok(2));
    let by_month = times(&texts(&["02/01/2024"]), "when", DateOrder::MonthFirst, &|_| String::new());
    assert_eq!(by_month, Ok(vec![1_706_745_600.0]));
    assert_eq!(
        read(&["05/05/2024", "02/01/2024"]).unwrap_err(),
        "line 3, column \"when\": \"02/01/2024\" may begin with the day or with the month, as all dates of the column; \
         say which with --set csv.date_order=day-first or --set csv.date_order=month-first"
    );
}

#[test]
fn texts_that_are_not_dates_are_refused_with_their_line() {
    for text in ["soon", "2024-02-30", "2023-02-29", "2024-13-01", "31.01.24", "10:30", "2024-01-31 25:00", "1-2-3-4"] {
        let message = read(&["2024-01-01", text]).unwrap_err();
        assert!(message.starts_with(&format!("line 3, column \"when\": {text:?} is not a time;")), "{message}");
    }
    let message = read(&["16/02/2024", "02/16/2024"]).unwrap_err();
    assert!(message.contains("is not a time"), "{message}");
}

#[test]
fn times_with_and_without_an_offset_do_not_mix() {
    let message = read(&["2024-01-01T00:00Z", "2024-01-01T00:00"]).unwrap_err();
    assert_eq!(
        message,
        "line 3, column \"when\": \"2024-01-01T00:00\" has no offset from UTC, but \"2024-01-01T00:00Z\" has one; write \
         all times the same way"
    );
}
