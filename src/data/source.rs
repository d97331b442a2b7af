//! From a source's name to its data.

use super::{CsvFile, Data, Digits, DownloadProgress, IdxDirectory, Mnist, Synthetic};
use crate::Result;
use crate::config::{RunConfig, Source as SourceName};

/// Told how far a download is; ignored by sources that need none.
pub type Progress<'a> = &'a mut dyn FnMut(DownloadProgress<'_>);

/// Something that rows come from.
pub trait Source {
    /// Reads, downloads or makes all rows.
    ///
    /// # Errors
    /// If the source is missing, damaged or not usable as it is set.
    fn load(&self, progress: Progress) -> Result<Data>;
}

/// Loads the data that `config` asks for.
///
/// # Errors
/// If `data.source` is unknown, or as [`Source::load`].
pub fn load(config: &RunConfig, progress: Progress) -> Result<Data> {
    open(config)?.load(progress)
}

/// The source by its name; touches no file yet.
fn open(config: &RunConfig) -> Result<Box<dyn Source>> {
    Ok(match config.data.source.parse()? {
        SourceName::Digits => Box::new(Digits),
        SourceName::Mnist => Box::new(Mnist::from_config(&config.data)?),
        SourceName::Synthetic => Box::new(Synthetic::new(config.synthetic.clone(), config.seed)),
        SourceName::Idx(directory) => Box::new(IdxDirectory::new(directory)),
        SourceName::Csv(file) => Box::new(CsvFile::new(file, config)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DataConfig, SyntheticConfig};

    fn load_source(source: &str) -> Result<Data> {
        let data = DataConfig { source: source.into(), dir: String::new(), offline: true };
        let synthetic = SyntheticConfig { rows: 20, features: 3, classes: 2 };
        open(&RunConfig { data, synthetic, ..RunConfig::default() })?.load(&mut |_| {})
    }

    #[test]
    fn a_source_is_found_by_its_name() {
        assert_eq!(load_source("digits").unwrap().train.len(), 1438);
        assert_eq!(load_source("synthetic").unwrap().train.len(), 20);
        for source in ["idx:no/such/dir", "csv:no/such/file"] {
            assert!(load_source(source).unwrap_err().to_string().contains(&source[4..]));
        }
    }

    #[test]
    fn an_unknown_source_is_a_configuration_error() {
        assert_eq!(load_source("minst").unwrap_err().exit_code(), 2);
    }
}
