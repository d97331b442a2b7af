//! Finds the image files of a directory with a folder for each class.

use std::path::{Path, PathBuf};

use super::class_files::{files_of, images_outside_classes};
use super::directory_entries::{DirectoryEntries, Entry};
use super::image_set::{BadFile, ImageFile, ImageSet};
use super::part::Part;
use crate::{Error, Result};
use burn_mlp_infer::image::has_image_ending;

/// Maximum number of class folders; with more, the folders are not classes.
const MAX_CLASSES: usize = 65_536;

/// Maximum number of folders that each hold only the next.
const MAX_WRAPPERS: usize = 8;

/// Reads a directory with a folder for each class, or with such folders for training, validation
/// and testing. Files are sorted by class name and then by file name, both in natural order.
///
/// # Errors
/// [`Error::Io`] if a directory cannot be read, [`Error::Data`] if its folders are not classes.
pub(super) fn class_folders(directory: &Path) -> Result<ImageSet> {
    let mut set = ImageSet::default();
    let directory = unwrapped(directory, &mut set.notes)?;
    let top = DirectoryEntries::read(&directory)?;
    let parts: Vec<(Part, &Entry)> =
        top.folders.iter().filter_map(|folder| Some((Part::of(&folder.name)?, folder))).collect();
    let mut has_folders = Vec::with_capacity(parts.len());
    for (part, folder) in &parts {
        has_folders.push((*part, !DirectoryEntries::read(&folder.path)?.folders.is_empty()));
    }
    if has_folders.contains(&(Part::Train, true)) {
        read_parts(&top.folders, &mut set)?;
    } else if has_folders.iter().any(|(_, has_folders)| *has_folders) {
        return fail(&directory, "has no folder of training images; name it train");
    } else if !parts.is_empty() && parts.len() == top.folders.len() {
        let problem = "has images in train, val or test but not in folders of classes; put them into a folder for each \
                       class, or add a table labels.csv of the file names and their classes";
        return fail(&directory, problem);
    } else {
        read_classes(&directory, &mut set)?;
    }
    Ok(set)
}

/// Reads images to evaluate a model on: the test images if there are folders for several parts, otherwise all. A class
/// may be the only one.
///
/// # Errors
/// As [`class_folders`]; also if there are folders for other parts and none for testing.
pub(super) fn judged_folders(directory: &Path) -> Result<ImageSet> {
    let mut set = ImageSet::default();
    let directory = unwrapped(directory, &mut set.notes)?;
    let top = DirectoryEntries::read(&directory)?;
    let mut parts = Vec::new();
    for folder in &top.folders {
        let holds_folders = || Ok::<_, Error>(!DirectoryEntries::read(&folder.path)?.folders.is_empty());
        if let Some(part) = Part::of(&folder.name)
            && holds_folders()?
        {
            parts.push((part, folder));
        }
    }
    let test = parts.iter().find(|(part, _)| *part == Part::Test);
    let classes = match (test, parts.first()) {
        (Some((_, test)), _) => {
            set.notes.push(format!("only {} is read", test.path.display()));
            unwrapped(&test.path, &mut set.notes)?
        }
        (None, Some((_, other))) => {
            let problem = format!(
                "has no folder of test images; name the folder to evaluate on, such as {}",
                other.path.display()
            );
            return fail(&directory, problem);
        }
        (None, None) => directory,
    };
    let entries = DirectoryEntries::read(&classes)?;
    check_names(&classes, &entries)?;
    read_class_folders(entries, &mut set)?;
    Ok(set)
}

/// Goes down through folders that hold nothing but one folder of folders, as many archives do.
fn unwrapped(directory: &Path, notes: &mut Vec<String>) -> Result<PathBuf> {
    let mut inner = directory.to_path_buf();
    for _ in 0..MAX_WRAPPERS {
        let entries = DirectoryEntries::read(&inner)?;
        let ([only], false) = (&entries.folders[..], has_images(&entries.files)) else { break };
        let within = DirectoryEntries::read(&only.path)?;
        if within.folders.is_empty() || has_images(&within.files) {
            break;
        }
        inner.clone_from(&only.path);
    }
    if inner != directory {
        notes.push(format!("images are read from {}, all that {} holds", inner.display(), directory.display()));
    }
    Ok(inner)
}

fn has_images(files: &[Entry]) -> bool {
    files.iter().any(|file| has_image_ending(&file.path))
}

/// Reads folders of training, validation and test images.
fn read_parts(folders: &[Entry], set: &mut ImageSet) -> Result<()> {
    let folder = |wanted: Part| {
        let mut found = folders.iter().filter(move |folder| Part::of(&folder.name) == Some(wanted));
        match (found.next(), found.next()) {
            (Some(one), Some(other)) => {
                let problem = format!("may hold the {} images, as may {}; rename one", wanted.usual_name(), one.name);
                fail(&other.path, problem)
            }
            (found, _) => Ok(found),
        }
    };
    let (train, valid, test) = (folder(Part::Train)?, folder(Part::Valid)?, folder(Part::Test)?);
    if let Some(other) = folders.iter().find(|folder| Part::of(&folder.name).is_none()) {
        return fail(&other.path, "is neither train, val nor test; move or remove this folder");
    }
    let Some(train) = train else { return Ok(()) };
    let train_folder = unwrapped(&train.path, &mut set.notes)?;
    read_classes(&train_folder, set)?;
    for (part, folder) in [(Part::Valid, valid), (Part::Test, test)] {
        let Some(folder) = folder else { continue };
        let path = unwrapped(&folder.path, &mut set.notes)?;
        *set.part(part) = read_further(&path, &set.class_names, &mut set.bad)?;
    }
    let unusual = [(Part::Train, Some(train)), (Part::Valid, valid), (Part::Test, test)].into_iter();
    let unusual = unusual.filter_map(|(part, folder)| Some((part.usual_name(), &folder?.name)));
    let unusual: Vec<String> =
        unusual.filter(|(usual, name)| usual != name).map(|(usual, name)| format!("{name} ({usual})")).collect();
    if !unusual.is_empty() {
        set.notes.push(format!("the parts are recognised by the names of their folders: {}", unusual.join(", ")));
    }
    if test.is_none() {
        set.notes.push("there is no test folder: images.test_fraction of the training images are the test set".into());
    }
    Ok(())
}

/// Reads the classes and the training images of a directory with a folder for each class.
fn read_classes(directory: &Path, set: &mut ImageSet) -> Result<()> {
    let entries = DirectoryEntries::read(directory)?;
    check_classes(directory, &entries)?;
    read_class_folders(entries, set)
}

fn read_class_folders(entries: DirectoryEntries, set: &mut ImageSet) -> Result<()> {
    set.bad.extend(images_outside_classes(entries.files));
    set.class_names = entries.folders.iter().map(|folder| folder.name.clone()).collect();
    set.train = files_of(entries.folders.iter().map(|folder| &folder.path).zip(0..), &mut set.bad)?;
    Ok(())
}

/// Reads validation or test images, whose classes are those of the training images.
fn read_further(directory: &Path, class_names: &[String], bad: &mut Vec<BadFile>) -> Result<Vec<ImageFile>> {
    let entries = DirectoryEntries::read(directory)?;
    if entries.folders.is_empty() {
        let problem = "has no folders of classes, so no model can be evaluated on its images; move it away, and give its images \
                       to `burn-mlp predict`";
        return fail(directory, problem);
    }
    bad.extend(images_outside_classes(entries.files));
    let class = |folder: &Entry| match class_names.iter().position(|class| *class == folder.name) {
        Some(class) => Ok((folder.path.clone(), class as u32)),
        None => fail(&folder.path, "is a class without training images; add some, or remove the folder"),
    };
    let classes = entries.folders.iter().map(class).collect::<Result<Vec<_>>>()?;
    files_of(classes.iter().map(|(path, class)| (path, *class)), bad)
}

fn check_classes(directory: &Path, entries: &DirectoryEntries) -> Result<()> {
    check_names(directory, entries)?;
    match &entries.folders[..] {
        [only] => {
            let problem = format!("has only one class, {}; a classifier needs folders for at least 2", only.name);
            fail(directory, problem)
        }
        _ => Ok(()),
    }
}

/// Checks that there are folders, and that their names can be those of classes.
fn check_names(directory: &Path, entries: &DirectoryEntries) -> Result<()> {
    if let Some(folder) = entries.folders.iter().find(|folder| folder.path.to_str().is_none()) {
        return fail(&folder.path, "has a name that is not UTF-8, so it cannot name a class; rename the folder");
    }
    match &entries.folders[..] {
        [] => {
            let problem = "contains no folders; put the images of each class into a folder named after the class, or add \
                           a table labels.csv of the file names and their classes";
            fail(directory, problem)
        }
        folders if folders.len() > MAX_CLASSES => {
            fail(directory, format!("has {} folders; at most {MAX_CLASSES} classes are supported", folders.len()))
        }
        _ => Ok(()),
    }
}

fn fail<T>(path: &Path, problem: impl Into<String>) -> Result<T> {
    Err(Error::data(path.display().to_string(), problem))
}
