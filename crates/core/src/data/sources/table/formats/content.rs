//! Recognises what a file holds by its first bytes, and texts also by its name.

use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::CONTENT_BYTES;
use crate::config::TableFormat;
use burn_mlp_infer::csv::gzip::is_gzip;
use burn_mlp_infer::csv::is_wide_text;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Table(TableFormat),
    /// A NumPy array.
    Npy,
    /// NumPy arrays in an archive.
    Npz,
    Idx,
    /// Something else that is not text.
    Other,
}

impl Content {
    /// Recognises a file by its `start` and its `path`.
    pub fn of(start: &[u8], path: &Path) -> Self {
        match start {
            [b'P', b'A', b'R', b'1', ..] => Self::Table(TableFormat::Parquet),
            [b'P', b'K', 3, 4, ..] => of_archive(start),
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Self::Table(TableFormat::Workbook),
            [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Self::Npy,
            [0, 0, 0x08..=0x0e, 1..=4, ..] => Self::Idx,
            _ if is_gzip(start) => {
                let mut inner = Vec::new();
                // The compressed start is cut, so that its end is an error.
                let _ = MultiGzDecoder::new(start).take(CONTENT_BYTES as u64).read_to_end(&mut inner);
                match inner[..] {
                    [0, 0, 0x08..=0x0e, 1..=4, ..] => Self::Idx,
                    _ => of_text(&inner, Path::new(path.file_stem().unwrap_or_default())),
                }
            }
            _ => of_text(start, path),
        }
    }
}

/// Tells archives by the name of their first part.
fn of_archive(start: &[u8]) -> Content {
    let length = start.get(26..28).map_or(0, |bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])));
    let name = String::from_utf8_lossy(start.get(30..30 + length).unwrap_or_default()).into_owned();
    let is_workbook = ["[Content_Types].xml", "_rels/", "docProps/", "xl/", "mimetype"];
    if name.ends_with(".npy") {
        Content::Npz
    } else if is_workbook.iter().any(|part| name.starts_with(part)) {
        Content::Table(TableFormat::Workbook)
    } else {
        Content::Other
    }
}

fn of_text(start: &[u8], path: &Path) -> Content {
    if start.contains(&0) && !is_wide_text(start) {
        return Content::Other;
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let begins_record = |text: &[u8]| text.first() == Some(&b'{');
    match ending.as_deref() {
        Some("csv" | "tsv" | "txt" | "data") => Content::Table(TableFormat::Csv),
        Some("json" | "jsonl" | "ndjson") => Content::Table(TableFormat::Json),
        _ if begins_record(text) => Content::Table(TableFormat::Json),
        _ if text.strip_prefix(b"[").is_some_and(|rest| begins_record(rest.trim_ascii_start())) => {
            Content::Table(TableFormat::Json)
        }
        _ => Content::Table(TableFormat::Csv),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/tables");

    #[test]
    fn files_are_recognised_by_content_whatever_their_names() {
        for (file, content) in [
            ("people.csv", Content::Table(TableFormat::Csv)),
            ("csv-folder/part-2.csv.gz", Content::Table(TableFormat::Csv)),
            ("snappy.parquet", Content::Table(TableFormat::Parquet)),
            ("people.jsonl", Content::Table(TableFormat::Json)),
            ("people.json", Content::Table(TableFormat::Json)),
            ("people.xlsx", Content::Table(TableFormat::Workbook)),
            ("people.ods", Content::Table(TableFormat::Workbook)),
            ("x.npy", Content::Npy),
            ("keras.npz", Content::Npz),
        ] {
            let bytes = std::fs::read(Path::new(FIXTURES).join(file)).unwrap();
            let start = &bytes[..bytes.len().min(CONTENT_BYTES)];
            assert_eq!(Content::of(start, Path::new("data")), content, "{file}");
        }
        assert_eq!(Content::of(&[0, 0, 8, 3, 0, 0], Path::new("x")), Content::Idx);
        assert_eq!(Content::of(b"\x7fELF\0\0", Path::new("x")), Content::Other);
        assert_eq!(Content::of(b"{a},b\n", Path::new("x.csv")), Content::Table(TableFormat::Csv));
    }
}
