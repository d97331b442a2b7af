//! The hash by which a run recognises its data.

use burn_mlp_infer::csv::Column;
use burn_mlp_infer::hex;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{Dataset, Features, Samples};

impl Dataset {
    /// Returns the SHA-256, in hexadecimal, of everything that a run computes from: values and
    /// their scale, labels, dimensions, which rows are test rows and which a validation set of the
    /// source's own, class names and image shape. Of a table it covers the values as read, before
    /// any encoding or division, so that runs that encode or divide the same rows differently have
    /// the same hash. It excludes the source's name and path, so moved files keep their hash.
    pub fn hash(&self) -> String {
        if let Some(hash) = &self.table_hash {
            return hash.clone();
        }
        let mut hash = Sha256::new();
        write_samples(&mut hash, &self.train);
        hash.update([u8::from(self.test.is_some())]);
        if let Some(test) = &self.test {
            write_samples(&mut hash, test);
        }
        write_number(&mut hash, self.class_names.len());
        for name in &self.class_names {
            write_number(&mut hash, name.len());
            hash.update(name);
        }
        hash.update([u8::from(self.image_shape.is_some())]);
        if let Some(shape) = self.image_shape {
            write_number(&mut hash, shape.height);
            write_number(&mut hash, shape.width);
            write_number(&mut hash, shape.channels);
        }
        hash.update([u8::from(self.table.is_some())]);
        if let Some(table) = &self.table {
            hash.update(serde_json::to_vec(table).unwrap_or_default());
        }
        if let Some(split) = &self.split {
            write_rows(&mut hash, &split.valid);
        }
        hex(&hash.finalize())
    }
}

fn write_samples(hash: &mut Sha256, samples: &Samples) {
    write_number(hash, samples.len());
    write_number(hash, samples.dimension());
    match samples.features() {
        Features::Bytes { values, maximum } => {
            hash.update([b'b', *maximum]);
            hash.update(values);
        }
        Features::Floats(values) => {
            hash.update(b"f");
            write_words(hash, values.iter().map(|value| value.to_le_bytes()));
        }
    }
    write_words(hash, samples.labels().iter().map(|label| label.to_le_bytes()));
    write_words(hash, samples.numbers().iter().map(|number| number.to_le_bytes()));
    if let Some(weights) = samples.weights() {
        write_words(hash, weights.iter().map(|weight| weight.to_le_bytes()));
    }
}

/// Hashes the rows of a table as read.
#[derive(Default)]
pub(super) struct TableHash(Sha256);

/// What the rows of a file are for.
#[derive(Debug, Clone, Copy)]
pub(super) enum FileUse {
    Train = 1,
    Valid,
    Test,
}

impl TableHash {
    /// Adds the rows of a file: `columns`, with their names.
    pub fn add_file(&mut self, file_use: FileUse, columns: &[(&str, &Column)]) {
        self.0.update([file_use as u8]);
        write_number(&mut self.0, columns.len());
        let hashes: Vec<_> = columns.par_iter().map(|(name, column)| hash_column(name, column)).collect();
        hashes.iter().for_each(|hash| self.0.update(hash));
    }

    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Hashes which rows of a file test.
pub(super) fn hash_of_rows(rows: &[usize]) -> String {
    let mut hash = Sha256::new();
    write_rows(&mut hash, rows);
    hex(&hash.finalize())
}

fn hash_column(name: &str, column: &Column) -> Vec<u8> {
    let mut hash = Sha256::new();
    let write_text = |hash: &mut Sha256, text: &str| {
        write_number(hash, text.len());
        hash.update(text);
    };
    write_text(&mut hash, name);
    match column {
        Column::LeftOut => hash.update(b"-"),
        Column::Numbers(numbers) => {
            hash.update(b"n");
            write_number(&mut hash, numbers.len());
            write_words(&mut hash, numbers.iter().map(|number| number.to_le_bytes()));
        }
        Column::Texts(texts) => {
            hash.update(b"t");
            write_number(&mut hash, texts.values.len());
            texts.values.iter().for_each(|text| write_text(&mut hash, text));
            write_number(&mut hash, texts.rows.len());
            write_words(&mut hash, texts.rows.iter().map(|row| row.to_le_bytes()));
        }
    }
    hash.finalize().to_vec()
}

fn write_rows(hash: &mut Sha256, rows: &[usize]) {
    write_number(hash, rows.len());
    write_words(hash, rows.iter().map(|&row| (row as u64).to_le_bytes()));
}

/// Hashes words in large blocks: `update` is slow on a few bytes at a time.
fn write_words<const N: usize>(hash: &mut Sha256, words: impl Iterator<Item = [u8; N]>) {
    let mut buffer = Vec::with_capacity(1 << 16);
    for word in words {
        buffer.extend_from_slice(&word);
        if buffer.len() == 1 << 16 {
            hash.update(&buffer);
            buffer.clear();
        }
    }
    hash.update(&buffer);
}

fn write_number(hash: &mut Sha256, number: usize) {
    hash.update((number as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::super::ImageShape;
    use super::*;

    fn samples(pixels: &[u8], labels: &[u32], maximum: u8) -> Samples {
        let features = Features::Bytes { values: pixels.to_vec(), maximum };
        Samples::new(features, labels.to_vec(), 4).unwrap()
    }

    fn data() -> Dataset {
        let train = samples(&[0, 1, 2, 3, 4, 5, 6, 7], &[0, 1], 16);
        let test = samples(&[8, 9, 10, 11], &[1], 16);
        let shape = ImageShape::grey(2, 2);
        Dataset::new("digits", train, Some(test), vec!["no".into(), "yes".into()], Some(shape)).unwrap()
    }

    #[test]
    fn the_hash_covers_the_documented_bytes() {
        // From Python: hashlib.sha256 over struct.pack of the same fields in the same order.
        assert_eq!(data().hash(), "7db3a2c483e1c4da595fc454ed2293b937adb0dd4abe599caeaf82fb5db688ff");
    }

    #[test]
    fn the_hash_does_not_depend_on_the_source() {
        assert_eq!(Dataset { source: "idx:elsewhere".into(), ..data() }.hash(), data().hash());
    }

    #[test]
    fn any_change_of_the_data_changes_the_hash() {
        let test_as_train = samples(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[0, 1, 1], 16);
        let floats = Samples::new(Features::Floats(data().train.to_floats()), vec![0, 1], 4).unwrap();
        let changed = [
            Dataset { train: samples(&[0, 1, 2, 3, 4, 5, 6, 8], &[0, 1], 16), ..data() },
            Dataset { train: samples(&[0, 1, 2, 3, 4, 5, 6, 7], &[1, 0], 16), ..data() },
            Dataset { train: samples(&[0, 1, 2, 3, 4, 5, 6, 7], &[0, 1], 255), ..data() },
            Dataset { train: test_as_train, test: None, ..data() },
            Dataset { train: floats, ..data() },
            Dataset { class_names: vec!["noy".into(), "es".into()], ..data() },
            Dataset { image_shape: Some(ImageShape::grey(1, 4)), ..data() },
            Dataset { image_shape: None, ..data() },
        ];
        let mut hashes: Vec<String> = changed.iter().chain([&data()]).map(Dataset::hash).collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), 9);
    }
}
