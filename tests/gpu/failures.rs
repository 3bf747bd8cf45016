//! No adapter, a device that is lost, no memory: an error that says so, after which the CPU works.

use roundoff::arith::slices::{Matrix, MatrixMut, SumOfProducts};
use roundoff::arith::{Binary, Exact, Unary};
use roundoff::block::{BlockFormat, BlockRounder};
use roundoff::gpu::{Gpu, GpuError, Kind, Wanted, wgpu};
use roundoff::kernels::bessel::emulated::{Expansion, Kind as Bessel};
use roundoff::kernels::softmax::{Softmax, Variant};
use roundoff::{Format, Rounder};

use crate::support::{gpu, skipped};

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

/// What every kind of work gives on a GPU.
fn kernels(gpu: &Gpu) -> Vec<(&'static str, Result<(), GpuError>)> {
    let half = Rounder::new(Format::BINARY16);
    let exact = Exact::new(&half);
    let x = [1f32; 64];
    let mut out = [7f32; 64];
    let rows = Matrix::new(&x, 8, 8).expect("a shape");
    let mut blocks = [1f32; 64];
    let sum = SumOfProducts::new(half);
    let expansion = Expansion::Uniform { terms: 4 };
    let results = vec![
        (
            "unary",
            gpu.unary(Unary::Exp, &half, &Format::BINARY16, &x, &mut out),
        ),
        ("binary", gpu.binary(Binary::Add, &half, &x, &x, &mut out)),
        ("dot", gpu.dot(&sum, &x, &x).map(drop)),
        (
            "gemm",
            gpu.gemm(
                &sum,
                rows,
                rows,
                MatrixMut::new(&mut out, 8, 8).expect("a shape"),
            ),
        ),
        (
            "softmax",
            gpu.softmax(&Softmax::new(Variant::Online), &exact, rows, &mut out),
        ),
        (
            "log-bessel",
            gpu.log_bessel(&exact, &expansion, Bessel::K, &x, &x, &mut out),
        ),
        (
            "blocks",
            gpu.round_blocks(&BlockRounder::new(BlockFormat::NVFP4), &mut blocks, &[64]),
        ),
        (
            "decode",
            gpu.decode_slice(&Format::BINARY16, &[1u16; 64], &mut out),
        ),
    ];
    if results.iter().all(|(_, result)| result.is_err()) {
        assert_eq!(out, [7.0; 64], "nothing is half done");
        assert_eq!(blocks, [1.0; 64], "nothing is half done");
    }
    results
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
    for (name, result) in kernels(&gpu) {
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
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
    for (name, result) in kernels(&gpu) {
        let error = result.expect_err(name);
        assert!(matches!(error, GpuError::Lost { .. }), "{name}: {error:?}");
    }
    // Another one is as good as the first was.
    let again = Gpu::new().expect("another device");
    again.round_slice(&rounder, &mut values).expect("a GPU");
    assert_eq!(values, vec![2048.0; 1000]);
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
        return skipped("no second device");
    };
    let gpu = Gpu::from_wgpu(device, queue);
    let mut values = vec![2049.0f32; 1000];
    match gpu.round_slice(&Rounder::new(Format::BINARY16), &mut values) {
        Err(error) => {
            assert!(matches!(error, GpuError::OutOfMemory { .. }), "{error:?}");
            assert_eq!(values, vec![2049.0; 1000], "nothing is half done");
            for (name, result) in kernels(&gpu) {
                let error = result.expect_err(name);
                assert!(
                    matches!(error, GpuError::OutOfMemory { .. }),
                    "{name}: {error:?}"
                );
            }
        }
        // A driver without VK_EXT_memory_budget.
        Ok(()) => skipped("the driver does not count its memory (VK_EXT_memory_budget)"),
    }
    still_works_on_the_cpu();
}
