//! Opens the listening socket, with errors that say how to get another.

use std::io::ErrorKind;
use std::net::{TcpListener, ToSocketAddrs};

use crate::error::{Error, Result};

/// Listens on `host`, an address or a name, and `port`; port 0 takes any free one.
///
/// # Errors
/// If `host` is not an address of this machine, or the port is taken or reserved.
pub fn listen(host: &str, port: u16) -> Result<TcpListener> {
    let unknown =
        |problem: String| Error::config("--host", format!("{host:?} is not an address of this machine{problem}"));
    let addresses: Vec<_> = (host.trim_matches(['[', ']']), port)
        .to_socket_addrs()
        .map_err(|error| unknown(format!(": {error}")))?
        .collect();
    TcpListener::bind(addresses.as_slice()).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let ways_out = "choose another with --port, or --port 0 for any free one";
            Error::data(format!("port {port}"), format!("is taken by another program; {ways_out}"))
        }
        ErrorKind::PermissionDenied => {
            let ways_out = "ports below 1024 are often reserved; choose another with --port";
            Error::data(format!("port {port}"), format!("is not permitted; {ways_out}"))
        }
        ErrorKind::AddrNotAvailable => unknown("; leave out --host to serve this machine only".to_string()),
        _ => Error::data(format!("{host}:{port}"), format!("cannot be used: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_and_a_foreign_address_are_errors_with_a_way_out() {
        let first = listen("localhost", 0).unwrap();
        let port = first.local_addr().unwrap().port();
        let error = listen("localhost", port).unwrap_err();
        assert_eq!(error.exit_code(), 1);
        let expected = format!("port {port} is taken by another program; choose another with --port, or --port 0");
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(listen("192.0.2.1", 0).unwrap_err().to_string().contains("not an address of this machine"));
        assert!(listen("::1", 0).is_ok() || listen("[::1]", 0).is_err());
    }
}
