//! A connection with a time limit on slow readers, an answer to requests that hyper cannot parse, and
//! a close that lets the client read the last response.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::raw_response::{last_response, replacing};

/// Time for the client to notice that the connection is closed.
const LINGER: Duration = Duration::from_secs(1);

/// Maximum number of reads in a row, so that other connections get their turn.
const MAX_READS: usize = 32;

/// A stream that fails if the client does not read a response in time.
///
/// Closing it first shuts down the sending side, then reads and discards for a moment what the
/// client still sends: with unread bytes left, the system would reset the connection, and the
/// client might never see the response (RFC 9112, section 9.6).
///
/// Where hyper refuses a malformed request with an empty body, this sends a sentence instead, and
/// another where hyper drops the connection within a request.
pub(in crate::serve) struct TimeoutStream {
    stream: TcpStream,
    receive: Duration,
    /// Bytes that replace those that hyper is writing and that are not sent yet.
    replacement: Option<Bytes>,
    /// Whether something has been received since the last response.
    unanswered: bool,
    /// Whether the client has closed its side.
    ended: bool,
    /// Runs while a response waits to be written.
    waiting: Option<Pin<Box<Sleep>>>,
    /// Runs once the connection is closed on this side.
    lingering: Option<Pin<Box<Sleep>>>,
}

impl TimeoutStream {
    pub fn new(stream: TcpStream, receive: Duration) -> Self {
        Self { stream, receive, replacement: None, unanswered: false, ended: false, waiting: None, lingering: None }
    }

    /// Turns a pending write into an error once the time is up.
    fn limited<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            return polled;
        }
        let receive = self.receive;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(receive)));
        ready!(waiting.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(ErrorKind::TimedOut, "the client does not read the response")))
    }

    /// Writes `bytes`, or what replaces them.
    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.unanswered = false;
        self.replacement = self.replacement.take().or_else(|| replacing(bytes).map(Bytes::from));
        while let Some(rest) = self.replacement.as_mut().filter(|rest| !rest.is_empty()) {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            drop(rest.split_to(written));
        }
        match self.replacement.take() {
            Some(_) => Poll::Ready(Ok(bytes.len())),
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
        }
    }

    /// Reads and discards until the client closes too.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..MAX_READS {
            let mut bytes = [0; 4096];
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl AsyncRead for TimeoutStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        match buffer.filled().len() > before {
            true => this.unanswered = true,
            false => this.ended = true,
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for TimeoutStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = this.write(cx, bytes);
        this.limited(cx, polled)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = match slices.first() {
            Some(head) if this.replacement.is_some() || replacing(head).is_some() => this.write(cx, head),
            _ => {
                this.unanswered = false;
                Pin::new(&mut this.stream).poll_write_vectored(cx, slices)
            }
        };
        this.limited(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Hyper flushes after a complete response, so this resets the time limit.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.waiting = None;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        }
        let lingering = this.lingering.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        if lingering.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        this.drain(cx).map(Ok)
    }
}

impl Drop for TimeoutStream {
    fn drop(&mut self) {
        if !self.unanswered {
            return;
        }
        let response = match self.ended {
            true => last_response(StatusCode::BAD_REQUEST, "the request is incomplete"),
            false => last_response(StatusCode::REQUEST_TIMEOUT, "the request was not complete in time"),
        };
        // Nothing else waits to be sent, so these few bytes are taken at once if the client is there.
        let _ = self.stream.try_write(&response);
    }
}
