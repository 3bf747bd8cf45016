//! Test vectors and kappa: what they say, and what bad input gets.

mod oracle;

use oracle::operations as exact;
use oracle::{Projection, same};
use roundoff::arith::{
    Binary, Case, Exactly, Kappa, KappaError, Library, Off, Operation, Ternary, Unary, Vectors,
    VectorsError,
};
use roundoff::{CodeError, Format, Rounder, Rounding, Saturation, Subnormals};

#[test]
fn every_line_is_right() {
    let format = Format::OCP_E2M1;
    for rounding in Rounding::ALL {
        let rounder = Rounder::new(Format::OCP_E4M3)
            .with_rounding(rounding)
            .with_seed(9);
        let projection = Projection::new(Format::OCP_E4M3, rounding, Saturation::None);
        let vectors = Vectors::new(Operation::Ternary(Ternary::Fma), &[format; 3], &rounder)
            .expect("all have codes");
        let mut count = 0;
        for line in vectors.all() {
            let of: Vec<f64> = line
                .operands()
                .map(|code| format.decode(code).expect("a code"))
                .collect();
            // R stands in the first bits.
            let random = match rounding {
                Rounding::Stochastic { bits, .. } => {
                    line.random().expect("R") << (64 - u32::from(bits.get()))
                }
                Rounding::StochasticEqual => line.random().expect("R") << 63,
                _ => 0,
            };
            let value = projection.project(exact::fma(of[0], of[1], of[2], rounding), random);
            let code = line.result().expect("e4m3 has NaN");
            let got = Format::OCP_E4M3.decode(code).expect("a code");
            assert!(same(got, value), "{line} in {rounding}");
            count += 1;
        }
        assert_eq!(count, 4096);
    }
}

#[test]
fn files_say_what_they_are() {
    let rounder = Rounder::new(Format::OCP_E5M2).with_rounding(Rounding::STOCHASTIC);
    let vectors = Vectors::new(
        Operation::Binary(Binary::Multiply),
        &[Format::OCP_E4M3, Format::BFLOAT16],
        &rounder,
    )
    .expect("all have codes");
    let mut file = Vec::new();
    vectors
        .write(vectors.random(10), &mut file)
        .expect("memory takes it");
    let text = String::from_utf8(file).expect("ASCII");
    for fact in [
        "# operation: Multiply",
        "# operands: ocp-e4m3 bfloat16",
        "# result: ocp-e5m2",
        "# rounding: StochasticA:23",
        "# saturation: None",
        "# seed: 0",
    ] {
        assert!(text.lines().any(|line| line == fact), "no {fact} in {text}");
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.len(), 10);
    // 8, 16, 23 and 8 bits.
    let widths: Vec<usize> = lines[0].split(' ').map(str::len).collect();
    assert_eq!(widths, [2, 4, 6, 2]);
}

/// P3109 4.5 wants results in binary32 and its like: with P3109's specials.
#[test]
fn p3109_operands_have_p3109_specials() {
    let narrow: Format = "Binary4p2sf".parse().expect("a format");
    let lines = |operation, result| -> Vec<String> {
        let vectors = Vectors::new(operation, &[narrow], &Rounder::new(result)).expect("codes");
        vectors.all().map(|line| line.to_string()).collect()
    };
    // 1 / 0 and -0 from a negation: a quiet NaN, and 0 whose sign is no one's.
    let recip = lines(Operation::Unary(Unary::Recip), Format::BINARY16);
    assert_eq!(recip[0], "0 7e00");
    let negated = lines(Operation::Unary(Unary::Negate), Format::BINARY16);
    assert_eq!(
        (negated[0].as_str(), negated[1].as_str()),
        ("0 0000", "1 b400")
    );
}

#[test]
fn nan_without_a_code_is_a_dash() {
    let rounder = Rounder::new(Format::OCP_E2M1);
    let vectors = Vectors::new(Operation::Unary(Unary::Sqrt), &[Format::OCP_E2M1], &rounder)
        .expect("both have codes");
    let lines: Vec<String> = vectors.all().map(|line| line.to_string()).collect();
    assert_eq!(lines[2], "2 2");
    assert_eq!(lines[0xa], "a -");
}

#[test]
fn bad_requests_are_refused() {
    let rounder = Rounder::new(Format::OCP_E4M3);
    let custom = Format::custom(4, -6, 8, Subnormals::Kept).expect("a format");
    let add = Operation::Binary(Binary::Add);
    let error = Vectors::new(add, &[Format::OCP_E4M3], &rounder).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Add takes 2 operands, but 1 formats are given for them"
    );
    assert!(matches!(
        Vectors::new(add, &[custom; 2], &rounder),
        Err(VectorsError::NoEncoding { .. })
    ));
    assert_eq!(
        Vectors::new(Operation::Compare, &[Format::OCP_E4M3; 2], &rounder).unwrap_err(),
        VectorsError::Comparison
    );
}

#[test]
fn kappa_counts_values() {
    let cuts = [f64::NEG_INFINITY, 0.0, 1.0, f64::INFINITY];
    let half = Exactly::new(&Rounder::new(Format::BINARY16));
    let right = |x| half.unary(Unary::Exp, x, 0);
    let kappa = Kappa::of(&half, Unary::Exp, &cuts, right).expect("16 bits");
    assert!(
        kappa
            .intervals()
            .iter()
            .all(|i| i.kappa() == Off::Steps(0) && i.wrong() == 0)
    );
    // Two values too great from 1 on, but near the end; NaN at one place below 0.
    let off = |x| match x {
        -3.0 => f64::NAN,
        1.0.. if right(x) < 60_000.0 => {
            let up = |y| Format::BINARY16.next_up(y).unwrap_or(y);
            up(up(right(x)))
        }
        _ => right(x),
    };
    let kappa = Kappa::of(&half, Unary::Exp, &cuts, off).expect("16 bits");
    let all: Vec<Off> = kappa.intervals().iter().map(|i| i.kappa()).collect();
    assert_eq!(all, [Off::Nan, Off::Steps(0), Off::Steps(2)]);
    assert_eq!(kappa.intervals()[0].wrong(), 1);
    assert_eq!(
        kappa.intervals()[0].worst().map(|case| case.operand),
        Some(-3.0)
    );
    assert_eq!(
        kappa.intervals()[2].worst().map(|case| case.operand),
        Some(1.0)
    );
    let counted: u64 = kappa.intervals().iter().map(|i| i.operands()).sum();
    assert_eq!(counted, 2 * 31 * 1024 + 2);
}

#[test]
fn kappa_refuses_what_it_cannot_do() {
    let cuts = |cuts: &[f64]| Kappa::new(Format::BINARY16, cuts).unwrap_err();
    assert_eq!(cuts(&[]), KappaError::Cuts { count: 0 });
    assert_eq!(cuts(&[1.0, 0.0]), KappaError::Cuts { count: 2 });
    assert_eq!(cuts(&[0.0, f64::NAN]), KappaError::Cuts { count: 2 });
    let single = Exactly::new(&Rounder::new(Format::BINARY32));
    assert!(matches!(
        Kappa::of(&single, Unary::Exp, &[0.0, 1.0], |x| x),
        Err(KappaError::Code(CodeError::TooWide { .. }))
    ));
    // What is not a value of the format is no distance from one.
    let mut kappa = Kappa::new(Format::OCP_E2M1, &[0.0, 8.0]).expect("ascending");
    kappa.record(Case {
        operand: 1.0,
        got: 1.1,
        right: 1.0,
    });
    assert_eq!(kappa.intervals()[0].kappa(), Off::Nan);
    let no_function = Kappa::of_library(
        &Exactly::new(&Rounder::new(Format::BINARY16)),
        Unary::Softplus,
        Library::LibmF32,
        &[0.0, 1.0],
    );
    let sentence = no_function.unwrap_err().to_string();
    assert!(
        sentence.starts_with("libm-f32 has no Softplus: it has Sqrt, Cbrt, Exp"),
        "{sentence}"
    );
}

/// P3109 4.4: what is infinite where the right result is not is no number of values off, and NaN is
/// worse still.
#[test]
fn infinities_and_nan_have_a_kappa_of_their_own() {
    let mut kappa = Kappa::new(Format::OCP_E5M2, &[0.0, 8.0]).expect("ascending");
    let mut off = |got, right| {
        kappa.record(Case {
            operand: 1.0,
            got,
            right,
        });
        kappa.intervals()[0].kappa()
    };
    let infinity = f64::INFINITY;
    assert_eq!(off(infinity, infinity), Off::Steps(0));
    assert_eq!(off(f64::NAN, f64::NAN), Off::Steps(0));
    assert_eq!(off(57344.0, 40960.0), Off::Steps(2));
    assert_eq!(off(infinity, 57344.0), Off::Infinite);
    assert_eq!(off(-infinity, infinity), Off::Infinite);
    assert_eq!(off(infinity, f64::NAN), Off::Nan);
    assert_eq!(off(1.0, 1.0), Off::Nan);
}

/// A function computed in f32 and rounded again is off by one value at most to nearest, and wrong
/// toward positive where f32 has lost that the result is no value.
#[test]
fn kappa_of_a_library() {
    let whole = [f64::NEG_INFINITY, f64::INFINITY];
    for operation in [Unary::Exp, Unary::Log, Unary::Tanh, Unary::Erf] {
        for (rounding, most) in [
            (Rounding::NearestTiesToEven, 100),
            (Rounding::TowardPositive, 65_536),
        ] {
            let half = Exactly::new(&Rounder::new(Format::BINARY16).with_rounding(rounding));
            let kappa = Kappa::of_library(&half, operation, Library::LibmF32, &whole)
                .expect("16 bits, and libm has it");
            let all = &kappa.intervals()[0];
            assert!(
                all.kappa() <= Off::Steps(1),
                "{operation} {rounding}: {kappa}"
            );
            assert!(all.wrong() <= most, "{operation} {rounding}: {kappa}");
            if rounding == Rounding::TowardPositive && operation == Unary::Exp {
                assert!(all.wrong() > 1000, "{kappa}");
            }
        }
    }
}
