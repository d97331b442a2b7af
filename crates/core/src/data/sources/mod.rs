//! Data sources, and loading one by its name.

mod arrays;
mod digits;
mod download;
mod idx;
mod images;
mod mnist;
mod raw_data;
mod recognise;
mod synthetic;
mod table;
mod table_files;

pub use arrays::Arrays;
pub(super) use arrays::NewArrays;
pub use digits::Digits;
pub use download::DownloadLimits;
pub use idx::{IdxArray, IdxDirectory, IdxKind, parse_idx, read_images, read_labels};
pub use images::{ImageDirectory, ImageFiles, image_files};
pub(super) use images::{JudgedImage, JudgedImages, first_images_note};
pub use mnist::{Mnist, MnistCache};
pub use raw_data::RawData;
pub use recognise::{configure, recognise};
pub use synthetic::Synthetic;
pub(super) use table::{CONTENT_BYTES, Content, OtherFile, open_reader, open_table};
pub use table::{ColumnProfile, ColumnUse, Distribution, Range, TableFile, ValueKind};
pub use table_files::table_files;

use super::{Dataset, Progress, TableSchema};
use crate::Result;
use crate::config::{RunConfig, Source as SourceName};

/// A source of rows.
pub trait Source {
    /// Reads, downloads or generates all rows.
    ///
    /// # Errors
    /// If the source is missing, damaged or unusable as configured, or `progress` stops the
    /// loading.
    fn load(&self, progress: Progress) -> Result<Dataset>;

    /// Reads, downloads or generates all rows, without encoding those of a table.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn read(&self, progress: Progress) -> Result<RawData> {
        self.load(progress).map(RawData::from)
    }

    /// Loads all rows, and describes the columns if the source is a table.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn load_with_profile(&self, progress: Progress) -> Result<(Dataset, Vec<ColumnProfile>)> {
        Ok((self.load(progress)?, Vec::new()))
    }
}

/// Loads the data that `config` describes. In a cross-validation the test set is the fold that `split.fold` names.
///
/// # Errors
/// [`Error::Config`](crate::Error::Config) if `data.source` is unknown; see [`Source::load`].
pub fn load(config: &RunConfig, progress: Progress) -> Result<Dataset> {
    read(config, progress)?.into_dataset(&config.split)
}

/// Reads the rows of the data that `config` describes, for several runs that hold out others of them.
///
/// # Errors
/// As [`load`].
pub fn read(config: &RunConfig, progress: Progress) -> Result<RawData> {
    open(&recognise(config.clone())?.0)?.read(progress)
}

/// Loads as [`load`], but encodes a table by `schema`, which other rows have fitted. A source of another kind is loaded
/// as it always is.
///
/// # Errors
/// As [`load`]; also if the table does not have the columns of `schema`.
pub fn load_encoded(config: &RunConfig, schema: Option<&TableSchema>, progress: Progress) -> Result<Dataset> {
    let config = &recognise(config.clone())?.0;
    match config.data.source.parse()? {
        source @ SourceName::Table(..) => TableFile::new(source, config).encoded_by(schema.cloned()).load(progress),
        source @ (SourceName::Npy(..) | SourceName::Npz(_)) => {
            Arrays::new(source, config).encoded_by(schema.cloned()).load(progress)
        }
        _ => load(config, progress),
    }
}

/// Loads the data that `config` describes, and describes the columns of a table.
///
/// # Errors
/// As [`load`].
pub fn load_with_profile(config: &RunConfig, progress: Progress) -> Result<(Dataset, Vec<ColumnProfile>)> {
    let (data, profile) = open(&recognise(config.clone())?.0)?.load_with_profile(progress)?;
    // A table is divided already.
    let data = if data.table.is_some() { data } else { RawData::from(data).into_dataset(&config.split)? };
    Ok((data, profile))
}

/// Creates the source that `config` names, without reading a file.
fn open(config: &RunConfig) -> Result<Box<dyn Source>> {
    Ok(match config.data.source.parse()? {
        SourceName::Digits => Box::new(Digits),
        SourceName::Mnist | SourceName::FashionMnist | SourceName::Kmnist | SourceName::EmnistLetters => {
            Box::new(Mnist::from_config(&config.data)?)
        }
        SourceName::Synthetic => Box::new(Synthetic::new(config.synthetic.clone(), config.seed)),
        SourceName::Idx(directory) => Box::new(IdxDirectory::new(directory, config)),
        SourceName::Images(directory) => Box::new(ImageDirectory::new(directory, config)?),
        source @ SourceName::Table(..) => Box::new(TableFile::new(source, config)),
        arrays @ (SourceName::Npy(..) | SourceName::Npz(_)) => Box::new(Arrays::new(arrays, config)),
        SourceName::Path(path) => {
            return Err(crate::Error::config("data.source", format!("{} is not recognised yet", path.display())));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DataConfig, SplitConfig, SyntheticConfig};

    fn load_source(source: &str) -> Result<Dataset> {
        let config = RunConfig {
            data: DataConfig { source: source.into(), offline: true, ..DataConfig::default() },
            synthetic: SyntheticConfig { rows: 20, features: 3, classes: 2 },
            ..RunConfig::default()
        };
        open(&config)?.load(&mut |_| {})
    }

    #[test]
    fn a_source_is_found_by_its_name() {
        assert_eq!(load_source("digits").unwrap().train.len(), 1438);
        assert_eq!(load_source("synthetic").unwrap().train.len(), 20);
        for source in ["idx:no/such/dir", "images:no/such/dir", "csv:no/such/dir"] {
            assert!(load_source(source).unwrap_err().to_string().contains("no/such/dir"));
        }
    }

    #[test]
    fn rows_that_are_read_once_make_the_data_of_each_fold() {
        let iris = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/iris.csv");
        for source in [iris, "digits"] {
            let of_fold = |fold: usize| RunConfig {
                data: DataConfig { source: source.into(), ..DataConfig::default() },
                split: SplitConfig { folds: 3, fold, ..SplitConfig::default() },
                ..RunConfig::default()
            };
            let rows = read(&of_fold(1), &mut |_| ()).unwrap();
            for fold in 1..=3 {
                let config = of_fold(fold);
                let (shared, own) = (rows.dataset(&config.split).unwrap(), load(&config, &mut |_| ()).unwrap());
                assert_eq!((&shared.train, &shared.test, &shared.split), (&own.train, &own.test, &own.split));
                assert_eq!((&shared.table, &shared.notes, shared.hash()), (&own.table, &own.notes, own.hash()));
            }
        }
    }

    #[test]
    fn an_unknown_source_is_a_configuration_error() {
        assert_eq!(load_source("minst").unwrap_err().exit_code(), 2);
    }
}
