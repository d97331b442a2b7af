//! Opens a CSV file.

use std::fs::File;
use std::path::Path;

use crate::{Error, Result};
use burn_mlp_infer::csv::{Dialect, DialectOptions, Table, read_text};

pub fn open(path: &Path, options: DialectOptions) -> Result<Table> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(Error::io("read", path))?;
    let metadata = file.metadata().map_err(Error::io("read", path))?;
    if metadata.is_dir() {
        return Err(Error::data(name, "is a directory; name a CSV file in it"));
    }
    let text = read_text(file, metadata.len(), &name)?;
    let dialect = Dialect::of(&text, options, &name)?;
    Ok(Table::of_text(text, dialect, &name)?)
}
