//! Refuses workbooks in a program that was built without the feature `workbooks`.

use std::io::Read;

use crate::config::CsvHeader;
use crate::{Error, Result};
use burn_mlp_infer::csv::Table;

pub fn open(
    _reader: impl Read,
    name: &str,
    _sheet_and_target: (Option<&str>, Option<&str>),
    _header: CsvHeader,
) -> Result<Table> {
    let problem = "is a workbook, which this program was built without; build it with --features workbooks";
    Err(Error::data(name, problem))
}
