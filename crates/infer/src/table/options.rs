//! How a file of rows may be said to be written.

use crate::choices;

choices! {
    /// What stands between the values of a line of a CSV file; words, because shells act on `;` and `|`.
    CsvDelimiter, "delimiter", {
        /// The one by which the first lines have equally many columns.
        Auto = "auto",
        Comma = "comma",
        Semicolon = "semicolon",
        Tab = "tab",
        Pipe = "pipe",
    }
}

choices! {
    /// Whether the first line of a CSV file names its columns.
    CsvHeader, "header", {
        /// It does if none of its values is a number and none comes again in its column.
        Auto = "auto",
        Yes = "yes",
        No = "no",
    }
}
