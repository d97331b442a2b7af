//! Backends by name: which are compiled in, which devices are present, and how to open one.
//!
//! Burn chooses the backend at run time: a [`Device`] value carries it; tensors and modules do not
//! name it.

mod device;
mod failure;
mod open;
#[cfg(feature = "wgpu")]
mod wgpu;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;

pub(crate) use device::{is_host, shares_generator};
pub(crate) use failure::{catch_failure, device_error, device_failed, reasons};
pub use open::{devices, host, open, set_default_device};

use crate::config::BackendRequest;

/// Declares the backends: the name on the command line, which is also the cargo feature that
/// compiles the backend in, and a summary.
macro_rules! backends {
    ($($variant:ident $name:literal $summary:literal)*) => {
        /// A backend that this program knows, compiled in or not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Backend {
            $(#[doc = $summary] $variant,)*
        }

        impl Backend {
            /// All backends in the order of a listing.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name on the command line, and the cargo feature that compiles the backend in.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// A description in a few words.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }

            /// Whether the backend's cargo feature is on.
            pub fn is_compiled_in(self) -> bool {
                match self { $(Self::$variant => cfg!(feature = $name),)* }
            }
        }
    };
}

backends! {
    Flex "flex" "Burn's maintained CPU backend, pure Rust (the default)"
    Ndarray "ndarray" "the older CPU backend on the ndarray crate, deprecated upstream"
    Wgpu "wgpu" "GPUs through WebGPU: Vulkan, Metal, DirectX 12 or OpenGL"
    Vulkan "vulkan" "GPUs through Vulkan with SPIR-V kernels"
    Metal "metal" "Apple GPUs through Metal"
    Cuda "cuda" "NVIDIA GPUs"
    Rocm "rocm" "AMD GPUs"
    Cpu "cpu" "CPU kernels compiled just in time by CubeCL"
}

impl Backend {
    /// The command that compiles the backend in, and what stands in its way.
    pub fn how_to_build(self) -> String {
        let note = match self {
            Self::Flex | Self::Ndarray | Self::Wgpu => "",
            Self::Vulkan | Self::Metal => " (untried)",
            Self::Cuda | Self::Rocm | Self::Cpu => " (untried; it downloads LLVM from GitHub)",
        };
        format!("cargo build --release --features {self}{note}")
    }

    /// Whether trainings can run side by side in one process. Elsewhere they would share Burn's random generator.
    pub fn trains_side_by_side(self) -> bool {
        matches!(self, Self::Flex)
    }

    /// Whether the backend compiles kernels at run time, which makes the first steps of a run slow.
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
        // A request's name is from the same list, so the default is never used.
        Self::ALL.into_iter().find(|backend| backend.name() == request.name).unwrap_or(Self::Flex)
    }
}

/// A device that passed a first operation.
#[derive(Debug, Clone)]
pub struct OpenDevice {
    /// Not an autodiff device; training switches that on.
    pub device: Device,
    /// The device's backend.
    pub backend: Backend,
    /// The device's name, from its driver.
    pub name: String,
    /// Whether a GPU interface is emulated on the CPU (llvmpipe, WARP): correct, but slow.
    pub software: bool,
}

/// A device that a backend finds on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDevice {
    /// The index that selects the device, as in `wgpu:INDEX`.
    pub index: usize,
    /// The kind of device, such as "discrete GPU".
    pub kind: String,
}

/// Waits for, and locks, Burn's random generators. They belong to the process, so that two users at
/// once would disturb each other; code that draws repeatable numbers by them holds this guard.
pub(crate) fn one_generator_user() -> MutexGuard<'static, ()> {
    static USER: Mutex<()> = Mutex::new(());
    USER.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BACKENDS;

    #[test]
    fn a_configuration_can_name_every_backend() {
        assert_eq!(Backend::ALL.map(Backend::name), BACKENDS);
    }
}
