//! Finding and opening devices.

use burn::tensor::Tensor;

use super::device::{device_name, enumerate, host_device, match_compiled_in};
use super::failure::no_device;
use super::{Backend, FoundDevice, OpenDevice, catch_failure, reasons};
use crate::config::BackendRequest;
use crate::error::{Error, Result};
use crate::run_directory::Machine;

/// Opens the requested device and checks a first operation on it.
///
/// # Errors
/// If the backend is not compiled in (a configuration error), has no such device, or fails the
/// operation.
pub fn open(request: BackendRequest) -> Result<OpenDevice> {
    let (backend, index) = (Backend::from(request), request.index.map(usize::from));
    if !backend.is_compiled_in() {
        return Err(not_compiled_in(backend));
    }
    let opened = match_compiled_in!(backend, {
        "wgpu" Wgpu => super::wgpu::open(backend, index),
        "vulkan" Vulkan => super::wgpu::open(backend, index),
        "metal" Metal => super::wgpu::open(backend, index),
        _ => open_listed(backend, index),
    })?;
    check_first_operation(&opened)?;
    Ok(opened)
}

/// Lists the devices of a backend without starting any of them. Empty if the backend is not
/// compiled in.
pub fn devices(backend: Backend) -> Vec<FoundDevice> {
    let listed = || {
        let count = enumerate(backend).len();
        (0..count).map(|index| FoundDevice { index, kind: format!("{backend} device") }).collect()
    };
    match_compiled_in!(backend, {
        "wgpu" Wgpu => super::wgpu::devices(),
        "vulkan" Vulkan => super::wgpu::devices(),
        "metal" Metal => super::wgpu::devices(),
        _ => match host_device(backend) {
            Some(_) => vec![FoundDevice { index: 0, kind: host_name() }],
            None => listed(),
        },
    })
}

/// The backend for work that does not need speed: a CPU backend, if one is compiled in.
pub fn host() -> BackendRequest {
    let mut names = [Backend::Flex, Backend::Ndarray].into_iter().chain(Backend::ALL);
    let backend = names.find(|backend| backend.is_compiled_in()).unwrap_or(Backend::Flex);
    BackendRequest { name: backend.name(), index: None }
}

/// Makes a CPU backend the device of `Device::default()`, on which Burn reads an optimizer's saved
/// state. Burn would otherwise choose a GPU backend that is compiled in, even on a machine without
/// a GPU.
///
/// # Safety
/// This sets an environment variable, so call it before the program starts a thread.
#[expect(unsafe_code, reason = "the environment may only be changed while there is one thread")]
pub unsafe fn set_default_device() {
    if [Backend::Flex, Backend::Ndarray].into_iter().any(Backend::is_compiled_in) {
        // SAFETY: the caller promises that no other thread is running yet.
        unsafe { std::env::set_var("BURN_DEVICE", host().name) };
    }
}

/// Opens a CPU device, or one of CubeCL's own.
fn open_listed(backend: Backend, index: Option<usize>) -> Result<OpenDevice> {
    let (host, index) = (host_device(backend), index.unwrap_or(0));
    let is_host = host.is_some();
    let found = host.map_or_else(|| enumerate(backend), |device| vec![device]);
    let device = found.get(index).cloned().ok_or_else(|| no_device(backend, found.len()))?;
    let name = match is_host {
        true => host_name(),
        false => device_name(&device).unwrap_or_else(|| format!("{backend} device")),
    };
    Ok(OpenDevice { device, backend, name, software: false })
}

/// Returns the CPU's model and the number of threads that the CPU backends use: "Quick 9000, 4
/// threads".
fn host_name() -> String {
    let (cpu, threads) = (Machine::here().cpu, rayon::current_num_threads());
    let plural = if threads == 1 { "" } else { "s" };
    format!("{}, {threads} thread{plural}", cpu.unwrap_or_else(|| "CPU".to_string()))
}

/// The error for a backend that is not compiled in, with those that have a device here.
fn not_compiled_in(backend: Backend) -> Error {
    let usable = Backend::ALL.into_iter().filter(|other| other.is_compiled_in() && !devices(*other).is_empty());
    let usable = usable.map(Backend::name).collect::<Vec<_>>().join(", ");
    let problem = format!(
        "{backend} is not compiled in; choose one that is and has a device here: {usable}; or build the program with it: {}",
        backend.how_to_build()
    );
    Error::config("backend", problem)
}

/// A driver that loads can still fail at its first kernel, and then Burn panics.
fn check_first_operation(opened: &OpenDevice) -> Result<()> {
    let device = opened.device.clone();
    let compute = move || Tensor::<1>::from_floats([1.0, 2.0], &device).mul_scalar(2.0).add_scalar(1.0).try_into_data();
    let problem = match catch_failure(compute) {
        Ok(Ok(data)) => match data.try_to_vec::<f32>() {
            Ok(values) if values == [3.0, 5.0] => return Ok(()),
            Ok(values) => format!("its first operation returned {values:?} instead of [3.0, 5.0]"),
            Err(error) => format!("its first operation failed: {}", reasons(error)),
        },
        Ok(Err(error)) => format!("its first operation failed: {}", reasons(error)),
        Err(_) => "its driver failed at the first operation".to_string(),
    };
    Err(Error::Backend {
        backend: opened.backend.name().to_string(),
        problem: format!("{problem} (on {}); `--backend flex` runs on the CPU", opened.name),
    })
}
