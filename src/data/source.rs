//! From a source's name to its data.

use super::{Data, Digits, DownloadProgress, IdxDirectory, Mnist, Synthetic};
use crate::config::{DataConfig, RunConfig, SyntheticConfig};
use crate::{Error, Result};

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

/// What `data.source` may be.
pub const SOURCES: [&str; 4] = ["digits", "mnist", "idx:DIR", "synthetic"];

/// Loads the data that `config` asks for.
///
/// # Errors
/// If `data.source` is unknown, or as [`Source::load`].
pub fn load(config: &RunConfig, progress: Progress) -> Result<Data> {
    open(&config.data, &config.synthetic, config.seed)?.load(progress)
}

/// The source by its name; touches no file yet.
fn open(data: &DataConfig, synthetic: &SyntheticConfig, seed: u64) -> Result<Box<dyn Source>> {
    match data.source.split_once(':').unwrap_or((&data.source, "")) {
        ("digits", "") => Ok(Box::new(Digits)),
        ("mnist", "") => Ok(Box::new(Mnist::from_config(data)?)),
        ("synthetic", "") => Ok(Box::new(Synthetic::new(synthetic.clone(), seed))),
        ("idx", "") => Err(Error::config("data.source", "`idx` needs a directory: `idx:DIR`")),
        ("idx", directory) => Ok(Box::new(IdxDirectory::new(directory))),
        (name, _) => Err(unknown(&data.source, name)),
    }
}

fn unknown(source: &str, name: &str) -> Error {
    let nearest = SOURCES
        .map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), known.trim_end_matches(":DIR")), known))
        .into_iter()
        .min()
        .filter(|(distance, _)| *distance <= 2);
    let hint = nearest.map_or(String::new(), |(_, known)| format!(" did you mean `{known}`?"));
    Error::config("data.source", format!("there is no source `{source}`;{hint} sources are {}", SOURCES.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_source(source: &str) -> Result<Data> {
        let data = DataConfig { source: source.into(), dir: String::new(), offline: true };
        let synthetic = SyntheticConfig { rows: 20, features: 3, classes: 2 };
        open(&data, &synthetic, 0)?.load(&mut |_| {})
    }

    fn refusal(source: &str) -> String {
        let error = load_source(source).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }

    #[test]
    fn a_source_is_found_by_its_name() {
        assert_eq!(load_source("digits").unwrap().train.len(), 1438);
        assert_eq!(load_source("synthetic").unwrap().train.len(), 20);
        assert!(load_source("idx:no/such/dir").unwrap_err().to_string().contains("no/such/dir"));
    }

    #[test]
    fn an_unknown_source_is_answered_with_the_nearest() {
        assert!(
            refusal("minst").contains("there is no source `minst`; did you mean `mnist`? sources are digits, mnist")
        );
        assert!(refusal("Digits").contains("did you mean `digits`?"));
        assert!(refusal("idc:some/dir").contains("did you mean `idx:DIR`?"));
        assert!(refusal("digits:8").contains("there is no source `digits:8`"));
        assert!(!refusal("wikipedia").contains("did you mean"));
    }

    #[test]
    fn idx_without_a_directory_is_refused() {
        assert!(refusal("idx").contains("`idx` needs a directory"));
        assert!(refusal("idx:").contains("`idx` needs a directory"));
    }
}
