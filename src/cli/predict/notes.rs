//! What the person should know of the images that were predicted.

use burn_mlp::inference::{Inversion, Preparation};

use super::inputs::NotedImage;
use crate::cli::failure::printable;
use crate::cli::format::count;

/// Images that look inverted and images of another size: the first of each by name, the others counted.
pub struct Notes {
    preparation: Preparation,
    inverted: Named,
    needlessly_inverted: Named,
    stretched: Named,
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
        }
    }

    pub fn add(&mut self, image: &NotedImage) {
        if image.looks_inverted && self.preparation.inversion == Inversion::Never {
            self.inverted.add(&image.name);
        }
        if image.needlessly_inverted {
            self.needlessly_inverted.add(&image.name);
        }
        if image.stretched {
            self.stretched.add(&image.name);
        }
    }

    pub fn all(&self) -> Vec<String> {
        let inverted = self.inverted.shown("looks", "look").map(|subject| {
            format!("{subject} like a negative of the training images; --invert turns the brightness round")
        });
        let needlessly_inverted = self
            .needlessly_inverted
            .shown("became", "became")
            .map(|subject| format!("{subject} a negative of the training images by --invert; leave it out"));
        let stretched = self.stretched.shown("was", "were").map(|subject| {
            format!("{subject} stretched to the model's size; --center scales and centres digits as in training")
        });
        [inverted, needlessly_inverted, stretched].into_iter().flatten().collect()
    }
}

impl Named {
    fn add(&mut self, name: &str) {
        match self.first {
            None => self.first = Some(name.to_string()),
            Some(_) => self.others += 1,
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
