//! A server on a port of its own, and a client that can send anything.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Output, Program, digits_run};

/// The longest that a test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    pub program: Program,
    pub address: SocketAddr,
    running: Child,
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Server {
    /// Trains on the digits and serves the run.
    pub fn of_digits() -> Self {
        let program = Program::new();
        digits_run(&program, "run", &["--epochs", "3"]);
        Self::start(program, &[])
    }

    /// Serves the run named `run`.
    pub fn start(program: Program, arguments: &[&str]) -> Self {
        let mut running = program.start_loud(&[&["serve", "run", "--port", "0"], arguments].concat());
        let mut lines = BufReader::new(running.stdout.as_mut().unwrap());
        let mut line = String::new();
        while !line.starts_with("serving") {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the server did not start");
        }
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
        Self { address: address.parse().unwrap(), program, running }
    }

    pub fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Connection { reader: BufReader::new(stream) }
    }

    /// Asks on a connection of its own.
    pub fn ask(&self, request: &[u8]) -> Answer {
        let mut connection = self.connect();
        connection.send(request);
        connection.answer().expect("an answer")
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address).as_bytes())
    }

    pub fn post(&self, path: &str, kind: &str, body: &[u8]) -> Answer {
        self.ask(&self.request(path, kind, body))
    }

    pub fn request(&self, path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
        let address = self.address;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most that its process ever used, in KiB.
    pub fn most_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, entry: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.running.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(entry)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub fn signal(&mut self, signal: &str) {
        self.program.signal(&mut self.running, signal);
    }

    /// Waits for its end.
    pub fn end(mut self) -> Output {
        let running = std::mem::replace(&mut self.running, std::process::Command::new("true").spawn().unwrap());
        Output::of(running)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

pub struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    /// Sends what the server takes: it may close before the end.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.reader.get_mut().write_all(bytes).is_ok()
    }

    /// The next answer; nothing if the connection is closed.
    pub fn answer(&mut self) -> Option<Answer> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let head = head.to_ascii_lowercase();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).ok()?;
        Some(Answer { status, head, body: String::from_utf8(body).unwrap() })
    }
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Of the expected status, with a sentence that holds `words`.
    #[track_caller]
    pub fn refuses(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let answer = self.json();
        let sentence = answer["error"].as_str().unwrap_or_default();
        assert!(sentence.contains(words), "not {words:?} in {sentence:?}");
        assert!(self.head.contains("content-type: application/json"), "{}", self.head);
    }
}
