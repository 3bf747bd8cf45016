//! No adapter, a device that is lost, no memory: an error that says so, after which the CPU works.

use roundoff::gpu::{Gpu, GpuError, Kind, Wanted, wgpu};
use roundoff::{Format, Rounder};

use crate::support::gpu;

fn still_works_on_the_cpu() {
    let mut values = [2049.0f32];
    Rounder::new(Format::BINARY16).round_slice(&mut values);
    assert_eq!(values, [2048.0]);
}

#[test]
fn an_adapter_that_is_not_there() {
    let wanted = Wanted::any().named("no such card").of_kind(Kind::Virtual);
    let error = Gpu::request(&wanted).expect_err("no such card");
    assert!(matches!(error, GpuError::NoAdapter { .. }), "{error:?}");
    let said = error.to_string();
    assert!(
        said.contains("named \"no such card\" of the kind virtual"),
        "{said}"
    );
    still_works_on_the_cpu();
}

#[test]
fn a_lost_device() {
    if gpu().is_none() {
        return;
    }
    let gpu = Gpu::new().expect("another device");
    let rounder = Rounder::new(Format::BINARY16);
    let mut values = vec![2049.0f32; 1000];
    gpu.round_slice(&rounder, &mut values).expect("a GPU");
    gpu.device().destroy();
    let mut values = vec![2049.0f32; 1000];
    let mut codes = vec![0u16; 1000];
    for result in [
        gpu.round_slice(&rounder, &mut values),
        gpu.round_slice(&rounder, &mut values),
        gpu.encode(&rounder, &[1.0f32; 1000], &mut codes),
        gpu.encode_packed(&rounder, &[1.0f32; 1000]).map(drop),
    ] {
        let error = result.expect_err("a lost device");
        assert!(matches!(error, GpuError::Lost { .. }), "{error:?}");
        assert!(error.to_string().contains("go on on the CPU"));
    }
    assert_eq!(values, vec![2049.0; 1000], "nothing is half done");
    still_works_on_the_cpu();
}

/// A device whose instance counts every byte as too many.
#[test]
fn no_memory() {
    if gpu().is_none() {
        return;
    }
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.memory_budget_thresholds = wgpu::MemoryBudgetThresholds {
        for_resource_creation: Some(0),
        for_device_loss: None,
    };
    let instance = wgpu::Instance::new(descriptor);
    let opened = pollster::block_on(async {
        let adapter = instance.request_adapter(&Default::default()).await.ok()?;
        adapter.request_device(&Default::default()).await.ok()
    });
    let Some((device, queue)) = opened else {
        return println!("skipped: no second device");
    };
    let gpu = Gpu::from_wgpu(device, queue);
    let mut values = vec![2049.0f32; 1000];
    match gpu.round_slice(&Rounder::new(Format::BINARY16), &mut values) {
        Err(error) => assert!(matches!(error, GpuError::OutOfMemory { .. }), "{error:?}"),
        // A driver without VK_EXT_memory_budget.
        Ok(()) => println!("skipped: the driver does not count its memory"),
    }
    still_works_on_the_cpu();
}
