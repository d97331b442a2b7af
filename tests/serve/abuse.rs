//! Clients that send too much, too little, too slowly, or nonsense.

use std::io::Cursor;
use std::thread;

use image::{GrayImage, ImageFormat};

use super::client::{Connection, Server};

/// Memory that all of the abuse together may leave, in KiB; the most that is held at a time is 64 MiB of bodies.
const GROWTH: u64 = 96 << 10;

/// Pseudo-random bytes that are no request.
fn garbage(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

fn works(server: &Server) {
    assert_eq!(server.get("/healthz").status, 200);
    let row = format!("{{\"features\": [[{}]]}}", vec!["3"; 64].join(","));
    assert_eq!(server.post("/predict", "application/json", row.as_bytes()).status, 200);
}

#[test]
fn garbage_ends_its_own_connection_alone() {
    let server = Server::of_digits();
    let long_header = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100_000)).into_bytes();
    let many_headers = format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(1000)).into_bytes();
    let bad_length = b"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n".to_vec();
    for bytes in [garbage(10_000), b"\0".repeat(10_000), b"\r\n".repeat(5000), long_header, many_headers, bad_length] {
        let mut connection = server.connect();
        connection.send(&bytes);
        while let Some(answer) = connection.answer() {
            assert!((400..500).contains(&answer.status), "{answer:?}");
        }
        works(&server);
    }
}

#[test]
fn huge_bodies_are_refused_and_take_no_memory() {
    let server = Server::of_digits();
    works(&server);
    let before = server.memory();
    let head = |length: &str| {
        let address = server.address;
        format!("POST /predict HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{length}\r\n\r\n")
    };
    let stated = server.ask(head("content-length: 104857600").as_bytes());
    stated.refuses(413, "larger than 16 MiB");
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
        if let Some(answer) = connection.answer() {
            answer.refuses(413, "larger than 16 MiB");
        }
    }
    works(&server);
    let growth = server.memory().saturating_sub(before);
    assert!(growth < GROWTH, "{growth} KiB more than before");
}

/// A black image, which as a file is a thousandth of its size.
fn black(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    GrayImage::new(width, height).write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn images_that_are_huge_once_decoded_are_refused_and_large_ones_take_turns() {
    let server = Server::of_digits();
    let post = |image: &[u8]| server.post("/predict", "image/png", image);
    post(&black(14_000, 12_000)).refuses(413, "the image takes 160 MiB once it is decoded");
    let large = black(8000, 8000);
    assert_eq!(post(&large).status, 200);
    let one = server.most_memory();
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..8).map(|_| scope.spawn(|| post(&large).status)).collect();
        // A drawing does not wait for them.
        assert_eq!(post(&black(28, 28)).status, 200);
        waiting.into_iter().for_each(|status| assert_eq!(status.join().unwrap(), 200));
    });
    let growth = server.most_memory() - one;
    // One takes three times its pixels; the allocator keeps some of that for a while.
    assert!(growth < 3 * 8000 * 8000 / 1024, "{growth} KiB more than for one image");
    works(&server);
}

#[test]
fn idle_and_half_sent_requests_hold_nobody_up_and_are_closed() {
    let server = Server::of_digits();
    works(&server);
    let before = server.memory();
    let mut waiting: Vec<Connection> = (0..490).map(|_| server.connect()).collect();
    let request = server.request("/predict", "application/json", &[b' '; 5000]);
    for (index, connection) in waiting.iter_mut().enumerate() {
        // Nothing, a part of the head, or a part of the body.
        connection.send(&request[..[0, 40, request.len() - 1][index % 3]]);
    }
    works(&server);
    let growth = server.memory().saturating_sub(before);
    assert!(growth < GROWTH, "{growth} KiB more than before");
    // One too many is told so, or finds the place of one that has been closed meanwhile.
    let extra: Vec<Connection> = (0..100).map(|_| server.connect()).collect();
    let full = extra.into_iter().filter_map(|mut connection| {
        connection.send(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
        connection.answer()
    });
    assert!(full.map(|answer| answer.status).all(|status| status == 503 || status == 200));
    for (index, mut connection) in waiting.into_iter().enumerate() {
        match (index % 3, connection.answer()) {
            (0 | 1, answer) => assert!(answer.is_none_or(|answer| answer.status == 408), "no end of the head"),
            (_, answer) => answer.expect("an answer").refuses(408, "did not arrive within 20 s"),
        }
    }
    works(&server);
}
