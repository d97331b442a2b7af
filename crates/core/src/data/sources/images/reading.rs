//! Image files decoded on all cores, and brought to one shape.

use std::fs::{self, File};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;

use rayon::prelude::*;

use super::files::{BadFile, ImageFile};
use crate::config::{ImageColor, ImageSize};
use crate::data::progress::{HEARTBEAT, LoadStage, tell};
use crate::data::{DecodedImage, ImageShape, Progress};
use crate::{Error, Result};

/// Most bytes of all images together; they are held in memory, and on the device.
const MOST_BYTES: usize = 4 << 30;

/// How the images are to come out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Nothing: the size that all have.
    pub size: Option<ImageSize>,
    pub color: ImageColor,
    /// Whether files that are no readable images are left out; otherwise the first is refused.
    pub skip_bad: bool,
}

/// Decoded images.
#[derive(Debug)]
pub(super) struct ReadImages {
    pub shape: ImageShape,
    /// A row for each file, `[height * width * channels]`; none for a bad one.
    pub rows: Vec<Option<Vec<u8>>>,
    pub bad: Vec<BadFile>,
}

/// What became of a file.
enum Decoded {
    /// Its pixels, in one channel if it may be shown in grey.
    Pixels(Vec<u8>),
    Unreadable(String),
    OtherSize(ImageSize),
}

/// Reads `files`, in their order whatever the number of threads.
///
/// # Errors
/// The first file that is unreadable (unless such are left out) or has another size than the first one (unless a size is
/// wanted); if no image is readable, or all together take too much memory; [`Error::Interrupted`] if `progress` asks to
/// stop.
pub(super) fn read_images(files: &[ImageFile], wanted: Wanted, progress: Progress) -> Result<ReadImages> {
    let (first, size) = size_of_all(files, wanted)?;
    let channels = if wanted.color == ImageColor::Rgb { 3 } else { 1 };
    let needed = files.len().saturating_mul(size.width * size.height * channels);
    if needed > MOST_BYTES {
        let problem = format!(
            "{} images of {size} pixels take over {} GiB, and no more is possible; set a smaller size, as in 64x64",
            files.len(),
            MOST_BYTES >> 30
        );
        return Err(Error::config("images.size", problem));
    }
    let decoded = decode_all(files, wanted, size, progress)?;
    let mut bad = Vec::new();
    let mut rows = Vec::with_capacity(files.len());
    for (file, decoded) in files.iter().zip(decoded) {
        rows.push(match decoded {
            Decoded::Pixels(pixels) => Some(pixels),
            Decoded::Unreadable(problem) => {
                let file = BadFile { path: file.path.clone(), problem };
                if !wanted.skip_bad {
                    return Err(file.refused());
                }
                bad.push(file);
                None
            }
            Decoded::OtherSize(other) => return Err(two_sizes(&files[first].path, size, &file.path, other)),
        });
    }
    let channels = bring_to_one_colour(&mut rows, size);
    Ok(ReadImages { shape: ImageShape { height: size.height, width: size.width, channels }, rows, bad })
}

impl BadFile {
    /// The error that it is where bad files are not left out.
    pub fn refused(&self) -> Error {
        let problem = format!("{}; mend or remove it, or leave such files out with --skip-bad", self.problem);
        Error::data(self.path.display().to_string(), problem)
    }
}

/// The wanted size, else that of the first readable image; with that image's index.
fn size_of_all(files: &[ImageFile], wanted: Wanted) -> Result<(usize, ImageSize)> {
    if let Some(size) = wanted.size {
        return Ok((0, size));
    }
    for (index, file) in files.iter().enumerate() {
        match decode(&file.path) {
            Ok(picture) => return Ok((index, size_of(&picture))),
            Err(problem) if !wanted.skip_bad => return Err(BadFile { path: file.path.clone(), problem }.refused()),
            Err(_) => (),
        }
    }
    Err(Error::data("images", format!("none of the {} files is a readable image", files.len())))
}

fn two_sizes(first: &Path, size: ImageSize, path: &Path, other: ImageSize) -> Error {
    let problem = format!(
        "is {other} pixels (width x height), but {} is {size}; bring all to one size with --set images.size={size}",
        first.display()
    );
    Error::data(path.display().to_string(), problem)
}

/// What became of each file; after the first one that ends the reading, of none.
fn decode_all(files: &[ImageFile], wanted: Wanted, size: ImageSize, progress: Progress) -> Result<Vec<Decoded>> {
    let (done, stopping, first_fault) = (AtomicU64::new(0), AtomicBool::new(false), AtomicUsize::new(usize::MAX));
    let read = |(index, file): (usize, &ImageFile)| {
        if stopping.load(Ordering::Relaxed) || index > first_fault.load(Ordering::Relaxed) {
            return None;
        }
        let decoded = decode_one(&file.path, wanted, size);
        let ends_it = match decoded {
            Decoded::Pixels(_) => false,
            Decoded::Unreadable(_) => !wanted.skip_bad,
            Decoded::OtherSize(_) => true,
        };
        if ends_it {
            // Files before it are still read, so that the one that is told does not depend on the threads.
            first_fault.fetch_min(index, Ordering::Relaxed);
        }
        done.fetch_add(1, Ordering::Relaxed);
        Some(decoded)
    };
    let waiting = thread::current();
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let decoded: Vec<Option<Decoded>> = files.par_iter().enumerate().map(read).collect();
            waiting.unpark();
            decoded
        });
        let total = Some(files.len() as u64);
        // Told once at least, so that the few images of a small directory can be stopped too.
        loop {
            let told = tell(progress, LoadStage::Reading("images"), done.load(Ordering::Relaxed), total);
            if let Err(interrupted) = told {
                stopping.store(true, Ordering::Relaxed);
                return Err(interrupted);
            }
            if reading.is_finished() {
                break;
            }
            thread::park_timeout(HEARTBEAT / 4);
        }
        let decoded = reading.join().unwrap_or_else(|panic| resume_unwind(panic));
        Ok(decoded.into_iter().map_while(|decoded| decoded).collect())
    })
}

fn decode_one(path: &Path, wanted: Wanted, size: ImageSize) -> Decoded {
    let picture = match decode(path) {
        Ok(picture) => picture,
        Err(problem) => return Decoded::Unreadable(problem),
    };
    let own = size_of(&picture);
    if wanted.size.is_none() && own != size {
        return Decoded::OtherSize(own);
    }
    let is_grey = match wanted.color {
        ImageColor::Grey => true,
        ImageColor::Rgb => false,
        ImageColor::Auto => picture.is_grey(),
    };
    let channels = if is_grey { 1 } else { 3 };
    Decoded::Pixels(picture.fitted(ImageShape { height: size.height, width: size.width, channels }))
}

fn decode(path: &Path) -> std::result::Result<DecodedImage, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}");
    let is_file = fs::metadata(path).map_err(failed)?.is_file();
    if !is_file {
        return Err("is not a file".to_string());
    }
    DecodedImage::read(File::open(path).map_err(failed)?)
}

fn size_of(picture: &DecodedImage) -> ImageSize {
    let ImageShape { height, width, .. } = picture.shape();
    ImageSize { width, height }
}

/// Gives grey rows three channels if any row has them; returns how many channels all rows have.
fn bring_to_one_colour(rows: &mut [Option<Vec<u8>>], size: ImageSize) -> usize {
    let pixels = size.width * size.height;
    if rows.iter().flatten().all(|row| row.len() == pixels) {
        return 1;
    }
    for row in rows.iter_mut().flatten().filter(|row| row.len() == pixels) {
        *row = row.iter().flat_map(|&grey| [grey; 3]).collect();
    }
    3
}
