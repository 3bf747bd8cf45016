//! auto, cpu, gpu, and which it was.

use roundoff::gpu::{Device, Devices, GpuError, Ran, Wanted};
use roundoff::{Format, Rounder};

use crate::support::gpu;

fn nowhere(device: Device) -> Devices {
    Devices::new(device).with_adapter(Wanted::any().named("no such card"))
}

#[test]
fn names() {
    for device in [Device::Auto, Device::Cpu, Device::Gpu] {
        assert_eq!(device.to_string().parse(), Ok(device));
    }
    let error = "tpu"
        .parse::<Device>()
        .expect_err("no such device")
        .to_string();
    assert_eq!(error, "unknown device \"tpu\": use one of auto, cpu, gpu");
}

#[test]
fn without_an_adapter_only_gpu_fails() {
    let rounder = Rounder::new(Format::BINARY16);
    let mut values = vec![2049.0f32; 1 << 19];
    for device in [Device::Auto, Device::Cpu] {
        assert_eq!(
            nowhere(device).round_slice(&rounder, &mut values),
            Ok(Ran::Cpu)
        );
    }
    assert_eq!(values[0], 2048.0);
    let devices = nowhere(Device::Gpu);
    for _ in 0..2 {
        let error = devices.round_slice(&rounder, &mut values);
        assert!(
            matches!(error, Err(GpuError::NoAdapter { .. })),
            "{error:?}"
        );
    }
}

#[test]
fn auto_leaves_short_slices_and_software_adapters_to_the_cpu() {
    let Some(gpu) = gpu() else { return };
    let rounder = Rounder::new(Format::BINARY16);
    let devices = Devices::new(Device::Auto);
    assert_eq!(
        devices.round_slice(&rounder, &mut [2049.0f32]),
        Ok(Ran::Cpu)
    );
    if gpu.adapter().is_software() {
        let mut values = vec![2049.0f32; 1 << 20];
        assert_eq!(devices.round_slice(&rounder, &mut values), Ok(Ran::Cpu));
        assert!(values.iter().all(|x| *x == 2048.0));
    }
}

#[test]
fn gpu_is_the_gpu() {
    let Some(gpu) = gpu() else { return };
    let mut values = [2049.0f64];
    let ran = Devices::new(Device::Gpu).round_slice(&Rounder::new(Format::BINARY16), &mut values);
    assert_eq!(ran, Ok(Ran::Gpu(gpu.adapter().to_string())));
    assert_eq!(values, [2048.0]);
}
