//! Names and bad input.

use crate::*;

#[test]
fn names_of_what_wraps() {
    for name in ["q4.4-wrap", "uq8.8-wrap", "q-2.10-wrap"] {
        let numbers: Numbers = name.parse().expect(name);
        assert!(matches!(numbers, Numbers::Wrapped(_)));
        assert_eq!(numbers.to_string(), name);
    }
    for name in [
        "-wrap",
        "q4-wrap",
        "binary16-wrap",
        "q4.4-wrap-wrap",
        "q60.4-wrap",
    ] {
        assert!(name.parse::<Numbers>().is_err(), "{name}");
    }
    assert_eq!(
        "q4.4".parse(),
        Ok(Numbers::Float("q4.4".parse().expect("a format")))
    );
    let integers: Numbers = "int8/mse/channel:0".parse().expect("a scheme");
    let refused = NumbersArith::new(&Quantizer::new(integers)).map(|_| ());
    assert!(matches!(refused, Err(NumbersError::NoArithmetic { .. })));
}

#[test]
fn names() {
    for name in [
        "q4.4", "uq8.8", "q1.15", "q0.8", "uq0.8", "q-2.10", "q10.-2", "q16.16",
    ] {
        let format: Format = name.parse().expect(name);
        assert_eq!(format.to_string(), name);
        assert_eq!(name.to_uppercase().parse::<Format>(), Ok(format));
    }
    for name in [
        "q",
        "q4",
        "q4.",
        "q.4",
        "q4.4.4",
        "q4.4+flush",
        "qq4.4",
        "u4.4",
        "q4,4",
    ] {
        assert!(name.parse::<Format>().is_err(), "{name}");
    }
    // The neighbours of the names keep their meaning.
    assert_eq!("q43".parse(), Ok(Format::Q43));
    let many = "q99999999999.1".parse::<Format>();
    assert!(many.is_err());
    let too_wide = "q40.40".parse::<Format>().expect_err("80 bits");
    assert!(too_wide.to_string().contains("1 to 53"), "{too_wide}");
}

#[test]
fn bad_formats_and_values_get_typed_errors() {
    for (signedness, i, f) in [
        (Signedness::Signed, 0, 0),
        (Signedness::Signed, 1, 0),
        (Signedness::Unsigned, 0, 0),
        (Signedness::Unsigned, 30, 24),
        (Signedness::Unsigned, 97, -90),
        (Signedness::Unsigned, -97, 99),
        (Signedness::Signed, i32::MAX, i32::MAX),
        (Signedness::Signed, i32::MIN, i32::MAX),
    ] {
        let refused = Format::fixed(signedness, i, f);
        assert!(matches!(refused, Err(FormatError::Fixed { .. })), "{i} {f}");
    }
    let not_fixed = Wrapping::new(Format::BINARY16);
    assert!(matches!(not_fixed, Err(WrapError::NotFixed { .. })));
    let rounder = Rounder::new("q4.4".parse().expect("a format"));
    let nan = rounder.encode(&[1.0f32, f32::NAN], &mut [0u8; 2]);
    assert!(matches!(nan, Err(CodeError::NaN { index: 1, .. })));
    let short = rounder.encode(&[1.0f32], &mut [0u8; 2]);
    assert!(matches!(short, Err(CodeError::Length { .. })));
    let format = *rounder.format();
    assert!(matches!(
        format.decode(256),
        Err(CodeError::NotACode { .. })
    ));
    assert!(matches!(
        format.encode(0.01),
        Err(CodeError::NotAValue { .. })
    ));
    let wrapping = Wrapping::new(format).expect("fixed point");
    let infinite = wrapping.encode(&[f32::INFINITY], &mut [0u8]);
    assert!(matches!(infinite, Err(CodeError::NaN { index: 0, .. })));
    let nothing: [f32; 0] = [];
    assert_eq!(wrapping.encode(&nothing, &mut [0u8; 0]), Ok(()));
    let mut none: [f64; 0] = [];
    wrapping.round_slice(&mut none);
    rounder.round_slice(&mut none);
    let six: Format = "q3.3".parse().expect("a format");
    let strange = six.decode_slice(&[0u8, 64], &mut [0f32; 2]);
    assert!(matches!(strange, Err(CodeError::NotACode { index: 1, .. })));
}
