//! A server on a free port, and a client that can send anything.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Output, Program, digits_run};

/// Maximum time a test waits for a response.
const TIMEOUT: Duration = Duration::from_secs(60);

pub struct Server {
    pub program: Program,
    pub address: SocketAddr,
    running: Child,
}

/// An HTTP response.
#[derive(Debug)]
pub struct Response {
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

    /// Trains on a table of colours, sizes and whether something was bought, and serves the run.
    pub fn of_table() -> Self {
        let program = Program::new();
        let rows = [("red", "1.5"), ("green", "-2"), ("red", "3"), ("blue", "0")];
        let lines = rows.iter().cycle().take(40).enumerate();
        let line =
            |(row, (color, size)): (usize, &(&str, &str))| format!("{color},{size},{}\n", ["no", "yes"][row % 2]);
        let text = "color,size,bought\n".to_string() + &lines.map(line).collect::<String>();
        std::fs::write(program.path("t.csv"), text).unwrap();
        let source = format!("csv:{}", program.path("t.csv").display());
        program.run(&["--data", &source, "--epochs", "2", "--name", "run"]).succeeds();
        Self::start(program, &[])
    }

    /// Serves the run named `run`.
    pub fn start(program: Program, arguments: &[&str]) -> Self {
        let mut running = program.start_captured(&[&["serve", "run", "--port", "0"], arguments].concat());
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
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        stream.set_write_timeout(Some(TIMEOUT)).unwrap();
        Connection { reader: BufReader::new(stream) }
    }

    /// Sends a request on a new connection.
    pub fn send(&self, request: &[u8]) -> Response {
        let mut connection = self.connect();
        connection.send(request);
        connection.response().expect("a response")
    }

    pub fn get(&self, path: &str) -> Response {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address).as_bytes())
    }

    pub fn post(&self, path: &str, kind: &str, body: &[u8]) -> Response {
        self.send(&self.request(path, kind, body))
    }

    pub fn request(&self, path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
        let address = self.address;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    /// Posts a form with these headers and contents of fields.
    pub fn post_form(&self, path: &str, fields: &[(&str, &[u8])]) -> Response {
        let mut body = Vec::new();
        for (headers, content) in fields {
            body.extend(format!("--limit\r\ncontent-disposition: form-data; {headers}\r\n\r\n").as_bytes());
            body.extend([content, &b"\r\n"[..]].concat());
        }
        body.extend(b"--limit--\r\n");
        self.post(path, "multipart/form-data; boundary=limit", &body)
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// Peak resident memory in KiB.
    pub fn peak_memory(&self) -> u64 {
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

    /// Waits for the server to exit.
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
    /// Returns whether all bytes could be sent: the server may close the connection first.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.reader.get_mut().write_all(bytes).is_ok()
    }

    pub fn shutdown(&self, how: Shutdown) {
        self.reader.get_ref().shutdown(how).unwrap();
    }

    /// The next response, or `None` if the connection is closed.
    pub fn response(&mut self) -> Option<Response> {
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
        Some(Response { status, head, body: String::from_utf8(body).unwrap() })
    }
}

impl Response {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts the status, and an error message that contains `words`.
    #[track_caller]
    pub fn fails_with(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let response = self.json();
        let message = response["error"].as_str().unwrap_or_default();
        assert!(message.contains(words), "not {words:?} in {message:?}");
        assert!(self.head.contains("content-type: application/json"), "{}", self.head);
    }
}
