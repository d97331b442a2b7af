use crate::config::test_support::message;
use crate::config::{Interval, Layers, ValueType};

fn set(assignment: &str) -> String {
    message(Layers::new().set(assignment).resolve())
}

#[test]
fn intervals_exclude_nan_infinity_and_open_ends() {
    let numbers = [f64::NEG_INFINITY, -1.0, 0.0, 0.5, 1.0, 2.0, f64::INFINITY, f64::NAN];
    let inside = |interval: Interval| numbers.map(|number| interval.contains(number) as u8);
    assert_eq!(inside(Interval::Positive), [0, 0, 0, 1, 1, 1, 0, 0]);
    assert_eq!(inside(Interval::NotNegative), [0, 0, 1, 1, 1, 1, 0, 0]);
    assert_eq!(inside(Interval::ZeroToBelowOne), [0, 0, 1, 1, 0, 0, 0, 0]);
    assert_eq!(inside(Interval::BetweenZeroAndOne), [0, 0, 0, 1, 0, 0, 0, 0]);
}

#[test]
fn a_value_out_of_range_is_refused_with_the_range() {
    assert_eq!(set("optimizer.momentum=1"), "optimizer.momentum: expected a number from 0 to below 1, found 1");
    assert_eq!(set("optimizer.learning_rate=0"), "optimizer.learning_rate: expected a number above 0, found 0");
    assert_eq!(set("optimizer.l2=-0.1"), "optimizer.l2: expected a number of 0 or more, found -0.1");
    assert_eq!(set("schedule.factor=1.0"), "schedule.factor: expected a number above 0 and below 1, found 1.0");
    assert_eq!(set("training.epochs=0"), "training.epochs: expected a whole number from 1 to 1000000, found 0");
    assert_eq!(set("evaluation.top_k=0"), "evaluation.top_k: expected a whole number from 1 to 65536, found 0");
    assert_eq!(set("seed=-1"), "seed: expected a whole number from 0 to 9223372036854775807, found -1");
}

#[test]
fn nan_and_infinity_are_refused_in_every_spelling() {
    for value in ["nan", "NaN", "inf", "-inf", "+inf", "infinity", "1e999"] {
        for key in ["optimizer.learning_rate", "training.clip_norm", "split.valid", "model.dropout"] {
            let message = set(&format!("{key}={value}"));
            assert!(message.starts_with(&format!("{key}: expected a number")), "{message}");
        }
    }
}

#[test]
fn a_wrong_type_is_refused_with_the_type() {
    assert_eq!(
        set("training.epochs=many"),
        "training.epochs: expected a whole number from 1 to 1000000, found the string \"many\""
    );
    assert_eq!(set("training.epochs=2.5"), "training.epochs: expected a whole number from 1 to 1000000, found 2.5");
    assert_eq!(set("training.shuffle=yes"), "training.shuffle: expected true or false, found the string \"yes\"");
    assert_eq!(
        set("optimizer.learning_rate={a = 1}"),
        "optimizer.learning_rate: expected a number above 0, found a section with \"a\""
    );
    assert_eq!(
        set("seed=99999999999999999999"),
        "seed: expected a whole number from 0 to 9223372036854775807, found the string \"99999999999999999999\""
    );
}

#[test]
fn a_list_entry_is_named_by_its_index() {
    assert_eq!(set("model.hidden=128,0"), "model.hidden[1]: expected a whole number from 1 to 65536, found 0");
    assert_eq!(
        set("model.hidden=[128, 65537]"),
        "model.hidden[1]: expected a whole number from 1 to 65536, found 65537"
    );
    assert_eq!(set("model.dropout=0.2,0.5,1"), "model.dropout[2]: expected a number from 0 to below 1, found 1");
    assert_eq!(
        set("model.hidden=128,many"),
        "model.hidden[1]: expected a whole number from 1 to 65536, found the string \"many\""
    );
    assert_eq!(
        set("model.hidden=[128"),
        "model.hidden: expected a list of at most 256 whole numbers from 1 to 65536, found the string \"[128\""
    );
    assert_eq!(
        set(&format!("model.hidden={}8", "8,".repeat(256))),
        "model.hidden: expected a list of at most 256 whole numbers from 1 to 65536, found a list of 257"
    );
}

#[test]
fn an_unknown_name_is_refused_with_the_names_and_the_nearest() {
    assert_eq!(set("optimizer.name=adm"), "optimizer.name: \"adm\" is not one of sgd, adam, adamw; did you mean adam?");
    assert_eq!(
        set("schedule.monitor=trainaccuracy"),
        "schedule.monitor: \"trainaccuracy\" is not one of auto, train-loss, train-accuracy, train-rmse, \
         valid-loss, valid-accuracy, valid-auc, valid-f1, valid-rmse, valid-mae; did you mean train-accuracy?"
    );
    assert_eq!(set("backend=cuda:one").split(';').next().unwrap(), "backend: \"one\" is not a device index");
    assert!(set("data.source=pictures").starts_with("data.source: \"pictures\" is not one of digits, mnist"));
}

#[test]
fn a_type_displays_what_it_accepts() {
    assert_eq!(ValueType::Integer(1, 9).to_string(), "a whole number from 1 to 9");
    assert_eq!(ValueType::DropoutRates.to_string(), "a number from 0 to below 1, or a list of them");
    assert_eq!(ValueType::Choice(&["a", "b"]).to_string(), "one of a, b");
}

#[test]
fn a_list_of_strings_needs_brackets_only_if_a_string_contains_a_comma() {
    let ignored = |text: &str| Layers::new().set(&format!("csv.ignore={text}")).resolve().unwrap().csv.ignore;
    assert_eq!(ignored("id, first name"), ["id", "first name"]);
    assert_eq!(ignored("[\"height, cm\", \"id\"]"), ["height, cm", "id"]);
    assert_eq!(ignored("7"), ["7"]);
    assert!(ignored("").is_empty());
    assert_eq!(set("csv.ignore=[1]"), "csv.ignore[0]: expected a string, found 1");
}
