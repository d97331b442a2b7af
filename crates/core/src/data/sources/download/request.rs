//! An HTTP request on a background thread.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use ureq::Agent;
use ureq::http::{Response, StatusCode, header};

use super::limits::DownloadLimits;
use crate::{Error, Result};

/// Maximum number of messages waiting for the receiver.
const QUEUE_LENGTH: usize = 16;

/// A part of the server's answer, in the order of arrival.
pub(super) enum Message {
    Head(Head),
    Bytes(Vec<u8>),
    /// Reason why the answer broke off.
    Failed(String),
    End,
}

pub(super) struct Head {
    pub status: StatusCode,
    /// Whether the body starts at the requested byte.
    pub continues: bool,
    /// Length of the body in bytes, if the server states it.
    pub length: Option<u64>,
}

/// Requests `url` from byte `present` on a background thread, which ends with the answer, at a
/// limit, or when the receiver is dropped.
pub(super) fn request(url: &str, present: u64, limits: &DownloadLimits) -> Result<Receiver<Message>> {
    let (sender, receiver) = sync_channel(QUEUE_LENGTH);
    let (url, limits) = (url.to_string(), limits.clone());
    let named = url.clone();
    thread::Builder::new()
        .name("download".to_string())
        .spawn(move || {
            let last = fetch(&url, present, &limits, &sender).map_or_else(Message::Failed, |()| Message::End);
            let _ = sender.send(last);
        })
        .map_err(|error| Error::data(named, format!("cannot start a thread for the download: {error}")))?;
    Ok(receiver)
}

/// Forwards the server's answer; fails with the reason if it breaks off.
fn fetch(
    url: &str,
    present: u64,
    limits: &DownloadLimits,
    answers: &SyncSender<Message>,
) -> std::result::Result<(), String> {
    let mut request = agent(limits).get(url);
    if present > 0 {
        request = request.header(header::RANGE, format!("bytes={present}-"));
    }
    let mut response = request.call().map_err(|error| unreachable_reason(&error))?;
    let (status, continues) = (response.status(), continues_at(&response, present));
    let length = response.body().content_length();
    let mut listening = answers.send(Message::Head(Head { status, continues, length })).is_ok();
    let mut body = response.body_mut().as_reader();
    let mut buffer = vec![0; 1 << 16];
    while listening {
        match body.read(&mut buffer).map_err(|error| error.to_string())? {
            0 => break,
            count => listening = answers.send(Message::Bytes(buffer[..count].to_vec())).is_ok(),
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
        ureq::Error::HostNotFound => "the host was not found; check the network".into(),
        ureq::Error::Timeout(_) => "the server did not answer in time".into(),
        ureq::Error::TooManyRedirects => "the server redirects too often".into(),
        other => format!("the server cannot be reached: {other}"),
    }
}

/// Returns whether a partial answer starts at byte `present`.
fn continues_at<T>(response: &Response<T>, present: u64) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {present}-")))
}
