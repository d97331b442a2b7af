//! Downloads from misbehaving servers. Unit tests of the downloads cover each case with small
//! files.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::support::{Program, mnist_directory};
use super::{LimitedOutput, run_limited_with};

/// Starts a server on the loopback address. `respond` gets the first line of each request.
fn serve(respond: impl Fn(&str, &mut TcpStream) + Send + Sync + Clone + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/mnist", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let respond = respond.clone();
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
                respond(head.lines().next().unwrap_or_default(), &mut stream);
            });
        }
    });
    url
}

/// Starts a server that always sends the same bytes.
fn sends(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    serve(move |_, stream| drop(stream.write_all(&bytes)))
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

/// Trains on MNIST with an empty cache and this mirror.
fn train(program: &Program, mirror: &str) -> LimitedOutput {
    let cache = program.path("cache");
    fs::create_dir_all(&cache).unwrap();
    let home = cache.to_str().unwrap();
    // Bypasses a proxy of this machine.
    let environment =
        [("BURN_MLP_MNIST_MIRROR", mirror), ("XDG_CACHE_HOME", home), ("HOME", home), ("NO_PROXY", "127.0.0.1")];
    run_limited_with(program, &["--data", "mnist", "--epochs", "1"], &environment)
}

/// Names of the files in the cache, without the lock.
fn cached(program: &Program) -> Vec<String> {
    let entries = fs::read_dir(program.path("cache/burn-mlp/mnist")).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "download.lock").collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_misbehaving_server_is_an_error_and_leaves_no_unverified_file() {
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
        ("wrong bytes", sends(response("200 OK", &length(4), b"4444")), "a file other than the original"),
        ("truncated", sends(response("200 OK", &length(1000), b"4444")), "broke off after 4 bytes"),
        ("too long", sends(response("200 OK", &length(1 << 40), b"4444")), "offers 1099511627776 bytes; at most"),
        ("more than said", sends(response("200 OK", &length(2), b"4444")), "a file other than the original"),
        ("not HTTP", sends("220 smtp ready\r\n\r\n"), "cannot be reached"),
        ("nothing", serve(|_, _| ()), "cannot be reached"),
    ];
    for (name, mirror, words) in cases {
        let program = Program::new();
        let output = train(&program, &mirror);
        output.fails_with(1, &["mnist: train-images-idx3-ubyte cannot be downloaded", words, "name it with data.dir"]);
        let cached = cached(&program);
        assert!(cached.iter().all(|name| name.ends_with(".part")), "{name}: {cached:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_endless_body_is_cut_off_at_the_expected_size() {
    let program = Program::new();
    let mirror = serve(|_, stream| {
        let zeros = vec![0; 1 << 16];
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&zeros).is_ok() {}
    });
    train(&program, &mirror).fails_with(1, &["sends more than the 47105552 bytes expected"]);
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_network_the_error_says_how_to_provide_the_files() {
    let program = Program::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    train(&program, &format!("http://{closed}")).fails_with(1, &["cannot be reached", "name it with data.dir"]);
    train(&program, "https://host.invalid").fails_with(1, &["host.invalid", "name it with data.dir"]);
    train(&program, "ftp://host.invalid")
        .fails_with(2, &["BURN_MLP_MNIST_MIRROR: expected a comma-separated list of URLs"]);
}

/// Starts a slow server for the files of `directory` that counts its responses.
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
fn a_file_that_the_first_mirror_lacks_comes_from_the_second() {
    let Some(directory) = mnist_directory() else { return };
    let program = Program::new();
    let missing = sends(response("404 Not Found", "Content-Length: 0\r\n", b""));
    let good = good_server(directory, Arc::default());
    train(&program, &format!("{missing},{good}")).succeeds();
    assert_eq!(cached(&program).len(), 4);
}

#[test]
#[cfg(target_os = "linux")]
fn of_two_concurrent_processes_one_downloads_and_both_train() {
    let Some(directory) = mnist_directory() else { return };
    let program = Program::new();
    let served = Arc::new(AtomicUsize::new(0));
    let mirror = good_server(directory, served.clone());
    thread::scope(|scope| {
        let both = [(), ()].map(|()| scope.spawn(|| train(&program, &mirror)));
        both.into_iter().for_each(|one| drop(one.join().unwrap().succeeds()));
    });
    assert_eq!((served.load(Ordering::SeqCst), cached(&program).len()), (4, 4));
}
