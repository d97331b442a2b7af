//! Requests that are not quite HTTP/1.1.

use std::net::Shutdown;

use super::client::Server;

#[test]
fn a_malformed_request_is_answered_with_json() {
    let server = Server::of_digits();
    for (request, status) in [
        ("BAD\r\n\r\n", 400),
        ("GET /healthz\r\n\r\n", 400),
        ("GET /healthz HTTP/3.0\r\nhost: localhost\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\nhost: localhost\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nhost localhost\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nhost : localhost\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nhost: local\0host\r\n\r\n", 400),
        ("G\u{e9}T /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n", 400),
        ("POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n", 400),
        ("POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
        ("POST /predict HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}", 400),
        (&format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100_000)), 431),
        (&format!("GET /{} HTTP/1.1\r\n\r\n", "y".repeat(100_000)), 431),
        (&format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(1000)), 431),
    ] {
        let mut connection = server.connect();
        connection.send(request.as_bytes());
        let response = connection.response().unwrap_or_else(|| panic!("no response to {request:?}"));
        response.fails_with(status, "the request");
        assert!(response.head.contains("connection: close"), "{}", response.head);
        assert!(connection.response().is_none(), "{request:?}: the connection ends");
    }
}

#[test]
fn a_malformed_request_after_a_good_one_is_answered_too() {
    let server = Server::of_digits();
    let mut connection = server.connect();
    connection.send(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nGET /healthz\r\n\r\n");
    assert_eq!(connection.response().unwrap().status, 200);
    connection.response().unwrap().fails_with(400, "the request is not valid HTTP/1.1");
}

#[test]
fn a_request_that_ends_early_is_answered() {
    let server = Server::of_digits();
    let body = "POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ncontent-length: 9\r\n\r\n1,2";
    let chunks = "POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
    for (request, words) in [
        ("GET /heal", "the request is incomplete"),
        ("GET /healthz HTTP/1.1\r\nhost: local", "the request is incomplete"),
        (body, "the body is incomplete"),
        (chunks, "its chunks are malformed"),
    ] {
        let mut connection = server.connect();
        connection.send(request.as_bytes());
        connection.shutdown(Shutdown::Write);
        connection.response().unwrap_or_else(|| panic!("no response to {request:?}")).fails_with(400, words);
    }
}

#[test]
fn the_host_is_given_once_or_not_at_all_in_http_1_0() {
    let server = Server::of_digits();
    let get = |head: &str| server.send(format!("GET /healthz {head}\r\n\r\n").as_bytes());
    assert_eq!(get("HTTP/1.0").json(), serde_json::json!({ "status": "ok" }));
    assert_eq!(get("HTTP/1.0\r\nhost: localhost").status, 200);
    assert_eq!(get("HTTP/1.1\r\nhost: localhost").status, 200);
    get("HTTP/1.1").fails_with(400, "no Host header");
    get("HTTP/1.0\r\nhost: evil.example").fails_with(403, "own machine only");
    for second in ["localhost", "evil.example"] {
        get(&format!("HTTP/1.1\r\nhost: localhost\r\nhost: {second}")).fails_with(400, "several Host headers");
    }
    let request = "GET /nothing HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n";
    server.send(request.as_bytes()).fails_with(400, "several Host headers");
}

#[test]
fn a_compressed_body_is_refused_with_the_way_out() {
    let server = Server::of_digits();
    let post = |headers: &str, body: &[u8]| {
        let head =
            format!("POST /predict HTTP/1.1\r\nhost: localhost\r\n{headers}\r\ncontent-length: {}\r\n\r\n", body.len());
        server.send(&[head.as_bytes(), body].concat())
    };
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let headers = format!("content-type: application/json\r\ncontent-encoding: {coding}");
        post(&headers, b"\x1f\x8b\x08").fails_with(415, "send it uncompressed, without a content-encoding header");
    }
    // A few bytes could hold any amount of text.
    for kind in ["application/json", "text/csv"] {
        let refused = post(&format!("content-type: {kind}"), b"\x1f\x8b\x08\0\0\0\0\0");
        refused.fails_with(415, "the body is compressed by gzip; send it uncompressed");
    }
    let row = vec!["3"; 64].join(",");
    assert_eq!(post("content-type: text/csv\r\ncontent-encoding: identity", row.as_bytes()).status, 200);
}
