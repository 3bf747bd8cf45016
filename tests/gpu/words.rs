//! Word for word: named formats x modes x saturations.

use std::io::Write;

use roundoff::gpu::Gpu;
use roundoff::{Format, Rounder, Rounding};

use crate::support::{Bits, assert_same, formats, gpu, rounders, words32, words64};

/// One rounder over some values, on both.
fn agree<T: Bits>(gpu: &Gpu, rounder: &Rounder, values: &[T]) {
    let (mut there, mut here) = (values.to_vec(), values.to_vec());
    gpu.round_slice(rounder, &mut there).expect("a GPU");
    rounder.round_slice(&mut here);
    assert_same(&there, &here, values, || {
        format!(
            "{} {} {} as {}",
            rounder.format(),
            rounder.rounding(),
            rounder.saturation(),
            std::any::type_name::<T>()
        )
    });
}

#[test]
fn f32_words_of_every_format_mode_and_saturation() {
    let Some(gpu) = gpu() else { return };
    for format in formats() {
        let values = words32(&format, 2048);
        rounders(format).for_each(|rounder| agree(gpu, &rounder, &values));
    }
}

#[test]
fn f64_words_of_every_format_mode_and_saturation() {
    let Some(gpu) = gpu() else { return };
    for format in formats() {
        let values = words64(&format, 2048);
        rounders(format).for_each(|rounder| agree(gpu, &rounder, &values));
    }
}

#[test]
fn constants_in_the_place_of_a_plan_change_nothing() {
    let Some(gpu) = gpu() else { return };
    let gpu = gpu.clone().with_special_after(0);
    for format in [Format::BINARY16, Format::OCP_E4M3, Format::OCP_E8M0] {
        // Every mode once, with one saturation or another.
        for (i, rounder) in rounders(format)
            .enumerate()
            .filter(|(i, _)| i % 3 == i / 3 % 3)
        {
            agree(&gpu, &rounder, &words32(&format, 256));
            if i % 2 == 0 {
                agree(&gpu, &rounder, &words64(&format, 256));
            }
        }
    }
}

/// All 2^32 f32 words through four formats.
#[test]
#[ignore = "minutes: cargo test --features full --test gpu --release -- --ignored all_words"]
fn all_words_of_four_formats() {
    let Some(gpu) = gpu() else { return };
    for (format, rounding) in [
        (Format::BINARY16, Rounding::NearestTiesToEven),
        (Format::BFLOAT16, Rounding::STOCHASTIC),
        (Format::OCP_E4M3, Rounding::TowardNegative),
        (Format::OCP_E2M1, Rounding::ToOdd),
    ] {
        let rounder = Rounder::new(format).with_rounding(rounding).with_seed(9);
        for part in 0..256u32 {
            let words = (part << 24)..=(part << 24 | 0xff_ffff);
            let values: Vec<f32> = words.map(f32::from_bits).collect();
            agree(gpu, &rounder, &values);
        }
    }
}

/// All boundary words and 2^24 random ones x every named format x every mode x every saturation, as f32
/// or f64. The buffers stay where they are: a proof of hours should not spend them on pages.
fn many_random_words<T: Bits>(words: fn(&Format, usize) -> Vec<T>) {
    let Some(gpu) = gpu() else { return };
    let all = formats();
    for (n, format) in all.iter().enumerate() {
        let begun = std::time::Instant::now();
        let values = words(format, 1 << 24);
        let (mut there, mut here) = (values.clone(), values.clone());
        let mut count = 0;
        for rounder in rounders(*format) {
            gpu.round_into_at(&rounder, &values, &mut there, 0)
                .expect("a GPU");
            rounder
                .round_into_at(&values, &mut here, 0)
                .expect("as long");
            assert_same(&there, &here, &values, || {
                let (rounding, saturation) = (rounder.rounding(), rounder.saturation());
                format!("{format} {rounding} {saturation}")
            });
            count += 1;
        }
        // Past the harness: whoever waits for it sees how far it is.
        let _ = writeln!(
            std::io::stderr(),
            "{} of {}: {format} as {}, {count} rounders x {} words, {:.0} s",
            n + 1,
            all.len(),
            std::any::type_name::<T>(),
            values.len(),
            begun.elapsed().as_secs_f64()
        );
    }
}

#[test]
#[ignore = "a quarter of an hour on a software adapter: cargo test --release --features full --test gpu -- --ignored many_random_f32"]
fn many_random_f32_words_of_every_format_mode_and_saturation() {
    many_random_words(words32);
}

#[test]
#[ignore = "an hour on a software adapter: cargo test --release --features full --test gpu -- --ignored many_random_f64"]
fn many_random_f64_words_of_every_format_mode_and_saturation() {
    many_random_words(words64);
}
