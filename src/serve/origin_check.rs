//! Refuses requests that a web page of another site makes through the user's browser.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, Version, header};

use super::http::http_error::HttpError;
use super::state::SharedState;

/// Extracted from a request that the user or this server's own page made.
///
/// A page of another site sends its own `Origin`. Under DNS rebinding the attacker's name resolves
/// to the loopback address, but `Host` still carries that name; a loopback server accepts only
/// loopback names.
pub(super) struct TrustedOrigin;

impl FromRequestParts<SharedState> for TrustedOrigin {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self, HttpError> {
        check(&parts.headers, &parts.uri, parts.version, state.loopback_only).map(|()| Self)
    }
}

fn check(headers: &HeaderMap, uri: &Uri, version: Version, loopback_only: bool) -> Result<(), HttpError> {
    let refused = |message: &str| Err(HttpError::new(StatusCode::FORBIDDEN, message));
    let origin = headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default());
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (uri.authority(), hosts.next(), hosts.next()) {
        // A proxy in between and this server could each act on another one.
        (_, _, Some(_)) => return Err(HttpError::bad_request("the request has several Host headers")),
        (Some(authority), ..) => authority.as_str(),
        (None, Some(host), None) => host.to_str().unwrap_or_default(),
        // Health checks may speak HTTP/1.0, which does not know this header; browsers do not.
        (None, None, None) if version == Version::HTTP_10 && origin.is_none() => return Ok(()),
        (None, None, None) => return Err(HttpError::bad_request("the request has no Host header")),
    };
    if loopback_only && !is_loopback(host) {
        return refused(
            "this server accepts requests from its own machine only; use localhost, or start it with --host",
        );
    }
    match origin {
        Some(origin) if origin.split_once("://").map(|(_, authority)| authority) != Some(host) => {
            refused("this server accepts requests from its own page and from programs only")
        }
        _ => Ok(()),
    }
}

/// Whether `host`, with or without a port, is a loopback name or address.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let lower = name.trim_end_matches('.').to_ascii_lowercase();
    address.map_or(lower == "localhost" || lower.ends_with(".localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn status(host: &str, origin: Option<&str>, loopback_only: bool) -> u16 {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        check(&headers, &"/predict".parse().unwrap(), Version::HTTP_11, loopback_only)
            .map_or_else(|error| error.status.as_u16(), |()| 200)
    }

    #[test]
    fn a_loopback_server_accepts_only_loopback_names() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.8.8.8", "[::1]:80", "[::1]", "a.localhost:3"] {
            assert_eq!(status(host, None, true), 200, "{host}");
        }
        for host in ["evil.example:8080", "localhost.evil.example", "192.168.0.2", "", "127.0.0.1.evil.example"] {
            assert_eq!(status(host, None, true), 403, "{host}");
        }
        assert_eq!(status("model.example:8080", None, false), 200);
    }

    #[test]
    fn a_request_has_one_host_unless_its_protocol_knows_none() {
        let check = |headers: &[(HeaderName, &str)], version: Version| {
            let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            check(&headers, &"/healthz".parse().unwrap(), version, true).map_err(|error| error.status.as_u16())
        };
        assert_eq!(check(&[], Version::HTTP_11), Err(400));
        assert_eq!(check(&[], Version::HTTP_10), Ok(()));
        assert_eq!(check(&[(header::ORIGIN, "http://evil.example")], Version::HTTP_10), Err(400));
        assert_eq!(check(&[(header::HOST, "evil.example")], Version::HTTP_10), Err(403));
        for second in ["localhost", "evil.example"] {
            assert_eq!(check(&[(header::HOST, "localhost"), (header::HOST, second)], Version::HTTP_11), Err(400));
        }
    }

    #[test]
    fn pages_of_other_origins_are_refused() {
        assert_eq!(status("localhost:8080", Some("http://localhost:8080"), true), 200);
        for origin in ["http://evil.example", "null", "http://localhost:9090", "http://127.0.0.1:8080"] {
            assert_eq!(status("localhost:8080", Some(origin), true), 403, "{origin}");
            assert_eq!(status("localhost:8080", Some(origin), false), 403, "{origin}");
        }
    }
}
