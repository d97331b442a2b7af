//! Configuration files and settings.

use std::fs;

use super::run_limited;
use super::support::Program;

/// Values outside the limits of every setting.
const NUMBERS: [&str; 14] = [
    "nan",
    "-nan",
    "inf",
    "-inf",
    "1e400",
    "-1e400",
    "-1",
    "1e308",
    "9223372036854775808",
    "-9223372036854775809",
    "0x",
    "true",
    "[]",
    "1979-05-27",
];

/// All numeric settings, from the output of `burn-mlp config`.
fn numeric_settings(program: &Program) -> Vec<String> {
    let text = run_limited(program, &["config"]).succeeds().stdout;
    let table: toml::Table = text.parse().unwrap();
    let mut names = Vec::new();
    for (section, value) in &table {
        match value {
            toml::Value::Table(inner) => {
                let numeric = inner.iter().filter(|(_, value)| value.is_integer() || value.is_float());
                names.extend(numeric.map(|(name, _)| format!("{section}.{name}")));
            }
            value if value.is_integer() => names.push(section.clone()),
            _ => {}
        }
    }
    names
}

#[test]
fn every_numeric_setting_refuses_values_outside_its_limits() {
    let program = Program::new();
    let settings = numeric_settings(&program);
    assert!(settings.len() > 25, "{settings:?}");
    for setting in &settings {
        for number in NUMBERS {
            let output = run_limited(&program, &["config", "--set", &format!("{setting}={number}")]);
            // Some rates and coefficients may be any finite number.
            match number {
                "1e308" | "9223372036854775808" => output.succeeds_or_fails_cleanly(),
                // Even a setting that may be a list refuses an empty one.
                _ => output.fails_with(2, &[setting]),
            }
        }
    }
}

#[test]
fn negative_zero_is_zero() {
    let program = Program::new();
    for setting in ["optimizer.l2", "model.dropout", "schedule.min_lr"] {
        let text = run_limited(&program, &["config", "--set", &format!("{setting}=-0.0")]).succeeds().stdout;
        assert!(!text.contains("-0.0"), "{setting}");
    }
    run_limited(&program, &["--lr=-0.0"]).fails_with(2, &["optimizer.learning_rate: expected a number above 0"]);
}

#[test]
fn an_invalid_configuration_file_is_refused_with_its_name_and_position() {
    let program = Program::new();
    let deep = format!("a={}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long_key = format!("a{}=1", ".a".repeat(100_000));
    let long_list = format!("[model]\nhidden=[{}1]", "1,".repeat(300_000));
    let cases: [(&str, &[u8], &str); 14] = [
        ("syntax", b"seed = 1\n[model\nhidden=[1]\n", "line 2, column 7"),
        ("no value", b"seed = \n", "line 1, column 8"),
        ("duplicate", b"seed=1\nseed=2\n", "line 2, column 1: duplicate key"),
        ("two sections", b"[model]\n[split]\n[model]\n", "line 3, column 2: duplicate key"),
        ("nested", deep.as_bytes(), "recursion"),
        ("dotted", long_key.as_bytes(), "recursion"),
        ("long", long_list.as_bytes(), "model.hidden: expected a list of at most 256"),
        ("type", b"seed = \"1\"", "seed: expected a whole number"),
        ("unknown", b"[modle]\nhidden=[1]", "did you mean model?"),
        ("key", b"[model]\nhiden=[1]", "did you mean model.hidden?"),
        ("section", b"model = 3", "model is a section"),
        ("value", b"[seed]\nx=1", "seed: expected a whole number"),
        ("binary", b"\x7fELF\x00\xff\xfe", "is not UTF-8 text"),
        ("nul", b"seed = 1 \0", "line 1, column 8"),
    ];
    for (name, bytes, words) in cases {
        let file = format!("{name}.toml");
        fs::write(program.path(&file), bytes).unwrap();
        run_limited(&program, &["config", "--config", &file]).fails_with(2, &[&file, words]);
    }
    run_limited(&program, &["config", "--config", "."]).fails_with(2, &["it is a directory"]);
    run_limited(&program, &["config", "--config", "none.toml"])
        .fails_with(2, &["none.toml", "the presets are tabular, digits, mnist"]);
}

#[test]
fn a_huge_configuration_file_uses_no_memory() {
    let program = Program::new();
    // A sparse file of 100 GB.
    fs::File::create(program.path("huge.toml")).unwrap().set_len(100 << 30).unwrap();
    run_limited(&program, &["--config", "huge.toml"]).fails_with(2, &["huge.toml is larger than 1048576 bytes"]);
    #[cfg(unix)]
    run_limited(&program, &["--config", "/dev/zero"]).fails_with(2, &["/dev/zero is larger than 1048576 bytes"]);
}

#[test]
fn contradicting_settings_are_refused() {
    let program = Program::new();
    for (settings, words) in [
        (&["optimizer.nesterov=true", "optimizer.momentum=0"][..], "optimizer.nesterov needs optimizer.momentum"),
        (&["training.clip_norm=1", "training.clip_value=1"], "cannot be used together"),
        (&["schedule.warmup_epochs=5", "training.epochs=5"], "schedule.warmup_epochs"),
        (&["schedule.min_lr=1"], "must be at most optimizer.learning_rate"),
        (&["split.valid=0", "schedule.monitor=valid-loss"], "cannot be watched because split.valid is 0"),
        (&["model.dropout=[0.1,0.2]"], "model.dropout has 2 rates"),
        (&["model.hidden=65536,65536"], "at most 268435456"),
        (&["data.source=synthetic", "synthetic.rows=5"], "synthetic.classes"),
        (&["synthetic.rows=2147483648"], "synthetic.rows"),
    ] {
        let arguments: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        run_limited(&program, &arguments).fails_with(2, &[words]);
    }
}
