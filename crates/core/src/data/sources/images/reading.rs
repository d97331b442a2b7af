//! Decodes image files on all cores and brings them to one shape.

use std::fs::{self, File};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;

use rayon::prelude::*;

use super::image_set::{BadFile, ImageFile};
use crate::config::{ImageColor, ImageSize};
use crate::data::progress::{HEARTBEAT, LoadStage, report};
use crate::data::{DecodedImage, ImageShape, Progress};
use crate::{Error, Result};
use burn_mlp_infer::image::Pixels;

/// Maximum bytes of all images together, which are kept in memory and on the device.
const MAX_BYTES: usize = 4 << 30;

/// Options for decoding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Size to resize to; `None` requires that all images have the same size.
    pub size: Option<ImageSize>,
    pub color: ImageColor,
    /// Whether to leave out unreadable files instead of failing at the first.
    pub skip_bad: bool,
}

/// Decoded images.
#[derive(Debug)]
pub(super) struct ReadImages {
    pub shape: ImageShape,
    /// Pixels of each file, `[height * width * channels]`; `None` for a bad file.
    pub rows: Vec<Option<Pixels>>,
    pub bad: Vec<BadFile>,
    /// Number of files that hold more images than the first, which alone counts.
    pub first_of_several: usize,
}

/// Result for a file.
enum Decoded {
    /// Pixels, in one channel if the image is grey, and whether the file holds more images.
    Pixels(Pixels, bool),
    Unreadable(String),
    OtherSize(ImageSize),
}

/// Reads `files`; the result does not depend on the number of threads.
///
/// # Errors
/// [`Error::Data`] for the first file that is unreadable (unless these are left out) or differs in
/// size from the first (unless a size is set), or if no image is readable; [`Error::Config`] if the
/// images need too much memory; [`Error::Interrupted`] if `progress` stops it.
pub(super) fn read_images(files: &[ImageFile], wanted: Wanted, progress: Progress) -> Result<ReadImages> {
    let First { index: first, size, is_deep } = first_image(files, wanted)?;
    let channels = if wanted.color == ImageColor::Rgb { 3 } else { 1 };
    // Of more than 8 bits, values become floats.
    let needed = files.len().saturating_mul(size.width * size.height * channels * if is_deep { 4 } else { 1 });
    if needed > MAX_BYTES {
        let problem = format!(
            "{} images of {size} pixels need more than {} GiB, the maximum; set a smaller size, such as 64x64",
            files.len(),
            MAX_BYTES >> 30
        );
        return Err(Error::config("images.size", problem));
    }
    let decoded = decode_all(files, wanted, size, progress)?;
    let (mut bad, mut first_of_several) = (Vec::new(), 0);
    let mut rows = Vec::with_capacity(files.len());
    for (file, decoded) in files.iter().zip(decoded) {
        rows.push(match decoded {
            Decoded::Pixels(pixels, has_more) => {
                first_of_several += usize::from(has_more);
                Some(pixels)
            }
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
    let channels = unify_channels(&mut rows, size);
    Ok(ReadImages {
        shape: ImageShape { height: size.height, width: size.width, channels },
        rows,
        bad,
        first_of_several,
    })
}

/// The first readable image.
struct First {
    index: usize,
    /// The configured size, otherwise that of the image.
    size: ImageSize,
    /// Whether it has more than 8 bits a channel.
    is_deep: bool,
}

fn first_image(files: &[ImageFile], wanted: Wanted) -> Result<First> {
    for (index, file) in files.iter().enumerate() {
        match decode(&file.path) {
            Ok(image) => {
                let size = wanted.size.unwrap_or_else(|| size_of(&image));
                return Ok(First { index, size, is_deep: image.is_deep() });
            }
            Err(problem) if !wanted.skip_bad => return Err(BadFile { path: file.path.clone(), problem }.refused()),
            Err(_) => (),
        }
    }
    Err(Error::data("images", format!("none of the {} files is a readable image", files.len())))
}

fn two_sizes(first: &Path, size: ImageSize, path: &Path, other: ImageSize) -> Error {
    let problem = format!(
        "is {other} pixels (width x height), but {} is {size}; resize all with --set images.size={size}",
        first.display()
    );
    Error::data(path.display().to_string(), problem)
}

/// Decodes files until the first that ends the reading.
fn decode_all(files: &[ImageFile], wanted: Wanted, size: ImageSize, progress: Progress) -> Result<Vec<Decoded>> {
    let (done, stopping, first_fault) = (AtomicU64::new(0), AtomicBool::new(false), AtomicUsize::new(usize::MAX));
    let read = |(index, file): (usize, &ImageFile)| {
        if stopping.load(Ordering::Relaxed) || index > first_fault.load(Ordering::Relaxed) {
            return None;
        }
        let decoded = decode_one(&file.path, wanted, size);
        if matches!(decoded, Decoded::OtherSize(_)) || !wanted.skip_bad && matches!(decoded, Decoded::Unreadable(_)) {
            // Earlier files are still read, so that the reported file does not depend on the
            // threads.
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
        // Reports at least once, so that reading a small directory can be stopped too.
        loop {
            let reported = report(progress, LoadStage::Reading("images"), done.load(Ordering::Relaxed), total);
            if let Err(interrupted) = reported {
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
    let image = match decode(path) {
        Ok(image) => image,
        Err(problem) => return Decoded::Unreadable(problem),
    };
    let own = size_of(&image);
    if wanted.size.is_none() && own != size {
        return Decoded::OtherSize(own);
    }
    let is_grey = match wanted.color {
        ImageColor::Grey => true,
        ImageColor::Rgb => false,
        ImageColor::Auto => image.is_grey(),
    };
    let channels = if is_grey { 1 } else { 3 };
    let pixels = image.fitted(ImageShape { height: size.height, width: size.width, channels });
    Decoded::Pixels(pixels, image.is_first_of_several())
}

fn decode(path: &Path) -> std::result::Result<DecodedImage, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}");
    let is_file = fs::metadata(path).map_err(failed)?.is_file();
    if !is_file {
        return Err("is not a file".to_string());
    }
    DecodedImage::read(File::open(path).map_err(failed)?)
}

fn size_of(image: &DecodedImage) -> ImageSize {
    let ImageShape { height, width, .. } = image.shape();
    ImageSize { width, height }
}

/// Expands grey rows to three channels if any row has three; returns the number of channels of all
/// rows.
fn unify_channels(rows: &mut [Option<Pixels>], size: ImageSize) -> usize {
    let pixels = size.width * size.height;
    if rows.iter().flatten().all(|row| row.len() == pixels) {
        return 1;
    }
    for row in rows.iter_mut().flatten().filter(|row| row.len() == pixels) {
        *row = std::mem::replace(row, Pixels::Bytes(Vec::new())).in_colour();
    }
    3
}
