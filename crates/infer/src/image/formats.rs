//! The supported image formats, by the endings of file names.

use std::path::Path;

/// File name extensions of the supported image formats, in lower case.
pub const IMAGE_ENDINGS: [&str; 14] =
    ["png", "jpg", "jpeg", "jfif", "bmp", "gif", "tif", "tiff", "webp", "pgm", "ppm", "pnm", "pbm", "pam"];

/// The supported formats, for a message.
pub const IMAGE_FORMATS: &str = "PNG, JPEG, BMP, GIF, TIFF, WebP or PGM";

/// Extensions of image formats that are not supported.
const OTHER_IMAGE_ENDINGS: [&str; 14] =
    ["avif", "heic", "heif", "jxl", "jp2", "ico", "svg", "tga", "dds", "exr", "hdr", "qoi", "psd", "dcm"];

/// Whether a file's extension is that of a supported image format.
pub fn has_image_ending(path: &Path) -> bool {
    ends_in(path, &IMAGE_ENDINGS)
}

/// Whether a file's extension is that of an unsupported image format.
pub fn has_other_image_ending(path: &Path) -> bool {
    ends_in(path, &OTHER_IMAGE_ENDINGS)
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}
