//! Warnings about predicted images that look unlike the training data.

use std::path::PathBuf;

use burn_mlp::format::count;
use burn_mlp::infer::image::{Invert, OffScale, Preparation, PreparedImage};
use burn_mlp::text::printable;

/// One observation about a file.
pub enum Note {
    /// How an image was brought to the network's shape.
    Seen { name: String, looks_inverted: bool, needlessly_inverted: bool, stretched: bool, off_scale: Option<OffScale> },
    /// Images in a directory that were skipped for their format.
    UnsupportedFormats(Vec<PathBuf>),
}

impl Note {
    pub fn seen(name: String, seen: &PreparedImage) -> Self {
        let PreparedImage { looks_inverted, needlessly_inverted, stretched, off_scale, .. } = *seen;
        Self::Seen { name, looks_inverted, needlessly_inverted, stretched, off_scale }
    }
}

/// Collects notes by kind: names the first of each and counts the others.
pub struct Notes {
    preparation: Preparation,
    inverted: Named,
    needlessly_inverted: Named,
    stretched: Named,
    too_bright: Named,
    too_shallow: Named,
    unsupported: Named,
}

#[derive(Default)]
struct Named {
    first: Option<String>,
    others: usize,
}

impl Notes {
    pub fn new(preparation: Preparation) -> Self {
        Self {
            preparation,
            inverted: Named::default(),
            needlessly_inverted: Named::default(),
            stretched: Named::default(),
            too_bright: Named::default(),
            too_shallow: Named::default(),
            unsupported: Named::default(),
        }
    }

    pub fn add(&mut self, note: &Note) {
        match note {
            Note::Seen { name, looks_inverted, needlessly_inverted, stretched, off_scale } => {
                let is_worth_noting = *looks_inverted && self.preparation.invert == Invert::Never;
                self.inverted.add_if(is_worth_noting, name);
                self.needlessly_inverted.add_if(*needlessly_inverted, name);
                self.stretched.add_if(*stretched, name);
                self.too_bright.add_if(*off_scale == Some(OffScale::TooBright), name);
                self.too_shallow.add_if(*off_scale == Some(OffScale::TooShallow), name);
            }
            Note::UnsupportedFormats(paths) => {
                paths.iter().for_each(|path| self.unsupported.add(&path.to_string_lossy()))
            }
        }
    }

    /// One sentence for each kind of note.
    pub fn all(&self) -> Vec<String> {
        let sentence = |named: &Named, one, several, rest: &str| {
            named.shown(one, several).map(|subject| format!("{subject} {rest}"))
        };
        let inverted = "like a negative of the training images; --invert inverts the brightness";
        let needlessly_inverted = "a negative of the training images through --invert; leave it out";
        let stretched = "stretched to the model's size; --center cuts out what is on the plain background, and \
                         scales and centres it as in training";
        let unsupported = "skipped: only PNG, JPEG, BMP, GIF, TIFF, WebP and PGM images can be read";
        let sentences = [
            sentence(&self.inverted, "looks", "look", inverted),
            sentence(&self.needlessly_inverted, "became", "became", needlessly_inverted),
            sentence(&self.stretched, "was", "were", stretched),
            sentence(&self.too_bright, "has", "have", OffScale::TooBright.problem()),
            sentence(&self.too_shallow, "has", "have", OffScale::TooShallow.problem()),
            sentence(&self.unsupported, "was", "were", unsupported),
        ];
        sentences.into_iter().flatten().collect()
    }
}

impl Named {
    fn add(&mut self, name: &str) {
        match self.first {
            None => self.first = Some(name.to_string()),
            Some(_) => self.others += 1,
        }
    }

    fn add_if(&mut self, condition: bool, name: &str) {
        if condition {
            self.add(name);
        }
    }

    /// "a.png was", "a.png and 2 others were".
    fn shown(&self, one: &str, several: &str) -> Option<String> {
        let first = printable(self.first.as_ref()?);
        Some(match self.others {
            0 => format!("{first} {one}"),
            1 => format!("{first} and 1 other {several}"),
            others => format!("{first} and {} others {several}", count(others)),
        })
    }
}
