//! The adapter, or a line that says what was skipped; formats, modes, words.

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use roundoff::format::NAMED;
use roundoff::gpu::{Gpu, GpuError};
use roundoff::{Format, Rounder, Rounding, Saturation, Variant};

/// Tests skipped so far.
static SKIPPED: AtomicUsize = AtomicUsize::new(0);

/// One GPU for all tests; none where there is no adapter, which is said past the test harness.
pub fn gpu() -> Option<&'static Gpu> {
    static OPEN: OnceLock<Result<Gpu, GpuError>> = OnceLock::new();
    match OPEN.get_or_init(Gpu::new) {
        Ok(gpu) => Some(gpu),
        Err(reason) if std::env::var_os("ROUNDOFF_REQUIRE_GPU").is_some_and(|on| on == "1") => {
            panic!("ROUNDOFF_REQUIRE_GPU=1, but {reason}")
        }
        Err(_) => {
            let count = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
            let _ = writeln!(std::io::stderr(), "skipped: no adapter ({count} so far)");
            None
        }
    }
}

/// Says past the test harness what a test leaves out, and why.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Every named format once.
pub fn formats() -> Vec<Format> {
    let mut formats: Vec<Format> = Vec::new();
    for named in NAMED {
        if !formats.contains(&named.format) {
            formats.push(named.format);
        }
    }
    formats
}

/// Every mode, and the other ways of stochastic rounding.
pub fn roundings() -> Vec<Rounding> {
    let mut all = Rounding::ALL.to_vec();
    for (variant, bits) in [
        (Variant::A, 3),
        (Variant::B, 8),
        (Variant::C, 16),
        (Variant::B, 45),
    ] {
        all.extend(Rounding::stochastic(variant, bits));
    }
    all
}

pub const SATURATIONS: [Saturation; 3] =
    [Saturation::None, Saturation::Finite, Saturation::Propagate];

/// Every rounder of a format.
pub fn rounders(format: Format) -> impl Iterator<Item = Rounder> {
    roundings().into_iter().flat_map(move |rounding| {
        SATURATIONS.map(|saturation| {
            Rounder::new(format)
                .with_rounding(rounding)
                .with_saturation(saturation)
                .with_seed(0x1234_5678_9abc_def0)
                .with_stream(7)
        })
    })
}

/// Words around the ends and steps of a format, of both signs: for every exponent field given, the
/// fractions around multiples of half a step of `digits` digits.
pub fn boundaries(
    fields: impl Iterator<Item = u64>,
    width: u32,
    fraction: u32,
    digits: u32,
) -> Vec<u64> {
    let half = 1u64 << (fraction + 1).saturating_sub(digits + 1).min(fraction - 1);
    let all = (1u64 << fraction) - 1;
    let mut words = Vec::new();
    for field in fields {
        for k in 0..4 {
            for jitter in [all, 0, 1] {
                let low = (k * half).wrapping_add(jitter) & all;
                for fraction_bits in [low, all - low] {
                    let word = field << fraction | fraction_bits;
                    words.extend([word, word | 1 << (width - 1)]);
                }
            }
        }
    }
    words
}

/// The words of f32 values that a format's rounding turns on, and `random` others.
pub fn words32(format: &Format, random: usize) -> Vec<f32> {
    let words = boundaries(0..256, 32, 23, format.precision().min(24));
    let mut draw = roundoff::random::Words::new(3, 1);
    let others = std::iter::repeat_with(|| rand::Rng::next_u32(&mut draw)).take(random);
    let words = words.into_iter().map(|word| word as u32).chain(others);
    words.map(f32::from_bits).collect()
}

/// The same of f64: fields near the format's ends, f32's and the host's, and random words near
/// them.
pub fn words64(format: &Format, random: usize) -> Vec<f64> {
    let near = |exponent: i32, by: i32| (exponent + 1023 - by)..=(exponent + 1023 + by);
    let digits = format.precision() as i32;
    let mut fields: Vec<u64> = [
        near(format.emin(), 3),
        near(format.emax(), 3),
        near(format.emin() - digits, 3),
        near(0, 3),
        near(-126, 1),
        near(127, 1),
        0..=2,
        2045..=2047,
    ]
    .into_iter()
    .flatten()
    .filter_map(|field| u64::try_from(field).ok().filter(|field| *field < 2048))
    .collect();
    fields.extend((0..2048).step_by(97));
    fields.sort_unstable();
    fields.dedup();
    let words = boundaries(fields.iter().copied(), 64, 52, format.precision());
    let mut draw = roundoff::random::Words::new(3, 2);
    let others = (0..random).map(|i| {
        let word = rand::Rng::next_u64(&mut draw);
        match i % 2 {
            0 => word,
            // Most fields are far from the format: half of the words are near.
            _ => word << 12 >> 12 | fields[i / 2 % fields.len()] << 52 | word << 63,
        }
    });
    words
        .into_iter()
        .chain(others)
        .map(f64::from_bits)
        .collect()
}

/// Bits of values, to compare: NaN too.
pub trait Bits: roundoff::chop::Host {
    fn bits(self) -> u64;
}
macro_rules! bits {
    ($($float:ty)*) => { $(impl Bits for $float {
        fn bits(self) -> u64 {
            self.to_bits().into()
        }
    })* };
}
bits!(f32 f64 half::f16 half::bf16);

/// That two slices are word for word the same; `what` names the case.
#[track_caller]
pub fn assert_same<T: Bits>(gpu: &[T], cpu: &[T], from: &[T], what: impl Fn() -> String) {
    assert_eq!(gpu.len(), cpu.len());
    let differ = |(a, b): (&T, &T)| a.bits() != b.bits();
    if let Some(i) = gpu.iter().zip(cpu).position(differ) {
        panic!(
            "{}: at {i}: {:#x} ({:?}) became {:#x} on the GPU, {:#x} on the CPU",
            what(),
            from.get(i).map_or(0, |x| x.bits()),
            from.get(i),
            gpu[i].bits(),
            cpu[i].bits(),
        );
    }
}
