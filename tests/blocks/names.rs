//! Names there and back.

use roundoff::block::names::NAMED;
use roundoff::block::{BlockFormat, BlockParseError, Length, ScaleRule, Specials};
use roundoff::numbers::Numbers;

#[test]
fn names_there_and_back() {
    let mut all: Vec<BlockFormat> = NAMED.iter().map(|(_, format, _)| *format).collect();
    for name in [
        "bfp:3/5/8",
        "bfp:1/8/16",
        "bfp:52/1/4",
        "dfp:16",
        "dfp:2",
        "bfp:31/8/tensor",
        "bfp:7/5/tensor",
        "block:ocp-e4m3/binary8p1uf/32",
        "block:binary16+flush/bfloat16/3",
        "block:p5e-14:15/ocp-e5m2/tensor",
        "block:sign-magnitude-8/exponent-5/4+tensor-scale",
        "block:int-4/ocp-e5m2/32",
    ] {
        all.push(
            name.parse()
                .unwrap_or_else(|error| panic!("{name}: {error}")),
        );
    }
    let base = all.clone();
    for format in base {
        for rule in ScaleRule::ALL {
            all.push(format.with_rule(rule).with_axis(0));
        }
        let length = Length::Of(std::num::NonZeroU32::new(9).unwrap());
        all.push(format.with_length(length).with_specials(Specials::Element));
        all.push(format.with_length(Length::Tensor).with_axis(-2));
        all.extend(format.with_tensor_scale(true).ok());
        all.extend(format.with_tensor_scale(false).ok());
    }
    for format in all {
        let name = format.to_string();
        let back: BlockFormat = name
            .parse()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(back, format, "{name}");
        assert_eq!(name.to_uppercase().parse(), Ok(format), "{name}");
        assert_eq!(
            name.parse::<Numbers>(),
            Ok(Numbers::Block(format)),
            "{name}"
        );
        assert_eq!(Numbers::Block(format).to_string(), name);
    }
}

#[test]
fn wrong_names_say_what_is_right() {
    for (name, word) in [
        ("mxfp5", "mxfp4"),
        ("bfp:7/8", "bfp:7/8/16"),
        ("bfp:7/8/0", "length of 1 or more"),
        ("bfp:99/8/16", "1 to 52"),
        ("bfp:7/11/16", "1 to 10"),
        ("bfp:-1/8/16", "unknown"),
        ("dfp:99", "1 to 31"),
        ("block:ocp-e9m9/ocp-e8m0/32", "unknown format"),
        ("block:e4m3/ocp-e8m0/32", "several formats"),
        ("block:ocp-e2m1/ocp-e8m0/0", "length of 1 or more"),
        ("block:binary32/binary64/32", "53"),
        ("mxfp4+rule=best", "largest-exact"),
        ("mxfp4+axis=x", "+axis=N"),
        ("mxfp4+length=0", "length of 1 or more"),
        ("mxfp4+colour=red", "+specials=element"),
        ("mxfp4+", "+rule=NAME"),
        ("block:", "unknown"),
        ("block://", "unknown"),
        ("block:\u{e9}/\u{e9}/\u{e9}", "unknown"),
    ] {
        let error: Result<BlockFormat, BlockParseError> = name.parse();
        let error = error.unwrap_err().to_string();
        assert!(error.contains(word), "{name}: {error}");
        assert!(name.parse::<Numbers>().is_err(), "{name}");
    }
}
