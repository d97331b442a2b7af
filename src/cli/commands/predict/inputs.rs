//! Reads the inputs in order: images are collected into batches, CSV rows are passed on as they are
//! read.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use burn_mlp::config::split_sheet;
use burn_mlp::data::{
    DecodedImage, ImageFiles, has_image_ending, has_other_image_ending, read_rows, read_sheet, table_files,
};
use burn_mlp::error::{Error, Result};
use burn_mlp::infer::ModelMetadata;
use burn_mlp::infer::csv::Rows;
use burn_mlp::infer::image::{CONTENT_BYTES, Content, Preparation, PreparedImage};
use burn_mlp::inference::image_files;

use super::batch::{Batch, STANDARD_INPUT, Source, display_name};
use super::notes::Note;

/// Maximum number of rows or images in a batch.
const MAX_BATCH: usize = 256;

pub enum Input {
    Batch(Batch),
    /// A file of rows has no more.
    EndOfFile,
    Note(Note),
    /// A file cannot be read; the others are still predicted.
    Unreadable(Error),
}

/// Reads the inputs of a model.
pub struct Inputs<'a> {
    pub metadata: &'a ModelMetadata,
    pub preparation: Preparation,
}

/// Receives the inputs; returns false to end the reading.
type Take<'a> = &'a mut dyn FnMut(Input) -> Result<bool>;

/// Why reading a file stopped.
enum Stop {
    /// The file cannot be read.
    Unreadable(Error),
    /// The receiver wants no more, or failed.
    Ended(Result<()>),
}

impl Inputs<'_> {
    /// Reads all of `paths` in order.
    ///
    /// # Errors
    /// The error of `take`. A file that cannot be read is passed to `take` instead.
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
        match flush(&mut images, take) {
            Ok(()) => Ok(()),
            Err(ended) => ended,
        }
    }

    fn read_directory(&self, path: &Path, images: &mut Batch, take: Take) -> std::result::Result<(), Result<()>> {
        let found = match self.metadata.table {
            Some(_) => table_files(path).map(|files| ImageFiles { files, ..ImageFiles::default() }),
            None => image_files(path),
        };
        let found = match found {
            Ok(found) => found,
            Err(error) => return self.unreadable(error, images, take),
        };
        proceed(take(Input::Note(Note::UnsupportedFormats(found.of_other_kinds))))?;
        found.files.iter().try_for_each(|file| self.read_file(file, images, take))
    }

    fn read_file(&self, path: &Path, images: &mut Batch, take: Take) -> std::result::Result<(), Result<()>> {
        let name = path.to_string_lossy();
        let read = match name == STANDARD_INPUT {
            true => self.read_content(std::io::stdin().lock(), &name, images, take),
            false if split_sheet(path).is_some() => flush(images, take)
                .map_err(Stop::Ended)
                .and_then(|()| self.read_lines(&name, take, |take| read_sheet(self.metadata, path, MAX_BATCH, take))),
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

    /// Reports a file that cannot be read, after the images before it.
    fn unreadable(&self, error: Error, images: &mut Batch, take: Take) -> std::result::Result<(), Result<()>> {
        flush(images, take)?;
        proceed(take(Input::Unreadable(error)))
    }

    fn read_content(
        &self,
        file: impl Read,
        name: &str,
        images: &mut Batch,
        take: Take,
    ) -> std::result::Result<(), Stop> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let start =
            beginning(&mut file).map_err(|error| Stop::Unreadable(Error::io("read", display_name(name))(error)))?;
        // A file named like an image is decoded as one, so that the error is about the image.
        let is_image = has_image_ending(Path::new(name)) || has_other_image_ending(Path::new(name));
        let content = if is_image { Content::Image } else { Content::of(&start) };
        let file = start.as_slice().chain(file);
        match content {
            Content::Image => {
                let seen = self
                    .preprocess(file)
                    .map_err(|problem| Stop::Unreadable(Error::data(display_name(name), problem)))?;
                images.features.extend(&seen.features);
                images.sources.push(Source { file: name.to_string(), line: None, id: None });
                images.notes.push(Note::seen(name.to_string(), &seen));
                if images.sources.len() >= MAX_BATCH { flush(images, take).map_err(Stop::Ended) } else { Ok(()) }
            }
            Content::Rows => {
                flush(images, take).map_err(Stop::Ended)?;
                self.read_lines(name, take, |take| read_rows(self.metadata, file, display_name(name), MAX_BATCH, take))
            }
        }
    }

    fn preprocess(&self, file: impl Read) -> std::result::Result<PreparedImage, String> {
        let picture = DecodedImage::read(file)?;
        self.metadata.preprocess(&picture, self.preparation)
    }

    /// Passes on the rows that `read` gives.
    fn read_lines(
        &self,
        name: &str,
        take: Take,
        read: impl FnOnce(&mut dyn FnMut(Rows) -> Result<()>) -> Result<()>,
    ) -> std::result::Result<(), Stop> {
        let mut ended = None;
        let read = read(&mut |rows| {
            let batch = self.row_batch(rows, name)?;
            proceed(take(Input::Batch(batch))).map_err(|end| {
                ended = Some(end);
                Error::data(name, "was not read to the end")
            })
        });
        if let Some(ended) = ended {
            return Err(Stop::Ended(ended));
        }
        proceed(take(Input::EndOfFile)).map_err(Stop::Ended)?;
        read.map_err(Stop::Unreadable)
    }

    fn row_batch(&self, rows: Rows, name: &str) -> Result<Batch> {
        let Rows { mut features, lines, truths, ids, warnings, notes: remarks } = rows;
        let mut ids = ids.into_iter().flatten();
        let source = |line| Source { file: name.to_string(), line: Some(line), id: ids.next() };
        let sources: Vec<Source> = lines.into_iter().map(source).collect();
        let seen = self.metadata.preprocess_rows(&mut features, self.preparation);
        let seen = seen.map_err(|problem| Error::data(display_name(name), problem))?;
        let notes = sources.iter().zip(&seen).map(|(source, seen)| Note::seen(source.shown(), seen)).collect();
        Ok(Batch { features, sources, truths, notes, warnings, remarks })
    }
}

/// Passes on the images collected so far.
fn flush(images: &mut Batch, take: Take) -> std::result::Result<(), Result<()>> {
    match images.sources.is_empty() {
        true => Ok(()),
        false => proceed(take(Input::Batch(std::mem::take(images)))),
    }
}

/// Maps "no more" and errors of the receiver to the end of the reading.
fn proceed(taken: Result<bool>) -> std::result::Result<(), Result<()>> {
    match taken {
        Ok(true) => Ok(()),
        Ok(false) => Err(Ok(())),
        Err(error) => Err(Err(error)),
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(Error::io("read", path))
}

/// The first bytes, enough to detect the kind of content.
fn beginning(file: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.take(CONTENT_BYTES as u64).read_to_end(&mut start)?;
    Ok(start)
}
