//! Downloads from servers that misbehave. How each misbehaviour is told, and what a good server gives, is tested where
//! the files can be small: in `src/data`.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::support::{Program, mnist_directory};
use super::{Answer, ask_with};

/// A server on the loopback address: `answer` gets each request's first line.
fn serve(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + Clone + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/mnist", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = answer.clone();
            thread::spawn(move || {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    match stream.read(&mut byte) {
                        Ok(1) => head.push(byte[0]),
                        _ => return,
                    }
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                answer(head.lines().next().unwrap_or_default(), &mut stream);
            });
        }
    });
    url
}

/// A server that always sends the same.
fn sends(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    serve(move |_, stream| drop(stream.write_all(&bytes)))
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

/// Asks for MNIST with an empty cache and this mirror.
fn train(program: &Program, mirror: &str) -> Answer {
    let cache = program.path("cache");
    fs::create_dir_all(&cache).unwrap();
    let home = cache.to_str().unwrap();
    // What this machine's own proxy would answer is not the server's.
    let environment =
        [("BURN_MLP_MNIST_MIRROR", mirror), ("XDG_CACHE_HOME", home), ("HOME", home), ("NO_PROXY", "127.0.0.1")];
    ask_with(program, &["--data", "mnist", "--epochs", "1"], &environment)
}

/// The names of what the cache holds beside the lock.
fn kept(program: &Program) -> Vec<String> {
    let entries = fs::read_dir(program.path("cache/burn-mlp/mnist")).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "download.lock").collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_that_misbehaves_costs_a_sentence_and_leaves_nothing_unverified() {
    let length = |claimed: usize| format!("Content-Length: {claimed}\r\n");
    let cases: [(&str, String, &str); 11] = [
        ("404", sends(response("404 Not Found", &length(2), b"no")), "the server answered 404"),
        ("500", sends(response("500 Internal Server Error", &length(0), b"")), "the server answered 500"),
        (
            "loop",
            sends(response("302 Found", "Location: /mnist/x\r\nContent-Length: 0\r\n", b"")),
            "redirects too often",
        ),
        (
            "file",
            sends(response("302 Found", "Location: file:///etc/passwd\r\nContent-Length: 0\r\n", b"")),
            "redirects",
        ),
        ("ftp", sends(response("302 Found", "Location: ftp://127.0.0.1/x\r\nContent-Length: 0\r\n", b"")), "ftp"),
        ("wrong bytes", sends(response("200 OK", &length(4), b"4444")), "something else than the original file"),
        ("truncated", sends(response("200 OK", &length(1000), b"4444")), "broke off after 4 bytes"),
        ("too long", sends(response("200 OK", &length(1 << 40), b"4444")), "offers 1099511627776 bytes where at most"),
        ("more than said", sends(response("200 OK", &length(2), b"4444")), "something else than the original file"),
        ("not HTTP", sends("220 smtp ready\r\n\r\n"), "cannot be reached"),
        ("nothing", serve(|_, _| ()), "cannot be reached"),
    ];
    for (name, mirror, words) in cases {
        let program = Program::new();
        let answer = train(&program, &mirror);
        answer.refuses(1, &["mnist: train-images-idx3-ubyte cannot be downloaded", words, "name it with data.dir"]);
        let kept = kept(&program);
        assert!(kept.iter().all(|name| name.ends_with(".part")), "{name}: {kept:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_body_without_end_is_left_where_the_file_would_end() {
    let program = Program::new();
    let mirror = serve(|_, stream| {
        let zeros = vec![0; 1 << 16];
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&zeros).is_ok() {}
    });
    train(&program, &mirror).refuses(1, &["sends more than the 47105552 bytes expected"]);
}

#[test]
#[cfg(target_os = "linux")]
fn no_network_is_told_with_the_way_out() {
    let program = Program::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    train(&program, &format!("http://{closed}")).refuses(1, &["cannot be reached", "name it with data.dir"]);
    train(&program, "https://host.invalid").refuses(1, &["host.invalid", "name it with data.dir"]);
    train(&program, "ftp://host.invalid").refuses(2, &["BURN_MLP_MNIST_MIRROR: expected URLs"]);
}

/// A server that has the original files of `directory`, slowly. It counts its answers.
fn good_server(directory: std::path::PathBuf, served: Arc<AtomicUsize>) -> String {
    serve(move |request, stream| {
        let name = request.split([' ', '/']).find(|part| part.ends_with(".gz")).unwrap_or_default();
        let file = fs::read(directory.join(name)).or_else(|_| fs::read(directory.join(name.trim_end_matches(".gz"))));
        served.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(200));
        let body = file.unwrap_or_default();
        let _ = stream.write_all(&response("200 OK", &format!("Content-Length: {}\r\n", body.len()), &body));
    })
}

#[test]
#[cfg(target_os = "linux")]
fn of_two_mirrors_the_second_serves_what_the_first_lacks() {
    let Some(directory) = mnist_directory() else { return };
    let program = Program::new();
    let missing = sends(response("404 Not Found", "Content-Length: 0\r\n", b""));
    let good = good_server(directory, Arc::default());
    train(&program, &format!("{missing},{good}")).succeeds();
    assert_eq!(kept(&program).len(), 4);
}

#[test]
#[cfg(target_os = "linux")]
fn of_two_processes_one_downloads_and_both_train() {
    let Some(directory) = mnist_directory() else { return };
    let program = Program::new();
    let served = Arc::new(AtomicUsize::new(0));
    let mirror = good_server(directory, served.clone());
    thread::scope(|scope| {
        let both = [(), ()].map(|()| scope.spawn(|| train(&program, &mirror)));
        both.into_iter().for_each(|one| drop(one.join().unwrap().succeeds()));
    });
    assert_eq!((served.load(Ordering::SeqCst), kept(&program).len()), (4, 4));
}
