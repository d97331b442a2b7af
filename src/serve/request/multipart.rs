//! Splits a form of files, `multipart/form-data` (RFC 7578), as browsers and `curl -F` send it.

use axum::body::Bytes;
use httparse::{EMPTY_HEADER, Status};
use memchr::memmem;

use crate::serve::http::http_error::HttpError;

/// Maximum number of headers of a part.
const MAX_HEADERS: usize = 16;

/// Maximum length of a boundary (RFC 2046).
const MAX_BOUNDARY: usize = 70;

/// A field of a form.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::serve) struct Part {
    /// The field's name.
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

/// Splits `body` at `boundary` into at most `max` parts.
pub(in crate::serve) fn parts(body: &Bytes, boundary: &str, max: usize) -> Result<Vec<Part>, HttpError> {
    let malformed = |problem: &str| HttpError::bad_request(format!("the form is malformed: {problem}"));
    if boundary.is_empty() || boundary.len() > MAX_BOUNDARY {
        return Err(malformed("its content type needs a boundary of 1 to 70 characters"));
    }
    let delimiter = format!("\r\n--{boundary}");
    let next = |from: usize| memmem::find(&body[from..], delimiter.as_bytes()).map(|at| from + at);
    // The first delimiter may lack the line end before it.
    let first = if body.starts_with(&delimiter.as_bytes()[2..]) { Some(delimiter.len() - 2) } else { None };
    let first = first.or_else(|| next(0).map(|at| at + delimiter.len()));
    let mut start = first.ok_or_else(|| malformed("its boundary does not occur"))?;
    let mut parts = Vec::new();
    while !body[start..].starts_with(b"--") {
        if parts.len() == max {
            return Err(HttpError::too_large(format!("the form has more than {max} fields; send several forms")));
        }
        let blank = body[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        start += blank;
        if !body[start..].starts_with(b"\r\n") {
            return Err(malformed("a boundary is not followed by a new line"));
        }
        start += 2;
        let end = next(start.saturating_sub(2)).ok_or_else(|| malformed("it ends without its boundary"))?;
        let part = body.get(start..end).map(|_| body.slice(start..end)).unwrap_or_default();
        parts.push(parsed(part).ok_or_else(|| malformed("a field has no valid headers with its name"))?);
        start = end + delimiter.len();
    }
    Ok(parts)
}

/// Parses the headers of a part.
fn parsed(part: Bytes) -> Option<Part> {
    let mut headers = [EMPTY_HEADER; MAX_HEADERS];
    let Ok(Status::Complete((length, headers))) = httparse::parse_headers(&part, &mut headers) else { return None };
    let header = |name: &str| {
        let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(found.value).into_owned())
    };
    let disposition = header("content-disposition")?;
    Some(Part {
        name: parameter(&disposition, "name")?,
        file_name: parameter(&disposition, "filename"),
        content_type: header("content-type"),
        bytes: part.slice(length..),
    })
}

/// Finds a parameter of a header: `b` in `form-data; name="b"`.
pub(in crate::serve) fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let (value, next) = after.split_at(after.find(';').unwrap_or(after.len()));
                (value.trim().to_string(), next)
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next.trim_start().strip_prefix(';')?;
    }
}

/// Reads up to the closing quote, and returns the rest.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let (mut value, mut characters) = (String::new(), text.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            _ => value.push(character),
        }
    }
    None
}

#[cfg(test)]
#[path = "multipart_tests.rs"]
mod tests;
