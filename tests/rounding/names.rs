//! Names read and printed, sentences of errors, and that nothing public lacks a test.

use std::collections::HashMap;

use roundoff::block::BlockFormat;
use roundoff::format::{FormatParseError, NAMED, NamedFormat};
use roundoff::rounding::ALIASES;
use roundoff::{
    Domain, Format, FormatError, Rounder, Rounding, Saturation, Signedness, Subnormals, Variant,
};

use crate::oracle::{float, names, set, small_names};
use crate::trial::{SATURATIONS, VARIANTS};

/// The public constants of `Format`, each with its name in the oracle.
const CONSTANTS: [(&str, Format, &str); 21] = [
    ("BINARY16", Format::BINARY16, "binary16"),
    ("BINARY32", Format::BINARY32, "binary32"),
    ("BINARY64", Format::BINARY64, "binary64"),
    ("BFLOAT16", Format::BFLOAT16, "bfloat16"),
    ("TF32", Format::TF32, "tf32"),
    ("FP24", Format::FP24, "fp24"),
    ("PXR24", Format::PXR24, "pxr24"),
    ("DLFLOAT16", Format::DLFLOAT16, "dlfloat16"),
    ("OCP_E4M3", Format::OCP_E4M3, "ocp-e4m3"),
    ("OCP_E5M2", Format::OCP_E5M2, "ocp-e5m2"),
    ("OCP_E3M2", Format::OCP_E3M2, "ocp-e3m2"),
    ("OCP_E2M3", Format::OCP_E2M3, "ocp-e2m3"),
    ("OCP_E2M1", Format::OCP_E2M1, "ocp-e2m1"),
    ("OCP_E8M0", Format::OCP_E8M0, "ocp-e8m0"),
    ("E3M4", Format::E3M4, "e3m4"),
    ("E4M3FNUZ", Format::E4M3FNUZ, "e4m3fnuz"),
    ("E5M2FNUZ", Format::E5M2FNUZ, "e5m2fnuz"),
    ("E4M3B11FNUZ", Format::E4M3B11FNUZ, "e4m3b11fnuz"),
    ("Q43", Format::Q43, "q43"),
    ("Q52", Format::Q52, "q52"),
    ("BINARY16", Format::BINARY16, "half"),
];

#[test]
fn every_constant_is_judged() {
    let source = include_str!("../../src/format/constants.rs");
    let public: Vec<&str> = source
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("pub const ")?
                .split_once(": Self = ")
        })
        .map(|(name, _)| name)
        .collect();
    assert!(public.len() >= 20, "{public:?}");
    for name in public {
        let (_, format, ours) = CONSTANTS
            .iter()
            .find(|(constant, ..)| *constant == name)
            .unwrap_or_else(|| {
                panic!("Format::{name} is missing from this table and the oracle's")
            });
        let ours = set(ours).unwrap_or_else(|| panic!("Format::{name} is missing from the oracle"));
        assert_eq!(format.precision(), ours.precision, "{name}");
        assert_eq!(format.emin(), ours.emin, "{name}");
        assert_eq!(format.emax(), ours.emax(), "{name}");
        assert_eq!(
            format.greatest(),
            float(false, ours.greatest.0, ours.greatest.1),
            "{name}"
        );
        let least = float(false, ours.least_normal.0, ours.least_normal.1);
        assert_eq!(format.least_normal(), least, "{name}");
        assert_eq!(format.width(), ours.codes.map(|(width, _)| width), "{name}");
        assert_eq!(format.has_infinities(), ours.infinities, "{name}");
        assert_eq!(format.has_negative_zero(), ours.negative_zero, "{name}");
        assert_eq!(format.has_nan(), ours.nan, "{name}");
        assert_eq!(format.is_signed(), ours.signed, "{name}");
    }
    let listed: Vec<&str> = NAMED.iter().map(|named| named.name).collect();
    assert_eq!(listed, names());
}

#[test]
fn what_the_papers_say() {
    let e = |exponent: i32| 2f64.powi(exponent);
    assert_eq!(Format::DLFLOAT16.greatest(), e(33) - e(24));
    assert_eq!(Format::DLFLOAT16.least_positive(), e(-31) + e(-40));
    assert_eq!(Format::DLFLOAT16.bias(), Some(31));
    assert_eq!(Format::OCP_E4M3.greatest(), 448.0);
    assert_eq!(Format::Q43.greatest(), 240.0);
    assert_eq!(Format::E4M3FNUZ.greatest(), 240.0);
    assert_eq!(Format::E4M3B11FNUZ.greatest(), 30.0);
    assert_eq!(Format::E3M4.greatest(), 15.5);
    assert_eq!(Format::BFLOAT16.unit_roundoff(), e(-8));
    assert_eq!(Format::BINARY64.greatest(), f64::MAX);
    assert_eq!(Format::BINARY64.least_positive(), f64::from_bits(1));
    assert_eq!(Format::OCP_E8M0.bias(), Some(127));
}

/// A name means one thing: what names blocks names no format of single numbers.
#[test]
fn names_of_blocks_are_no_formats() {
    for named in NAMED {
        for name in named.aliases.iter().chain([&named.name]) {
            assert!(name.parse::<BlockFormat>().is_err(), "{name}");
        }
    }
    for (name, format, _) in roundoff::block::names::NAMED {
        let error = name.parse::<Format>().unwrap_err().to_string();
        assert_eq!(name.parse(), Ok(format));
        // The elements that have a name are named.
        if let FormatParseError::Blocks { element, .. } = name.parse::<Format>().unwrap_err() {
            assert_eq!(element.parse(), Ok(*format.element()));
            assert!(error.contains(element), "{error}");
        }
    }
    let error = "MXFP4".parse::<Format>().unwrap_err().to_string();
    assert!(error.contains("say ocp-e2m1"), "{error}");
}

#[test]
fn formats_read_what_they_print() {
    let mut all = small_names(12);
    all.extend(["p5e-3:9", "precision-7", "ieee-e11m52", "Binary16p8se"].map(str::to_owned));
    let ways = [Subnormals::Kept, Subnormals::Flushed, Subnormals::Rounded];
    for name in all {
        let read: Format = name
            .parse()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for way in ways {
            let format = read.with_subnormals(way);
            let printed = format.to_string();
            assert_eq!(printed.parse(), Ok(format), "{name} prints {printed}");
            assert_eq!(
                printed.to_uppercase().parse(),
                Ok(format),
                "{printed} in capitals"
            );
        }
    }
}

#[test]
fn every_alias_means_one_format() {
    let mut seen = HashMap::new();
    for NamedFormat {
        name,
        format,
        aliases,
        ..
    } in &NAMED
    {
        for alias in [name].into_iter().chain(*aliases) {
            assert_eq!(seen.insert(*alias, name), None, "{alias}");
            assert_eq!(alias.parse(), Ok(*format), "{alias}");
            assert_eq!(alias.to_lowercase(), *alias, "{alias} is not in lower case");
        }
    }
    // What chop, Pychop and CPFloat write, and ml_dtypes.
    for (theirs, ours) in [
        ("q43", Format::Q43),
        ("q52", Format::Q52),
        ("fp8-e5m2", Format::OCP_E5M2),
        ("h", Format::BINARY16),
        ("half", Format::BINARY16),
        ("fp16", Format::BINARY16),
        ("b", Format::BFLOAT16),
        ("bf16", Format::BFLOAT16),
        ("bfloat16", Format::BFLOAT16),
        ("t", Format::TF32),
        ("tf32", Format::TF32),
        ("TensorFloat-32", Format::TF32),
        ("s", Format::BINARY32),
        ("single", Format::BINARY32),
        ("fp32", Format::BINARY32),
        ("d", Format::BINARY64),
        ("double", Format::BINARY64),
        ("fp64", Format::BINARY64),
        ("float8_e3m4", Format::E3M4),
        ("float8_e4m3", Format::Q43),
        ("float8_e8m0fnu", Format::OCP_E8M0),
        ("float4_e2m1fn", Format::OCP_E2M1),
    ] {
        assert_eq!(theirs.parse(), Ok(ours), "{theirs}");
    }
}

#[test]
fn roundings_and_saturations_read_what_they_print() {
    let mut modes = Rounding::ALL.to_vec();
    for variant in VARIANTS {
        modes.extend((1..=53).map(|n| Rounding::stochastic(variant, n).expect("1 to 53 bits")));
    }
    for mode in modes {
        assert_eq!(mode.to_string().parse(), Ok(mode), "{mode}");
        assert_eq!(mode.to_string().to_lowercase().parse(), Ok(mode), "{mode}");
    }
    for saturation in SATURATIONS {
        assert_eq!(saturation.to_string().parse(), Ok(saturation));
        assert_eq!(format!("Sat{saturation}").parse(), Ok(saturation));
    }
}

#[test]
fn every_alias_means_one_rounding() {
    let mut seen = HashMap::new();
    for (alias, mode) in ALIASES.iter().zip(Rounding::ALL) {
        assert_eq!(alias.rounding, mode);
        assert_eq!(seen.insert(alias.short, mode), None);
        assert_eq!(alias.short.parse(), Ok(mode));
        let standard = alias.standard.split(' ').next().unwrap_or_default();
        if standard != "-" {
            assert_eq!(standard.parse(), Ok(mode), "{standard}");
        }
        // Pychop's words and CPFloat's letters; numbers are no names.
        for word in alias
            .pychop
            .split(", ")
            .filter(|word| word.parse::<u32>().is_err())
        {
            assert_eq!(word.parse(), Ok(mode), "{word}");
        }
        let letters = alias.cpfloat.split(' ').next().unwrap_or_default();
        let letters = letters.strip_prefix("CPFLOAT_RND_").expect("its prefix");
        assert_eq!(letters.parse(), Ok(mode), "{letters}");
    }
    // The numbers: chop.m, pychop.Chop and cpfloat_definitions.h.
    let numbers = |column: fn(&roundoff::rounding::Alias) -> &'static str| -> Vec<&str> {
        ALIASES
            .iter()
            .map(|alias| column(alias).split(',').next().unwrap_or(""))
            .collect()
    };
    assert_eq!(
        numbers(|a| a.chop),
        ["1", "-", "-", "4", "2", "3", "-", "5", "6"]
    );
    assert_eq!(
        numbers(|a| a.pychop),
        ["1", "8", "7", "4", "2", "3", "9", "5", "6"]
    );
    let cpfloat = numbers(|a| a.cpfloat);
    for (text, number) in cpfloat.iter().zip([1, -1, 0, 4, 2, 3, 7, 5, 6]) {
        assert!(text.ends_with(&format!("({number})")), "{text}");
    }
}

/// The sentence of an error.
fn says<T: std::fmt::Debug, E: std::fmt::Display>(result: Result<T, E>) -> String {
    match result {
        Ok(value) => panic!("{value:?} is no error"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn impossible_formats_say_why() {
    let kept = Subnormals::Kept;
    assert_eq!(
        says(Format::custom(54, 0, 1, kept)),
        "a precision of 54 digits: an f64 host carries 1 to 53"
    );
    assert_eq!(
        says(Format::custom(0, 0, 1, kept)),
        "a precision of 0 digits: an f64 host carries 1 to 53"
    );
    assert_eq!(
        says(Format::custom(9, 2, 1, kept)),
        "emin 2 is above emax 1: exchange them"
    );
    for (emin, emax) in [(-1023, 0), (0, 1024), (i32::MIN, i32::MAX)] {
        assert_eq!(
            Format::custom(9, emin, emax, kept),
            Err(FormatError::Range { emin, emax })
        );
    }
    assert_eq!(
        says(Format::custom(9, -1023, 0, kept)),
        "exponents from -1023 to 0: an f64 host carries normal values from 2^-1022 to below 2^1024"
    );
    assert_eq!(
        says(Format::precision_only(99)),
        "a precision of 99 digits: an f64 host carries 1 to 53"
    );
    for (e, f) in [(1, 3), (12, 3), (5, 53), (u32::MAX, u32::MAX)] {
        assert_eq!(
            says(Format::ieee(e, f)),
            format!(
                "{e} exponent bits and {f} fraction bits: an f64 host carries 2 to 11 and 0 to 52"
            )
        );
    }
    let p3109 = |k, p, sign| Format::p3109(k, p, sign, Domain::Extended);
    assert_eq!(
        says(p3109(8, 8, Signedness::Signed)),
        "Binary8p8s: P3109 has widths from 3 and precisions from 1 to 7 there"
    );
    for (k, p) in [(2, 1), (0, 0), (8, 9), (65, 10), (u32::MAX, u32::MAX)] {
        assert!(p3109(k, p, Signedness::Unsigned).is_err(), "{k} {p}");
    }
    assert!(says(p3109(64, 54, Signedness::Signed)).contains("54 digits"));
    assert!(says(p3109(16, 1, Signedness::Signed)).starts_with("exponents from"));
}

#[test]
fn unknown_names_say_what_to_write() {
    for name in ["e4m3", "E4M3", "fp8-e4m3", "e4m3+flush"] {
        let sentence = says(name.parse::<Format>());
        for part in ["ocp-e4m3", "448", "ieee-e4m3", "240", "e4m3fnuz", "30"] {
            assert!(sentence.contains(part), "{sentence}");
        }
    }
    for name in [
        "",
        " ",
        "+",
        "binary16+",
        "binary16+what",
        "binary17",
        "e5m11",
        "ieee-e5",
        "p5e3",
        "p5e:",
        "Binary8p4",
        "Binary8p4sx",
        "Binary8p4see",
        "precision-",
        "p99999999999e0:1",
        "naïve",
    ] {
        let sentence = says(name.parse::<Format>());
        assert!(
            sentence.starts_with(&format!("unknown format \"{name}\": "))
                && (sentence.contains(": try a name") || sentence.contains(": did you mean ")),
            "{sentence}"
        );
    }
    assert_eq!(
        says("binary16+".parse::<Format>()),
        "unknown format \"binary16+\": did you mean binary16? `roundoff formats` lists the names"
    );
    assert_eq!(
        says("ieee-e1m3".parse::<Format>()),
        "format \"ieee-e1m3\": 1 exponent bits and 3 fraction bits: an f64 host carries 2 to 11 and 0 to 52"
    );
    for name in [
        "",
        "up-ish",
        "stochastic-d",
        "stochastic-a:",
        "stochastic-a:x",
    ] {
        let sentence = says(name.parse::<Rounding>());
        assert!(
            sentence.starts_with(&format!("unknown rounding \"{name}\": "))
                && (sentence.contains(": use one of rne") || sentence.contains(": did you mean ")),
            "{sentence}"
        );
    }
    assert_eq!(
        says("nearesttiestoeve".parse::<Rounding>()),
        "unknown rounding \"nearesttiestoeve\": did you mean NearestTiesToEven? `roundoff roundings` lists the names"
    );
    for bits in ["0", "54", "300", "4000000000"] {
        let sentence = says(format!("stochastic-a:{bits}").parse::<Rounding>());
        assert_eq!(
            sentence,
            format!("{bits} random bits: a stochastic rounding takes 1 to 53")
        );
    }
    assert!(Rounding::stochastic(Variant::C, 54).is_err());
    assert_eq!(
        says("clip".parse::<Saturation>()),
        "unknown saturation \"clip\": use one of none, finite, propagate"
    );
}

#[test]
fn codes_that_are_not_there_say_where() {
    let rounder = Rounder::new(Format::OCP_E2M1);
    let mut codes = [0u8; 3];
    assert_eq!(
        says(rounder.encode(&[1.0f32, 2.0, f32::NAN], &mut codes)),
        "NaN at index 2: ocp-e2m1 has no code for it; replace NaN before encoding"
    );
    assert_eq!(codes[..2], [2, 4]);
    assert_eq!(
        says(rounder.encode(&[1.0f32], &mut codes)),
        "1 values and room for 3: make the two as long"
    );
    assert_eq!(
        says(Rounder::new(Format::BINARY16).encode(&[1.0f32], &mut codes[..1])),
        "codes of binary16 have 16 bits, which 8 bits do not hold"
    );
    let custom = Format::custom(5, -3, 3, Subnormals::Kept).expect("a format");
    assert_eq!(
        says(custom.encode(1.0)),
        "p5e-3:3 has no encoding: use a format with fields, such as ieee-e5m10"
    );
    assert_eq!(
        says(Format::OCP_E2M1.encode(0.3)),
        "0.3 is not a value of ocp-e2m1: round to the format first"
    );
    assert_eq!(
        says(Format::OCP_E2M1.decode(16)),
        "code 0x10 at index 0: codes of ocp-e2m1 have 4 bits"
    );
    let mut values = [0.0f32; 2];
    assert_eq!(
        says(Format::OCP_E2M1.decode_slice(&[1u8, 16], &mut values)),
        "code 0x10 at index 1: codes of ocp-e2m1 have 4 bits"
    );
    let mut room = [0.0f32; 3];
    assert_eq!(
        says(Rounder::new(Format::BINARY16).round_into(&[1.0f32], &mut room)),
        "1 values to round and room for 3: make the two slices as long"
    );
    assert_eq!(room, [0.0; 3]);
}
