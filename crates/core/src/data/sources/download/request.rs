//! A request over HTTP in the background.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use ureq::Agent;
use ureq::http::{Response, StatusCode, header};

use super::DownloadLimits;
use crate::{Error, Result};

/// Pieces that wait to be written.
const PIECES: usize = 16;

/// What the server says, in the order in which it comes.
pub(super) enum Answer {
    Head(Head),
    Bytes(Vec<u8>),
    /// Why nothing more comes, in words.
    Failed(String),
    End,
}

pub(super) struct Head {
    pub status: StatusCode,
    /// Whether it goes on at the byte that was asked for.
    pub continues: bool,
    /// Bytes that follow, if the server says so.
    pub length: Option<u64>,
}

/// Asks for `url` from byte `present` on, in the background. That ends when the server or the limits end it, or when
/// nobody listens any more.
pub(super) fn request(url: &str, present: u64, limits: &DownloadLimits) -> Result<Receiver<Answer>> {
    let (sender, receiver) = sync_channel(PIECES);
    let (url, limits) = (url.to_string(), limits.clone());
    let named = url.clone();
    thread::Builder::new()
        .name("download".to_string())
        .spawn(move || {
            let last = fetch(&url, present, &limits, &sender).map_or_else(Answer::Failed, |()| Answer::End);
            let _ = sender.send(last);
        })
        .map_err(|error| Error::data(named, format!("no thread for its download: {error}")))?;
    Ok(receiver)
}

/// Passes the server's answer on; the reason if it breaks off.
fn fetch(
    url: &str,
    present: u64,
    limits: &DownloadLimits,
    answers: &SyncSender<Answer>,
) -> std::result::Result<(), String> {
    let mut request = agent(limits).get(url);
    if present > 0 {
        request = request.header(header::RANGE, format!("bytes={present}-"));
    }
    let mut response = request.call().map_err(|error| unreachable_reason(&error))?;
    let (status, continues) = (response.status(), continues_at(&response, present));
    let length = response.body().content_length();
    let mut listening = answers.send(Answer::Head(Head { status, continues, length })).is_ok();
    let mut body = response.body_mut().as_reader();
    let mut buffer = vec![0; 1 << 16];
    while listening {
        match body.read(&mut buffer).map_err(|error| error.to_string())? {
            0 => break,
            count => listening = answers.send(Answer::Bytes(buffer[..count].to_vec())).is_ok(),
        }
    }
    Ok(())
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
