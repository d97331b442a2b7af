//! Limits of a download.

use std::time::Duration;

/// Limits of a download.
#[derive(Debug, Clone)]
pub struct DownloadLimits {
    /// Maximum time to resolve and connect to the server.
    pub connect: Duration,
    /// Maximum time between two pieces of data.
    pub idle: Duration,
    /// Maximum time for the whole file.
    pub overall: Duration,
    /// Maximum number of redirects.
    pub redirects: u32,
    /// Whether to use the proxy of the environment (`HTTPS_PROXY`, `NO_PROXY` and similar).
    pub proxy: bool,
}

impl Default for DownloadLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            overall: Duration::from_secs(900),
            redirects: 5,
            proxy: true,
        }
    }
}
