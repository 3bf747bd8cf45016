//! Buffers that the user made.

use std::ops::Range;

use half::f16;
use roundoff::gpu::wgpu::util::{BufferInitDescriptor, DeviceExt, DownloadBuffer};
use roundoff::gpu::wgpu::{self, BufferUsages};
use roundoff::gpu::{Gpu, GpuError};
use roundoff::{Format, Rounder, Rounding};

use crate::support::{assert_same, gpu, words32, words64};

fn buffer(gpu: &Gpu, bytes: &[u8], usage: BufferUsages) -> wgpu::Buffer {
    gpu.device().create_buffer_init(&BufferInitDescriptor {
        label: None,
        contents: bytes,
        usage,
    })
}

/// All bytes of a buffer.
fn read(gpu: &Gpu, buffer: &wgpu::Buffer) -> Vec<u8> {
    let (told, done) = std::sync::mpsc::channel();
    DownloadBuffer::read_buffer(gpu.device(), gpu.queue(), &buffer.slice(..), move |bytes| {
        let _ = told.send(bytes.expect("mapped").to_vec());
    });
    gpu.device()
        .poll(wgpu::PollType::wait_indefinitely())
        .expect("polled");
    done.recv().expect("bytes")
}

const OWN: BufferUsages = BufferUsages::STORAGE.union(BufferUsages::COPY_SRC);

fn rounder() -> Rounder {
    Rounder::new(Format::OCP_E4M3)
        .with_rounding(Rounding::STOCHASTIC)
        .with_seed(3)
}

/// Parts that begin on and off the alignment of bindings.
const PARTS: [Range<usize>; 5] = [0..5000, 0..0, 1..2, 63..4001, 64..4096];

#[test]
fn parts_of_own_buffers_in_place() {
    let Some(gpu) = gpu() else { return };
    let (narrow, wide) = (
        words32(&Format::OCP_E4M3, 0),
        words64(&Format::OCP_E4M3, 4000),
    );
    for part in PARTS {
        let range = part.start as u64..part.end as u64;
        let bytes: Vec<u8> = narrow[..5000]
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect();
        let own = buffer(gpu, &bytes, OWN);
        gpu.round_buffer::<f32>(&rounder(), &own, range.clone(), 11)
            .expect("a GPU");
        let there: Vec<f32> = read(gpu, &own)
            .chunks_exact(4)
            .map(|word| f32::from_le_bytes(word.try_into().expect("four")))
            .collect();
        let mut here = narrow[..5000].to_vec();
        rounder().round_slice_at(&mut here[part.clone()], 11);
        assert_same(&there, &here, &narrow, || format!("{part:?}"));

        let bytes: Vec<u8> = wide[..5000].iter().flat_map(|x| x.to_le_bytes()).collect();
        let own = buffer(gpu, &bytes, OWN);
        gpu.round_buffer::<f64>(&rounder(), &own, range, 11)
            .expect("a GPU");
        let there: Vec<f64> = read(gpu, &own)
            .chunks_exact(8)
            .map(|word| f64::from_le_bytes(word.try_into().expect("eight")))
            .collect();
        let mut here = wide[..5000].to_vec();
        rounder().round_slice_at(&mut here[part.clone()], 11);
        assert_same(&there, &here, &wide, || format!("{part:?}"));
    }
}

#[test]
fn a_device_of_ones_own_and_a_recording_of_ones_own() {
    let Some(other) = gpu() else { return };
    let gpu = Gpu::from_wgpu(other.device().clone(), other.queue().clone());
    let values = words32(&Format::OCP_E4M3, 0);
    let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
    let own = buffer(&gpu, &bytes, OWN);
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    let all = 0..values.len() as u64;
    // Twice in one recording: the second changes nothing.
    for _ in 0..2 {
        gpu.record_round::<f32>(&mut encoder, &rounder(), &own, all.clone(), 0)
            .expect("a GPU");
    }
    gpu.queue().submit([encoder.finish()]);
    let mut here = values.clone();
    rounder().round_slice(&mut here);
    let there: Vec<u8> = here.iter().flat_map(|x| x.to_le_bytes()).collect();
    assert!(read(&gpu, &own) == there);
}

#[test]
fn what_a_buffer_cannot_do_is_said() {
    let Some(gpu) = gpu() else { return };
    let storage = buffer(gpu, &[0; 400], OWN);
    let plain = buffer(gpu, &[0; 400], BufferUsages::COPY_SRC);
    let said = |result: Result<(), GpuError>| result.expect_err("refused").to_string();
    let far = said(gpu.round_buffer::<f32>(&rounder(), &storage, 0..101, 0));
    assert!(far.contains("has 100 values: 0 to 101"), "{far}");
    #[allow(clippy::reversed_empty_ranges)]
    let reversed = said(gpu.round_buffer::<f32>(&rounder(), &storage, 5..3, 0));
    assert!(reversed.contains("5 to 3"), "{reversed}");
    let usage = said(gpu.round_buffer::<f32>(&rounder(), &plain, 0..100, 0));
    assert!(usage.contains("BufferUsages::STORAGE"), "{usage}");
    let short = said(gpu.round_buffer::<f16>(&rounder(), &storage, 0..100, 0));
    assert!(short.contains("16-bit values"), "{short}");
    let wide = Rounder::new(Format::BINARY64);
    let wide = said(gpu.round_buffer::<f32>(&wide, &storage, 0..100, 0));
    assert!(wide.contains("keep the values as f64"), "{wide}");
}

#[test]
#[ignore = "a buffer larger than the largest binding, and as much again to read it"]
fn a_buffer_past_the_largest_binding() {
    let Some(gpu) = gpu() else { return };
    let (largest, most) = (gpu.adapter().largest_binding, gpu.adapter().largest_buffer);
    let bytes = largest + (1 << 20);
    if bytes > most || bytes > 1 << 30 {
        crate::support::skipped(&format!(
            "a buffer of {bytes} bytes, of which it takes {most}"
        ));
        return;
    }
    let part = words32(&Format::OCP_E4M3, 0);
    let count = bytes as usize / 4;
    let mut here: Vec<f32> = part.iter().copied().cycle().take(count).collect();
    let up: Vec<u8> = here.iter().flat_map(|x| x.to_le_bytes()).collect();
    let own = buffer(gpu, &up, OWN);
    drop(up);
    gpu.round_buffer::<f32>(&rounder(), &own, 0..count as u64, 0)
        .expect("a GPU");
    let there: Vec<f32> = read(gpu, &own)
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    let values = here.clone();
    rounder().round_slice(&mut here);
    assert_same(&there, &here, &values, || format!("{bytes} bytes"));
}
