//! Formats numbers, durations and paths for display.

use std::path::Path;

use crate::text::printable;

/// Formats a path without characters that would garble a terminal.
pub fn shown_path(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// Shortens an absolute path to its last component, also after a source's kind or a setting's key:
/// `csv:/home/me/iris.csv` is `csv:iris.csv`. Pages and model files are read by
/// strangers, who don't need to know the directories of this machine.
pub fn without_directory(text: &str) -> String {
    let starts = std::iter::once(0).chain(text.match_indices([':', '=', '"', '`', '(']).map(|(at, _)| at + 1));
    let absolute = starts.map(|at| text.split_at(at)).find(|(_, rest)| Path::new(rest).is_absolute());
    let Some((before, rest)) = absolute else { return text.to_string() };
    // `npy:` names two files.
    let paths = rest.split(",/").map(|path| path.rsplit(std::path::is_separator).find(|name| !name.is_empty()));
    format!("{before}{}", paths.map(|name| name.unwrap_or("/")).collect::<Vec<_>>().join(","))
}

/// As [`without_directory`], for every path in a sentence.
pub fn without_directories(sentence: &str) -> String {
    sentence.split(' ').map(without_directory).collect::<Vec<_>>().join(" ")
}

/// Quotes `word` for a shell if needed: `'my runs'`.
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// Formats a fraction as a percentage: "97.82 %".
pub fn percent(fraction: f64) -> String {
    format!("{:.2} %", 100.0 * fraction)
}

/// Formats a score between -1 and 1, such as an area under a curve: "0.9782".
pub fn score(value: f64) -> String {
    format!("{value:.4}")
}

/// Formats a loss or a weight in at most nine columns: "0.0431", "1234.50", or "1.2e-7" and
/// "1.55e12" if decimals would show nothing or need too much space.
pub fn loss(value: f64) -> String {
    match value.abs() {
        size if size != 0.0 && size < 5e-5 => format!("{value:.1e}"),
        size if size < 100.0 => format!("{value:.4}"),
        size if size < 10_000.0 => format!("{value:.2}"),
        _ => format!("{value:.2e}"),
    }
}

/// Formats a learning rate: "0.01", "0.00125", "1.5e-7".
pub fn rate(value: f64) -> String {
    if value != 0.0 && !(1e-5..1e5).contains(&value) {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Formats a duration in seconds: "8 ms", "0.38 s", "12.4 s", "3 min 05 s", "2 h 04 min".
pub fn seconds(value: f64) -> String {
    match value {
        value if value < 0.1 => format!("{:.0} ms", 1000.0 * value),
        value if value < 10.0 => format!("{value:.2} s"),
        value if value < 60.0 => format!("{value:.1} s"),
        value if value < 3600.0 => format!("{} min {:02} s", (value / 60.0) as u64, (value % 60.0) as u64),
        value => format!("{} h {:02} min", (value / 3600.0) as u64, (value % 3600.0 / 60.0) as u64),
    }
}

/// Formats a short time in seconds to three digits: "0.87 µs", "212 µs", "1.35 ms", "46.2 ms",
/// "1.31 s".
pub fn short_time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        seconds if seconds < 0.999_5e-3 => (1e6 * seconds, "µs"),
        seconds if seconds < 0.999_5 => (1e3 * seconds, "ms"),
        seconds => (seconds, "s"),
    };
    format!("{} {unit}", three_digits(value))
}

/// Formats a number to three digits: "0.87", "1.35", "46.2", "212".
pub fn three_digits(value: f64) -> String {
    match value.abs() {
        size if size < 9.995 => format!("{value:.2}"),
        size if size < 99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Formats a number of any unit to five digits: "0.052431", "24.531", "1,234,500" as "1.2345e6".
pub fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_string(),
        size if !(1e-4..1e7).contains(&size) => format!("{value:.4e}"),
        size => {
            let decimals = (4 - size.log10().floor() as i32).max(0) as usize;
            let text = format!("{value:.decimals$}");
            match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
                false => text,
            }
        }
    }
}

/// Names a metric of a model with this number of targets. An error over several targets, which have no common unit, is
/// in standard deviations of the training rows: "valid RMSE (SD)".
pub fn metric_name(name: &str, targets: usize) -> String {
    let is_error = ["RMSE", "MAE", "absolute error"].iter().any(|error| name.ends_with(error));
    if is_error && targets > 1 { format!("{name} (SD)") } else { name.to_string() }
}

/// Explains the name of an error over several targets; `None` for a single one.
pub fn deviations_note(targets: usize) -> Option<&'static str> {
    (targets > 1).then_some("errors over all targets (SD) are in standard deviations of the training rows")
}

/// Formats a count with thousands separators: "109,386".
pub fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Rounds a speed to three digits, because further ones are noise: "123,000".
pub fn rounded(value: f64) -> String {
    let unit = 10_f64.powi((value.max(1.0).log10().floor() as i32 - 2).max(0));
    count(((value / unit).round() * unit) as usize)
}

/// Formats a size: "1.2 MB", "347 MB".
pub fn megabytes(bytes: u64) -> String {
    match bytes as f64 / 1e6 {
        megabytes if megabytes < 10.0 => format!("{megabytes:.1} MB"),
        megabytes => format!("{} MB", count(megabytes.round() as usize)),
    }
}

/// Formats a number of epochs: "1 epoch", "12 epochs".
pub fn epochs(number: usize) -> String {
    format!("{} epoch{}", count(number), if number == 1 { "" } else { "s" })
}

/// Draws `values` as one line of at most `width` block characters, scaled from their lowest to
/// their highest; NaN and infinity are blank.
pub fn curve(values: &[f64], width: usize) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let columns = values.len().min(width);
    let at = |column: usize| values[column * values.len() / columns];
    let block = |value: f64| match value.is_finite() {
        true if high > low => BLOCKS[(((value - low) / (high - low)) * 7.0).round() as usize],
        true => BLOCKS[0],
        false => ' ',
    };
    (0..columns).map(|column| block(at(column))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_that_a_shell_would_split_is_quoted() {
        assert_eq!(shell_word("artifacts/digits-flex-001"), "artifacts/digits-flex-001");
        assert_eq!(shell_word("my runs"), "'my runs'");
        assert_eq!(shell_word("o'clock $HOME"), r"'o'\''clock $HOME'");
        assert_eq!(shell_word(""), "''");
    }

    #[cfg(unix)]
    #[test]
    fn an_absolute_path_is_shown_without_its_directories() {
        for (text, shown) in [
            ("csv:/home/me/my data/iris.csv", "csv:iris.csv"),
            ("images:/srv/photos/", "images:photos"),
            ("npy:/a/x.npy,/a/y.npy", "npy:x.npy,y.npy"),
            ("--data=csv:/home/me/iris.csv", "--data=csv:iris.csv"),
            ("csv.test=/home/me/test.csv", "csv.test=test.csv"),
            ("csv:data/iris.csv", "csv:data/iris.csv"),
            ("../iris.csv", "../iris.csv"),
            ("km/h", "km/h"),
            ("mnist", "mnist"),
            ("/", "/"),
            ("", ""),
        ] {
            assert_eq!(without_directory(text), shown);
        }
        let sentence = "cannot read /home/me/a.csv: denied; see \"/srv/b\" or (/c/d) and a/b";
        assert_eq!(without_directories(sentence), "cannot read a.csv: denied; see \"b\" or (d) and a/b");
    }

    #[test]
    fn numbers_read_naturally() {
        assert_eq!(count(109_386), "109,386");
        assert_eq!(count(7), "7");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(rate(0.01), "0.01");
        assert_eq!(rate(0.00125), "0.00125");
        assert_eq!(rate(1.5e-7), "1.50e-7");
        assert_eq!(rate(1e9), "1.00e9");
        assert_eq!(percent(0.97826), "97.83 %");
        assert_eq!(loss(1.23e-6), "1.2e-6");
        assert_eq!(loss(0.04312), "0.0431");
        assert_eq!(loss(1234.5), "1234.50");
        assert_eq!(loss(-1.547e12), "-1.55e12");
        assert_eq!(loss(f64::INFINITY), "inf");
        assert_eq!(epochs(1), "1 epoch");
        assert_eq!(epochs(12), "12 epochs");
        assert_eq!(seconds(0.0081), "8 ms");
        assert_eq!(seconds(0.381), "0.38 s");
        assert_eq!(seconds(185.2), "3 min 05 s");
        assert_eq!(seconds(7500.0), "2 h 05 min");
    }

    #[test]
    fn speeds_have_three_digits() {
        assert_eq!(rounded(123_456.0), "123,000");
        assert_eq!(rounded(1_234.5), "1,230");
        assert_eq!(rounded(99.6), "100");
        assert_eq!(rounded(7.2), "7");
    }

    #[test]
    fn sizes_are_in_megabytes() {
        assert_eq!(megabytes(1_250_000), "1.2 MB");
        assert_eq!(megabytes(2_345_678_901), "2,346 MB");
    }

    #[test]
    fn short_times_have_three_digits_and_the_unit_that_fits() {
        for (seconds, text) in [
            (0.87e-6, "0.87 µs"),
            (212.4e-6, "212 µs"),
            (999.6e-6, "1.00 ms"),
            (1.349e-3, "1.35 ms"),
            (46.21e-3, "46.2 ms"),
            (0.9999, "1.00 s"),
            (99.96, "100 s"),
        ] {
            assert_eq!(short_time(seconds), text);
        }
    }

    proptest! {
        #[test]
        fn a_loss_never_breaks_its_column(value: f64) {
            prop_assert!(loss(value).len() <= 10, "{}", loss(value));
        }
    }

    #[test]
    fn an_error_over_several_targets_is_marked() {
        assert_eq!(
            ["RMSE", "valid MAE", "loss", "Mean absolute error"].map(|name| metric_name(name, 2)),
            ["RMSE (SD)", "valid MAE (SD)", "loss", "Mean absolute error (SD)"]
        );
        assert_eq!((metric_name("test RMSE", 1).as_str(), metric_name("RMSE", 0).as_str()), ("test RMSE", "RMSE"));
        assert!(deviations_note(1).is_none() && deviations_note(2).is_some());
    }

    #[test]
    fn a_curve_goes_from_the_lowest_block_to_the_highest() {
        assert_eq!(curve(&[0.0, 0.5, 1.0], 10), "▁▅█");
        assert_eq!(curve(&[3.0, 3.0], 10), "▁▁");
        assert_eq!(curve(&[1.0, f64::NAN, 0.0], 10), "█ ▁");
        assert_eq!(curve(&[], 10), "");
        assert_eq!(curve(&[0.0; 100], 10).chars().count(), 10);
    }
}
