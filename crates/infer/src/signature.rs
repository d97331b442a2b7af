//! Recognises files that are not texts by their first bytes, and says how to get a table out of them.

use Cure::{Convert, Page, Picture, Unpack};

/// Bytes that [`FileKind::of`] looks at.
pub const SIGNATURE_BYTES: usize = 4096;

/// A kind of file that is not a text of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileKind {
    /// With its article: "a Parquet file".
    pub name: &'static str,
    cure: Cure,
}

/// What makes a table of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cure {
    /// A command that decompresses it.
    Unpack(&'static str),
    /// The program that wrote it.
    Convert,
    Page,
    Picture,
}

/// Offset, bytes, name and cure.
type Signature = (usize, &'static [u8], &'static str, Cure);

const SIGNATURES: [Signature; 39] = [
    (0, b"\xfd7zXZ\0", "xz-compressed", Unpack("xz -d")),
    (0, b"BZh", "bzip2-compressed", Unpack("bzip2 -d")),
    (0, b"\x28\xb5\x2f\xfd", "compressed with Zstandard", Unpack("zstd -d")),
    (0, b"\x04\x22\x4d\x18", "compressed with LZ4", Unpack("lz4 -d")),
    (0, b"\x1f\x9d", "compressed with compress", Unpack("uncompress")),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", Unpack("7z x")),
    (0, b"Rar!\x1a\x07", "a RAR archive", Unpack("unrar x")),
    (257, b"ustar", "a tar archive", Unpack("tar -xf")),
    (0, b"PAR1", "a Parquet file", Convert),
    (0, b"ARROW1", "an Arrow (Feather) file", Convert),
    (0, b"FEA1", "a Feather file", Convert),
    (0, b"ORC", "an ORC file", Convert),
    (0, b"Obj\x01", "an Avro file", Convert),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file", Convert),
    (0, b"CDF\x01", "a NetCDF file", Convert),
    (0, b"\x93NUMPY", "a NumPy array", Convert),
    (0, b"\x80\x02", "a Python pickle", Convert),
    (0, b"\x80\x03", "a Python pickle", Convert),
    (0, b"\x80\x04", "a Python pickle", Convert),
    (0, b"\x80\x05", "a Python pickle", Convert),
    (0, b"MATLAB 5.0", "a MATLAB file", Convert),
    (0, b"SQLite format 3\0", "an SQLite database", Convert),
    (0, b"RDX", "an R data file", Convert),
    (0, b"X\n\0\0\0", "an R data file", Convert),
    (0, b"$FL2", "an SPSS file", Convert),
    (0, b"<stata_dta>", "a Stata file", Convert),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the old kind (.xls)", Convert),
    (30, b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument workbook (.ods)", Convert),
    (30, b"[Content_Types].xml", "an Excel workbook (.xlsx)", Convert),
    (30, b"_rels/.rels", "an Excel workbook (.xlsx)", Convert),
    (30, b"xl/", "an Excel workbook (.xlsx)", Convert),
    (0, b"PK\x03\x04", "a zip archive", Unpack("unzip")),
    (0, b"PK\x05\x06", "an empty zip archive", Unpack("unzip")),
    (0, b"%PDF-", "a PDF document", Page),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image", Picture),
    (0, b"\xff\xd8\xff", "a JPEG image", Picture),
    (0, b"GIF8", "a GIF image", Picture),
    (0, b"II*\0", "a TIFF image", Picture),
    (0, b"MM\0*", "a TIFF image", Picture),
];

impl FileKind {
    /// Recognises a file by its `start`; `None` for a text.
    pub fn of(start: &[u8]) -> Option<Self> {
        let begins = |(at, bytes, ..): &&Signature| start.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
        let zip = start.starts_with(b"PK");
        let mut found = SIGNATURES.iter().filter(begins).filter(|(at, ..)| *at != 30 || zip);
        found
            .find(|(_, bytes, ..)| !is_word(bytes, start))
            .map(|&(_, _, name, cure)| Self { name, cure })
            .or_else(|| page(start))
    }

    /// Whether it is an image.
    pub fn is_image(self) -> bool {
        self.cure == Picture
    }

    /// Says what the file is and how to make a table of it.
    #[cfg_attr(not(feature = "csv"), allow(dead_code, reason = "images only recognise other files"))]
    pub fn problem(self) -> String {
        let name = self.name;
        match self.cure {
            Unpack(command) => format!("is {name}; unpack it with `{command}`, or compress it with gzip"),
            Convert => format!("is {name}; save its table as CSV"),
            Page => format!("is {name}; save the table in it as CSV, or download the table itself"),
            Picture => format!("is {name}, not a table; images are trained on with --data images:DIR"),
        }
    }
}

/// Whether the signature is letters that also begin a text, such as a column called `ORCID`.
fn is_word(signature: &[u8], start: &[u8]) -> bool {
    let start = &start[..start.len().min(SIGNATURE_BYTES)];
    signature.iter().all(u8::is_ascii_alphanumeric) && !start.contains(&0) && std::str::from_utf8(start).is_ok()
}

/// Recognises pages of the web, which a failed download leaves, and JSON.
fn page(start: &[u8]) -> Option<FileKind> {
    let text = String::from_utf8_lossy(&start[..start.len().min(64)])
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_lowercase();
    let kind = |name, cure| Some(FileKind { name, cure });
    match text {
        _ if ["<!doctype html", "<html", "<head"].iter().any(|tag| text.starts_with(tag)) => {
            kind("a web page (HTML)", Page)
        }
        _ if text.starts_with("<?xml") => kind("an XML document", Page),
        _ if ["{\"", "{ \"", "[{", "[["].iter().any(|bracket| text.starts_with(bracket)) => kind("JSON", Convert),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(start: &[u8]) -> Option<&'static str> {
        FileKind::of(start).map(|kind| kind.name)
    }

    #[test]
    fn files_are_called_what_they_are_with_the_way_out() {
        let problem = |start| FileKind::of(start).unwrap().problem();
        assert_eq!(problem(b"\xfd7zXZ\0\0"), "is xz-compressed; unpack it with `xz -d`, or compress it with gzip");
        assert_eq!(problem(b"PAR1\x15\x04\0"), "is a Parquet file; save its table as CSV");
        assert!(problem(b"\n <!DOCTYPE HTML>").starts_with("is a web page (HTML);"));
        assert!(problem(b"GIF89a\x01\0").contains("images:DIR"));
        assert_eq!(name(b"BZh91AY&SY\x80\xff"), Some("bzip2-compressed"));
        assert_eq!(name(&[&[0; 257][..], b"ustar"].concat()), Some("a tar archive"));
        let zip = |file: &[u8]| [b"PK\x03\x04", &[0; 26][..], file].concat();
        assert_eq!(name(&zip(b"[Content_Types].xml")), Some("an Excel workbook (.xlsx)"));
        assert_eq!(
            name(&zip(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")),
            Some("an OpenDocument workbook (.ods)")
        );
        assert_eq!(name(&zip(b"t.csv")), Some("a zip archive"));
        assert_eq!(name(b"[{\"a\": 1}]"), Some("JSON"));
    }

    #[test]
    fn texts_that_begin_like_another_file_are_texts() {
        for text in [
            "ORCID,a\n1,2\n",
            "PAR1,b\n",
            "BZh,x\n",
            "RDX,y\n",
            "GIF8,z\n",
            "PKW,a\n",
            "a,b\n",
            "",
            "<5,>7\n",
            "[a],b\n",
        ] {
            assert_eq!(name(text.as_bytes()), None, "{text}");
        }
    }
}
