//! Silences standard error while a backend is opened, unless `-v`: graphics drivers print warnings
//! of their own there when they are probed.

use burn_mlp::Result;
use burn_mlp::backend::{self, OpenDevice};
use burn_mlp::config::BackendRequest;

#[cfg(unix)]
mod redirect {
    use std::fs::OpenOptions;
    use std::os::fd::OwnedFd;

    /// Discards standard error until dropped.
    pub struct Silenced {
        original: OwnedFd,
    }

    impl Silenced {
        /// `None` if the system refuses: unwanted warnings are better than a failed run.
        pub fn start() -> Option<Self> {
            let null = OpenOptions::new().write(true).open("/dev/null").ok()?;
            let original = rustix::io::dup(rustix::stdio::stderr()).ok()?;
            rustix::stdio::dup2_stderr(&null).ok()?;
            Some(Self { original })
        }
    }

    impl Drop for Silenced {
        fn drop(&mut self) {
            let _ = rustix::stdio::dup2_stderr(&self.original);
        }
    }
}

#[cfg(not(unix))]
mod redirect {
    pub struct Silenced;

    impl Silenced {
        pub fn start() -> Option<Self> {
            None
        }
    }
}

pub use redirect::Silenced;

/// Opens a backend's device, without the drivers' messages unless `verbose`. Opening it again
/// returns the same device.
pub fn open_backend(backend: BackendRequest, verbose: bool) -> Result<OpenDevice> {
    let _silenced = if verbose { None } else { Silenced::start() };
    backend::open(backend)
}
