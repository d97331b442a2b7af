//! What the person should know of the images and rows that were predicted.

use std::path::PathBuf;

use burn_mlp::inference::{Inversion, ModelMetadata, Normalization, Preparation, SeenImage};

use crate::cli::failure::printable;
use crate::cli::format::count;

/// Something noticed.
pub enum Note {
    /// When an image was brought to the network's shape.
    Seen { name: String, looks_inverted: bool, needlessly_inverted: bool, stretched: bool },
    /// All pixels of a file's rows are from 0 to 1, where more is possible.
    ScaledRows(String),
    /// Images that were passed over in a directory.
    OfOtherKinds(Vec<PathBuf>),
}

impl Note {
    pub fn seen(name: String, seen: &SeenImage) -> Self {
        let SeenImage { looks_inverted, needlessly_inverted, stretched, .. } = *seen;
        Self::Seen { name, looks_inverted, needlessly_inverted, stretched }
    }
}

/// Notes by their kinds: the first of each by name, the others counted.
pub struct Notes {
    preparation: Preparation,
    normalization: Normalization,
    inverted: Named,
    needlessly_inverted: Named,
    stretched: Named,
    scaled: Named,
    of_other_kinds: Named,
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
            of_other_kinds: Named::default(),
        }
    }

    pub fn add(&mut self, note: &Note) {
        match note {
            Note::Seen { name, looks_inverted, needlessly_inverted, stretched } => {
                let is_told = *looks_inverted && self.preparation.inversion == Inversion::Never;
                self.inverted.add_if(is_told, name);
                self.needlessly_inverted.add_if(*needlessly_inverted, name);
                self.stretched.add_if(*stretched, name);
            }
            Note::ScaledRows(name) => self.scaled.add(name),
            Note::OfOtherKinds(paths) => paths.iter().for_each(|path| self.of_other_kinds.add(&path.to_string_lossy())),
        }
    }

    /// As sentences.
    pub fn all(&self) -> Vec<String> {
        let told = |named: &Named, one, several, rest: &str| {
            named.shown(one, several).map(|subject| format!("{subject} {rest}"))
        };
        let range = match self.normalization {
            Normalization::DivideBy(maximum) => format!("from 0 to {maximum}"),
            Normalization::None => "as they are".to_string(),
        };
        let scaled =
            format!("pixels from 0 to 1 only, and the model takes them {range}, as its training data had them");
        let inverted = "like a negative of the training images; --invert turns the brightness round";
        let needlessly_inverted = "a negative of the training images by --invert; leave it out";
        let stretched = "stretched to the model's size; --center scales and centres digits as in training";
        let of_other_kinds = "passed over: of the kinds of images, PNG, JPEG, BMP and PGM are read";
        let sentences = [
            told(&self.inverted, "looks", "look", inverted),
            told(&self.needlessly_inverted, "became", "became", needlessly_inverted),
            told(&self.stretched, "was", "were", stretched),
            told(&self.scaled, "has", "have", &scaled),
            told(&self.of_other_kinds, "was", "were", of_other_kinds),
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
