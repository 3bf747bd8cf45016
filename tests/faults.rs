//! Faults: how often, in which bits, the same each time, in arrays and in kernels.

use roundoff::arith::{Arith, Exact, PerSite};
use roundoff::faults::{Coded, FaultError, Faults, Faulty, Field, Flip, inject};
use roundoff::kernels::order::Order;
use roundoff::kernels::summation::{self, Summation};
use roundoff::logarithmic::Logarithmic;
use roundoff::numbers::Numbers;
use roundoff::posit::Posit;
use roundoff::{Format, Rounder};

/// |hits - n p| within 5 standard errors of a binomial count.
fn is_binomial(hits: usize, n: usize, p: f64) -> bool {
    let deviation = (n as f64 * p * (1.0 - p)).sqrt();
    (hits as f64 - n as f64 * p).abs() <= 5.0 * deviation
}

#[test]
fn the_probability_asked_is_the_one_measured() {
    let n = 400_000;
    for p in [0.0, 1e-4, 1e-3, 0.1, 0.5, 0.99, 1.0] {
        for (seed, stream) in [(0, 0), (1, 0), (0, 1), (u64::MAX, 12345)] {
            let faults = Faults::new(p).unwrap().with_seed(seed).with_stream(stream);
            let mut values = vec![1.0f32; n];
            let flips = faults.values(&Format::BINARY32, &mut values, 0).unwrap();
            assert!(
                is_binomial(flips.len(), n, p),
                "{p} seed {seed}: {}",
                flips.len()
            );
            assert!(flips.iter().all(|flip| flip.bits().count_ones() == 1));
            assert!(flips.windows(2).all(|pair| pair[0].index < pair[1].index));
        }
    }
}

#[test]
fn every_bit_of_the_field_is_as_likely() {
    let n = 200_000;
    let layout = |field: Field| match field {
        Field::Sign => 15..16,
        Field::Exponent => 10..15,
        Field::Fraction => 0..10,
        Field::Anywhere => 0..16,
        Field::Bits(_) => unreachable!(),
    };
    for field in [
        Field::Sign,
        Field::Exponent,
        Field::Fraction,
        Field::Anywhere,
    ] {
        for count in [1, 2, 3] {
            let faults = Faults::new(1.0)
                .unwrap()
                .with_field(field)
                .with_count(count)
                .unwrap();
            let mut codes = vec![0x3c00u64; n];
            let flips = faults.codes(&Format::BINARY16, &mut codes, 0).unwrap();
            let bits = layout(field);
            let size = bits.len();
            let taken = size.min(count as usize);
            for bit in 0..16 {
                let hits = flips
                    .iter()
                    .filter(|flip| flip.bits() >> bit & 1 == 1)
                    .count();
                match bits.contains(&bit) {
                    true => {
                        let p = taken as f64 / size as f64;
                        assert!(is_binomial(hits, n, p), "{field} {count} bit {bit}: {hits}");
                    }
                    false => assert_eq!(hits, 0, "{field} bit {bit}"),
                }
            }
            assert!(
                flips
                    .iter()
                    .all(|flip| flip.bits().count_ones() as usize == taken)
            );
        }
    }
}

#[test]
fn pairs_of_bits_are_as_likely() {
    let n = 150_000;
    let faults = Faults::new(1.0).unwrap().with_count(2).unwrap();
    let mut codes = vec![0u64; n];
    let flips = faults.codes(&Format::OCP_E2M1, &mut codes, 0).unwrap();
    for a in 0..4 {
        for b in 0..a {
            let pair = 1 << a | 1 << b;
            let hits = flips.iter().filter(|flip| flip.bits() == pair).count();
            assert!(is_binomial(hits, n, 1.0 / 6.0), "{pair:#b}: {hits}");
        }
    }
}

#[test]
fn parts_of_an_array_get_what_the_whole_gets() {
    let faults = Faults::new(0.05)
        .unwrap()
        .with_seed(3)
        .with_count(2)
        .unwrap();
    let values: Vec<f64> = (0..10_000).map(f64::from).collect();
    let run = |cuts: &[usize]| {
        let (mut values, mut flips) = (values.clone(), Vec::new());
        let mut from = 0;
        for end in cuts.iter().copied().chain([values.len()]) {
            let part = &mut values[from..end];
            flips.extend(faults.values(&Format::BINARY64, part, from as u64).unwrap());
            from = end;
        }
        (
            values.into_iter().map(f64::to_bits).collect::<Vec<_>>(),
            flips,
        )
    };
    let whole = run(&[]);
    assert_eq!(whole, run(&[1, 2, 777, 9000]));
    assert_eq!(whole, run(&[5000]));
    let other = Faults::new(0.05)
        .unwrap()
        .with_seed(4)
        .with_count(2)
        .unwrap();
    let mut again = values.clone();
    assert_ne!(
        whole.1,
        other.values(&Format::BINARY64, &mut again, 0).unwrap()
    );
    // Indices past 2^32 have words of their own.
    let far = |from: u64| {
        faults
            .codes(&Format::BINARY64, &mut [0; 1000], from)
            .unwrap()
    };
    assert_ne!(
        far(0).iter().map(|flip| flip.index).collect::<Vec<_>>(),
        far(1 << 32)
            .iter()
            .map(|flip| flip.index - (1 << 32))
            .collect::<Vec<_>>()
    );
}

#[test]
fn flips_can_be_done_again_and_undone() {
    let faults = Faults::new(0.1).unwrap().with_seed(8);
    let original: Vec<f32> = (0..500).map(|i| i as f32 / 8.0).collect();
    let mut hit = original.clone();
    let flips = faults.values(&Format::BINARY32, &mut hit, 0).unwrap();
    assert!(!flips.is_empty());
    let places: Vec<(u64, u64)> = flips.iter().map(|flip| (flip.index, flip.bits())).collect();
    let mut again = original.clone();
    assert_eq!(
        inject(&Format::BINARY32, &mut again, &places).unwrap(),
        flips
    );
    let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&again), bits(&hit));
    // A NaN has lost its bits; the others flip back.
    inject(&Format::BINARY32, &mut again, &places).unwrap();
    for (i, (back, first)) in again.iter().zip(&original).enumerate() {
        assert!(back == first || hit[i].is_nan(), "{i}");
    }
}

#[test]
fn stuck_bits_are_stuck() {
    let stuck = Faults::NONE.with_stuck(0x0001, 0x4000).unwrap();
    let mut values: Vec<f32> = (0..512).map(|i| i as f32).collect();
    let flips = stuck.values(&Format::BINARY16, &mut values, 0).unwrap();
    for x in &values {
        let code = Format::BINARY16.encode(f64::from(*x)).unwrap();
        assert!(code & 1 == 0 && code & 0x4000 != 0 || x.is_nan(), "{x}");
    }
    // 2 = 0x4000 has both bits as they are stuck, and is not in the list.
    assert!(flips.iter().all(|flip| flip.index != 2) && flips.iter().any(|flip| flip.index == 1));
    // A stuck bit wins over a flip.
    let both = Faults::new(1.0)
        .unwrap()
        .with_field(Field::Sign)
        .with_stuck(0x8000, 0)
        .unwrap();
    let mut values = [1.0f64, -1.0];
    both.values(&Format::BINARY16, &mut values, 0).unwrap();
    assert_eq!(values, [1.0, 1.0]);
}

/// A posit's fields are where its regime says: written out by hand.
#[test]
#[allow(clippy::unusual_byte_groupings)] // A group a field: sign, regime, exponent, fraction.
fn fields_of_codes() {
    let posit = |code| {
        let fields = Posit::POSIT8.fields(code);
        (fields.sign, fields.exponent, fields.fraction)
    };
    assert_eq!(posit(0b0_10_01_101), (0x80, 0b0111_1000, 0b111));
    assert_eq!(posit(0b0_1110_01_1), (0x80, 0b0111_1110, 0b1));
    assert_eq!(posit(0b0_000001_0), (0x80, 0x7f, 0));
    assert_eq!(posit(0b0_1111111), (0x80, 0x7f, 0));
    assert_eq!(posit(0), (0x80, 0x7f, 0));
    let lns = Logarithmic::new(4, 3).unwrap().fields(0);
    assert_eq!((lns.sign, lns.exponent, lns.fraction), (0x80, 0x78, 0x07));
    let unsigned = Format::OCP_E8M0.fields(0);
    assert_eq!(
        (unsigned.sign, unsigned.exponent, unsigned.fraction),
        (0, 0xff, 0)
    );
    let single = Format::BINARY32.fields(0);
    assert_eq!(
        (single.sign, single.exponent, single.fraction),
        (1 << 31, 0xff << 23, (1 << 23) - 1)
    );
    // A field that a code lacks: nothing happens.
    let none = Faults::new(1.0).unwrap().with_field(Field::Fraction);
    let mut values = [Posit::POSIT8.greatest()];
    assert_eq!(none.values(&Posit::POSIT8, &mut values, 0), Ok(vec![]));
}

fn ones(n: usize) -> Vec<f64> {
    vec![1.0; n]
}

#[test]
fn results_of_operations_are_hit_as_often_as_asked() {
    let single = Rounder::new(Format::BINARY32);
    let n = 50_000;
    for p in [0.0, 0.01, 0.3] {
        let faults = Faults::new(p)
            .unwrap()
            .with_field(Field::Fraction)
            .with_seed(5);
        let hit = Faulty::new(Exact::new(&single), Format::BINARY32, faults).unwrap();
        for i in 0..n {
            let x = f64::from(i as u32);
            let _ = hit.add(hit.num(x), 1.0);
        }
        assert_eq!(hit.operations(), n as u64);
        let flips = hit.flips();
        assert!(is_binomial(flips.len(), n, p), "{p}: {}", flips.len());
        // The same words as for an array: operation n is index n.
        let mut sums: Vec<f64> = (0..n).map(|i| (i + 1) as f64).collect();
        assert_eq!(
            faults.values(&Format::BINARY32, &mut sums, 0).unwrap(),
            flips
        );
    }
}

#[test]
fn faults_at_one_site() {
    let half = Rounder::new(Format::BINARY16);
    let faults = Faults::new(1.0).unwrap().with_field(Field::Exponent);
    let arith = |faults| Faulty::new(Exact::new(&half), Format::BINARY16, faults).unwrap();
    let sites = summation::SITES;
    assert!(sites.len() > 1, "a kernel of several sites");
    for hit in sites {
        let per_site = PerSite::new(sites)
            .with(hit.name(), arith(faults))
            .unwrap()
            .with_default(|_| arith(Faults::NONE))
            .build()
            .unwrap();
        let _ = Summation::Kahan.sum(&per_site, &ones(1000));
        for (site, arith) in sites.iter().zip(per_site.ariths()) {
            let flipped = !arith.flips().is_empty();
            assert_eq!(
                flipped,
                site == hit && arith.operations() > 0,
                "{}",
                site.name()
            );
        }
    }
    // Without faults, nothing changes.
    let clean = Summation::Ordered(Order::Sequential).sum(&arith(Faults::NONE), &ones(1000));
    assert_eq!(clean, 1000.0);
    let one = arith(Faults::new(0.01).unwrap());
    let two = arith(Faults::new(0.01).unwrap());
    let sum = |arith: &Faulty<Exact, Format>| {
        Summation::Ordered(Order::Sequential)
            .sum(arith, &ones(1000))
            .to_bits()
    };
    assert_eq!((sum(&one), one.flips()), (sum(&two), two.flips()));
}

#[test]
fn results_without_codes_stay() {
    let four = Rounder::new(Format::OCP_E2M1);
    let always = Faults::new(1.0).unwrap().with_field(Field::Sign);
    let hit = Faulty::new(Exact::new(&four), Format::OCP_E2M1, always).unwrap();
    assert_eq!(hit.add(1.0, 1.0), -2.0);
    // E2M1 has no code for NaN.
    assert!(hit.div(0.0, 0.0).is_nan());
    assert_eq!(
        hit.flips(),
        [Flip {
            index: 0,
            before: 0b0100,
            after: 0b1100
        }]
    );
}

#[test]
fn bad_input_is_refused_and_changes_nothing() {
    for p in [-0.1, 1.1, f64::NAN, f64::INFINITY, -f64::MIN_POSITIVE] {
        let refused = Faults::new(p).unwrap_err();
        assert!(matches!(refused, FaultError::Probability { .. }), "{p}");
    }
    assert_eq!(
        Faults::new(2.0).unwrap_err().to_string(),
        "a probability of 2: it is between 0 and 1"
    );
    let faults = Faults::new(1.0).unwrap();
    assert_eq!(faults.with_count(0), Err(FaultError::Count { count: 0 }));
    assert_eq!(faults.with_count(65), Err(FaultError::Count { count: 65 }));
    assert_eq!(faults.with_stuck(3, 6), Err(FaultError::Stuck { bits: 2 }));
    for name in [
        "",
        "exp",
        "0x",
        "0xg",
        "0x1ffffffffffffffff",
        "-1",
        "+1",
        "é",
    ] {
        let name = name.to_owned();
        assert_eq!(name.parse::<Field>(), Err(FaultError::Field { name }));
    }
    assert_eq!("0x80".parse(), Ok(Field::Bits(0x80)));
    assert_eq!("0b11".parse(), Ok(Field::Bits(3)));
    assert_eq!("Sign".parse(), Ok(Field::Sign));

    // Masks wider than codes.
    let wide = faults.with_field(Field::Bits(0x100));
    let mut values = [1.0f32];
    let refused = wide.values(&Format::OCP_E4M3, &mut values, 0);
    assert_eq!(
        refused,
        Err(FaultError::Bits {
            bits: 0x100,
            width: 8
        })
    );
    assert!(
        Faulty::new(
            Exact::new(&Rounder::new(Format::OCP_E4M3)),
            Format::OCP_E4M3,
            wide
        )
        .is_err()
    );
    assert!(inject(&Format::OCP_E4M3, &mut values, &[(0, 0x100)]).is_err());
    // Values that have no code, and values that the host does not hold.
    let mut values = [1.0f32, 0.3];
    let refused = faults
        .values(&Format::OCP_E4M3, &mut values, 0)
        .unwrap_err();
    assert!(
        matches!(refused, FaultError::Code { index: 1, .. }),
        "{refused}"
    );
    assert!(refused.to_string().starts_with("index 1: 0.3"), "{refused}");
    assert_eq!(values, [1.0, 0.3]);
    let top = faults.with_field(Field::Bits(1 << 62));
    let refused = top.values(&Format::BINARY64, &mut values, 0).unwrap_err();
    assert!(
        matches!(refused, FaultError::Host { index: 1, .. }),
        "{refused}"
    );
    assert_eq!(values, [1.0, 0.3]);
    // A format without codes.
    let custom = Format::precision_only(5).unwrap();
    assert!(faults.values(&custom, &mut values, 0).is_err());
    // Places that there are not.
    let refused = inject(&Format::BINARY32, &mut values, &[(0, 1), (2, 1)]);
    assert_eq!(refused, Err(FaultError::Index { index: 2, len: 2 }));
    assert!(inject(&Format::BINARY32, &mut values, &[(u64::MAX, 1)]).is_err());
    assert_eq!(values, [1.0, 0.3]);
    // Nothing to do.
    assert_eq!(
        faults.values::<f64>(&Format::BINARY64, &mut [], 0),
        Ok(vec![])
    );
    assert_eq!(inject::<f64>(&Format::BINARY64, &mut [], &[]), Ok(vec![]));
    let mut nan = [f64::NAN];
    let flips = faults.values(&Format::BINARY16, &mut nan, 0).unwrap();
    assert_eq!(flips[0].before, 0x7e00);
}

#[test]
fn numbers_by_name_have_the_codes_of_what_they_name() {
    let faults = Faults::new(0.3)
        .unwrap()
        .with_field(Field::Exponent)
        .with_seed(2);
    let numbers = |name: &str| name.parse::<Numbers>().unwrap();
    let flips = |coded: &dyn Coded| faults.values(coded, &mut [1.0f64; 200], 0).unwrap();
    assert_eq!(flips(&numbers("posit8")), flips(&Posit::POSIT8));
    assert_eq!(
        flips(&numbers("lns:4.3")),
        flips(&Logarithmic::new(4, 3).unwrap())
    );
    assert_eq!(flips(&numbers("ocp-e4m3")), flips(&Format::OCP_E4M3));
    // Values of blocks share a scale and have no codes of their own.
    let refused = faults
        .values(&numbers("mxfp8-e4m3"), &mut [1.0f64; 200], 0)
        .unwrap_err();
    assert!(refused.to_string().contains("no encoding"), "{refused}");
}
