use super::tests::{load_text, problem};
use crate::config::Layers;

/// Rows of a date, a number and a target; each column from the row's number.
fn table(names: &str, row: impl Fn(usize) -> String) -> String {
    names.to_string() + "\n" + &(0..40).map(|number| row(number) + "\n").collect::<String>()
}

/// The settings of the command at the end of a refusal.
fn settings_of(message: &str) -> Vec<String> {
    let (_, command) = message.split_once("this works, with your other options: burn-mlp --data csv:t.csv").unwrap();
    command.split(" --set ").skip(1).map(|word| word.trim_matches('\'').to_string()).collect()
}

/// Asserts that the table is refused for `problems`, and is read with the settings of the command at the end, which are
/// `expected` after those `set` before.
fn assert_cured(text: &str, set: &[&str], problems: &[&str], expected: &[&str]) {
    let resolved = |settings: &[String]| {
        settings
            .iter()
            .fold(Layers::new().set("data.source=csv:t.csv"), |layers, setting| layers.set(setting))
            .resolve()
            .unwrap()
    };
    let set: Vec<String> = set.iter().map(|setting| setting.to_string()).collect();
    let message = problem(text, |config| *config = resolved(&set));
    problems.iter().for_each(|words| assert!(message.contains(words), "{words}: {message}"));
    let mut settings = settings_of(&message);
    assert!(load_text(text, |config| *config = resolved(&settings)).is_ok(), "{message}");
    settings.sort();
    let mut expected: Vec<String> = expected.iter().map(|setting| setting.to_string()).collect();
    expected.sort();
    assert_eq!(settings, expected, "{message}");
}

#[test]
fn a_single_obstacle_ends_with_the_command_that_works() {
    let slashes = |row: usize| format!("{:02}/{:02}/2024", 1 + row % 12, 1 + row / 12 % 12);
    let dates = table("day,x,y", |row| format!("{},{row}.5,{}", slashes(row), ["a", "b"][row % 2]));
    let order = "may begin with the day or with the month";
    assert_cured(
        &dates,
        &[],
        &[&format!("t.csv: line 3, column \"day\": \"02/01/2024\" {order}")],
        &["csv.date_order=day-first"],
    );
    let kept = ["csv.na=auto,none", "split.valid=0.3"];
    assert_cured(&dates, &kept, &[order], &[kept[0], kept[1], "csv.date_order=day-first"]);
    let by_time = ["split.time=day"];
    assert_cured(&dates, &by_time, &[order], &[by_time[0], "csv.date_order=day-first"]);
    let two = table("class,x,label", |row| format!("{},{row}.5,{}", ["a", "b"][row % 2], row % 4));
    assert_cured(&two, &[], &["csv.target may be \"class\" as well as \"label\""], &["csv.target=class"]);
    let thousands = table("pop,y", |row| format!("\"{},323\",{}", row + 1, ["a", "b"][row % 2]));
    assert_cured(&thousands, &[], &["a decimal comma or with a comma between thousands"], &["csv.thousands=comma"]);
    let notations = table("a,b,y", |row| format!("\"{row},51\",{row}.52,{}", ["a", "b"][row % 2]));
    assert_cured(&notations, &[], &["write all numbers the same way"], &["csv.ignore=2"]);
    let prices = table("x,price", |row| format!("{row}.5,{row}.25"));
    let task = ["data.task=classification"];
    assert_cured(&prices, &task, &["has 40 different values in 40 rows"], &["data.task=regression"]);
}

#[test]
fn each_ambiguous_column_is_an_obstacle_of_its_own() {
    let date = |row: usize| format!("{:02}/{:02}/2024", 1 + row % 12, 1 + row / 12 % 12);
    let text = table("sent,got,y", |row| format!("{},{},{}", date(row), date(row + 1), ["a", "b"][row % 2]));
    let problems = ["1. line 3, column \"sent\": \"02/01/2024\" may", "2. line 2, column \"got\": \"02/01/2024\" may"];
    assert_cured(&text, &[], &problems, &["csv.date_order=day-first"]);
}

#[test]
fn a_refusal_of_many_obstacles_still_ends_with_the_whole_command() {
    let names: Vec<String> = (0..25).map(|column| format!("day{column}")).collect();
    let dates = |row: usize| vec![format!("{:02}/{:02}/2024", 1 + row % 12, 1 + row / 12 % 12); 25].join(",");
    let text =
        table(&format!("{},x,y", names.join(",")), |row| format!("{},{row}.5,{}", dates(row), ["a", "b"][row % 2]));
    assert_cured(&text, &[], &["1. line 3, column \"day0\"", " more; this works, with"], &["csv.date_order=day-first"]);
}

#[test]
fn a_column_of_two_names_is_left_out_wherever_a_setting_names_it() {
    let text = table("a,x,a,y", |row| format!("{row},{row}.5,{row},{}", ["a", "b"][row % 2]));
    for (set, kept) in
        [("csv.id=a", "csv.id=a"), ("csv.weight=a", "csv.weight=a"), ("csv.categorical=a", "csv.categorical=a")]
    {
        assert_cured(&text, &[set], &["columns 1 and 3 are both called \"a\""], &[kept, "csv.ignore=3"]);
    }
    let twice = table("label,x,label", |row| format!("{},{row}.5,{}", ["a", "b"][row % 2], row % 4));
    assert_cured(&twice, &[], &["1. csv.target may be", "2. columns 1 and 3 are"], &["csv.target=1", "csv.ignore=3"]);
}

#[test]
fn what_no_setting_removes_is_listed_beside_the_command_for_the_rest() {
    let text = table("day,x,y", |row| {
        let class = if row < 20 { "" } else { ["a", "b"][row % 2] };
        format!("{:02}/01/2024,{row}.5,{class}", 1 + row % 12)
    });
    let message = problem(&text, |_| ());
    assert!(message.contains("1. 20 of 40 rows have no value in the target column \"y\""), "{message}");
    assert!(message.contains("2. line 3, column \"day\""), "{message}");
    let ends = "; once what no setting can change is corrected, this works, with your other options: burn-mlp --data csv:t.csv \
                --set csv.date_order=day-first";
    assert!(message.ends_with(ends), "{message}");
    let alone = problem("x,y\n1,1.5\n2,1.5\n3,1.5\n4,1.5\n", |_| ());
    assert!(!alone.contains("this works"), "{alone}");
}

#[test]
fn a_few_texts_among_the_numbers_of_a_target_are_named_with_their_cure() {
    let text = |odd: &'static str, other: &'static str| {
        let target = move |row: usize| match row {
            9 => odd.to_string(),
            17 => other.to_string(),
            row => format!("{row}.25"),
        };
        table("x,price", move |row| format!("{row}.5,{}", target(row)))
    };
    let one = "target column \"price\" cannot be predicted as a number: 1 of its 40 values is not a number: \"n/k\" in line 11; if \
               it marks a missing value, use --set csv.na=auto,n/k";
    assert_cured(&text("n/k", "17.5"), &[], &[one], &["csv.na=auto,n/k"]);
    assert_cured(&text("n/k", "17.5"), &["data.task=regression"], &[one], &["data.task=regression", "csv.na=auto,n/k"]);
    let two = "2 of its 40 values are not numbers, the first \"n/k\" in line 11; if they mark missing values, use --set \
               'csv.na=auto,n/k,on request'";
    assert_cured(&text("n/k", "on request"), &["csv.na=auto"], &[two], &["csv.na=auto,n/k,on request"]);
    let comma = "use --set 'csv.na=[\"auto\", \"ask, please\"]'";
    assert_cured(&text("\"ask, please\"", "17.5"), &[], &[comma], &["csv.na=[\"auto\", \"ask, please\"]"]);
    let dash = problem(&text("\u{2212}5", "17.5"), |_| ());
    assert!(dash.contains("\"\u{2212}5\" in line 11, whose sign is a dash"), "{dash}");
    assert!(dash.ends_with("; write it as the others are written"), "{dash}");
}

#[test]
fn texts_cannot_be_predicted_as_numbers() {
    let text = table("x,price,city", |row| format!("{row}.5,{row}.25,{}", ["Rome", "Oslo"][row % 2]));
    let several = "target column \"city\" has texts, such as \"Rome\", and a number is predicted only from numbers; several \
                   targets must all hold numbers; leave the column out of --target, or predict it alone";
    assert_cured(&text, &["csv.target=price,city"], &[several], &["csv.target=price"]);
    let alone = "predict classes with --task classification, or choose another column with --target";
    assert_cured(&text, &["data.task=regression"], &[alone], &["data.task=classification"]);
}

#[test]
fn a_few_odd_values_of_a_column_are_counted_with_the_first_and_their_cure() {
    let note = |value: &dyn Fn(usize) -> String| {
        let text = table("x,v,y", |row| format!("{},{},{}", row * 7 % 13, value(row), ["a", "b"][row % 2]));
        let notes = load_text(&text, |_| ()).unwrap().notes;
        notes.into_iter().find(|note| note.starts_with("column v is text")).unwrap_or_default()
    };
    let odd = |usual: fn(usize) -> String, odd: &'static [&'static str]| {
        move |row: usize| {
            odd.get(row.wrapping_sub(5) / 10).filter(|_| row % 10 == 5).map_or(usual(row), |odd| odd.to_string())
        }
    };
    let number = |row: usize| format!("{row}.75");
    let comma = |row: usize| format!("\"{row},75\"");
    let weight = |row: usize| format!("{row} kg");
    let boolean = |row: usize| ["yes", "no"][row / 3 % 2].to_string();
    let date = |row: usize| format!("2024-{:02}-{:02}", 1 + row % 12, 1 + row % 28);
    let time = |row: usize| format!("{:02}:30", row % 24);
    let cure = "if it marks a missing value, use --set csv.na=auto,o";
    for (usual, noun) in [
        (number as fn(usize) -> String, "a number"),
        (comma, "a number"),
        (weight, "a number"),
        (boolean, "yes or no"),
        (date, "a date"),
        (time, "a time of day"),
    ] {
        let expected = format!("column v is text because 1 of its 40 values is not {noun}: \"o\" in line 7; {cure}");
        assert_eq!(note(&odd(usual, &["o"])), expected);
        assert_eq!(note(&odd(usual, &[])), "", "nothing is odd");
    }
    let several = "column v is text because 3 of its 40 values are not dates, the first \"o\" in line 7; if they mark missing \
                   values, use --set csv.na=auto,o,p";
    assert_eq!(note(&odd(date, &["o", "p", "o"])), several);
    let survey = |row: usize| ["yes", "no", "maybe"][row % 3].to_string();
    assert_eq!(note(&survey), "", "a third value");
}

#[test]
fn a_quantity_that_a_text_turns_into_classes_is_noted() {
    let price = |row: usize| if row == 9 { "n/k".to_string() } else { format!("{}.25", row % 30) };
    let text = "x,price\n".to_string() + &(0..90).map(|row| format!("{row}.5,{}\n", price(row))).collect::<String>();
    let data = load_text(&text, |_| ()).unwrap();
    assert_eq!(data.classes(), 31);
    let note = "the values of the target price are taken for classes because 1 of its 90 values is not a number: \"n/k\" in line \
                11; if it marks a missing value, use --set csv.na=auto,n/k";
    assert!(data.notes.iter().any(|text| text == note), "{:?}", data.notes);
    let grades = |row: usize| if row == 9 { "none".to_string() } else { (row % 5).to_string() };
    let text = "x,y\n".to_string() + &(0..90).map(|row| format!("{row}.5,{}\n", grades(row))).collect::<String>();
    assert!(!load_text(&text, |_| ()).unwrap().notes.iter().any(|note| note.contains("taken for classes because")));
}

#[test]
fn classes_too_rare_for_every_part_are_named() {
    let notes = |class: &dyn Fn(usize) -> &'static str, valid: f64| {
        let text = table("x,y", |row| format!("{row}.5,{}", class(row)));
        load_text(&text, |config| config.split.valid = valid).unwrap().notes
    };
    let common = |row: usize| ["a", "b"][row % 2];
    let one = |row: usize| if row < 2 { "rare" } else { common(row) };
    let note =
        "class \"rare\" of \"y\" has 2 rows, too few to be in training, validation and test; add rows, or join classes";
    assert!(notes(&one, 0.2).contains(&note.to_string()), "{:?}", notes(&one, 0.2));
    let two = |row: usize| if row == 7 { "once" } else { one(row) };
    let note = "2 classes of \"y\" have too few rows to be in training, validation and test: \"once\" (1 row), \"rare\" (2 rows); \
                add rows, or join classes";
    assert!(notes(&two, 0.2).contains(&note.to_string()), "{:?}", notes(&two, 0.2));
    assert!(!notes(&common, 0.2).iter().any(|note| note.contains("too few")));
    let single = |row: usize| if row == 7 { "once" } else { common(row) };
    assert!(notes(&single, 0.0).iter().any(|note| note.contains("1 row, too few to be in training and test")));
}
