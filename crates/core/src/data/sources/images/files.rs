//! Which image files a directory holds, and of which class each is.

use std::path::{Path, PathBuf};
use std::{fmt, fs};

use super::natural_order::natural_order;
use crate::{Error, Result};
use burn_mlp_infer::image::has_image_ending;

/// What file managers leave behind that is hidden on their own systems.
const HIDDEN: [&str; 2] = ["Thumbs.db", "desktop.ini"];

/// Most class folders; more are a directory that means something else.
const MOST_CLASSES: usize = 65_536;

/// An image file and its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImageFile {
    pub path: PathBuf,
    pub class: u32,
}

/// A file that is left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadFile {
    pub path: PathBuf,
    pub problem: String,
}

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path.display(), self.problem)
    }
}

/// A directory's image files, by class name and then by file name, numbers in them counted.
#[derive(Debug)]
pub(super) struct ImageFiles {
    pub class_names: Vec<String>,
    pub train: Vec<ImageFile>,
    /// Those of `test/`, if there is one.
    pub test: Option<Vec<ImageFile>>,
    /// What is no image by its name or kind.
    pub bad: Vec<BadFile>,
}

/// What a directory holds besides hidden things, by name.
#[derive(Default)]
struct Listing {
    folders: Vec<(String, PathBuf)>,
    files: Vec<(String, PathBuf)>,
    /// Links that lead nowhere, pipes, devices.
    others: Vec<(String, PathBuf)>,
}

impl ImageFiles {
    /// Those of a directory with a folder for each class, or with `train/` and `test/` of such.
    ///
    /// # Errors
    /// If a directory cannot be read, or its folders are no classes.
    pub fn of(directory: &Path) -> Result<Self> {
        let top = Listing::of(directory)?;
        let folder = |name: &str| top.folders.iter().find(|(folder, _)| folder == name).map(|(_, path)| path.clone());
        match (folder("train"), folder("test")) {
            (Some(train), test) if !Listing::of(&train)?.folders.is_empty() => {
                if let Some((_, other)) = top.folders.iter().find(|(name, _)| name != "train" && name != "test") {
                    let problem = "is neither train nor test, which stand beside it; a validation part is held out of \
                                   train by split.valid, so move or remove this folder";
                    return fail(other, problem);
                }
                Self::of_parts(&train, test.as_deref())
            }
            _ => Self::of_parts(directory, None),
        }
    }

    fn of_parts(train: &Path, test: Option<&Path>) -> Result<Self> {
        let mut bad = Vec::new();
        let listing = Listing::of(train)?;
        check_classes(train, &listing)?;
        bad.extend(beside_classes(listing.files));
        let class_names: Vec<String> = listing.folders.iter().map(|(name, _)| name.clone()).collect();
        let train = files_of(listing.folders.iter().map(|(_, path)| path).zip(0..), &mut bad)?;
        let test = match test {
            None => None,
            Some(test) => {
                let listing = Listing::of(test)?;
                bad.extend(beside_classes(listing.files));
                let class = |(name, path): &(String, PathBuf)| match class_names.iter().position(|class| class == name)
                {
                    Some(class) => Ok((path.clone(), class as u32)),
                    None => fail(path, "is a class that train has not; give it training images, or remove it"),
                };
                let classes = listing.folders.iter().map(class).collect::<Result<Vec<_>>>()?;
                Some(files_of(classes.iter().map(|(path, class)| (path, *class)), &mut bad)?)
            }
        };
        Ok(Self { class_names, train, test, bad })
    }
}

fn check_classes(directory: &Path, listing: &Listing) -> Result<()> {
    match listing.folders.len() {
        0 => fail(directory, "holds no folders; put the images of each class into a folder named as the class"),
        1 => {
            let class = &listing.folders[0].0;
            fail(directory, format!("has one class only, {class}; a classifier needs a folder for each of at least 2"))
        }
        folders if folders > MOST_CLASSES => {
            fail(directory, format!("has {folders} folders; at most {MOST_CLASSES} classes are possible"))
        }
        _ => Ok(()),
    }
}

/// Images outside the class folders, which a person may believe to be used; a README there is nothing to mind.
fn beside_classes(files: Vec<(String, PathBuf)>) -> impl Iterator<Item = BadFile> {
    let images = files.into_iter().filter(|(_, path)| has_image_ending(path));
    images.map(|(_, path)| BadFile { path, problem: "is in no class's folder".to_string() })
}

/// The image files of class folders; `bad` takes what else is in them.
fn files_of<'a>(folders: impl Iterator<Item = (&'a PathBuf, u32)>, bad: &mut Vec<BadFile>) -> Result<Vec<ImageFile>> {
    let mut all = Vec::new();
    for (folder, class) in folders {
        let Listing { folders, files, others } = Listing::of(folder)?;
        let (before, bad_before) = (all.len(), bad.len());
        for (_, path) in files {
            match has_image_ending(&path) {
                true => all.push(ImageFile { path, class }),
                false => bad.push(BadFile { path, problem: "is no PNG, JPEG, BMP or PGM by its name".to_string() }),
            }
        }
        if all.len() == before {
            let other = bad[bad_before..].first().and_then(|bad| bad.path.file_name());
            let other = other.map(|name| format!(" ({} is none by its name)", name.to_string_lossy()));
            let kinds = "PNG, JPEG, BMP or PGM files";
            let problem = format!("holds no {kinds}{}; remove the folder if it is no class", other.unwrap_or_default());
            return fail(folder, problem);
        }
        let folder = |(_, path)| BadFile { path, problem: "is a folder within a class's folder".to_string() };
        let other = |(_, path)| BadFile { path, problem: "is no file, or a link that leads nowhere".to_string() };
        bad.extend(folders.into_iter().map(folder).chain(others.into_iter().map(other)));
    }
    Ok(all)
}

impl Listing {
    /// Follows links. Hidden entries, and what file managers leave behind, are passed over.
    fn of(directory: &Path) -> Result<Self> {
        let mut listing = Self::default();
        for entry in fs::read_dir(directory).map_err(Error::io("read the directory", directory))? {
            let entry = entry.map_err(Error::io("read the directory", directory))?;
            let (name, path) = (entry.file_name(), entry.path());
            if name.as_encoded_bytes().starts_with(b".") || HIDDEN.iter().any(|&hidden| name == hidden) {
                continue;
            }
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let kind =
                if is_link { fs::metadata(&path).map(|metadata| metadata.file_type()) } else { entry.file_type() };
            let list = match kind {
                Ok(kind) if kind.is_dir() => &mut listing.folders,
                Ok(kind) if kind.is_file() => &mut listing.files,
                _ => &mut listing.others,
            };
            list.push((name.to_string_lossy().into_owned(), path));
        }
        if let Some((_, path)) = listing.folders.iter().find(|(_, path)| path.to_str().is_none()) {
            return fail(path, "has a name that is not UTF-8, so it cannot name a class; rename the folder");
        }
        for list in [&mut listing.folders, &mut listing.files, &mut listing.others] {
            list.sort_by(|(one, one_path), (other, other_path)| {
                natural_order(one, other).then_with(|| one_path.cmp(other_path))
            });
        }
        Ok(listing)
    }
}

fn fail<T>(path: &Path, problem: impl Into<String>) -> Result<T> {
    Err(Error::data(path.display().to_string(), problem))
}
