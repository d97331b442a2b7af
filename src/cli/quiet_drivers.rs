//! Graphics drivers write warnings of their own to standard error while they are probed. They are kept from the terminal
//! while a backend is opened, unless the person asked for more with `-v`.

use burn_mlp::Result;
use burn_mlp::backend::{self, OpenDevice};

#[cfg(unix)]
mod redirect {
    use std::fs::OpenOptions;
    use std::os::fd::OwnedFd;

    /// Standard error leads nowhere until this is dropped.
    pub struct Silenced {
        original: OwnedFd,
    }

    impl Silenced {
        /// `None` where the system refuses: a warning too many is better than a run too few.
        pub fn start() -> Option<Self> {
            let nowhere = OpenOptions::new().write(true).open("/dev/null").ok()?;
            let original = rustix::io::dup(rustix::stdio::stderr()).ok()?;
            rustix::stdio::dup2_stderr(&nowhere).ok()?;
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

/// Opens a backend's device for the first time, in silence unless `verbose`. Whoever opens it again gets the same one.
pub fn open_backend(backend: &str, verbose: bool) -> Result<OpenDevice> {
    let _silenced = if verbose { None } else { Silenced::start() };
    backend::open(backend.parse()?)
}
