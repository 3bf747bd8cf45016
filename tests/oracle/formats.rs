//! What is tried exhaustively: the formats of 8 bits, every mode, every saturation.

use roundoff::{Domain, Format, Rounding, Saturation, Signedness, Subnormals, Variant};

pub const SATURATIONS: [Saturation; 3] =
    [Saturation::None, Saturation::Finite, Saturation::Propagate];

/// All P3109 formats of a width.
pub fn p3109(width: u32) -> Vec<Format> {
    let mut all = Vec::new();
    for precision in 1..=width {
        for signedness in [Signedness::Signed, Signedness::Unsigned] {
            for domain in [Domain::Extended, Domain::Finite] {
                all.extend(Format::p3109(width, precision, signedness, domain));
            }
        }
    }
    all
}

/// The formats of 8 bits.
pub fn eight_bits() -> Vec<Format> {
    let mut all = vec![
        Format::OCP_E4M3,
        Format::OCP_E5M2,
        Format::OCP_E8M0,
        Format::E3M4,
        Format::E4M3FNUZ,
        Format::E5M2FNUZ,
        Format::E4M3B11FNUZ,
        Format::Q43,
        Format::OCP_E5M2.with_subnormals(Subnormals::Flushed),
        Format::OCP_E4M3.with_subnormals(Subnormals::Rounded),
    ];
    all.extend(p3109(8));
    all
}

/// The values of all codes of a format.
pub fn operands(format: &Format) -> Vec<f64> {
    let width = format.width().expect("formats with codes");
    (0..1u64 << width)
        .map(|code| format.decode(code).expect("a code"))
        .collect()
}

/// Every mode; the stochastic ones with few random bits, and with those named.
pub fn roundings(stochastic: &[(Variant, u8)]) -> Vec<Rounding> {
    let few = [(Variant::A, 3), (Variant::B, 4), (Variant::C, 5)];
    let named = few
        .iter()
        .chain(stochastic)
        .map(|(variant, bits)| Rounding::stochastic(*variant, *bits).expect("1 to 53 bits"));
    Rounding::ALL.into_iter().chain(named).collect()
}

/// Every rounding with every saturation, or with none but for four that go each its own way.
pub fn modes(roundings: &[Rounding]) -> Vec<(Rounding, Saturation)> {
    let mut all = Vec::new();
    for (i, rounding) in roundings.iter().enumerate() {
        for saturation in SATURATIONS {
            if saturation == Saturation::None || [0, 4, 5, 6].contains(&i) {
                all.push((*rounding, saturation));
            }
        }
    }
    all
}
