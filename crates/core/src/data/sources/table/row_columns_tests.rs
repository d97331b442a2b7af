use super::tests::{load, load_text, problem, twelve, written};
use super::*;
use crate::config::NumberScaling;
use crate::data::Samples;

const NAMES: &str = "x,key,class\n";

/// Twelve rows whose column `key` is `key(row)`.
fn keyed(key: impl Fn(usize) -> String) -> String {
    NAMES.to_string() + &twelve(|row| format!("{row}.5,{}", key(row)))
}

/// The lines of the rows for training, validation and test.
fn lines(data: &Dataset) -> [Vec<u64>; 3] {
    let split = data.split.as_ref().unwrap();
    let of = |samples: &Samples, rows: &[usize]| rows.iter().map(|&row| samples.origin(row).line.unwrap()).collect();
    let test = data.test.as_ref().unwrap();
    let all: Vec<usize> = (0..test.len()).collect();
    [of(&data.train, &split.train), of(&data.train, &split.valid), of(test, &all)]
}

#[test]
fn an_id_is_no_feature_and_goes_with_its_row() {
    let text = keyed(|row| if row == 3 { String::new() } else { format!("00{row}") });
    let data = load_text(&text, |config| config.csv.id = "key".into()).unwrap();
    let table = data.table.as_ref().unwrap();
    assert_eq!((table.feature_names(), table.id.as_deref()), (vec!["x".to_string()], Some("key")));
    for row in 0..data.train.len() {
        let origin = data.train.origin(row);
        let number = origin.line.unwrap() - 2;
        let expected = if number == 3 { String::new() } else { format!("00{number}") };
        assert_eq!(origin.id, Some(expected));
    }
}

#[test]
fn weights_are_no_feature_and_go_with_their_rows() {
    let data = load_text(&keyed(|row| format!("{row}")), |config| config.csv.weight = "key".into()).unwrap();
    assert_eq!(data.table.as_ref().unwrap().feature_names(), ["x"]);
    for (row, weight) in data.train.weights().unwrap().iter().enumerate() {
        assert_eq!(data.train.origin(row).line.unwrap() as f32, weight + 2.0);
    }
    assert_eq!(data.test.unwrap().weights(), None);
    let refusal = |key: &str| {
        let text = keyed(|row| if row == 4 { key.into() } else { "1".into() });
        problem(&text, |config| config.csv.weight = "key".into())
    };
    assert_eq!(refusal("-2"), "t.csv: line 6, column \"key\": the weight -2 is negative; weights are numbers from 0");
    assert_eq!(refusal(""), "t.csv: line 6, column \"key\": the value is missing; every row needs a weight");
    assert!(refusal("heavy").contains("line 6, column \"key\": \"heavy\" is not a number"));
    let message = problem(&keyed(|_| "0".into()), |config| config.csv.weight = "key".into());
    assert_eq!(message, "t.csv: column \"key\": every row that trains has the weight 0; at least one must count");
}

#[test]
fn no_group_is_on_two_sides() {
    let text = keyed(|row| format!("p{}", row / 2));
    for seed in 0..10 {
        let data = load_text(&text, |config| (config.split.group, config.split.seed) = ("key".into(), seed)).unwrap();
        assert_eq!(data.table.as_ref().unwrap().feature_names(), ["x"]);
        let [train, valid, test] = lines(&data);
        assert_eq!((train.len(), valid.len(), test.len()), (8, 2, 2));
        for part in [&train, &valid, &test] {
            assert!(part.iter().all(|line| part.contains(&(((line - 2) ^ 1) + 2))), "{train:?} {valid:?} {test:?}");
        }
    }
}

#[test]
fn groups_that_cannot_be_divided_are_refused() {
    let refusal = |key: fn(usize) -> String| problem(&keyed(key), |config| config.split.group = "key".into());
    let message = refusal(|_| "all".into());
    assert!(
        message.starts_with("csv.test_fraction: no group can test: each one has all rows of some class"),
        "{message}"
    );
    let message = refusal(|row| if row == 4 { "NA".into() } else { format!("p{row}") });
    assert_eq!(message, "t.csv: line 6, column \"key\": the value is missing; every row needs a group");
}

#[test]
fn the_oldest_rows_train_and_the_newest_test() {
    let text = keyed(|row| format!("2024-{:02}-01", 12 - row));
    let data = load_text(&text, |config| config.split.time = "key".into()).unwrap();
    assert_eq!(data.table.as_ref().unwrap().feature_names(), ["x"]);
    assert_eq!(lines(&data), [(6..14).collect::<Vec<u64>>(), vec![4, 5], vec![2, 3]]);
    let tied = keyed(|row| if row < 5 { "2".into() } else { "1".into() });
    let set = |config: &mut RunConfig| {
        (config.split.time, config.split.valid) = ("key".into(), 0.0);
    };
    assert_eq!(lines(&load_text(&tied, set).unwrap())[2], [2, 3, 4, 5, 6]);
    let message = problem(&keyed(|_| "7".into()), |config| config.split.time = "key".into());
    assert!(message.starts_with("csv.test_fraction: all 12 rows have the same time"), "{message}");
    let message = problem(&keyed(|_| "soon".into()), |config| config.split.time = "key".into());
    assert!(message.starts_with("t.csv: line 2, column \"key\": \"soon\" is not a time;"), "{message}");
}

#[test]
fn a_column_has_one_use() {
    let text = keyed(|row| row.to_string());
    for (set, words) in [
        (("class", "", "", ""), "csv.id: \"class\" is the target; name another column"),
        (("", "key", "key", ""), "csv.weight: \"key\" has another use already; name another column"),
        (("", "", "x", "key"), "split.time cannot be used together with split.group; leave one of them out"),
        (("key", "", "", "key"), "csv.id names the column of split.time; name another column"),
        (
            ("", "weight", "", ""),
            "csv.weight: \"weight\" is not a column of t.csv, which has \"x\", \"key\", \"class\"",
        ),
    ] {
        let (id, weight, group, time) = set;
        let message = problem(&text, |config| {
            config.csv.target = "class".into();
            [config.csv.id, config.csv.weight, config.split.group, config.split.time] =
                [id, weight, group, time].map(String::from);
        });
        assert_eq!(message, words);
    }
    let same = load_text(&text, |config| (config.csv.id, config.split.group) = ("key".into(), "key".into())).unwrap();
    assert_eq!(same.train.dimension(), 1);
}

#[test]
fn rows_without_a_class_are_left_out_and_counted_up_to_a_fifth() {
    let with_gaps = |gaps: usize| {
        let rows = |row: usize| format!("{row}.5,k,{}\n", if row < gaps { "NA" } else { ["a", "b"][row % 2] });
        NAMES.to_string() + &(0..20).map(rows).collect::<String>()
    };
    let data = load_text(&with_gaps(4), |_| ()).unwrap();
    assert_eq!(data.train.len() + data.test.as_ref().unwrap().len(), 16);
    assert!(lines(&data).concat().iter().all(|&line| line > 5));
    let note = "4 rows have no value in the target column class, the first in line 2; they are left out; if \"NA\" is a value, \
                set csv.na";
    assert!(data.notes.contains(&note.to_string()), "{:?}", data.notes);
    assert_eq!(
        problem(&with_gaps(5), |_| ()),
        "t.csv: 5 of 20 rows have no value in the target column \"class\", the first in line 2; complete the column, remove the rows, \
         or choose another column with --target; if \"NA\" is a value, set csv.na"
    );
}

#[test]
fn a_validation_file_is_the_validation_set() {
    let (_directory, valid) = written("class,x\nb,100.5\n?,1\na,2\nb,3\na,4\nb,5\n");
    let text = "x,class\n".to_string() + &twelve(|row| format!("{row}.5"));
    let set = |config: &mut RunConfig| {
        (config.csv.valid, config.csv.scaling) = (valid.display().to_string(), NumberScaling::None);
    };
    let data = load_text(&text, set).unwrap();
    let [train, valid_lines, test] = lines(&data);
    assert_eq!((train.len(), valid_lines, test.len()), (10, vec![2, 4, 5, 6, 7], 2));
    let split = data.split.as_ref().unwrap();
    assert_eq!(data.train.select(&split.valid).to_floats(), [100.5, 2.0, 3.0, 4.0, 5.0]);
    assert!(
        data.notes
            .iter()
            .any(|note| note.contains("the row in line 3 has no value in the target column class; it is left out"))
    );
    assert!(data.notes.contains(&"the source has a validation set, so split.valid draws none".to_string()));
    let other = load_text(&text, |config| config.csv.scaling = NumberScaling::None).unwrap();
    assert_ne!(data.hash(), other.hash());
}

/// Loads [`keyed`] rows with a file of its own for the test rows, or the problem with it replaced by `t.csv` and
/// `test.csv`.
fn with_test_file(
    key: impl Fn(usize) -> String,
    test: &str,
    set: impl FnOnce(&mut RunConfig),
) -> std::result::Result<Dataset, String> {
    let (_train, path) = written(&keyed(key));
    let (_test, test) = written(test);
    let loaded = load(&path, |config| {
        config.csv.test = test.display().to_string();
        set(config);
    });
    loaded.map_err(|error| {
        let message = error.to_string();
        message.replace(&test.display().to_string(), "test.csv").replace(&path.display().to_string(), "t.csv")
    })
}

#[test]
fn a_group_may_not_be_in_the_test_file_as_well() {
    let by_group = |config: &mut RunConfig| config.split.group = "key".into();
    let load = |test: &str| with_test_file(|row| format!("p{}", row / 2), test, by_group);
    assert_eq!(
        load("x,key,class\n1,q0,a\n1,p3,b\n1,p1,a\n").unwrap_err(),
        "test.csv: line 3, column \"key\": the group \"p3\" is also in t.csv, line 8, as are 1 more groups; no group may be on \
         two sides: remove its rows from one of the files, or leave out split.group"
    );
    load("class,key,x\na,q0,1\nb,q1,2\n").unwrap();
    let notes = load("x,class\n1,a\n").unwrap().notes;
    let unchecked = "has no column \"key\", so its rows are not checked against those that train";
    assert!(notes.iter().any(|note| note.ends_with(unchecked)), "{notes:?}");
}

#[test]
fn test_rows_older_than_the_newest_row_that_trains_are_counted() {
    let by_time = |config: &mut RunConfig| {
        (config.split.time, config.split.valid) = ("key".into(), 0.25);
    };
    let load = |test: &str| with_test_file(|row| format!("{}.1.2024", 12 + row), test, by_time).unwrap().notes;
    // The last three of twelve days validate.
    let notes = load("x,key,class\n1,1.2.2024,a\n1,19.1.2024,b\n1,20.1.2024,a\n1,1.1.2024,b\n");
    let older = ": 2 of 4 rows are older than the newest row that trains, 20.1.2024 in ";
    assert!(notes.iter().any(|note| note.contains(older)), "{notes:?}");
    let notes = load("x,key,class\n1,1.2.2024,a\n1,2.2.2024,b\n");
    assert!(!notes.iter().any(|note| note.contains("older")), "{notes:?}");
}

#[test]
fn another_spelling_of_a_class_in_a_second_file_is_noted() {
    let text: String =
        "x,class\n".to_string() + &(0..12).map(|row| format!("{row}.5,{}\n", row % 2)).collect::<String>();
    let (_directory, test) = written("x,class\n1,1.0\n2,0\n3,1.0\n");
    let data = load_text(&text, |config| config.csv.test = test.display().to_string()).unwrap();
    assert_eq!(data.test.unwrap().labels(), [1, 0, 1]);
    let note = "column \"class\": 2 values, the first \"1.0\" in line 2, are spelled differently in the training rows; \"1.0\" is \
                read as \"1\"";
    assert!(data.notes.iter().any(|found| found.ends_with(note)), "{:?}", data.notes);
}
