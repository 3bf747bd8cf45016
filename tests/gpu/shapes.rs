//! What must not matter: sizes, grids, chunks, threads, where a slice begins.

use half::{bf16, f16};
use roundoff::gpu::Gpu;
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding, Variant};

use crate::support::{Bits, assert_same, gpu};

/// Sizes around those of words of codes, workgroups and rows.
const SIZES: [usize; 7] = [0, 1, 31, 32, 33, 1000, 65_537];

fn stochastic(bits: u8) -> Rounder {
    let rounding = Rounding::stochastic(Variant::B, bits).expect("1 to 53 bits");
    Rounder::new(Format::OCP_E5M2)
        .with_rounding(rounding)
        .with_seed(5)
        .with_stream(1 << 40)
}

/// Values between 0.001 and 1000, of both signs.
fn values<T: Bits>(count: usize) -> Vec<T> {
    let mut words = Words::new(1, count as u64);
    let draw = |_| {
        let word = rand::Rng::next_u32(&mut words);
        let magnitude = (f64::from(word >> 8) / f64::from(1 << 24) + 0.5) * f64::from(word % 2000);
        T::from_f64(
            if word & 64 == 0 {
                magnitude
            } else {
                -magnitude
            } / 1000.0,
        )
    };
    (0..count).map(draw).collect()
}

fn agree<T: Bits>(gpu: &Gpu, rounder: &Rounder, values: &[T], index: u64) {
    let (mut there, mut here) = (values.to_vec(), values.to_vec());
    gpu.round_slice_at(rounder, &mut there, index)
        .expect("a GPU");
    rounder.round_slice_at(&mut here, index);
    assert_same(&there, &here, values, || {
        format!("{} from {index}", values.len())
    });
}

#[test]
fn sizes_of_every_host() {
    let Some(gpu) = gpu() else { return };
    for size in SIZES {
        agree::<f32>(gpu, &stochastic(23), &values(size), 0);
        agree::<f64>(gpu, &stochastic(52), &values(size), 0);
        agree::<f16>(gpu, &stochastic(23), &values(size), 0);
        agree::<bf16>(gpu, &stochastic(23), &values(size), 0);
        // More random bits than f32 words have: by way of f64 words.
        agree::<f32>(gpu, &stochastic(40), &values(size), 0);
        agree::<bf16>(gpu, &stochastic(40), &values(size), 0);
    }
}

#[test]
fn grids_and_chunks_change_no_bit() {
    let Some(gpu) = gpu() else { return };
    let values = values::<f32>(100_003);
    for row in [1, 7, 65_535, u32::MAX] {
        for chunk in [0, 256, 4096 + 128, 1 << 20, u64::MAX] {
            // Hundreds of chunks of 256 bytes are enough.
            let values = &values[..if chunk < 4096 { 5000 } else { values.len() }];
            let gpu = gpu.clone().with_row(row).with_chunk(chunk);
            agree(&gpu, &stochastic(23), values, 0);
        }
    }
    let wide = self::values::<f64>(10_001);
    agree(
        &gpu.clone().with_row(3).with_chunk(4096),
        &stochastic(52),
        &wide,
        0,
    );
}

#[test]
fn random_words_go_on_past_two_to_the_32() {
    let Some(gpu) = gpu() else { return };
    let values = values::<f32>(3000);
    for index in [(1 << 32) - 1000, (5 << 32) - 1, 5 << 32, u64::MAX - 10] {
        agree(gpu, &stochastic(23), &values, index);
        agree(
            &gpu.clone().with_chunk(2048),
            &stochastic(23),
            &values,
            index,
        );
    }
}

#[test]
fn into_another_slice_and_lengths_that_differ() {
    let Some(gpu) = gpu() else { return };
    let source = values::<f64>(1000);
    let (mut there, mut here) = (vec![0.0; 1000], vec![0.0; 1000]);
    let rounder = stochastic(12);
    gpu.round_into_at(&rounder, &source, &mut there, 77)
        .expect("a GPU");
    rounder
        .round_into_at(&source, &mut here, 77)
        .expect("as long");
    assert_same(&there, &here, &source, || "into another".to_owned());
    let error = gpu.round_into_at(&rounder, &source, &mut there[1..], 77);
    let error = error.expect_err("one value more than room").to_string();
    assert!(
        error.contains("1000 values to round and room for 999"),
        "{error}"
    );
}

#[test]
fn threads_share_one() {
    let Some(gpu) = gpu() else { return };
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for round in 0..8 {
                    let values = values::<f32>(1000 * (thread + 1));
                    let rounder = stochastic(23).with_seed(round);
                    agree(gpu, &rounder, &values, thread as u64);
                }
            });
        }
    });
}

#[test]
fn what_fits_takes_one_submission_and_one_read_back() {
    let Ok(gpu) = Gpu::new() else { return };
    let mut values = values::<f32>(100_000);
    let before = gpu.counts();
    gpu.round_slice(&stochastic(23), &mut values)
        .expect("a GPU");
    let after = gpu.counts();
    assert_eq!(after.submissions - before.submissions, 1);
    assert_eq!(after.read_backs - before.read_backs, 1);
}

/// Three chunks are on their way at a time: the second and third have gone up before anybody waits for the
/// first. With one there is no overlap, and no bit changes.
#[test]
fn chunks_overlap() {
    if gpu().is_none() {
        return;
    }
    let values = values::<f32>(10_000);
    for (flight, most) in [(None, 3), (Some(1), 1), (Some(2), 2)] {
        // One of its own: tests beside this one have chunks on their way too.
        let gpu = Gpu::new().expect("a GPU").with_chunk(4096);
        let gpu = match flight {
            Some(flight) => gpu.with_flight(flight),
            None => gpu,
        };
        agree(&gpu, &stochastic(23), &values, 7);
        assert_eq!(gpu.counts().in_flight, most);
        assert_eq!(gpu.counts().submissions, 10);
    }
    // What fits in a chunk is on its way alone.
    let gpu = Gpu::new().expect("a GPU");
    agree(&gpu, &stochastic(23), &values, 0);
    assert_eq!(gpu.counts().in_flight, 1);
}

#[test]
#[ignore = "a tensor longer than the largest binding: twice its bytes, and some more"]
fn a_tensor_past_the_largest_binding() {
    let Some(gpu) = gpu() else { return };
    let largest = gpu.adapter().largest_binding;
    if largest > 1 << 30 {
        crate::support::skipped(&format!("a tensor of more than {largest} bytes"));
        return;
    }
    assert!(largest >= 1 << 27, "WebGPU's default is 128 MiB");
    let part = values::<f32>(1 << 20);
    let count = (largest / 4) as usize + 12_345;
    let values: Vec<f32> = part.iter().copied().cycle().take(count).collect();
    // In the largest chunks that the adapter takes; one of its own, whose submissions are counted.
    let gpu = Gpu::new().expect("a GPU").with_chunk(u64::MAX);
    let before = gpu.counts().submissions;
    agree(&gpu, &stochastic(23), &values, 0);
    assert_eq!(gpu.counts().submissions - before, 2);
}
