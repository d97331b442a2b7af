//! wgpu devices. Adapters are selected from a list, so that a missing one is an error and not a
//! panic.

use std::collections::HashMap;
use std::sync::Mutex;

use burn::cubecl::config::autotune::AutotuneLevel;
use burn::cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use burn::cubecl::wgpu::{WgpuDeviceKind, wgpu::DeviceType};
use burn::tensor::wgpu::WgpuBackend;
use burn::tensor::{Device, DeviceKind};

use super::device::match_compiled_in;
use super::failure::no_device;
use super::{Backend, FoundDevice, OpenDevice};
use crate::error::{Error, Result};

/// A backend and the index of a device, if one was requested.
type DeviceKey = (Backend, Option<usize>);

/// The open devices. Burn refuses to set up a device twice in one process.
static OPENED: Mutex<Option<HashMap<DeviceKey, OpenDevice>>> = Mutex::new(None);

/// Opens a device, or returns it if it is open already.
pub(super) fn open(backend: Backend, index: Option<usize>) -> Result<OpenDevice> {
    let mut opened = OPENED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let opened = opened.get_or_insert_default();
    if let Some(device) = opened.get(&(backend, index)) {
        return Ok(device.clone());
    }
    let device = set_up(backend, index)?;
    opened.insert((backend, index), device.clone());
    Ok(device)
}

/// Lists the adapters without starting any of them.
pub(super) fn devices() -> Vec<FoundDevice> {
    kinds().iter().enumerate().map(|(index, kind)| FoundDevice { index, kind: describe(kind) }).collect()
}

fn set_up(backend: Backend, index: Option<usize>) -> Result<OpenDevice> {
    let found = kinds();
    let kind = match index {
        None if found.is_empty() => return Err(no_device(backend, 0)),
        None => DeviceKind::DefaultDevice,
        Some(index) => found.get(index).and_then(selector).ok_or_else(|| no_device(backend, found.len()))?,
    };
    let software_only = found.iter().all(|kind| matches!(kind, WgpuDeviceKind::Cpu));
    if kind == DeviceKind::Cpu || software_only {
        minimize_autotuning();
    }
    let options = Device::wgpu_options().device_kind(kind).graphics_api(graphics_api(backend));
    let (device, setup) = options.init_with_setup().map_err(|error| Error::Backend {
        backend: backend.name().to_string(),
        problem: format!("{error}; `--backend flex` runs on the CPU"),
    })?;
    let adapter = setup.adapter.get_info();
    let name = match adapter.driver_info.is_empty() {
        true => format!("{} ({})", adapter.name, setup.backend),
        false => format!("{} ({}, {})", adapter.name, setup.backend, adapter.driver_info),
    };
    Ok(OpenDevice { device, backend, name, software: adapter.device_type == DeviceType::Cpu })
}

/// A software adapter is slow at trying many kernels and gains nothing from it.
fn minimize_autotuning() {
    let mut config = CubeClRuntimeConfig::from_current_dir().override_from_env();
    if std::env::var_os("CUBECL_AUTOTUNE_LEVEL").is_none() {
        config.autotune.level = AutotuneLevel::Minimal;
    }
    // Fails only if the embedding program has set a configuration, which then takes precedence.
    let _ = CubeClRuntimeConfig::try_set(config);
}

fn graphics_api(backend: Backend) -> WgpuBackend {
    match_compiled_in!(backend, {
        "vulkan" Vulkan => WgpuBackend::Vulkan,
        "metal" Metal => WgpuBackend::Metal,
        _ => WgpuBackend::Auto,
    })
}

fn kinds() -> Vec<WgpuDeviceKind> {
    let kind = |device| match device {
        burn::cubecl::Device::Wgpu(device) => Some(device.kind),
        #[allow(unreachable_patterns, reason = "the other variants are of backends that may not be compiled in")]
        _ => None,
    };
    burn::cubecl::Device::enumerate_all().into_iter().filter_map(kind).collect()
}

fn selector(kind: &WgpuDeviceKind) -> Option<DeviceKind> {
    match *kind {
        WgpuDeviceKind::DiscreteGpu(index) => Some(DeviceKind::DiscreteGpu(index)),
        WgpuDeviceKind::IntegratedGpu(index) => Some(DeviceKind::IntegratedGpu(index)),
        WgpuDeviceKind::VirtualGpu(index) => Some(DeviceKind::VirtualGpu(index)),
        WgpuDeviceKind::Cpu => Some(DeviceKind::Cpu),
        _ => None,
    }
}

fn describe(kind: &WgpuDeviceKind) -> String {
    match kind {
        WgpuDeviceKind::DiscreteGpu(_) => "discrete GPU",
        WgpuDeviceKind::IntegratedGpu(_) => "integrated GPU",
        WgpuDeviceKind::VirtualGpu(_) => "virtual GPU",
        WgpuDeviceKind::Cpu => "software rasteriser",
        _ => "other adapter",
    }
    .to_string()
}
