use std::io::ErrorKind;
use std::net::{TcpListener, ToSocketAddrs};

use crate::error::{Error, Result};

/// Listens on `host`, an address or a name, and `port`; 0 is any free one.
///
/// # Errors
/// If `host` is no address of this machine, or the port is taken or not permitted.
pub fn listen(host: &str, port: u16) -> Result<TcpListener> {
    let unknown = |problem: String| Error::config("--host", format!("{host:?} is no address of this machine{problem}"));
    let addresses: Vec<_> = (host.trim_matches(['[', ']']), port)
        .to_socket_addrs()
        .map_err(|error| unknown(format!(": {error}")))?
        .collect();
    TcpListener::bind(addresses.as_slice()).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let ways_out = "give another with --port, or --port 0 for any free one";
            Error::data(format!("port {port}"), format!("is taken by another program; {ways_out}"))
        }
        ErrorKind::PermissionDenied => {
            let ways_out = "those below 1024 often are reserved; give another with --port";
            Error::data(format!("port {port}"), format!("is not permitted; {ways_out}"))
        }
        ErrorKind::AddrNotAvailable => unknown("; leave --host out to serve this machine alone".to_string()),
        _ => Error::data(format!("{host}:{port}"), format!("cannot be listened on: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_and_a_foreign_address_are_told_with_a_way_out() {
        let first = listen("localhost", 0).unwrap();
        let port = first.local_addr().unwrap().port();
        let error = listen("localhost", port).unwrap_err();
        assert_eq!(error.exit_code(), 1);
        let expected = format!("port {port} is taken by another program; give another with --port, or --port 0");
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(listen("192.0.2.1", 0).unwrap_err().to_string().contains("no address of this machine"));
        assert!(listen("::1", 0).is_ok() || listen("[::1]", 0).is_err());
    }
}
