//! Opening a device, with a first operation as the proof that it computes.

use burn::tensor::{Device, Tensor};

use super::{Backend, FoundDevice, OpenDevice, alternatives, catch_failure, no_device, reasons};
use crate::artifact::Machine;
use crate::config::BackendRequest;
use crate::error::{Error, Result};

/// Opens the requested device and runs a first operation on it.
///
/// # Errors
/// If the backend is not compiled in (a configuration error), has no such device, or fails the operation.
pub fn open(request: BackendRequest) -> Result<OpenDevice> {
    let (backend, index) = (Backend::from(request), request.index.map(usize::from));
    if !backend.is_compiled_in() {
        return Err(Error::config(
            "backend",
            format!(
                "{backend} is not compiled in; {}. To have it: cargo run --release --features {backend}",
                alternatives()
            ),
        ));
    }
    let opened = match backend {
        Backend::Flex | Backend::Ndarray => open_host(backend, index)?,
        #[cfg(feature = "wgpu")]
        Backend::Wgpu | Backend::Vulkan | Backend::Metal => super::wgpu::open(backend, index)?,
        _ => open_enumerated(backend, index)?,
    };
    check_first_operation(&opened)?;
    Ok(opened)
}

/// The devices that a compiled-in backend finds here. Asking does not start any of them.
pub fn devices(backend: Backend) -> Vec<FoundDevice> {
    match backend {
        _ if !backend.is_compiled_in() => Vec::new(),
        Backend::Flex | Backend::Ndarray => vec![FoundDevice { index: 0, kind: host_name() }],
        #[cfg(feature = "wgpu")]
        Backend::Wgpu | Backend::Vulkan | Backend::Metal => super::wgpu::devices(backend),
        _ => {
            let count = enumerate(backend).len();
            (0..count).map(|index| FoundDevice { index, kind: format!("{backend} device") }).collect()
        }
    }
}

/// The backend for work that needs no speed: one that runs on the processor, if any is compiled in.
pub fn host() -> BackendRequest {
    let mut names = [Backend::Flex, Backend::Ndarray].into_iter().chain(Backend::ALL);
    let backend = names.find(|backend| backend.is_compiled_in()).unwrap_or(Backend::Flex);
    BackendRequest { name: backend.name(), index: None }
}

/// Whether `device` computes on arrays in the host's memory, so that reading a tensor there is no copy.
pub(crate) fn is_host(device: &Device) -> bool {
    let device = device.clone().inner();
    [Backend::Flex, Backend::Ndarray].into_iter().any(|backend| host_device(backend).is_some_and(|host| host == device))
}

/// Makes `Device::default()`, which Burn uses when it reads an optimizer's saved state, mean a CPU backend. Without it
/// Burn picks a GPU backend that is compiled in, also where there is no GPU.
///
/// # Safety
/// It sets an environment variable: call it before the program starts a thread.
pub unsafe fn set_default_device() {
    let name = if cfg!(feature = "flex") { "flex" } else { "ndarray" };
    if cfg!(any(feature = "flex", feature = "ndarray")) {
        // SAFETY: the caller promises that no other thread runs yet.
        unsafe { std::env::set_var("BURN_DEVICE", name) };
    }
}

fn open_host(backend: Backend, index: Option<usize>) -> Result<OpenDevice> {
    if index.unwrap_or(0) != 0 {
        return Err(no_device(backend, 1));
    }
    let device = host_device(backend).ok_or_else(|| no_device(backend, 0))?;
    Ok(OpenDevice { device, backend, name: host_name(), software: false })
}

fn host_device(backend: Backend) -> Option<Device> {
    match backend {
        #[cfg(feature = "flex")]
        Backend::Flex => Some(Device::flex()),
        #[cfg(feature = "ndarray")]
        Backend::Ndarray => Some(ndarray_device()),
        _ => None,
    }
}

/// Upstream deprecates the backend in favour of flex; it stays here because people compare against it.
#[cfg(feature = "ndarray")]
#[allow(deprecated)]
fn ndarray_device() -> Device {
    Device::ndarray()
}

/// CUDA, ROCm and CubeCL's CPU: constructing a device that is not there panics, so only enumerated ones are used.
fn open_enumerated(backend: Backend, index: Option<usize>) -> Result<OpenDevice> {
    let found = enumerate(backend);
    let device = found.get(index.unwrap_or(0)).cloned().ok_or_else(|| no_device(backend, found.len()))?;
    Ok(OpenDevice { name: device_name(&device, backend), device, backend, software: false })
}

#[allow(unused_variables)]
fn enumerate(backend: Backend) -> Vec<Device> {
    match backend {
        #[cfg(feature = "cuda")]
        Backend::Cuda => Device::enumerate(burn::tensor::DeviceType::Cuda).into_vec(),
        #[cfg(feature = "rocm")]
        Backend::Rocm => Device::enumerate(burn::tensor::DeviceType::Rocm).into_vec(),
        #[cfg(feature = "cpu")]
        Backend::Cpu => Device::enumerate(burn::tensor::DeviceType::Cpu).into_vec(),
        _ => Vec::new(),
    }
}

#[allow(unused_variables)]
fn device_name(device: &Device, backend: Backend) -> String {
    #[cfg(any(feature = "cuda", feature = "rocm", feature = "cpu"))]
    if let Some(identity) = device.identity() {
        return identity.name;
    }
    format!("{backend} device")
}

/// "Quick 9000, 4 threads": as many as the CPU backends may use.
fn host_name() -> String {
    let (cpu, threads) = (Machine::here().cpu, rayon::current_num_threads());
    let plural = if threads == 1 { "" } else { "s" };
    format!("{}, {threads} thread{plural}", cpu.unwrap_or_else(|| "CPU".to_string()))
}

/// A driver that is present can still fail at its first kernel, and Burn then panics.
fn check_first_operation(opened: &OpenDevice) -> Result<()> {
    let device = opened.device.clone();
    let compute = move || Tensor::<1>::from_floats([1.0, 2.0], &device).mul_scalar(2.0).add_scalar(1.0).try_into_data();
    let problem = match catch_failure(compute) {
        Ok(Ok(data)) => match data.try_to_vec::<f32>() {
            Ok(values) if values == [3.0, 5.0] => return Ok(()),
            Ok(values) => format!("its first operation gave {values:?} in place of [3.0, 5.0]"),
            Err(error) => format!("its first operation failed: {}", reasons(error)),
        },
        Ok(Err(error)) => format!("its first operation failed: {error:?}"),
        Err(_) => "its driver failed at the first operation".to_string(),
    };
    Err(Error::Backend {
        backend: opened.backend.name().to_string(),
        problem: format!("{problem} (on {}); `--backend flex` runs on the processor", opened.name),
    })
}
