//! Recognises what a path holds: which source it is.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::images::{DataPart, DirectoryEntries};
use super::table::{CONTENT_BYTES, Content, format_of_folder, shown};
use crate::config::{Layers, RunConfig, STANDARD_INPUT, Source, TABULAR, TableFormat, split_sheet};
use crate::data::{has_image_ending, has_other_image_ending};
use crate::{Error, Result};
use burn_mlp_infer::csv::read_text;

/// Replaces a plain path in `data.source` by the source that it holds. Returns a sentence about it, if there was one.
///
/// # Errors
/// If the path holds nothing that a run can be trained on.
pub fn recognise(mut config: RunConfig) -> Result<(RunConfig, Option<String>)> {
    let Source::Path(path) = config.data.source.parse()? else { return Ok((config, None)) };
    let (source, what) = match path.is_dir() && !config.images.labels.is_empty() {
        true => (Source::Images(path.clone()), "images, whose classes images.labels names"),
        false => source_at(&path)?,
    };
    config.data.source = source.to_string();
    config.validate()?;
    Ok((config, Some(format!("{}: {what}", path.display()))))
}

/// Resolves `layers` and recognises a plain path. A table is trained with the preset `tabular` beneath the layers unless one
/// of them is a configuration, a preset, a file or a text. Returns sentences about both.
///
/// # Errors
/// As [`Layers::resolve`] and [`recognise`].
pub fn configure(layers: Layers) -> Result<(RunConfig, Vec<String>)> {
    let (config, recognised) = recognise(layers.resolve()?)?;
    let mut sentences: Vec<String> = recognised.into_iter().collect();
    if !layers.has_only_overrides() || !matches!(config.data.source.parse()?, Source::Table(..)) {
        return Ok((config, sentences));
    }
    sentences.push(format!("using the preset {TABULAR}; --config chooses another"));
    // As the base, so that its validation gives way to split.valid=0 as that of the defaults does.
    let tabular = Layers::new().preset(TABULAR).resolve()?;
    Ok((RunConfig { data: config.data, ..layers.over(tabular).resolve()? }, sentences))
}

/// Returns the source at `path` and its kind in words.
fn source_at(path: &Path) -> Result<(Source, &'static str)> {
    if path.as_os_str() == STANDARD_INPUT {
        return Ok((Source::Table(TableFormat::Csv, path.into()), "standard input, taken for a table"));
    }
    if path.is_dir() { source_in(path) } else { source_of(path) }
}

/// Recognises the content of a directory.
fn source_in(directory: &Path) -> Result<(Source, &'static str)> {
    let fail = |problem: &str| Err(Error::data(directory.display().to_string(), problem));
    let entries = DirectoryEntries::read(directory)?;
    let has_file = |name: &str| entries.files.iter().any(|file| file.name == name);
    let is_image = |name: &str| has_image_ending(Path::new(name)) || has_other_image_ending(Path::new(name));
    let is_idx = |name: &str| name.contains("-ubyte") || name.contains(".idx") || name.contains("-idx");
    if has_file("run.json") {
        return fail("is a run; resume it with --resume, or name the data that a new run trains on");
    }
    for folder in &entries.folders {
        let inside = DirectoryEntries::read(&folder.path)?;
        let is_part = DataPart::of(&folder.name).is_some();
        if inside.files.iter().any(|file| is_image(&file.name)) || (is_part && !inside.folders.is_empty()) {
            return Ok((Source::Images(directory.into()), "a folder of images for each class"));
        }
    }
    if entries.files.iter().any(|file| is_idx(&file.name)) {
        return Ok((Source::Idx(directory.into()), "IDX files"));
    }
    let has_images = entries.files.iter().any(|file| is_image(&file.name));
    match format_of_folder(directory)? {
        Some(TableFormat::Csv) if has_images => {
            Ok((Source::Images(directory.into()), "a folder of images with a table of their classes"))
        }
        Some(TableFormat::Parquet) => {
            Ok((Source::Table(TableFormat::Parquet, directory.into()), "a folder of Parquet files"))
        }
        Some(format) => Ok((Source::Table(format, directory.into()), "a folder of CSV files")),
        None if has_images => fail(
            "holds images, but no folders; put the images of each class into a folder named after the class, or add a table \
             labels.csv of the file names and their classes",
        ),
        None => {
            fail("holds no folders of images, no CSV, Parquet or IDX files; name the data itself, or a folder of it")
        }
    }
}

/// Recognises the content of a file.
fn source_of(path: &Path) -> Result<(Source, &'static str)> {
    let name = path.display().to_string();
    let fail = |problem: String| Err(Error::data(&name, problem));
    if let Some((file, _)) = split_sheet(path) {
        return match source_of(&file)? {
            (Source::Table(TableFormat::Workbook, _), what) => {
                Ok((Source::Table(TableFormat::Workbook, path.into()), what))
            }
            (_, what) => fail(format!("names a sheet, but the file is {what}; leave out what follows the file's name")),
        };
    }
    let mut start = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    file.take(CONTENT_BYTES as u64).read_to_end(&mut start).map_err(Error::io("read", path))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match (Content::of(&start, path), ending.as_str()) {
        (_, "toml") => fail(format!("is a configuration; give it as --config {name}")),
        (Content::Table(format), _) if !(has_image_ending(path) || has_other_image_ending(path)) => {
            Ok((Source::Table(format, path.into()), shown(format)))
        }
        (Content::Npz, _) => Ok((Source::Npz(path.into()), "arrays of NumPy")),
        (Content::Npy, _) => fail(format!("is one array; give features and classes as npy:{name},CLASSES.npy")),
        (Content::Idx, _) => fail(format!("is an IDX file; give its folder as idx:{}", folder.display())),
        _ if has_image_ending(path) || has_other_image_ending(path) => {
            fail("is one image; give a folder that has a folder of images for each class".to_string())
        }
        (_, "onnx" | "safetensors" | "pt" | "pth" | "bpk") => {
            fail("is a model, not data; give the data that a run trains on".to_string())
        }
        _ => {
            // Reading it as a text says what it is, where that is known.
            read_text(start.as_slice(), 0, &name)?;
            fail("is neither a text nor Parquet, a workbook or arrays of NumPy".to_string())
        }
    }
}
