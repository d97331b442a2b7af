//! One writer per run: an operating-system lock on `.lock`, released when its process ends.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::layout::LOCK;
use crate::{Error, Result};

/// Attempts to take the lock: [`is_locked`] holds it for an instant, which a second try outlasts.
const ATTEMPTS: usize = 5;
/// Pause between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// The right to write to a run. Released on drop, and by the operating system if the process dies.
#[derive(Debug)]
#[must_use = "dropping the lock releases it"]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Locks the run at `directory`, waiting briefly.
    pub(crate) fn acquire(directory: &Path) -> Result<Self> {
        Self::acquire_in(directory, ATTEMPTS)
    }

    /// Locks the run at `directory` without waiting.
    pub(crate) fn try_acquire(directory: &Path) -> Result<Self> {
        Self::acquire_in(directory, 1)
    }

    fn acquire_in(directory: &Path, attempts: usize) -> Result<Self> {
        let path = directory.join(LOCK);
        let options = || fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = options().map_err(Error::io("open", &path))?;
        for attempt in 1..=attempts {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if attempt < attempts => sleep(PAUSE),
                Err(TryLockError::WouldBlock) => break,
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
            }
        }
        Err(Error::run(directory, "another process is using this run; wait for it, stop it, or start a new run"))
    }
}

/// Returns whether a process holds the lock of the run at `directory`.
pub(crate) fn is_locked(directory: &Path) -> Result<bool> {
    let path = directory.join(LOCK);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::io("open", &path)(error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(Error::io("lock", &path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_lock_is_refused_until_its_holder_releases_it() {
        let directory = tempfile::tempdir().unwrap();
        assert!(!is_locked(directory.path()).unwrap());
        let lock = RunLock::acquire(directory.path()).unwrap();
        assert!(is_locked(directory.path()).unwrap());
        assert!(RunLock::acquire(directory.path()).unwrap_err().to_string().contains("another process"));
        drop(lock);
        assert!(!is_locked(directory.path()).unwrap());
        drop(RunLock::acquire(directory.path()).unwrap());
    }

    #[test]
    fn a_killed_process_releases_its_lock() {
        let directory = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "run_directory::files::lock::tests::hold_a_lock_until_killed", "--ignored"])
            .env("LOCK_TEST_DIRECTORY", directory.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let locked = (0..500).any(|_| {
            sleep(Duration::from_millis(10));
            is_locked(directory.path()).unwrap()
        });
        let refused = RunLock::acquire(directory.path()).is_err();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(locked && refused);
        drop(RunLock::acquire(directory.path()).unwrap());
    }

    #[test]
    #[ignore = "the child process of a_killed_process_releases_its_lock"]
    fn hold_a_lock_until_killed() {
        let directory = std::env::var_os("LOCK_TEST_DIRECTORY").expect("only run by the other test");
        let _lock = RunLock::acquire(Path::new(&directory)).unwrap();
        sleep(Duration::from_secs(60));
    }
}
