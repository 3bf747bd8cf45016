//! Names both ways, and what is refused.

use roundoff::logarithmic::{Logarithmic, LogarithmicError};
use roundoff::numbers::ScalarSystem;
use roundoff::posit::{Posit, PositError};
use roundoff::takum::{Takum, TakumError};

#[test]
fn names_are_read_as_they_are_printed() {
    for width in 2..=32 {
        let posit = Posit::new(width).unwrap();
        assert_eq!(posit.to_string().parse(), Ok(posit));
        for takum in [
            Takum::linear(width).unwrap(),
            Takum::logarithmic(width).unwrap(),
        ] {
            assert_eq!(takum.to_string().parse(), Ok(takum));
        }
    }
    for integer in 1..=10 {
        for fraction in 0..=31 - integer {
            let numbers = Logarithmic::new(integer, fraction).unwrap();
            assert_eq!(numbers.to_string(), format!("lns:{integer}.{fraction}"));
            assert_eq!(numbers.to_string().parse(), Ok(numbers));
        }
    }
    assert_eq!(" Posit16 ".parse(), Ok(Posit::POSIT16));
    assert_eq!("TAKUM-LOG16".parse(), Ok(Takum::logarithmic(16).unwrap()));
}

#[test]
fn what_is_no_width_is_refused() {
    for width in [0, 1, 33, u32::MAX] {
        assert_eq!(Posit::new(width), Err(PositError::Width { width }));
        assert_eq!(Takum::linear(width), Err(TakumError::Width { width }));
        assert_eq!(Takum::logarithmic(width), Err(TakumError::Width { width }));
    }
    for (integer, fraction) in [(0, 9), (11, 2), (6, 26), (10, u32::MAX), (u32::MAX, 0)] {
        let refused = Err(LogarithmicError::Bits { integer, fraction });
        assert_eq!(Logarithmic::new(integer, fraction), refused);
    }
    assert_eq!(
        "posit64".parse::<Posit>().unwrap_err().to_string(),
        "posits of 64 bits: they have 2 to 32 here, such as posit16"
    );
}

#[test]
fn what_is_no_name_is_refused() {
    for name in [
        "",
        "posit",
        "posit-8",
        "posit+8",
        "posit 8",
        "posit8.2",
        "posit99999999999",
        "p8",
    ] {
        let name = name.to_owned();
        assert_eq!(name.parse::<Posit>(), Err(PositError::Name { name }));
    }
    for name in [
        "",
        "takum",
        "takum-log",
        "takum-log-8",
        "takumlog8",
        "takum+8",
        "takum८",
    ] {
        let name = name.to_owned();
        assert_eq!(name.parse::<Takum>(), Err(TakumError::Name { name }));
    }
    for name in [
        "lns",
        "lns:",
        "lns:6",
        "lns:6.",
        "lns:.9",
        "lns:+6.9",
        "lns:6.9.1",
        "lns:-1.2",
        "lns6.9",
    ] {
        let name = name.to_owned();
        assert_eq!(
            name.parse::<Logarithmic>(),
            Err(LogarithmicError::Name { name })
        );
    }
}

#[test]
fn what_is_no_value_has_no_code() {
    let systems: [&dyn ScalarSystem; 4] = [
        &Posit::POSIT8,
        &Takum::linear(8).unwrap(),
        &Takum::logarithmic(8).unwrap(),
        &Logarithmic::new(4, 3).unwrap(),
    ];
    for system in systems {
        for x in [f64::INFINITY, 1e300, 1e-300, -5e-324, 1.0 + 1e-9] {
            assert!(system.encode(x).is_err(), "{system}: {x:e}");
            assert!(!system.contains(x));
        }
        assert_eq!(system.encode(f64::NAN), Ok(0x80));
        assert_eq!(system.encode(-0.0), Ok(0));
        // Bits past the width are not looked at, whatever they are.
        assert_eq!(system.decode(u64::MAX), system.decode(0xff));
    }
    let error = Posit::POSIT8.encode(1.01).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1.01 is not a value of posit8: round to the format first"
    );
}
