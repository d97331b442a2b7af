//! Graphics drivers write warnings of their own to standard error while they are probed. They are kept from the terminal
//! while a GPU backend is opened and used, unless the person asked for more with `-v`.

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

/// Silences drivers for as long as the result lives, if `backend` has any.
pub fn for_backend(backend: &str, verbose: bool) -> Option<Silenced> {
    let has_driver = !(backend.starts_with("flex") || backend.starts_with("ndarray"));
    if has_driver && !verbose { Silenced::start() } else { None }
}
