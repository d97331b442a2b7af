//! Notes and warnings about settings and data that do not stop a run.

use super::build::BURN_VERSION;
use crate::config::RunConfig;
use crate::data::Dataset;
use crate::run_directory::RunRecord;

/// Maximum number of classes listed by name.
const MAX_LISTED: usize = 5;

/// Warns of classes without training rows, which the network cannot learn.
pub fn absent_classes(data: &Dataset) -> Option<String> {
    if data.is_regression() {
        return None;
    }
    let mut is_absent = vec![true; data.classes()];
    let labels = data.train.labels();
    let mut is_present = |row: usize| is_absent[labels[row] as usize] = false;
    match &data.split {
        Some(split) => split.train.iter().copied().for_each(&mut is_present),
        None => (0..labels.len()).for_each(&mut is_present),
    }
    let names =
        || data.class_names.iter().zip(&is_absent).filter(|(_, absent)| **absent).map(|(name, _)| name.as_str());
    let count = names().count();
    let listed = names().take(MAX_LISTED).collect::<Vec<_>>().join(", ");
    let more = if count > MAX_LISTED { ", ..." } else { "" };
    (count > 0).then(|| {
        let way_out = match data.table {
            Some(_) => "the network cannot learn them",
            None => "if this is not intended, number the labels from 0 without gaps",
        };
        format!("{count} of the {} classes have no training rows ({listed}{more}); {way_out}", data.classes())
    })
}

/// Warns of files of the source that were skipped, and gives the reason for the first.
pub fn skipped_files(data: &Dataset) -> Option<String> {
    let first = data.skipped.first()?;
    Some(match data.skipped.len() {
        1 => format!("skipped 1 file: {first}"),
        count => format!("skipped {} files, the first of which: {first}", crate::format::count(count)),
    })
}

/// Warns of batches of one row, which batch normalisation turns into zeros.
pub(super) fn single_rows(config: &RunConfig) -> Option<String> {
    let single = config.model.batch_norm && config.training.batch_size == 1;
    single.then(|| "batch normalisation makes all batches of 1 row equal; choose a larger batch_size".to_string())
}

/// Warns of flipped digits and letters, which are other characters or none.
pub(super) fn flipped_characters(config: &RunConfig, data: &Dataset) -> Option<String> {
    let is_character = |name: &String| name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let flips = config.augmentation.flip_probability > 0.0
        && !data.is_regression()
        && data.class_names.iter().all(is_character);
    flips.then(|| {
        "these classes look like digits or letters, and flipping them horizontally changes what they mean; if so, set \
         augmentation.flip_probability=0"
            .to_string()
    })
}

/// Warns that a run resumes with another version of Burn than it was trained with so far.
pub(super) fn other_burn(record: &RunRecord) -> Option<String> {
    (record.burn_version != BURN_VERSION).then(|| {
        format!(
            "the run was trained with Burn {} and resumes with Burn {BURN_VERSION}; its metrics may differ from those of \
             a run with one version",
            record.burn_version
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Features, Samples};

    fn data(labels: &[u32], classes: usize) -> Dataset {
        let train = Samples::new(Features::Floats(vec![0.0; labels.len()]), labels.to_vec(), 1).unwrap();
        let names = (0..classes).map(|class| class.to_string()).collect();
        Dataset::new("some", train, None, names, None).unwrap()
    }

    #[test]
    fn classes_without_training_rows_are_counted_and_the_first_named() {
        let note = absent_classes(&data(&[0, 5, 200], 201)).unwrap();
        assert!(note.starts_with("198 of the 201 classes have no training rows (1, 2, 3, 4, 6, ...);"), "{note}");
        let note = absent_classes(&data(&[1, 2], 3)).unwrap();
        assert!(note.starts_with("1 of the 3 classes have no training rows (0);"), "{note}");
        assert_eq!(absent_classes(&data(&[1, 0], 2)), None);
    }

    #[test]
    fn flips_of_digits_and_letters_are_warned_of() {
        let mut config = RunConfig::default();
        assert_eq!(flipped_characters(&config, &data(&[0, 1], 2)), None);
        config.augmentation.flip_probability = 0.5;
        assert!(flipped_characters(&config, &data(&[0, 1], 2)).unwrap().contains("digits or letters"));
        let clothes = Dataset { class_names: vec!["coat".into(), "bag".into()], ..data(&[0, 1], 2) };
        assert_eq!(flipped_characters(&config, &clothes), None);
    }

    #[test]
    fn skipped_files_are_counted_and_the_first_is_named() {
        let mut data = data(&[1, 0], 2);
        assert_eq!(skipped_files(&data), None);
        data.skipped = vec!["a.png is empty".into()];
        assert_eq!(skipped_files(&data).unwrap(), "skipped 1 file: a.png is empty");
        data.skipped.resize(1200, "b.png is damaged".into());
        assert_eq!(skipped_files(&data).unwrap(), "skipped 1,200 files, the first of which: a.png is empty");
    }

    #[test]
    fn another_burn_version_is_warned_of() {
        let record = |version: &str| RunRecord { burn_version: version.into(), ..RunRecord::new("run") };
        assert!(other_burn(&record("0.21.0")).unwrap().contains("with Burn 0.21.0 and resumes with Burn 0.22.1"));
        assert_eq!(other_burn(&record(BURN_VERSION)), None);
    }
}
