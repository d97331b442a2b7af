//! What does not stop a run, but should not go without a word.

use super::record::BURN_VERSION;
use crate::artifact::RunRecord;
use crate::config::RunConfig;
use crate::data::Data;

/// Most classes that are listed by name.
const LISTED: usize = 5;

/// Classes that the network can never learn, because no row of the training set is of them.
pub fn absent_classes(data: &Data) -> Option<String> {
    let mut is_absent = vec![true; data.classes()];
    for &label in data.train.labels() {
        is_absent[label as usize] = false;
    }
    let names =
        || data.class_names.iter().zip(&is_absent).filter(|(_, absent)| **absent).map(|(name, _)| name.as_str());
    let count = names().count();
    let listed = names().take(LISTED).collect::<Vec<_>>().join(", ");
    let more = if count > LISTED { ", ..." } else { "" };
    (count > 0).then(|| {
        let way_out = match data.table {
            Some(_) => "the network cannot learn them",
            None => "if that is not meant, number the labels from 0 without gaps",
        };
        format!("{count} of the {} classes have no training rows ({listed}{more}); {way_out}", data.classes())
    })
}

/// Files of the source that were left out, the first of them with the reason.
pub fn skipped_files(data: &Data) -> Option<String> {
    let first = data.skipped.first()?;
    Some(match data.skipped.len() {
        1 => format!("skipped 1 file: {first}"),
        count => format!("skipped {} files, the first of which: {first}", crate::format::count(count)),
    })
}

/// Batch normalisation of a single row leaves nothing of it.
pub(super) fn single_rows(config: &RunConfig) -> Option<String> {
    let single = config.model.batch_norm && config.training.batch_size == 1;
    single.then(|| "batches of 1 row are all alike after batch normalisation; choose a larger batch_size".to_string())
}

/// Mirrored digits and letters are other signs, or none.
pub(super) fn flipped_signs(config: &RunConfig, data: &Data) -> Option<String> {
    let is_sign = |name: &String| name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let flips = config.augmentation.flip_probability > 0.0 && data.class_names.iter().all(is_sign);
    flips.then(|| {
        "a horizontal flip makes other signs, or none, of digits and letters, which these classes seem to be; set \
         augmentation.flip_probability=0 if they are"
            .to_string()
    })
}

/// A run that goes on with another Burn than it was trained with so far.
pub(super) fn other_burn(record: &RunRecord) -> Option<String> {
    (record.burn_version != BURN_VERSION).then(|| {
        format!(
            "the run was trained with Burn {} and goes on with Burn {BURN_VERSION}; its figures may differ from those of \
             a run with one version",
            record.burn_version
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Features, Samples};

    fn data(labels: &[u32], classes: usize) -> Data {
        let train = Samples::new(Features::Floats(vec![0.0; labels.len()]), labels.to_vec(), 1).unwrap();
        let names = (0..classes).map(|class| class.to_string()).collect();
        Data::new("some", train, None, names, None).unwrap()
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
    fn flips_are_warned_of_where_the_classes_are_digits_or_letters() {
        let mut config = RunConfig::default();
        assert_eq!(flipped_signs(&config, &data(&[0, 1], 2)), None);
        config.augmentation.flip_probability = 0.5;
        assert!(flipped_signs(&config, &data(&[0, 1], 2)).unwrap().contains("digits and letters"));
        let clothes = Data { class_names: vec!["coat".into(), "bag".into()], ..data(&[0, 1], 2) };
        assert_eq!(flipped_signs(&config, &clothes), None);
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
    fn another_burn_version_is_told() {
        let record = |version: &str| RunRecord { burn_version: version.into(), ..RunRecord::new("run") };
        assert!(other_burn(&record("0.21.0")).unwrap().contains("with Burn 0.21.0 and goes on with Burn 0.22.1"));
        assert_eq!(other_burn(&record(BURN_VERSION)), None);
    }
}
