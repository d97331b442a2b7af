//! One file over HTTP into a `.part` file, which the next attempt continues.
//!
//! A thread of its own waits for the server, so that whoever wants the file can give up at any time.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use ureq::http::StatusCode;

use crate::data::Progress;
use crate::data::progress::{HEARTBEAT, LoadStage, tell};
mod request;
#[cfg(test)]
pub mod test_server;

use crate::{Error, Result};
use request::{Answer, Head, request};

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

/// Downloads `url` into `part`, going on after the bytes that `part` already holds if the server can.
///
/// What arrived stays in `part` when the download breaks off. Nothing is verified here.
///
/// # Errors
/// [`Error::Data`] with the URL if the server cannot be reached, refuses, breaks off, stalls, or sends more than
/// `most_bytes`; [`Error::Io`] if `part` cannot be written; [`Error::Interrupted`] if `progress` asks to stop.
pub(super) fn download(
    url: &str,
    part: &Path,
    most_bytes: u64,
    limits: &DownloadLimits,
    progress: Progress,
) -> Result<()> {
    let fail = |problem: String| Error::data(url, problem);
    let name = url.rsplit('/').next().unwrap_or(url);
    let present = present_bytes(part)?;
    let answers = request(url, present, limits)?;
    let Head { status, continues, length } = match next_answer(&answers, progress, name, present, None)? {
        Answer::Head(head) => head,
        Answer::Failed(problem) => return Err(fail(problem)),
        Answer::Bytes(_) | Answer::End => return Err(fail("the server's answer has no head".to_string())),
    };
    let start = match status {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if continues => present,
        status if present > 0 && (status == StatusCode::RANGE_NOT_SATISFIABLE || status.is_success()) => {
            std::fs::remove_file(part).map_err(Error::io("remove", part))?;
            return download(url, part, most_bytes, limits, progress);
        }
        status => return Err(fail(format!("the server answered {status}"))),
    };
    let total = length.map(|length| start.saturating_add(length));
    if let Some(total) = total.filter(|&total| total > most_bytes) {
        return Err(fail(format!("the server offers {total} bytes where at most {most_bytes} are expected")));
    }
    let mut file = open_part(part, start)?;
    let mut received = start;
    tell(progress, LoadStage::Download(name), received, total)?;
    loop {
        match next_answer(&answers, progress, name, received, total)? {
            Answer::Bytes(bytes) => {
                received += bytes.len() as u64;
                if received > most_bytes {
                    // None of it is the file, so nothing is to be gone on after.
                    std::fs::remove_file(part).map_err(Error::io("remove", part))?;
                    return Err(fail(format!("the server sends more than the {most_bytes} bytes expected")));
                }
                file.write_all(&bytes).map_err(Error::io("write", part))?;
                tell(progress, LoadStage::Download(name), received, total)?;
            }
            Answer::Failed(problem) => {
                return Err(fail(format!("the server broke off after {received} bytes: {problem}")));
            }
            Answer::Head(_) | Answer::End => break,
        }
    }
    match total {
        Some(total) if received != total => Err(fail(format!("the server ended after {received} of {total} bytes"))),
        _ => Ok(()),
    }
}

/// How many bytes an earlier attempt left in `part`. What is no plain file, such as a link to one elsewhere, is nothing
/// to write through and is removed.
fn present_bytes(part: &Path) -> Result<u64> {
    match std::fs::symlink_metadata(part) {
        Ok(metadata) if metadata.is_file() => Ok(metadata.len()),
        Ok(_) => std::fs::remove_file(part).map(|()| 0).map_err(Error::io("remove", part)),
        Err(_) => Ok(0),
    }
}

/// The next answer; until it comes, tells that nothing has.
fn next_answer(
    answers: &Receiver<Answer>,
    progress: Progress,
    file: &str,
    received: u64,
    total: Option<u64>,
) -> Result<Answer> {
    loop {
        match answers.recv_timeout(HEARTBEAT) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Timeout) => tell(progress, LoadStage::Download(file), received, total)?,
            Err(RecvTimeoutError::Disconnected) => return Ok(Answer::Failed("it was given up".to_string())),
        }
    }
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

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
