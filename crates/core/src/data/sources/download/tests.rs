use std::time::{Duration, Instant};

use super::test_server::{Answer, TestServer, file_with_ranges, response};
use super::*;
use crate::data::LoadProgress;

const BODY: &[u8] = b"0123456789abcdefghij";

fn limits() -> DownloadLimits {
    let short = Duration::from_millis(300);
    DownloadLimits { connect: short, idle: short, overall: Duration::from_secs(1), redirects: 3, proxy: false }
}

/// Downloads once; returns the result and the content of `part`.
fn attempt(present: &[u8], answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> (Result<()>, Vec<u8>) {
    let directory = tempfile::tempdir().unwrap();
    let part = directory.path().join("file.part");
    if !present.is_empty() {
        std::fs::write(&part, present).unwrap();
    }
    let server = TestServer::start(answer);
    let result = download(&format!("{}file", server.url), &part, 1000, &limits(), &mut |_| {});
    (result, std::fs::read(&part).unwrap_or_default())
}

fn refusal(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> String {
    attempt(b"", answer).0.unwrap_err().to_string()
}

#[test]
fn a_file_is_downloaded() {
    let (result, part) = attempt(b"", |request| file_with_ranges(request, BODY));
    assert!(result.is_ok());
    assert_eq!(part, BODY);
}

#[test]
fn a_part_is_continued_where_it_ended() {
    let directory = tempfile::tempdir().unwrap();
    let part = directory.path().join("file.part");
    std::fs::write(&part, &BODY[..12]).unwrap();
    let server = TestServer::start(|request| file_with_ranges(request, BODY));
    let mut seen = Vec::new();
    let mut progress = |at: LoadProgress| seen.push((at.stage == LoadStage::Download("file"), at.done, at.total));
    let mut progress = |at: LoadProgress| {
        if at.total.is_some() {
            progress(at)
        }
    };
    download(&format!("{}file", server.url), &part, 1000, &limits(), &mut progress).unwrap();
    assert_eq!(std::fs::read(&part).unwrap(), BODY);
    assert!(server.requests()[0].contains("range: bytes=12-"));
    // Progress may be reported repeatedly while the server is slow.
    seen.dedup();
    assert_eq!(seen, [(true, 12, Some(20)), (true, 20, Some(20))]);
}

#[cfg(unix)]
#[test]
fn a_part_that_is_a_link_is_replaced_and_not_followed() {
    let directory = tempfile::tempdir().unwrap();
    let (part, elsewhere) = (directory.path().join("file.part"), directory.path().join("elsewhere"));
    for ranges in [true, false] {
        std::fs::write(&elsewhere, b"precious").unwrap();
        let _ = std::fs::remove_file(&part);
        std::os::unix::fs::symlink(&elsewhere, &part).unwrap();
        let server = TestServer::start(move |request| match ranges {
            true => file_with_ranges(request, BODY),
            false => Answer::Close(response("200 OK", "", BODY)),
        });
        download(&format!("{}file", server.url), &part, 1000, &limits(), &mut |_| {}).unwrap();
        assert_eq!(std::fs::read(&elsewhere).unwrap(), b"precious");
        assert_eq!(std::fs::read(&part).unwrap(), BODY);
    }
}

#[test]
fn a_server_without_ranges_sends_everything_again() {
    let (result, part) = attempt(b"wrong start", |_| Answer::Close(response("200 OK", "", BODY)));
    assert!(result.is_ok());
    assert_eq!(part, BODY);
}

#[test]
fn a_part_that_the_server_cannot_continue_is_discarded() {
    for present in [&b"longer than the file itself"[..], BODY] {
        let (result, part) = attempt(present, |request| file_with_ranges(request, BODY));
        assert!(result.is_ok());
        assert_eq!(part, BODY);
    }
    let elsewhere = |request: &str| match request.contains("range:") {
        true => Answer::Close(response("206 Partial Content", "Content-Range: bytes 3-19/20\r\n", &BODY[3..])),
        false => Answer::Close(response("200 OK", "", BODY)),
    };
    let (result, part) = attempt(&BODY[..5], elsewhere);
    assert!(result.is_ok());
    assert_eq!(part, BODY);
}

#[test]
fn bytes_received_before_a_break_are_kept() {
    let half = || response("200 OK", "", BODY)[..response("200 OK", "", BODY).len() - 10].to_vec();
    for break_off in [Answer::Close as fn(Vec<u8>) -> Answer, Answer::Reset, Answer::Stall] {
        let started = Instant::now();
        let (result, part) = attempt(b"", move |_| break_off(half()));
        let error = result.unwrap_err().to_string();
        assert!(error.contains("/file: the server broke off after 10 bytes"), "{error}");
        assert_eq!(part, &BODY[..10]);
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn a_slow_server_is_abandoned_at_the_overall_limit() {
    let started = Instant::now();
    let error = refusal(|_| Answer::Drip(response("200 OK", "", BODY)));
    assert!(error.contains("the server broke off after") && error.contains("timeout"), "{error}");
    assert!((1..3).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
}

#[test]
fn a_silent_server_is_abandoned_at_the_idle_limit() {
    let started = Instant::now();
    let error = refusal(|_| Answer::Stall(Vec::new()));
    assert!(error.contains("did not answer in time"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn the_error_states_the_servers_answer() {
    let status = |line: &'static str| refusal(move |_| Answer::Close(response(line, "", b"an error page")));
    assert!(status("404 Not Found").contains("/file: the server answered 404 Not Found"));
    assert!(status("500 Internal Server Error").contains("the server answered 500"));
    let around = |_: &str| Answer::Close(response("302 Found", "Location: /file\r\n", b""));
    assert!(refusal(around).contains("the server redirects too often"));
    assert!(refusal(|_| Answer::Close(b"220 smtp ready\r\n\r\n".to_vec())).contains("cannot be reached"));
    let directory = tempfile::tempdir().unwrap();
    let closed = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() };
    let error = download(&format!("http://{closed}/x"), &directory.path().join("p"), 9, &limits(), &mut |_| {});
    assert!(error.unwrap_err().to_string().contains("cannot be reached"));
}

#[test]
fn a_redirect_is_followed() {
    let (result, part) = attempt(b"", |request| match request.starts_with("get /file") {
        true => Answer::Close(response("301 Moved Permanently", "Location: /elsewhere\r\n", b"")),
        false => Answer::Close(response("200 OK", "", BODY)),
    });
    assert!(result.is_ok());
    assert_eq!(part, BODY);
}

#[test]
fn more_bytes_than_expected_are_refused() {
    assert!(
        refusal(|_| Answer::Close(response("200 OK", "", &[0; 1001])))
            .contains("offers 1001 bytes; at most 1000 are expected")
    );
    // Without a length, the body ends where the server closes the connection.
    let unending = [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &[0; 500_000]].concat();
    let (result, part) = attempt(b"", move |_| Answer::Close(unending.clone()));
    assert!(result.unwrap_err().to_string().contains("sends more than the 1000 bytes expected"));
    assert!(part.len() <= 1000);
}

#[test]
fn the_error_names_a_part_that_cannot_be_written() {
    let server = TestServer::start(|_| Answer::Close(response("200 OK", "", BODY)));
    let part = Path::new("no/such/directory/file.part");
    let error = download(&server.url, part, 1000, &limits(), &mut |_| {}).unwrap_err().to_string();
    assert!(error.starts_with("cannot write no/such/directory/file.part"));
}

#[test]
fn a_download_can_be_stopped_while_the_server_is_silent_and_keeps_its_bytes() {
    let half = response("200 OK", "", BODY)[..response("200 OK", "", BODY).len() - 10].to_vec();
    let directory = tempfile::tempdir().unwrap();
    let part = directory.path().join("file.part");
    // Far longer than the test: only stopping can end it.
    let long = Duration::from_secs(600);
    let patient = DownloadLimits { connect: long, idle: long, overall: long, ..limits() };
    for (stalls_after, kept) in [(half, 10), (Vec::new(), 10)] {
        let server = TestServer::start(move |_| Answer::Stall(stalls_after.clone()));
        let mut stop = |at: LoadProgress| {
            if at.done == 10 {
                at.stop()
            }
        };
        let error = download(&format!("{}file", server.url), &part, 1000, &patient, &mut stop).unwrap_err();
        assert!(matches!(error, Error::Interrupted(_)), "{error}");
        assert_eq!(std::fs::read(&part).unwrap(), &BODY[..kept]);
    }
    let server = TestServer::start(|request| file_with_ranges(request, BODY));
    download(&format!("{}file", server.url), &part, 1000, &limits(), &mut |_| {}).unwrap();
    assert_eq!(std::fs::read(&part).unwrap(), BODY);
}
