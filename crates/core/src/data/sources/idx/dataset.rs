//! Builds a dataset from IDX arrays: pixels become features, numbers become classes.

use super::format::IdxArray;
use crate::data::{Dataset, Features, ImageShape, Samples, numbered_classes};
use crate::{Error, Result};

/// Builds a dataset from images `[n, ...]` and labels `[n]` for training and, optionally, testing.
///
/// # Errors
/// [`Error::Data`] if the training set has no rows or a single class, or the test rows differ in
/// shape.
pub fn dataset_from_arrays(
    source: &str,
    train: (IdxArray, Vec<u8>),
    test: Option<(IdxArray, Vec<u8>)>,
) -> Result<Dataset> {
    let row_shape = train.0.shape[1..].to_vec();
    if let Some((images, _)) = &test
        && images.shape[1..] != row_shape
    {
        let problem = format!("test rows of shape {:?} differ from training rows of {row_shape:?}", &images.shape[1..]);
        return Err(Error::data(source, problem));
    }
    let Some((&lowest, &highest)) = train.1.iter().min().zip(train.1.iter().max()) else {
        return Err(Error::data(source, "the training set has no rows"));
    };
    if lowest == highest {
        return Err(Error::data(
            source,
            format!("every training label is {lowest}; a classifier needs at least two classes"),
        ));
    }
    let highest_of_test = test.iter().flat_map(|(_, labels)| labels).max().copied();
    let classes = usize::from(highest.max(highest_of_test.unwrap_or(0))) + 1;
    let image_shape = match row_shape[..] {
        [height, width] => Some(ImageShape::grey(height, width)),
        _ => None,
    };
    let (train, test) = (samples(train)?, test.map(samples).transpose()?);
    Dataset::new(source, train, test, numbered_classes(classes), image_shape)
}

fn samples((images, labels): (IdxArray, Vec<u8>)) -> Result<Samples> {
    let dimension = images.shape[1..].iter().product();
    let features = Features::Bytes { values: images.values, maximum: u8::MAX };
    Samples::new(features, labels.into_iter().map(u32::from).collect(), dimension)
}
