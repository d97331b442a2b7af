//! An HTTP server on the loopback address that misbehaves as a test needs.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server sends, and what it does afterwards.
pub enum Answer {
    /// Sends the bytes and closes.
    Close(Vec<u8>),
    /// Sends the bytes and keeps the connection open.
    Stall(Vec<u8>),
    /// Sends the body byte by byte, with pauses below the idle limit.
    Drip(Vec<u8>),
    /// Sends the bytes and resets the connection.
    Reset(Vec<u8>),
}

/// A running server.
pub struct TestServer {
    /// Base URL with a slash at the end.
    pub url: String,
    /// Heads of the received requests.
    requests: Arc<Mutex<Vec<String>>>,
}

impl TestServer {
    /// Serves in the background; `answer` receives the request's head in lower case.
    pub fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), requests.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, seen) = (answer.clone(), seen.clone());
                thread::spawn(move || serve(stream.unwrap(), &*answer, &seen));
            }
        });
        Self { url, requests }
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Builds an answer: status line, headers, and the body with its length.
pub fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Answers as a server that has `body` and supports ranges.
pub fn file_with_ranges(request: &str, body: &[u8]) -> Answer {
    let Some((_, range)) = request.split_once("range: bytes=") else {
        return Answer::Close(response("200 OK", "", body));
    };
    let start: usize = range.split('-').next().unwrap().parse().unwrap();
    if start >= body.len() {
        return Answer::Close(response("416 Range Not Satisfiable", "", b""));
    }
    let range = format!("Content-Range: bytes {start}-{}/{}\r\n", body.len() - 1, body.len());
    Answer::Close(response("206 Partial Content", &range, &body[start..]))
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str) -> Answer, seen: &Mutex<Vec<String>>) {
    let mut head = vec![0; 4096];
    // Peeking leaves the request unread, so that closing resets the connection.
    let length = loop {
        let length = stream.peek(&mut head).unwrap();
        if head[..length].ends_with(b"\r\n\r\n") {
            break length;
        }
        thread::sleep(Duration::from_millis(1));
    };
    let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
    seen.lock().unwrap().push(head.clone());
    let answer = answer(&head);
    if !matches!(answer, Answer::Reset(_)) {
        stream.read_exact(&mut vec![0; length]).unwrap();
    }
    match answer {
        Answer::Close(bytes) => drop(stream.write_all(&bytes)),
        Answer::Reset(bytes) => {
            drop(stream.write_all(&bytes));
            // A reset discards bytes that the client has not read yet.
            thread::sleep(Duration::from_millis(100));
        }
        Answer::Drip(bytes) => {
            let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
            drop(stream.write_all(&bytes[..head]));
            for &byte in &bytes[head..] {
                if stream.write_all(&[byte]).is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(100));
            }
        }
        Answer::Stall(bytes) => {
            drop(stream.write_all(&bytes));
            thread::sleep(Duration::from_secs(20));
        }
    }
}
