//! One file over HTTP into a `.part` file, which the next attempt continues.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Response, StatusCode, header};

use super::Progress;
use crate::{Error, Result};

/// How long a download may take and how far it may lead.
#[derive(Debug, Clone)]
pub struct DownloadLimits {
    /// To find the server and connect to it.
    pub connect: Duration,
    /// Between one piece of data and the next.
    pub idle: Duration,
    /// For the whole file.
    pub overall: Duration,
    /// Redirects that are followed.
    pub redirects: u32,
    /// Whether the environment's proxy settings (`HTTPS_PROXY`, `NO_PROXY` and their kin) are followed.
    pub proxy: bool,
}

impl Default for DownloadLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            overall: Duration::from_secs(900),
            redirects: 5,
            proxy: true,
        }
    }
}

/// How far the download of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownloadProgress<'a> {
    /// The file's name.
    pub file: &'a str,
    /// Bytes here, with those of an earlier attempt.
    pub received: u64,
    /// Bytes of the whole file, if the server says so.
    pub total: Option<u64>,
}

/// Downloads `url` into `part`, going on after the bytes that `part` already holds if the server can.
///
/// What arrived stays in `part` when the download breaks off. Nothing is verified here.
///
/// # Errors
/// [`Error::Data`] with the URL if the server cannot be reached, refuses, breaks off, stalls, or sends more than
/// `most_bytes`; [`Error::Io`] if `part` cannot be written.
pub(super) fn download(
    url: &str,
    part: &Path,
    most_bytes: u64,
    limits: &DownloadLimits,
    progress: Progress,
) -> Result<()> {
    let fail = |problem: String| Error::data(url, problem);
    let present = part.metadata().map_or(0, |metadata| metadata.len());
    let mut request = agent(limits).get(url);
    if present > 0 {
        request = request.header(header::RANGE, format!("bytes={present}-"));
    }
    let mut response = request.call().map_err(|error| fail(unreachable_reason(&error)))?;
    let start = match response.status() {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if continues_at(&response, present) => present,
        status if present > 0 && (status == StatusCode::RANGE_NOT_SATISFIABLE || status.is_success()) => {
            std::fs::remove_file(part).map_err(Error::io("remove", part))?;
            return download(url, part, most_bytes, limits, progress);
        }
        status => return Err(fail(format!("the server answered {status}"))),
    };
    let total = response.body().content_length().map(|length| start.saturating_add(length));
    if let Some(total) = total.filter(|&total| total > most_bytes) {
        return Err(fail(format!("the server offers {total} bytes where at most {most_bytes} are expected")));
    }
    let mut file = open_part(part, start)?;
    let mut report = |received| {
        let name = url.rsplit('/').next().unwrap_or(url);
        progress(DownloadProgress { file: name, received, total });
    };
    let received = copy(&mut response.body_mut().as_reader(), &mut file, part, start, most_bytes, &mut report)
        .map_err(|error| match error {
            Error::Data { problem, .. } => fail(problem),
            other => other,
        })?;
    match total {
        Some(total) if received != total => Err(fail(format!("the server ended after {received} of {total} bytes"))),
        _ => Ok(()),
    }
}

fn agent(limits: &DownloadLimits) -> Agent {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(limits.redirects)
        .timeout_resolve(Some(limits.connect))
        .timeout_connect(Some(limits.connect))
        .timeout_recv_response(Some(limits.idle))
        .timeout_per_read(Some(limits.idle))
        .timeout_global(Some(limits.overall))
        .user_agent(concat!("burn-mlp/", env!("CARGO_PKG_VERSION")));
    if !limits.proxy {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

fn unreachable_reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "the host is not found; is there a network?".into(),
        ureq::Error::Timeout(_) => "the server did not answer in time".into(),
        ureq::Error::TooManyRedirects => "the server redirects too often".into(),
        other => format!("the server cannot be reached: {other}"),
    }
}

/// Whether a partial answer begins at byte `present`.
fn continues_at<T>(response: &Response<T>, present: u64) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {present}-")))
}

fn open_part(part: &Path, start: u64) -> Result<File> {
    let mut options = OpenOptions::new();
    if start > 0 {
        options.append(true)
    } else {
        options.write(true).create(true).truncate(true)
    };
    options.open(part).map_err(Error::io("write", part))
}

/// Copies until the server ends; the bytes that `part` then holds.
fn copy(
    body: &mut impl Read,
    file: &mut File,
    part: &Path,
    start: u64,
    most_bytes: u64,
    report: &mut dyn FnMut(u64),
) -> Result<u64> {
    let mut buffer = vec![0; 1 << 16];
    let mut received = start;
    loop {
        report(received);
        let read = body.read(&mut buffer);
        let count =
            read.map_err(|error| Error::data("", format!("the server broke off after {received} bytes: {error}")))?;
        if count == 0 {
            return Ok(received);
        }
        received += count as u64;
        if received > most_bytes {
            return Err(Error::data("", format!("the server sends more than the {most_bytes} bytes expected")));
        }
        file.write_all(&buffer[..count]).map_err(Error::io("write", part))?;
    }
}

#[cfg(test)]
#[path = "download_tests.rs"]
mod tests;
