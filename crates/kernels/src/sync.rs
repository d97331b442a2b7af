//! The standard library's primitives for [`join`](crate::join), or those by which loom explores their interleavings.

#[cfg(loom)]
pub use loom::{
    cell::UnsafeCell,
    sync::atomic::{AtomicU8, Ordering},
    thread::{Thread, park, yield_now as relax, yield_now},
};
#[cfg(not(loom))]
pub use std::{
    hint::spin_loop as relax,
    sync::atomic::{AtomicU8, Ordering},
    thread::{Thread, park, yield_now},
};

#[cfg(not(loom))]
pub fn spawn(work: impl FnOnce() + Send + 'static) -> Option<Thread> {
    let started = std::thread::Builder::new().name("kernels".to_string()).spawn(work).ok()?;
    Some(started.thread().clone())
}

/// A model starts its own workers.
#[cfg(loom)]
pub fn spawn(_work: impl FnOnce() + Send + 'static) -> Option<Thread> {
    None
}

/// With loom's interface.
#[cfg(not(loom))]
pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(loom))]
impl<T> UnsafeCell<T> {
    pub fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    pub fn with_mut<R>(&self, change: impl FnOnce(*mut T) -> R) -> R {
        change(self.0.get())
    }

    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}
