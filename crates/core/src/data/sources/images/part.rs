//! Recognises training, validation and test images by the name of their folder.

/// What images are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::data::sources) enum Part {
    Train,
    Valid,
    Test,
}

impl Part {
    /// Recognises names with one word for a part: `train`, `Validation`, `test_set`, `seg_train`.
    pub fn of(name: &str) -> Option<Self> {
        let mut parts = words(name).into_iter().filter_map(|word| Self::of_word(&word));
        let part = parts.next()?;
        parts.all(|other| other == part).then_some(part)
    }

    fn of_word(word: &str) -> Option<Self> {
        match word.strip_suffix("set").unwrap_or(word) {
            "train" | "training" => Some(Self::Train),
            "val" | "valid" | "validate" | "validation" | "dev" => Some(Self::Valid),
            "test" | "testing" => Some(Self::Test),
            _ => None,
        }
    }

    /// The folder's usual name, which is also the word for the part.
    pub fn usual_name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Valid => "val",
            Self::Test => "test",
        }
    }
}

/// Splits `testSet-2` into `test`, `set` and `2`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for character in name.chars() {
        if !character.is_alphabetic() || (after_lower && character.is_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
        after_lower = character.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_recognised_by_a_word_of_the_name() {
        for name in ["train", "Train", "TRAINING", "training_set", "trainSet", "trainset", "seg_train", "train-data"] {
            assert_eq!(Part::of(name), Some(Part::Train), "{name}");
        }
        for name in ["val", "Valid", "validation", "validation_set", "Val 2", "dev", "valset"] {
            assert_eq!(Part::of(name), Some(Part::Valid), "{name}");
        }
        for name in ["test", "Testing", "test_set", "asl_alphabet_test", "test1", "TestImages"] {
            assert_eq!(Part::of(name), Some(Part::Test), "{name}");
        }
        for name in ["contest", "cats", "valley", "trains", "train_test", "", "2"] {
            assert_eq!(Part::of(name), None, "{name}");
        }
    }
}
