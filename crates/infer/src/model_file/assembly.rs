//! Puts the networks of several model files into one, and takes them out again.

use safetensors::serialize;
use safetensors::tensor::TensorView;

use super::seal::{FILE_METADATA_KEY, seal, tensors_sha256};
use super::tensor_file::{TensorFile, problem_of};
use crate::ModelMetadata;
use crate::ensemble::member_prefix;

/// Writes the model file of an ensemble that `metadata` describes. `members` are the model files of its members, in
/// order.
///
/// # Errors
/// Returns a sentence if a member's file is damaged.
pub fn ensemble_file(metadata: &ModelMetadata, members: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let files = members.iter().map(|file| TensorFile::parse(file)).collect::<Result<Vec<_>, _>>()?;
    let of_member = |(index, file): (usize, _)| tensors(file, |name| Some(format!("{}{name}", member_prefix(index))));
    let tensors: Vec<(String, TensorView)> = files.iter().enumerate().flat_map(of_member).collect();
    let write = |metadata: &ModelMetadata| {
        let json = metadata.to_json().map_err(|error| error.to_string())?;
        let header = Some([(FILE_METADATA_KEY.to_string(), json)].into_iter().collect());
        let views = tensors.iter().map(|(name, view)| (name, view));
        serialize(views, header).map_err(|error| problem_of(&error))
    };
    let tensors_sha256 = tensors_sha256(&write(metadata)?)?;
    let mut file = write(&ModelMetadata { tensors_sha256, ..metadata.clone() })?;
    seal(&mut file)?;
    Ok(file)
}

/// Returns the tensors of `file` whose names begin with `prefix` as a file of their own, under the names that follow it.
///
/// # Errors
/// Returns a sentence if the file is damaged.
pub fn network_file(file: &[u8], prefix: &str) -> Result<Vec<u8>, String> {
    let file = TensorFile::parse(file)?;
    let own = tensors(&file, |name| name.strip_prefix(prefix).map(str::to_string));
    serialize(own, None).map_err(|error| problem_of(&error))
}

fn tensors<'a>(file: &TensorFile<'a>, rename: impl Fn(&str) -> Option<String>) -> Vec<(String, TensorView<'a>)> {
    file.views().filter_map(|(name, view)| Some((rename(name)?, view))).collect()
}
