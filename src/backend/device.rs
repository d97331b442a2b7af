//! Burn's devices of the backends that are compiled in.

use burn::tensor::Device;

use super::Backend;

/// Matches a backend against those that are compiled in. A backend's cargo feature has its name.
macro_rules! match_compiled_in {
    ($backend:expr, { $($feature:literal $variant:ident => $value:expr,)* _ => $otherwise:expr $(,)? }) => {
        match $backend {
            $(#[cfg(feature = $feature)] Backend::$variant => $value,)*
            _ => $otherwise,
        }
    };
}
pub(super) use match_compiled_in;

/// Returns the device of a CPU backend whose tensors lie in main memory, if that backend is
/// compiled in.
#[cfg_attr(feature = "ndarray", expect(deprecated, reason = "upstream deprecates ndarray; people compare against it"))]
pub(super) fn host_device(backend: Backend) -> Option<Device> {
    match_compiled_in!(backend, {
        "flex" Flex => Some(Device::flex()),
        "ndarray" Ndarray => Some(Device::ndarray()),
        _ => None,
    })
}

/// Whether the tensors of `device` lie in main memory, so that reading one does not copy it.
pub(crate) fn is_host(device: &Device) -> bool {
    [Backend::Flex, Backend::Ndarray].into_iter().any(|backend| is_of(backend, device))
}

/// Whether trainings on `device` draw from Burn's random generator, which belongs to the process. Those of this crate's
/// networks on flex do not.
pub(crate) fn shares_generator(device: &Device) -> bool {
    !is_of(Backend::Flex, device)
}

fn is_of(backend: Backend, device: &Device) -> bool {
    host_device(backend).is_some_and(|host| host == device.clone().inner())
}

/// Lists the devices of CubeCL's own backends. Creating a device that does not exist panics, so
/// only listed ones are opened.
pub(super) fn enumerate(backend: Backend) -> Vec<Device> {
    match_compiled_in!(backend, {
        "cuda" Cuda => Device::enumerate(burn::tensor::DeviceType::Cuda).into_vec(),
        "rocm" Rocm => Device::enumerate(burn::tensor::DeviceType::Rocm).into_vec(),
        "cpu" Cpu => Device::enumerate(burn::tensor::DeviceType::Cpu).into_vec(),
        _ => Vec::new(),
    })
}

/// Returns the driver's name of an enumerated device.
pub(super) fn device_name(device: &Device) -> Option<String> {
    #[cfg(any(feature = "cuda", feature = "rocm", feature = "cpu"))]
    let name = device.identity().map(|identity| identity.name);
    #[cfg(not(any(feature = "cuda", feature = "rocm", feature = "cpu")))]
    let (name, _) = (None, device);
    name
}
