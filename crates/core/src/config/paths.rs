//! Makes the paths in a configuration absolute.

use std::path::Path;

use super::run_config::RunConfig;
use super::source::Source;
use crate::{Error, Result};

impl RunConfig {
    /// Makes every path absolute, so that the configuration works from any directory.
    ///
    /// # Errors
    /// [`Error::Io`] if the current directory cannot be determined.
    pub fn with_absolute_paths(&self) -> Result<Self> {
        let absolute = |path: &Path| std::path::absolute(path).map_err(Error::io("find", path));
        let mut config = self.clone();
        let paths = [&mut config.data.dir, &mut config.training.init_from, &mut config.csv.test];
        for path in paths.into_iter().filter(|path| !path.is_empty()) {
            *path = absolute(Path::new(path))?.to_string_lossy().into_owned();
        }
        config.data.source = match config.data.source.parse()? {
            Source::Idx(directory) => Source::Idx(absolute(&directory)?).to_string(),
            Source::Csv(file) => Source::Csv(absolute(&file)?).to_string(),
            Source::Images(directory) => Source::Images(absolute(&directory)?).to_string(),
            _ => config.data.source,
        };
        Ok(config)
    }
}
