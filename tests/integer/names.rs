//! Names of integers and of schemes.

use crate::*;

#[test]
fn names() {
    for bits in 2..=16 {
        for integer in kinds(bits) {
            assert_eq!(integer.to_string().parse(), Ok(integer));
        }
    }
    assert_eq!("int8-symmetric".parse(), Ok(Integer::INT8));
    assert_eq!("UINT8-asymmetric".parse(), Ok(Integer::UINT8));
    for name in [
        "int",
        "int-8",
        "int8-",
        "int8.0",
        "int+8",
        "sint8",
        "",
        "int8-full",
    ] {
        let refused = name.parse::<Integer>();
        assert!(matches!(refused, Err(IntegerError::Name { .. })), "{name}");
    }
    for name in ["int1", "int17", "uint0", "int99999999999"] {
        assert!(
            matches!(name.parse::<Integer>(), Err(IntegerError::Bits { .. })),
            "{name}"
        );
    }
    for name in ["tensor", "channel:3", "group:128"] {
        let granularity: Granularity = name.parse().expect(name);
        assert_eq!(granularity.to_string(), name);
    }
    for name in ["", "channel", "channel:", "channel:-1", "group:x", "row"] {
        let refused = name.parse::<Granularity>();
        assert!(
            matches!(refused, Err(IntegerError::Granularity { .. })),
            "{name}"
        );
    }
    assert_eq!("group:0".parse::<Granularity>(), Err(IntegerError::Group));
    for name in [
        "percentile:0",
        "percentile:101",
        "percentile:nan",
        "percentile:-5",
    ] {
        let refused = name.parse::<Calibration>();
        assert!(
            matches!(refused, Err(CalibrationError::Percentile { .. })),
            "{name}"
        );
    }
    for name in ["percentile", "percentile:", "kl", "percentile:x"] {
        let refused = name.parse::<Calibration>();
        assert!(
            matches!(refused, Err(CalibrationError::Name { .. })),
            "{name}"
        );
    }
}

#[test]
fn schemes_are_numbers_by_name() {
    for name in [
        "int8",
        "uint4/mse",
        "int4/group:64",
        "int16-asymmetric/percentile:99.9/channel:1",
    ] {
        let scheme: IntegerScheme = name.parse().expect(name);
        assert_eq!(scheme.to_string(), name);
        let numbers: Numbers = name.parse().expect(name);
        assert_eq!(numbers, Numbers::Integer(scheme));
        assert_eq!(numbers.to_string(), name);
    }
    for name in [
        "int8/",
        "int8/what",
        "int8/group:0",
        "int1",
        "int8/percentile:200",
        "int8x",
    ] {
        let refused = name.parse::<Numbers>();
        assert!(refused.is_err(), "{name}");
    }
    let values = parts::tensor();
    for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let scheme: IntegerScheme = "int4/channel:1".parse().expect("a scheme");
        let own = scheme.calibrate(&[2, 3, 5], &values).expect("values");
        let own = own.with_rounding(rounding).with_seed(SEED).with_stream(7);
        let mut expected = values.clone();
        own.round_slice(&mut expected).expect("the tensor");
        let quantizer = Quantizer::new(scheme.into());
        let quantizer = quantizer
            .with_rounding(rounding)
            .with_seed(SEED)
            .with_stream(7);
        let mut rounded = values.clone();
        quantizer
            .round_tensor(&mut rounded, &[2, 3, 5])
            .expect("the tensor");
        assert_eq!(rounded, expected);
        // A slice has one axis.
        let refused = quantizer.round_slice(&mut rounded);
        assert!(matches!(
            refused,
            Err(NumbersError::Integer(IntegerError::Axis { .. }))
        ));
        let numbers = Quantizer::new("int8".parse::<Numbers>().expect("a scheme"));
        let mut into = vec![0.0; 30];
        numbers.round_into(&values, &mut into).expect("as long");
        let mut place = values.clone();
        numbers.round_slice(&mut place).expect("a slice");
        assert_eq!(into, place);
    }
}
