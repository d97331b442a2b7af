//! Moves the relative paths in a configuration.

use std::path::{Component, Path, PathBuf};

use super::run_config::RunConfig;
use super::values::source::{STANDARD_INPUT, Source, is_there};
use crate::{Error, Result};

/// The settings that say where the data is.
const PATHS_OF_DATA: [fn(&mut RunConfig) -> &mut String; 5] = [
    |config| &mut config.data.source,
    |config| &mut config.data.dir,
    |config| &mut config.csv.valid,
    |config| &mut config.csv.test,
    |config| &mut config.images.labels,
];

impl RunConfig {
    /// Makes every path absolute, so that the configuration works from any directory.
    ///
    /// # Errors
    /// [`Error::Io`] if the current directory cannot be determined.
    pub fn with_absolute_paths(&self) -> Result<Self> {
        self.with_paths(|path| std::path::absolute(path).map_err(Error::io("find", path)))
    }

    /// Lets relative paths lead from `directory`, where a run was started. One that leads nowhere
    /// from there stays as it is, relative to the current directory.
    ///
    /// # Errors
    /// [`Error::Config`] if `data.source` is unknown.
    pub fn with_paths_from(&self, directory: &Path) -> Result<Self> {
        self.with_paths(|path| {
            let moved = directory.join(path);
            Ok(if is_there(&moved) { moved } else { path.to_path_buf() })
        })
    }

    /// Lets paths lead to what has moved to `directory`: `data/a.csv` to `directory/data/a.csv`, or else `directory/a.csv`; a
    /// folder of images or IDX files to `directory` itself if it holds none of that name. Others stay as they are.
    ///
    /// # Errors
    /// [`Error::Config`] if `data.source` is unknown.
    pub fn with_paths_moved_to(&self, directory: &Path) -> Result<Self> {
        let mut config = self.with_paths(|path| Ok(moved(path, directory).unwrap_or_else(|| path.to_path_buf())))?;
        config.data.dir.clone_from(&self.data.dir);
        let source = match config.data.source.parse()? {
            Source::Idx(path) if !path.exists() => Source::Idx(directory.to_path_buf()),
            Source::Images(path) if !path.exists() => Source::Images(directory.to_path_buf()),
            source => source,
        };
        config.data.source = source.to_string();
        Ok(config)
    }

    /// Makes the paths absolute that differ from those of `earlier`: they were given in the current
    /// directory, the others where the run was started.
    ///
    /// # Errors
    /// As [`with_absolute_paths`](Self::with_absolute_paths).
    pub fn with_new_paths_absolute(&self, earlier: &Self) -> Result<Self> {
        let (mut config, mut absolute) = (self.clone(), self.with_absolute_paths()?);
        let mut earlier = earlier.clone();
        for path in PATHS_OF_DATA {
            if path(&mut config) != path(&mut earlier) {
                path(&mut config).clone_from(path(&mut absolute));
            }
        }
        Ok(config)
    }

    /// Takes the paths of the data from `other`.
    pub fn with_data_paths_of(&self, other: &Self) -> Self {
        let (mut config, mut other) = (self.clone(), other.clone());
        for path in PATHS_OF_DATA {
            path(&mut config).clone_from(path(&mut other));
        }
        config
    }

    fn with_paths(&self, change: impl Fn(&Path) -> Result<PathBuf>) -> Result<Self> {
        let change = |path: &Path| match path.as_os_str() == STANDARD_INPUT {
            true => Ok(path.to_path_buf()),
            false => change(path),
        };
        let mut config = self.clone();
        let RunConfig { data, training, csv, images, .. } = &mut config;
        let paths = [&mut data.dir, &mut training.init_from, &mut csv.valid, &mut csv.test, &mut images.labels];
        for path in paths.into_iter().filter(|path| !path.is_empty()) {
            *path = change(Path::new(path))?.to_string_lossy().into_owned();
        }
        let source = match config.data.source.parse()? {
            Source::Idx(directory) => Source::Idx(change(&directory)?),
            Source::Table(format, path) => Source::Table(format, change(&path)?),
            Source::Images(directory) => Source::Images(change(&directory)?),
            Source::Npy(x, y) => Source::Npy(change(&x)?, change(&y)?),
            Source::Npz(file) => Source::Npz(change(&file)?),
            Source::Path(path) => Source::Path(change(&path)?),
            named => named,
        };
        config.data.source = source.to_string();
        Ok(config)
    }
}

/// Finds the longest end of `path` that leads somewhere from `directory`.
fn moved(path: &Path, directory: &Path) -> Option<PathBuf> {
    let names: Vec<_> = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let mut ends = (0..names.len()).map(|first| directory.join(names[first..].iter().collect::<PathBuf>()));
    ends.find(|end| is_there(end))
}

#[cfg(test)]
mod tests {
    use crate::config::RunConfig;

    fn config(source: &str, test: &str) -> RunConfig {
        let mut config = RunConfig::default();
        (config.data.source, config.csv.test) = (source.into(), test.into());
        config
    }

    #[test]
    fn a_relative_path_leads_from_the_directory_where_it_leads_somewhere() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("a.csv"), "").unwrap();
        let found = config("csv:a.csv", "b.csv").with_paths_from(directory.path()).unwrap();
        let expected = format!("csv:{}", directory.path().join("a.csv").display());
        assert_eq!((found.data.source, found.csv.test), (expected, "b.csv".to_string()));
    }

    #[test]
    fn the_sheet_of_a_workbook_moves_with_it() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("book.xlsx"), "").unwrap();
        let found = config("xlsx:book.xlsx#People 2024", "book.xlsx#More").with_paths_from(directory.path()).unwrap();
        let path = |sheet: &str| directory.path().join(format!("book.xlsx#{sheet}")).display().to_string();
        assert_eq!((found.data.source, found.csv.test), (format!("xlsx:{}", path("People 2024")), path("More")));
    }

    #[test]
    fn only_paths_that_changed_become_absolute() {
        let earlier = config("csv:a.csv", "b.csv");
        let now = config("csv:c.csv", "b.csv").with_new_paths_absolute(&earlier).unwrap();
        let expected = format!("csv:{}", std::path::absolute("c.csv").unwrap().display());
        assert_eq!((now.data.source, now.csv.test), (expected, "b.csv".to_string()));
        assert_eq!(earlier.with_new_paths_absolute(&earlier).unwrap(), earlier);
    }

    #[test]
    fn paths_lead_to_what_has_moved_to_another_directory() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("data")).unwrap();
        for file in ["data/a.csv", "a.csv", "b.csv"] {
            std::fs::write(directory.path().join(file), "").unwrap();
        }
        let moved = |source: &str| config(source, "/gone/b.csv").with_paths_moved_to(directory.path()).unwrap();
        let path = |name: &str| directory.path().join(name).display().to_string();
        assert_eq!(moved("csv:/gone/data/a.csv").data.source, format!("csv:{}", path("data/a.csv")));
        assert_eq!(moved("csv:../other/a.csv").data.source, format!("csv:{}", path("a.csv")));
        assert_eq!(moved("csv:c.csv").data.source, "csv:c.csv");
        assert_eq!(moved("csv:c.csv").csv.test, path("b.csv"));
        assert_eq!(moved("images:/gone/photos").data.source, format!("images:{}", directory.path().display()));
        assert_eq!(moved("images:/gone/data").data.source, format!("images:{}", path("data")));
    }
}
