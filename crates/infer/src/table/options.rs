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
        /// Any run of blanks and tabs.
        Space = "space",
    }
}

choices! {
    /// Whether the first line of a CSV file names the columns.
    CsvHeader, "header", {
        /// Detects it by the lines below.
        Auto = "auto",
        Yes = "true",
        No = "false",
    }
}

choices! {
    /// The mark between a whole number and its fraction.
    DecimalMark, "decimal mark", {
        /// Detects it by the numbers of all columns.
        Auto = "auto",
        Point = "point",
        Comma = "comma",
    }
}

choices! {
    /// The mark between groups of three digits.
    ThousandsMark, "thousands mark", {
        /// Detects it by the numbers of all columns.
        Auto = "auto",
        None = "none",
        Comma = "comma",
        Point = "point",
        Space = "space",
        Apostrophe = "apostrophe",
    }
}
