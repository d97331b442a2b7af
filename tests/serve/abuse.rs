//! Clients that send too much, too little, too slowly, or nonsense.

use std::io::Cursor;
use std::thread;

use image::{GrayImage, ImageFormat};

use super::client::{Connection, Server};

/// Maximum growth of memory under abuse, in KiB. At most 64 MiB of bodies are held at a time.
const MAX_GROWTH: u64 = 96 << 10;

/// Pseudo-random bytes.
fn garbage(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

fn assert_works(server: &Server) {
    assert_eq!(server.get("/healthz").status, 200);
    let row = format!("{{\"features\": [[{}]]}}", vec!["3"; 64].join(","));
    assert_eq!(server.post("/predict", "application/json", row.as_bytes()).status, 200);
}

#[test]
fn garbage_affects_only_its_own_connection() {
    let server = Server::of_digits();
    let long_header = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100_000)).into_bytes();
    let many_headers = format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(1000)).into_bytes();
    let bad_length = b"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n".to_vec();
    for bytes in [garbage(10_000), b"\0".repeat(10_000), b"\r\n".repeat(5000), long_header, many_headers, bad_length] {
        let mut connection = server.connect();
        connection.send(&bytes);
        while let Some(response) = connection.response() {
            assert!((400..500).contains(&response.status), "{response:?}");
        }
        assert_works(&server);
    }
}

#[test]
fn huge_bodies_are_refused_without_using_memory() {
    let server = Server::of_digits();
    assert_works(&server);
    let before = server.memory();
    let head = |length: &str| {
        let address = server.address;
        format!("POST /predict HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{length}\r\n\r\n")
    };
    let stated = server.send(head("content-length: 104857600").as_bytes());
    stated.fails_with(413, "larger than 16 MiB");
    for stated in [true, false] {
        let mut connection = server.connect();
        let length = if stated { "content-length: 104857600" } else { "transfer-encoding: chunked" };
        connection.send(head(length).as_bytes());
        let piece = vec![b' '; 1 << 20];
        for _ in 0..100 {
            let sent = match stated {
                true => connection.send(&piece),
                false => connection.send(b"100000\r\n") && connection.send(&piece) && connection.send(b"\r\n"),
            };
            if !sent {
                break;
            }
        }
        if let Some(response) = connection.response() {
            response.fails_with(413, "larger than 16 MiB");
        }
    }
    assert_works(&server);
    let growth = server.memory().saturating_sub(before);
    assert!(growth < MAX_GROWTH, "{growth} KiB more than before");
}

/// A black image, whose PNG file is a thousandth of its decoded size.
fn black(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    GrayImage::new(width, height).write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn huge_decoded_images_are_refused_and_large_ones_take_turns() {
    let server = Server::of_digits();
    let post = |image: &[u8]| server.post("/predict", "image/png", image);
    post(&black(14_000, 12_000)).fails_with(413, "the decoded image takes 160 MiB");
    let large = black(8000, 8000);
    assert_eq!(post(&large).status, 200);
    let one = server.peak_memory();
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..8).map(|_| scope.spawn(|| post(&large).status)).collect();
        // A drawing does not wait for them.
        assert_eq!(post(&black(28, 28)).status, 200);
        waiting.into_iter().for_each(|status| assert_eq!(status.join().unwrap(), 200));
    });
    let growth = server.peak_memory() - one;
    // Decoding takes three times the pixels; the allocator keeps some of that for a while.
    assert!(growth < 3 * 8000 * 8000 / 1024, "{growth} KiB more than for one image");
    assert_works(&server);
}

#[test]
fn idle_connections_and_incomplete_requests_block_nobody_and_are_closed() {
    let server = Server::of_digits();
    assert_works(&server);
    let before = server.memory();
    let mut waiting: Vec<Connection> = (0..490).map(|_| server.connect()).collect();
    let request = server.request("/predict", "application/json", &[b' '; 5000]);
    for (index, connection) in waiting.iter_mut().enumerate() {
        // Nothing, part of the head, or part of the body.
        connection.send(&request[..[0, 40, request.len() - 1][index % 3]]);
    }
    assert_works(&server);
    let growth = server.memory().saturating_sub(before);
    assert!(growth < MAX_GROWTH, "{growth} KiB more than before");
    // Connections beyond the limit get 503, or the slot of one that has been closed meanwhile.
    let extra: Vec<Connection> = (0..100).map(|_| server.connect()).collect();
    let full = extra.into_iter().filter_map(|mut connection| {
        connection.send(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
        connection.response()
    });
    assert!(full.map(|response| response.status).all(|status| status == 503 || status == 200));
    for (index, mut connection) in waiting.into_iter().enumerate() {
        match (index % 3, connection.response()) {
            (0 | 1, response) => assert!(response.is_none_or(|response| response.status == 408), "no end of the head"),
            (_, response) => response.expect("a response").fails_with(408, "did not arrive within 20 s"),
        }
    }
    assert_works(&server);
}
