//! Stopping the server.

use super::client::Server;

#[test]
fn a_signal_lets_requests_in_progress_finish_and_closes_idle_connections() {
    for signal in ["INT", "TERM"] {
        let mut server = Server::of_digits();
        let mut idle = server.connect();
        idle.send(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert_eq!(idle.response().unwrap().status, 200);
        let row = format!("{{\"features\": [[{}]]}}", vec!["3"; 64].join(","));
        let request = server.request("/predict", "application/json", row.as_bytes());
        let (start, end) = request.split_at(request.len() - 10);
        let mut busy = server.connect();
        busy.send(start);
        // By this response, the first part of the busy connection's request has been read.
        assert_eq!(server.get("/healthz").status, 200);
        server.signal(signal);
        assert!(idle.response().is_none(), "an idle connection is closed");
        busy.send(end);
        assert_eq!(busy.response().unwrap().status, 200, "{signal}");
        let output = server.end().succeeds();
        assert_eq!(output.stderr, "stopping; press Ctrl-C again to exit at once\n");
        output.says("stopped");
    }
}

#[test]
fn an_incomplete_request_does_not_delay_the_shutdown() {
    let mut server = Server::of_digits();
    let mut half = server.connect();
    half.send(b"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\ncontent-type: text/csv\r\n\r\n1");
    let _never_used = server.connect();
    assert_eq!(server.get("/healthz").status, 200);
    server.signal("TERM");
    server.end().succeeds();
}
