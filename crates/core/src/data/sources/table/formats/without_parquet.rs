//! Refuses Parquet files in a program that was built without the feature `parquet`.

use std::io::Read;

use crate::{Error, Result};
use burn_mlp_infer::csv::Table;

pub fn open(_reader: impl Read, name: &str) -> Result<Table> {
    let problem = "is a Parquet file, which this program was built without; build it with --features parquet";
    Err(Error::data(name, problem))
}
