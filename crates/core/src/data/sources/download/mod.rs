//! Downloads one file over HTTP to a `.part` file, which the next attempt continues.
//!
//! A separate thread waits for the server, so that the caller can give up at any time.

mod limits;
mod request;
#[cfg(test)]
pub(super) mod test_server;

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use ureq::http::StatusCode;

use crate::data::Progress;
use crate::data::progress::{HEARTBEAT, LoadStage, report};
use crate::{Error, Result};
use request::{Head, Message, request};

pub use limits::DownloadLimits;

/// Downloads `url` to `part`, continuing after the bytes that `part` already has if the server can.
///
/// Received bytes stay in `part` if the download breaks off. Nothing is verified here.
///
/// # Errors
/// [`Error::Data`] naming the URL if the server cannot be reached, refuses, breaks off, stalls, or
/// sends more than `max_bytes`; [`Error::Io`] if `part` cannot be written; [`Error::Interrupted`]
/// if `progress` stops it.
pub(super) fn download(
    url: &str,
    part: &Path,
    max_bytes: u64,
    limits: &DownloadLimits,
    progress: Progress,
) -> Result<()> {
    let fail = |problem: String| Error::data(url, problem);
    let name = url.rsplit('/').next().unwrap_or(url);
    let present = present_bytes(part)?;
    let mut transfer = Transfer { messages: request(url, present, limits)?, name, received: present, total: None };
    let Head { status, continues, length } = match transfer.next(progress)? {
        Message::Head(head) => head,
        Message::Failed(problem) => return Err(fail(problem)),
        Message::Bytes(_) | Message::End => return Err(fail("the server's response has no headers".to_string())),
    };
    let start = match status {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if continues => present,
        status if present > 0 && (status == StatusCode::RANGE_NOT_SATISFIABLE || status.is_success()) => {
            std::fs::remove_file(part).map_err(Error::io("remove", part))?;
            return download(url, part, max_bytes, limits, progress);
        }
        status => return Err(fail(format!("the server answered {status}"))),
    };
    (transfer.received, transfer.total) = (start, length.map(|length| start.saturating_add(length)));
    if let Some(total) = transfer.total.filter(|&total| total > max_bytes) {
        return Err(fail(format!("the server offers {total} bytes; at most {max_bytes} are expected")));
    }
    transfer.receive(part, max_bytes, progress).map_err(|failure| match failure {
        Failure::Server(problem) => fail(problem),
        Failure::Other(error) => error,
    })
}

/// A download in progress.
struct Transfer<'a> {
    messages: Receiver<Message>,
    /// Name of the file, for reports.
    name: &'a str,
    /// Bytes received, including those of earlier attempts.
    received: u64,
    /// Size of the file, if known.
    total: Option<u64>,
}

enum Failure {
    /// The server's fault, without its URL.
    Server(String),
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl Transfer<'_> {
    /// Waits for the next message, reporting progress meanwhile.
    fn next(&self, progress: Progress) -> Result<Message> {
        loop {
            match self.messages.recv_timeout(HEARTBEAT) {
                Ok(message) => return Ok(message),
                Err(RecvTimeoutError::Timeout) => self.report(progress)?,
                Err(RecvTimeoutError::Disconnected) => return Ok(Message::Failed("it was given up".to_string())),
            }
        }
    }

    fn report(&self, progress: Progress) -> Result<()> {
        report(progress, LoadStage::Download(self.name), self.received, self.total)
    }

    /// Receives the body into `part`.
    fn receive(&mut self, part: &Path, max_bytes: u64, progress: Progress) -> std::result::Result<(), Failure> {
        let mut file = open_part(part, self.received)?;
        self.report(progress)?;
        loop {
            match self.next(progress)? {
                Message::Bytes(bytes) => {
                    self.received += bytes.len() as u64;
                    if self.received > max_bytes {
                        // None of it belongs to the file, so there is nothing to continue from.
                        std::fs::remove_file(part).map_err(Error::io("remove", part))?;
                        let problem = format!("the server sends more than the {max_bytes} bytes expected");
                        return Err(Failure::Server(problem));
                    }
                    file.write_all(&bytes).map_err(Error::io("write", part))?;
                    self.report(progress)?;
                }
                Message::Failed(problem) => {
                    let problem = format!("the server broke off after {} bytes: {problem}", self.received);
                    return Err(Failure::Server(problem));
                }
                Message::Head(_) | Message::End => break,
            }
        }
        match self.total {
            Some(total) if self.received != total => {
                Err(Failure::Server(format!("the server ended after {} of {total} bytes", self.received)))
            }
            _ => Ok(()),
        }
    }
}

/// Returns how many bytes an earlier attempt left in `part`. Removes anything but a plain file,
/// such as a link, which must not be written through.
fn present_bytes(part: &Path) -> Result<u64> {
    match std::fs::symlink_metadata(part) {
        Ok(metadata) if metadata.is_file() => Ok(metadata.len()),
        Ok(_) => std::fs::remove_file(part).map(|()| 0).map_err(Error::io("remove", part)),
        Err(_) => Ok(0),
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
mod tests;
