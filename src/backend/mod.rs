//! Backends by name: what is compiled in, what is present on this machine, and opening a device.
//!
//! Burn chooses the backend at run time: a [`Device`] value carries it, tensors and modules do not name it.

mod failure;
mod open;
#[cfg(feature = "wgpu")]
mod wgpu;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;

pub(crate) use failure::{catch_failure, device_failed};
pub(crate) use open::is_host;
pub use open::{devices, host, open, set_default_device};

use crate::config::BackendRequest;
use crate::error::Error;

/// Every backend that this program knows, compiled in or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // [`Backend::summary`] says what each is.
pub enum Backend {
    Flex,
    Ndarray,
    Wgpu,
    Vulkan,
    Metal,
    Cuda,
    Rocm,
    Cpu,
}

impl Backend {
    /// In the order of a listing.
    pub const ALL: [Self; 8] =
        [Self::Flex, Self::Ndarray, Self::Wgpu, Self::Vulkan, Self::Metal, Self::Cuda, Self::Rocm, Self::Cpu];

    /// The name on the command line, and the cargo feature that compiles it in.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flex => "flex",
            Self::Ndarray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Vulkan => "vulkan",
            Self::Metal => "metal",
            Self::Cuda => "cuda",
            Self::Rocm => "rocm",
            Self::Cpu => "cpu",
        }
    }

    /// What it is, in a few words.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Flex => "Burn's maintained CPU backend, pure Rust (the default)",
            Self::Ndarray => "the older CPU backend on the ndarray crate, deprecated upstream",
            Self::Wgpu => "GPUs through WebGPU: Vulkan, Metal, DirectX 12 or OpenGL",
            Self::Vulkan => "GPUs through Vulkan with SPIR-V kernels",
            Self::Metal => "Apple GPUs through Metal",
            Self::Cuda => "NVIDIA GPUs",
            Self::Rocm => "AMD GPUs",
            Self::Cpu => "CPU kernels compiled just in time by CubeCL",
        }
    }

    /// Whether its cargo feature was on.
    pub fn is_compiled_in(self) -> bool {
        match self {
            Self::Flex => cfg!(feature = "flex"),
            Self::Ndarray => cfg!(feature = "ndarray"),
            Self::Wgpu => cfg!(feature = "wgpu"),
            Self::Vulkan => cfg!(feature = "vulkan"),
            Self::Metal => cfg!(feature = "metal"),
            Self::Cuda => cfg!(feature = "cuda"),
            Self::Rocm => cfg!(feature = "rocm"),
            Self::Cpu => cfg!(feature = "cpu"),
        }
    }

    /// Whether it compiles kernels at run time, so that the first steps of a run are slow.
    pub fn compiles_kernels(self) -> bool {
        !matches!(self, Self::Flex | Self::Ndarray)
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<BackendRequest> for Backend {
    fn from(request: BackendRequest) -> Self {
        // A request names one of the same list, so the default is never taken.
        Self::ALL.into_iter().find(|backend| backend.name() == request.name).unwrap_or(Self::Flex)
    }
}

/// A device that has shown that it computes.
#[derive(Debug, Clone)]
pub struct OpenDevice {
    /// Not an autodiff device: training switches that on.
    pub device: Device,
    /// The backend that it belongs to.
    pub backend: Backend,
    /// The device as its driver names it.
    pub name: String,
    /// A GPU interface emulated on the CPU (llvmpipe, WARP): right, but slow.
    pub software: bool,
}

/// A device that a backend finds on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDevice {
    /// What selects it: the index in `wgpu:INDEX`.
    pub index: usize,
    /// The kind of device, such as "discrete GPU".
    pub kind: String,
}

/// Burn's random generators belong to the process, so two users at once would disturb each other. Whoever draws
/// repeatable numbers on a device holds this.
pub(crate) fn one_generator_user() -> MutexGuard<'static, ()> {
    static USER: Mutex<()> = Mutex::new(());
    USER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The reasons in a device's error, which runs over many lines, as one: the first cause last.
pub(crate) fn reasons(error: impl fmt::Debug) -> String {
    let text = format!("{error:?}");
    let noise = ["Caused by:", "Asked at:", "No backtrace available", ""];
    let reasons: Vec<&str> = text.lines().map(str::trim).filter(|line| !noise.contains(line)).collect();
    reasons.join(": ")
}

/// "this program has: flex, ndarray, wgpu".
fn alternatives() -> String {
    let compiled: Vec<_> =
        Backend::ALL.into_iter().filter(|backend| backend.is_compiled_in()).map(Backend::name).collect();
    format!("this program has: {}", compiled.join(", "))
}

fn no_device(backend: Backend, found: usize) -> Error {
    let problem = match found {
        0 => "no device was found on this machine; `--backend flex` runs on the processor".to_string(),
        1 => "there is only device 0".to_string(),
        _ => format!("there are only devices 0 to {}", found - 1),
    };
    Error::Backend { backend: backend.name().to_string(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BACKENDS;

    #[test]
    fn a_devices_error_becomes_one_line() {
        struct Lines;
        impl fmt::Debug for Lines {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("it failed\nCaused by:\n  no memory\nNo backtrace available\nAsked at:\n")
            }
        }
        assert_eq!(reasons(Lines), "it failed: no memory");
    }

    #[test]
    fn the_backends_are_those_that_a_configuration_may_name() {
        assert_eq!(Backend::ALL.map(Backend::name), BACKENDS);
    }
}
