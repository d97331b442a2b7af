//! The files that are predicted, in their order: images gathered into batches, CSV rows as they come.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use burn_mlp::data::{Picture, has_image_ending};
use burn_mlp::error::{Error, Result};
use burn_mlp::inference::{CONTENT_BYTES, Content, ModelMetadata, Preparation, SeenImage, image_files, read_rows};

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

/// An image's name, and what was noticed when it was brought to the network's shape.
pub struct NotedImage {
    pub name: String,
    pub looks_inverted: bool,
    pub needlessly_inverted: bool,
    pub stretched: bool,
}

impl NotedImage {
    fn new(name: &str, seen: &SeenImage) -> Self {
        Self {
            name: name.to_string(),
            looks_inverted: seen.looks_inverted,
            needlessly_inverted: seen.needlessly_inverted,
            stretched: seen.stretched,
        }
    }
}

/// Rows as the network takes them, `[sources.len() * d]`.
#[derive(Default)]
pub struct Batch {
    pub features: Vec<f32>,
    pub sources: Vec<Source>,
    pub images: Vec<NotedImage>,
}

pub enum Input {
    Batch(Batch),
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
            let files = match path.is_dir() {
                true => image_files(path),
                false => Ok(vec![path.clone()]),
            };
            let read = match files {
                Ok(files) => files.iter().try_for_each(|file| self.read_file(file, &mut images, take)),
                Err(error) => self.unreadable(error, &mut images, take),
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
        let content = if has_image_ending(Path::new(name)) { Content::Image } else { Content::of(&start) };
        let file = start.as_slice().chain(file);
        match content {
            Content::Image => {
                let seen = self.see(file).map_err(|problem| Stop::Unreadable(Error::data(called(name), problem)))?;
                images.features.extend(seen.features());
                images.sources.push(Source { file: name.to_string(), line: None });
                images.images.push(NotedImage::new(name, &seen));
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
        let mut ended = None;
        let read = read_rows(self.metadata, file, called(name), BATCH, &mut |rows| {
            let source = |&line: &u64| Source { file: name.to_string(), line: Some(line) };
            let sources = rows.lines.iter().map(source).collect();
            went_on(take(Input::Batch(Batch { features: rows.features, sources, images: Vec::new() }))).map_err(|end| {
                ended = Some(end);
                Error::data(name, "was not read to its end")
            })
        });
        match (ended, read) {
            (Some(ended), _) => Err(Stop::Ended(ended)),
            (None, read) => read.map_err(Stop::Unreadable),
        }
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
