//! Options for the form of a CSV file.

use crate::choices;

choices! {
    /// The delimiter of a CSV file; in words, because shells act on `;` and `|`.
    CsvDelimiter, "delimiter", {
        /// Detects it: the first lines have the same number of columns.
        Auto = "auto",
        Comma = "comma",
        Semicolon = "semicolon",
        Tab = "tab",
        Pipe = "pipe",
    }
}

choices! {
    /// Whether the first line of a CSV file names the columns.
    CsvHeader, "header", {
        /// Detects it: no value is a number or occurs again in its column.
        Auto = "auto",
        Yes = "yes",
        No = "no",
    }
}
