//! Finds the classes of image files in a table of file names.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::directory_entries::{DirectoryEntries, Entry};
use super::image_set::{BadFile, ImageFile, ImageSet};
use super::labels_columns::{LabelsColumns, Records};
use super::natural_order::natural_order;
use super::part::Part;
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::csv::read_text;
use burn_mlp_infer::image::{IMAGE_ENDINGS, has_image_ending};
use burn_mlp_infer::text::quoted;

/// Finds the table of a folder of images without folders of classes: the only one in it, or else
/// `labels.csv` beside it.
///
/// # Errors
/// [`Error::Io`] if the directory cannot be read, [`Error::Data`] if there are several tables.
pub(super) fn labels_beside(directory: &Path) -> Result<Option<PathBuf>> {
    let entries = DirectoryEntries::read(directory)?;
    let has_images = entries.files.iter().any(|file| has_image_ending(&file.path));
    let is_flat = match &entries.folders[..] {
        [] => has_images,
        [only] => !has_images && is_flat(&only.path)?,
        _ => false,
    };
    if !is_flat {
        return Ok(None);
    }
    let mut tables = entries.files.into_iter().filter(is_table).map(|file| file.path);
    match (tables.next(), tables.next()) {
        (Some(one), Some(other)) => {
            let (one, other) = (one.display(), other.display());
            let problem = format!("{one} and {other} may both have the classes; name one with images.labels");
            Err(Error::data(directory.display().to_string(), problem))
        }
        (Some(only), None) => Ok(Some(only)),
        _ => Ok(directory.parent().map(|parent| parent.join("labels.csv")).filter(|file| file.is_file())),
    }
}

fn is_flat(folder: &Path) -> Result<bool> {
    let entries = DirectoryEntries::read(folder)?;
    Ok(entries.folders.is_empty() && entries.files.iter().any(|file| has_image_ending(&file.path)))
}

fn is_table(file: &Entry) -> bool {
    let ending = file.path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["csv", "tsv"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Reads the table `file` of the images in `directory`. `target` names the column with the classes,
/// or is empty. A column of parts, such as train and test, divides the images.
///
/// # Errors
/// [`Error::Io`] if a file cannot be read; [`Error::Data`] if no column has the file names, it is
/// not clear which has the classes, or an image has several.
pub(super) fn read_labels_file(directory: &Path, file: &Path, target: &str) -> Result<ImageSet> {
    let name = file.display().to_string();
    let folders = image_folders(directory, file)?;
    let opened = File::open(file).map_err(Error::io("open", file))?;
    let expected = opened.metadata().map_or(0, |metadata| metadata.len());
    let text = read_text(opened, expected, &name)?;
    let mut records = Records::read(text, &name)?;
    let find = |value: &str| find_image(&folders, value);
    let columns = LabelsColumns::find(&mut records, target, find).map_err(|problem| Error::data(&name, problem))?;
    let mut set = collect(&records, &columns, file, find)?;
    let used: usize =
        [Some(&set.train), set.valid.as_ref(), set.test.as_ref()].into_iter().flatten().map(Vec::len).sum();
    set.notes.push(format!("the classes are in column {} of {name}", quoted(&columns.class_name)));
    set.notes.extend(columns.part_name.as_ref().map(|part| format!("column {} divides the images", quoted(part))));
    let all = folders[..folders.len() - 1].iter().map(|folder| Ok(DirectoryEntries::read(folder)?.files));
    let all =
        all.collect::<Result<Vec<_>>>()?.into_iter().flatten().filter(|file| has_image_ending(&file.path)).count();
    if all > used + set.bad.len() {
        set.notes.push(format!("{} images are not in {name} and are left out", count(all - used - set.bad.len())));
    }
    Ok(set)
}

/// The folders that file names may start from: the images', the only one in it, the table's.
fn image_folders(directory: &Path, file: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![directory.to_path_buf()];
    if let [only] = &DirectoryEntries::read(directory)?.folders[..] {
        folders.push(only.path.clone());
    }
    folders.push(file.parent().map_or_else(PathBuf::new, Path::to_path_buf));
    Ok(folders)
}

/// Returns the path of the image that `value` names, with or without its ending.
fn find_image(folders: &[PathBuf], value: &str) -> Option<PathBuf> {
    if value.is_empty() {
        return None;
    }
    // Tables from Windows have backslashes in paths.
    let value = value.replace('\\', "/");
    let named: Vec<PathBuf> = folders.iter().map(|folder| folder.join(&value)).collect();
    if let Some(found) = named.iter().find(|path| has_image_ending(path) && path.is_file()) {
        return Some(found.clone());
    }
    if has_image_ending(Path::new(&value)) {
        return None;
    }
    let mut with_endings =
        named.iter().flat_map(|path| IMAGE_ENDINGS.iter().map(|ending| path.with_added_extension(ending)));
    with_endings.find(|path| path.is_file())
}

/// Collects the images, in the order of the table.
fn collect(
    records: &Records,
    columns: &LabelsColumns,
    file: &Path,
    find: impl Fn(&str) -> Option<PathBuf>,
) -> Result<ImageSet> {
    let class_names = records.rows().map(|(_, row)| row[columns.class].clone()).filter(|name| !name.is_empty());
    let mut set = ImageSet { class_names: class_names.collect(), ..ImageSet::default() };
    set.class_names.sort_by(|one, other| natural_order(one, other));
    set.class_names.dedup();
    let classes: BTreeMap<&str, u32> = set.class_names.iter().map(String::as_str).zip(0..).collect();
    let mut seen: BTreeMap<PathBuf, (u64, u32)> = BTreeMap::new();
    let (mut listed, mut bad) = (Vec::new(), Vec::new());
    for (line, row) in records.rows() {
        let mut refuse = |problem: String| {
            bad.push(BadFile { path: file.to_path_buf(), problem: format!("line {line}: {problem}") });
        };
        let (path, class, part) = match image_of_row(row, columns, &classes, &find) {
            Ok(image) => image,
            Err(problem) => {
                refuse(problem);
                continue;
            }
        };
        match seen.insert(path.clone(), (line, class)) {
            None => listed.push((part, ImageFile { path, class })),
            Some((first, other)) if other != class => {
                let problem = format!(
                    "lines {first} and {line} give {} different classes; images with several labels are out of scope",
                    path.display()
                );
                return Err(Error::data(file.display().to_string(), problem));
            }
            Some((first, _)) => refuse(format!("{} is in line {first} already", path.display())),
        }
    }
    for (part, image) in listed {
        set.part(part).push(image);
    }
    set.bad = bad;
    Ok(set)
}

/// Reads a row: the path of its image, its class and its part.
///
/// # Errors
/// Returns the rest of a sentence if one of them is missing.
fn image_of_row(
    row: &[String],
    columns: &LabelsColumns,
    classes: &BTreeMap<&str, u32>,
    find: impl Fn(&str) -> Option<PathBuf>,
) -> std::result::Result<(PathBuf, u32, Part), String> {
    let class = classes.get(row[columns.class].as_str()).ok_or("has no class")?;
    let path = find(&row[columns.file]).ok_or_else(|| format!("there is no image {}", quoted(&row[columns.file])))?;
    let part = match columns.part {
        Some(part) => Part::of(&row[part]).ok_or("is of no part, train, val or test")?,
        None => Part::Train,
    };
    Ok((path, *class, part))
}

#[cfg(test)]
#[path = "labels_file_tests.rs"]
mod tests;
