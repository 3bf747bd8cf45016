//! Codes are two's complement.

use crate::*;

#[test]
fn codes_are_twos_complement() {
    for q in small() {
        let format = q.format();
        let (least, greatest) = q.ends();
        let mask = (1u64 << q.width()) - 1;
        assert_eq!(format.width(), Some(q.width()));
        assert_eq!(format.count_finite(), 1 << q.width());
        assert_eq!(format.lowest(), q.value(least));
        assert_eq!(format.greatest(), q.value(greatest));
        let all: Vec<i128> = (least..=greatest).collect();
        let values: Vec<f64> = all.iter().map(|steps| q.value(*steps)).collect();
        let codes: Vec<u64> = all.iter().map(|steps| *steps as u64 & mask).collect();
        let listed: Vec<(u64, f64)> = format
            .values()
            .expect("at most 16 bits")
            .map(|(code, value)| (u64::from(code), value))
            .collect();
        assert_eq!(listed.len(), all.len());
        for (i, steps) in all.iter().enumerate() {
            let value = q.value(*steps);
            assert_eq!(format.encode(value), Ok(codes[i]), "{format}");
            assert_eq!(format.decode(codes[i]), Ok(value), "{format}");
            assert_eq!(listed[i], (codes[i], value));
            assert!(format.contains(value));
            let up = (*steps < greatest).then(|| q.value(steps + 1));
            let down = (*steps > least).then(|| q.value(steps - 1));
            assert_eq!(format.next_up(value), up, "{format} after {value}");
            assert_eq!(format.next_down(value), down, "{format} before {value}");
        }
        assert!(!format.contains(q.value(least) - q.value(1)));
        assert!(!format.contains(q.value(greatest) + q.value(1)));
        assert_eq!(format.next_up(-1e9), Some(q.value(least)));
        assert_eq!(format.next_down(1e9), Some(q.value(greatest)));

        // Slices, from both hosts, and packed.
        let rounder = Rounder::new(format);
        let narrow: Vec<f32> = values.iter().map(|x| *x as f32).collect();
        let short: Vec<u8> = codes.iter().map(|code| *code as u8).collect();
        let mut encoded = vec![0u8; all.len()];
        rounder.encode(&values, &mut encoded).expect("codes");
        assert_eq!(encoded, short, "{format}");
        rounder.encode(&narrow, &mut encoded).expect("codes");
        assert_eq!(encoded, short, "{format} from f32");
        let mut decoded = vec![0f64; all.len()];
        format.decode_slice(&short, &mut decoded).expect("values");
        assert_eq!(decoded, values);
        let mut decoded32 = vec![0f32; all.len()];
        format.decode_slice(&short, &mut decoded32).expect("values");
        assert_eq!(decoded32, narrow);
        let packed = rounder.encode_packed(&narrow).expect("codes");
        format
            .decode_packed(&packed, &mut decoded32)
            .expect("values");
        assert_eq!(decoded32, narrow);
    }
}

#[test]
fn wide_codes() {
    let format: Format = "q16.16".parse().expect("a format");
    let values = [1.0f32, -1.0, -32768.0, 0.5];
    let mut codes = [0u32; 4];
    Rounder::new(format)
        .encode(&values, &mut codes)
        .expect("codes");
    assert_eq!(codes, [0x1_0000, 0xffff_0000, 0x8000_0000, 0x8000]);
    let mut back = [0f64; 4];
    format.decode_slice(&codes, &mut back).expect("values");
    assert_eq!(back, values.map(f64::from));
    let mut codes = [0u32; 2];
    let wrapping = Wrapping::new(format).expect("fixed point");
    wrapping
        .encode(&[32768.0, -1.0], &mut codes)
        .expect("codes");
    assert_eq!(codes, [0x8000_0000, 0xffff_0000]);
    let wide: Format = "q20.20".parse().expect("a format");
    let refused = Rounder::new(wide).encode(&values, &mut [0u32; 4]);
    assert!(matches!(refused, Err(CodeError::TooWide { width: 40, .. })));
}
