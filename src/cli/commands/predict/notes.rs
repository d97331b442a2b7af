//! Warnings about predicted images and rows that look unlike the training data.

use std::path::PathBuf;

use burn_mlp::format::count;
use burn_mlp::infer::image::{Invert, Preparation, PreparedImage};
use burn_mlp::infer::{ModelMetadata, Normalization};
use burn_mlp::text::printable;

/// One observation about a file.
pub enum Note {
    /// How an image was brought to the network's shape.
    Seen { name: String, looks_inverted: bool, needlessly_inverted: bool, stretched: bool },
    /// All pixels of a file's rows are from 0 to 1, although the model takes a larger range.
    ScaledRows(String),
    /// Images in a directory that were skipped for their format.
    UnsupportedFormats(Vec<PathBuf>),
}

impl Note {
    pub fn seen(name: String, seen: &PreparedImage) -> Self {
        let PreparedImage { looks_inverted, needlessly_inverted, stretched, .. } = *seen;
        Self::Seen { name, looks_inverted, needlessly_inverted, stretched }
    }
}

/// Collects notes by kind: names the first of each and counts the others.
pub struct Notes {
    preparation: Preparation,
    normalization: Normalization,
    inverted: Named,
    needlessly_inverted: Named,
    stretched: Named,
    scaled: Named,
    unsupported: Named,
}

#[derive(Default)]
struct Named {
    first: Option<String>,
    others: usize,
}

impl Notes {
    pub fn new(preparation: Preparation, metadata: &ModelMetadata) -> Self {
        Self {
            preparation,
            normalization: metadata.normalization,
            inverted: Named::default(),
            needlessly_inverted: Named::default(),
            stretched: Named::default(),
            scaled: Named::default(),
            unsupported: Named::default(),
        }
    }

    pub fn add(&mut self, note: &Note) {
        match note {
            Note::Seen { name, looks_inverted, needlessly_inverted, stretched } => {
                let is_worth_noting = *looks_inverted && self.preparation.invert == Invert::Never;
                self.inverted.add_if(is_worth_noting, name);
                self.needlessly_inverted.add_if(*needlessly_inverted, name);
                self.stretched.add_if(*stretched, name);
            }
            Note::ScaledRows(name) => self.scaled.add(name),
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
        let range = match self.normalization {
            Normalization::DivideBy(maximum) => format!("from 0 to {maximum}"),
            Normalization::None => "without scaling".to_string(),
        };
        let scaled = format!("only pixels from 0 to 1, but the model was trained on pixels {range}");
        let inverted = "like a negative of the training images; --invert inverts the brightness";
        let needlessly_inverted = "a negative of the training images through --invert; leave it out";
        let stretched = "stretched to the model's size; --center scales and centres digits as in training";
        let unsupported = "skipped: only PNG, JPEG, BMP and PGM images can be read";
        let sentences = [
            sentence(&self.inverted, "looks", "look", inverted),
            sentence(&self.needlessly_inverted, "became", "became", needlessly_inverted),
            sentence(&self.stretched, "was", "were", stretched),
            sentence(&self.scaled, "has", "have", &scaled),
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
