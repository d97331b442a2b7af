use super::client::Server;

#[test]
fn told_to_stop_it_answers_what_is_in_progress_closes_what_is_idle_and_exits_0() {
    for signal in ["INT", "TERM"] {
        let mut server = Server::of_digits();
        let mut idle = server.connect();
        idle.send(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert_eq!(idle.answer().unwrap().status, 200);
        let row = format!("{{\"features\": [[{}]]}}", vec!["3"; 64].join(","));
        let request = server.request("/predict", "application/json", row.as_bytes());
        let (start, end) = request.split_at(request.len() - 10);
        let mut busy = server.connect();
        busy.send(start);
        // Answered after the busy connection's part has been read.
        assert_eq!(server.get("/healthz").status, 200);
        server.signal(signal);
        assert!(idle.answer().is_none(), "an idle connection is closed");
        busy.send(end);
        assert_eq!(busy.answer().unwrap().status, 200, "{signal}");
        let output = server.end().succeeds();
        assert_eq!(output.stderr, "stopping; press Ctrl-C again to exit at once\n");
        output.says("stopped");
    }
}

#[test]
fn a_client_that_never_ends_its_request_does_not_hold_it_up() {
    let mut server = Server::of_digits();
    let mut half = server.connect();
    half.send(b"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\ncontent-type: text/csv\r\n\r\n1");
    let _never_used = server.connect();
    assert_eq!(server.get("/healthz").status, 200);
    server.signal("TERM");
    server.end().succeeds();
}
