//! The table and the picture of `docs/blocks.md`: how wrong each rule for the scale is on real weights.
//!
//! ```text
//! cargo test --test blocks picture -- --ignored --nocapture
//! ```

use std::fmt::Write;
use std::path::Path;

use roundoff::block::{BlockFormat, BlockRounder, ScaleRule};
use roundoff::measure::Errors;

use crate::weights::weights;

const FORMATS: [(&str, BlockFormat); 5] = [
    ("mxfp8-e4m3", BlockFormat::MXFP8_E4M3),
    ("mxfp6-e2m3", BlockFormat::MXFP6_E2M3),
    ("mxint8", BlockFormat::MXINT8),
    ("mxfp4", BlockFormat::MXFP4),
    ("nvfp4", BlockFormat::NVFP4),
];

/// Signal to noise of all weights, in dB.
fn signal_to_noise(format: BlockFormat) -> f64 {
    let mut errors = Errors::new();
    for (values, columns) in weights() {
        let mut rounded = values.clone();
        let shape = [values.len() / columns, columns];
        BlockRounder::new(format)
            .round_tensor(&mut rounded, &shape)
            .unwrap();
        errors.add(&values, &rounded).unwrap();
    }
    errors.summary().snr_db.unwrap()
}

/// The search for the least square is no worse than any rule among whose scales it chooses.
#[test]
fn no_rule_is_better_than_the_search() {
    for (name, format) in FORMATS {
        let searched = signal_to_noise(format.with_rule(ScaleRule::MeanSquare));
        for rule in [ScaleRule::Floor, ScaleRule::RoundUp, ScaleRule::Even] {
            let other = signal_to_noise(format.with_rule(rule));
            assert!(
                searched >= other,
                "{name}: {searched} dB, {rule}: {other} dB"
            );
        }
    }
}

#[test]
#[ignore = "writes docs/images/block-scales.svg"]
fn picture() {
    const COLOURS: [&str; 7] = [
        "#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377", "#555555",
    ];
    let (bar, gap, left, top, scale) = (14.0, 34.0, 60.0, 70.0, 6.5);
    let group = 7.0 * bar + gap;
    let (width, base) = (left + 5.0 * group + 10.0, top + 45.0 * scale);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"{left}\" y=\"20\" \
         font-size=\"15\">Signal to noise of the weights by the rule for the scale, dB (higher is better)</text>\n",
        base + 40.0
    );
    for (n, (rule, colour)) in ScaleRule::ALL.iter().zip(COLOURS).enumerate() {
        let x = left + n as f64 * 92.0;
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"34\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{}\" y=\"45\" \
             font-size=\"12\">{rule}</text>",
            x + 16.0
        );
    }
    for db in (0..=40).step_by(10) {
        let y = base - f64::from(db) * scale;
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\" stroke=\"#cccccc\"/><text x=\"{}\" \
             y=\"{}\" text-anchor=\"end\">{db}</text>",
            width - 10.0,
            left - 8.0,
            y + 4.0
        );
    }
    print!("{:<12}", "");
    for rule in ScaleRule::ALL {
        print!("{:>14}", rule.name());
    }
    println!();
    for (n, (name, format)) in FORMATS.into_iter().enumerate() {
        print!("{name:<12}");
        let x = left + gap / 2.0 + n as f64 * group;
        for (i, (rule, colour)) in ScaleRule::ALL.into_iter().zip(COLOURS).enumerate() {
            let db = signal_to_noise(format.with_rule(rule));
            print!("{db:>14.2}");
            let _ = writeln!(
                svg,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{}\" height=\"{:.1}\" fill=\"{colour}\"><title>{name} \
                 {rule}: {db:.2} dB</title></rect>",
                x + i as f64 * bar,
                base - db * scale,
                bar - 2.0,
                db * scale
            );
        }
        println!();
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>",
            x + 3.5 * bar,
            base + 20.0
        );
    }
    svg += "</svg>\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images/block-scales.svg");
    std::fs::write(path, svg).unwrap();
}
