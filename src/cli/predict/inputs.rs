//! The files that are predicted, in their order: images gathered into batches, CSV rows as they come.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use burn_mlp::data::{Picture, has_image_ending, has_other_image_ending};
use burn_mlp::error::{Error, Result};
use burn_mlp::inference::{
    CONTENT_BYTES, Content, ModelMetadata, Preparation, Rows, SeenImage, image_files, read_rows,
};

use super::notes::Note;

/// Rows and images that go through the network at once.
const BATCH: usize = 256;

/// What standard input is called on the command line and in answers.
const STANDARD_INPUT: &str = "-";

/// What a sentence calls it.
fn called(name: &str) -> &str {
    if name == STANDARD_INPUT { "standard input" } else { name }
}

/// Where a row comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub file: String,
    /// Of a CSV file.
    pub line: Option<u64>,
}

impl Source {
    /// "digits/7.png", "rows.csv:12".
    pub fn shown(&self) -> String {
        self.line.map_or_else(|| self.file.clone(), |line| format!("{}:{line}", self.file))
    }
}

/// Rows as the network takes them, `[sources.len() * d]`.
#[derive(Default)]
pub struct Batch {
    pub features: Vec<f32>,
    pub sources: Vec<Source>,
    pub notes: Vec<Note>,
}

pub enum Input {
    Batch(Batch),
    Noticed(Note),
    /// The other files are still predicted.
    Unreadable(Error),
}

/// Reads what a model is to predict.
pub struct Inputs<'a> {
    pub metadata: &'a ModelMetadata,
    pub preparation: Preparation,
}

/// Takes the inputs; false to hear no more.
type Take<'a> = &'a mut dyn FnMut(Input) -> Result<bool>;

/// Why a file's reading stopped.
enum Stop {
    /// The file cannot be read.
    Unreadable(Error),
    /// Nobody listens any more, or the prediction failed.
    Ended(Result<()>),
}

impl Inputs<'_> {
    /// All of `paths`, in their order.
    ///
    /// # Errors
    /// What `take` says.
    pub fn read(&self, paths: &[PathBuf], take: Take) -> Result<()> {
        let mut images = Batch::default();
        for path in paths {
            let read = match path.is_dir() {
                true => self.read_directory(path, &mut images, take),
                false => self.read_file(path, &mut images, take),
            };
            if let Err(ended) = read {
                return ended;
            }
        }
        match give(&mut images, take) {
            Ok(()) => Ok(()),
            Err(ended) => ended,
        }
    }

    fn read_directory(&self, path: &Path, images: &mut Batch, take: Take) -> std::result::Result<(), Result<()>> {
        let found = match image_files(path) {
            Ok(found) => found,
            Err(error) => return self.unreadable(error, images, take),
        };
        went_on(take(Input::Noticed(Note::OfOtherKinds(found.of_other_kinds))))?;
        found.files.iter().try_for_each(|file| self.read_file(file, images, take))
    }

    fn read_file(&self, path: &Path, images: &mut Batch, take: Take) -> std::result::Result<(), Result<()>> {
        let name = path.to_string_lossy();
        let read = match name == STANDARD_INPUT {
            true => self.read_content(std::io::stdin().lock(), &name, images, take),
            false => match open(path) {
                Ok(file) => self.read_content(file, &name, images, take),
                Err(error) => Err(Stop::Unreadable(error)),
            },
        };
        match read {
            Ok(()) => Ok(()),
            Err(Stop::Unreadable(error)) => self.unreadable(error, images, take),
            Err(Stop::Ended(ended)) => Err(ended),
        }
    }

    /// Tells of a file that cannot be read, after what comes before it.
    fn unreadable(&self, error: Error, images: &mut Batch, take: Take) -> std::result::Result<(), Result<()>> {
        give(images, take)?;
        went_on(take(Input::Unreadable(error)))
    }

    fn read_content(
        &self,
        file: impl Read,
        name: &str,
        images: &mut Batch,
        take: Take,
    ) -> std::result::Result<(), Stop> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let start = beginning(&mut file).map_err(|error| Stop::Unreadable(Error::io("read", called(name))(error)))?;
        // By its name it is an image: what it holds instead is told by decoding it.
        let is_image = has_image_ending(Path::new(name)) || has_other_image_ending(Path::new(name));
        let content = if is_image { Content::Image } else { Content::of(&start) };
        let file = start.as_slice().chain(file);
        match content {
            Content::Image => {
                let seen = self.see(file).map_err(|problem| Stop::Unreadable(Error::data(called(name), problem)))?;
                images.features.extend(seen.features());
                images.sources.push(Source { file: name.to_string(), line: None });
                images.notes.push(Note::seen(name.to_string(), &seen));
                if images.sources.len() >= BATCH { give(images, take).map_err(Stop::Ended) } else { Ok(()) }
            }
            Content::Rows => {
                give(images, take).map_err(Stop::Ended)?;
                self.read_lines(file, name, take)
            }
        }
    }

    fn see(&self, file: impl Read) -> std::result::Result<SeenImage, String> {
        let picture = Picture::read(file)?;
        self.metadata.see(&picture, self.preparation)
    }

    fn read_lines(&self, file: impl BufRead, name: &str, take: Take) -> std::result::Result<(), Stop> {
        let (mut ended, mut scaled) = (None, None);
        let read = read_rows(self.metadata, file, called(name), BATCH, &mut |rows| {
            let looks_scaled = self.metadata.normalization.looks_applied_before(&rows.features);
            scaled = scaled.map_or(looks_scaled, |before| Some(before && looks_scaled.unwrap_or(true)));
            let batch = self.row_batch(rows, name)?;
            went_on(take(Input::Batch(batch))).map_err(|end| {
                ended = Some(end);
                Error::data(name, "was not read to its end")
            })
        });
        match (ended, read, scaled) {
            (Some(ended), ..) => Err(Stop::Ended(ended)),
            (None, Err(error), _) => Err(Stop::Unreadable(error)),
            (None, Ok(()), Some(true)) => {
                went_on(take(Input::Noticed(Note::ScaledRows(called(name).to_string())))).map_err(Stop::Ended)
            }
            (None, Ok(()), _) => Ok(()),
        }
    }

    fn row_batch(&self, rows: Rows, name: &str) -> Result<Batch> {
        let Rows { mut features, lines } = rows;
        let source = |line| Source { file: name.to_string(), line: Some(line) };
        let sources: Vec<Source> = lines.into_iter().map(source).collect();
        let seen = self.metadata.see_rows(&mut features, self.preparation);
        let seen = seen.map_err(|problem| Error::data(called(name), problem))?;
        let notes = sources.iter().zip(&seen).map(|(source, seen)| Note::seen(source.shown(), seen)).collect();
        Ok(Batch { features, sources, notes })
    }
}

/// Passes on the images gathered so far.
fn give(images: &mut Batch, take: Take) -> std::result::Result<(), Result<()>> {
    match images.sources.is_empty() {
        true => Ok(()),
        false => went_on(take(Input::Batch(std::mem::take(images)))),
    }
}

/// An error ends everything, and so does an answer that nobody hears.
fn went_on(taken: Result<bool>) -> std::result::Result<(), Result<()>> {
    match taken {
        Ok(true) => Ok(()),
        Ok(false) => Err(Ok(())),
        Err(error) => Err(Err(error)),
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(Error::io("read", path))
}

/// The first bytes, as many as tell what a file holds.
fn beginning(file: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.take(CONTENT_BYTES as u64).read_to_end(&mut start)?;
    Ok(start)
}
