//! From a source's name to its data.

use super::{Data, Digits, DownloadProgress, IdxDirectory, Mnist, Synthetic};
use crate::Result;
use crate::config::{DataConfig, RunConfig, Source as SourceName, SyntheticConfig};

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
    open(&config.data, &config.synthetic, config.seed)?.load(progress)
}

/// The source by its name; touches no file yet.
fn open(data: &DataConfig, synthetic: &SyntheticConfig, seed: u64) -> Result<Box<dyn Source>> {
    Ok(match data.source.parse()? {
        SourceName::Digits => Box::new(Digits),
        SourceName::Mnist => Box::new(Mnist::from_config(data)?),
        SourceName::Synthetic => Box::new(Synthetic::new(synthetic.clone(), seed)),
        SourceName::Idx(directory) => Box::new(IdxDirectory::new(directory)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_source(source: &str) -> Result<Data> {
        let data = DataConfig { source: source.into(), dir: String::new(), offline: true };
        let synthetic = SyntheticConfig { rows: 20, features: 3, classes: 2 };
        open(&data, &synthetic, 0)?.load(&mut |_| {})
    }

    #[test]
    fn a_source_is_found_by_its_name() {
        assert_eq!(load_source("digits").unwrap().train.len(), 1438);
        assert_eq!(load_source("synthetic").unwrap().train.len(), 20);
        assert!(load_source("idx:no/such/dir").unwrap_err().to_string().contains("no/such/dir"));
    }

    #[test]
    fn an_unknown_source_is_a_configuration_error() {
        assert_eq!(load_source("minst").unwrap_err().exit_code(), 2);
    }
}
