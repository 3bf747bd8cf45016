//! `roundoff eval log-iv` and the like.

mod common;

use common::*;
use roundoff::kernels::bessel::{Quantity, log_iv, log_kv, ratio_iv};

const POINTS: &str = "name,x,v\nfirst, 1.5,0\n\"a, b\",700,511.5\nlast,1e-3,1000\n";

/// The last field of a line.
fn last(line: &str) -> f64 {
    line.rsplit(',')
        .next()
        .expect("a field")
        .parse()
        .expect("a number")
}

/// Columns in any order, others kept, the result last and to the last bit.
#[test]
fn a_table() {
    let folder = folder();
    let path = folder.path();
    write(path, "p.csv", POINTS);
    assert_eq!(good(path, "eval log-iv --input p.csv -o out.csv"), "");
    let text = std::fs::read_to_string(path.join("out.csv")).expect("a file");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "name,x,v,log-iv");
    assert!(lines[1].starts_with("first,1.5,0,"), "{}", lines[1]);
    assert!(lines[2].starts_with("\"a, b\",700,511.5,"), "{}", lines[2]);
    let expected = [(0.0, 1.5), (511.5, 700.0), (1000.0, 1e-3)];
    for (line, (v, x)) in lines[1..].iter().zip(expected) {
        assert_eq!(last(line), log_iv(v, x));
    }
    // Without -o to standard output; over the input itself.
    let out = good(path, "eval log-kv --input p.csv");
    assert_eq!(
        last(out.lines().nth(3).expect("a line")),
        log_kv(1000.0, 1e-3)
    );
    good(path, "eval ratio-iv --input out.csv -o out.csv");
    let text = std::fs::read_to_string(path.join("out.csv")).expect("a file");
    assert!(text.starts_with("name,x,v,log-iv,ratio-iv\n"));
    assert_eq!(
        last(text.lines().nth(2).expect("a line")),
        ratio_iv(511.5, 700.0)
    );
    for name in [
        "log-iv-scaled",
        "log-kv-scaled",
        "ratio-kv",
        "slope-iv",
        "slope-kv",
    ] {
        let out = good(path, &format!("eval {name} --input p.csv"));
        assert!(out.starts_with(&format!("name,x,v,{name}\n")), "{out}");
        let quantity: Quantity = name.parse().expect("a name");
        for (line, (v, x)) in out.lines().skip(1).zip(expected) {
            assert_eq!(last(line), quantity.at(v, x), "{name} ({v}, {x})");
            // 17 digits.
            let field = line.rsplit(',').next().expect("a field");
            let digits = field.split('e').next().expect("digits");
            assert_eq!(
                digits.chars().filter(char::is_ascii_digit).count(),
                17,
                "{field}"
            );
        }
    }
}

#[test]
fn an_array() {
    let folder = folder();
    let path = folder.path();
    write(
        path,
        "p.npy",
        npy("<f4", false, "(2, 2)", &f32s(&[2.0, 3.0, 40.0, 0.5])),
    );
    write(
        path,
        "f.npy",
        npy("<f4", true, "(2, 2)", &f32s(&[2.0, 40.0, 3.0, 0.5])),
    );
    let expected = [2.0, 3.0, log_iv(2.0, 3.0), 40.0, 0.5, log_iv(40.0, 0.5)];
    for name in ["p", "f"] {
        good(path, &format!("eval log-iv --input {name}.npy -o out.npy"));
        let bytes = std::fs::read(path.join("out.npy")).expect("a file");
        assert!(
            String::from_utf8_lossy(&bytes[..128])
                .contains("'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)")
        );
        let (values, rest) = bytes[bytes.len() - 48..].as_chunks::<8>();
        assert!(rest.is_empty());
        let values: Vec<f64> = values
            .iter()
            .map(|bytes| f64::from_le_bytes(*bytes))
            .collect();
        assert_eq!(values, expected);
    }
    let out = good(path, "eval log-iv --input p.npy");
    assert!(out.starts_with("v,x,log-iv\n2,3,"), "{out}");
    write(path, "empty.npy", npy("<f8", false, "(0, 2)", &[]));
    assert_eq!(good(path, "eval log-iv --input empty.npy"), "v,x,log-iv\n");
}

#[test]
fn every_operation_rounded() {
    let folder = folder();
    let path = folder.path();
    write(path, "p.csv", "v,x\n20,50\n0.5,30\n");
    let results =
        |words: &str| -> Vec<f64> { good(path, words).lines().skip(1).map(last).collect() };
    let half = results("eval log-kv --input p.csv --format binary16 --expansion uniform-4");
    for (value, (v, x)) in half.iter().zip([(20.0, 50.0), (0.5, 30.0)]) {
        let exact = log_kv(v, x);
        assert!(
            *value != exact && (value - exact).abs() < 0.2,
            "{value} {exact}"
        );
    }
    let wide = results("eval log-kv --input p.csv --format binary64");
    assert!((wide[0] - log_kv(20.0, 50.0)).abs() < 1e-12);
    // Nine terms have coefficients past the greatest number of binary16.
    assert!(results("eval log-kv --input p.csv --format binary16")[0].is_nan());
    let seeded = |seed: u32| {
        results(&format!(
            "eval log-iv --input p.csv --format bf16 --rounding sr --expansion uniform-2 --seed {seed}"
        ))
    };
    assert_eq!(seeded(1), seeded(1));
    assert!((2..9).any(|seed| seeded(seed) != seeded(1)));
}

/// NaN, infinite, negative and huge arguments are points like others: the limits, or NaN.
#[test]
fn special_arguments() {
    let folder = folder();
    let path = folder.path();
    write(
        path,
        "p.csv",
        "v,x\nnan,1\n1,-1\n2,inf\n-3,2\n-2.5,2\n0,0\n1e300,5e-324\n1e300,1e300\n",
    );
    let out = good(path, "eval log-iv --input p.csv");
    let results: Vec<f64> = out.lines().skip(1).map(last).collect();
    let expected = [
        f64::NAN,
        f64::NAN,
        f64::INFINITY,
        log_iv(3.0, 2.0),
        f64::NAN,
        0.0,
        log_iv(1e300, 5e-324),
        log_iv(1e300, 1e300),
    ];
    for (result, expected) in results.iter().zip(expected) {
        assert!(
            *result == expected || (result.is_nan() && expected.is_nan()),
            "{out}"
        );
    }
    assert!(results[6].is_finite() && results[7].is_finite());
}

#[test]
fn refusals() {
    let folder = folder();
    let path = folder.path();
    write(path, "p.csv", "v,x\n1,2\n");
    write(path, "names.csv", "a,b\n1,2\n");
    write(path, "words.csv", "v,x\n1,2\n3,many\n");
    write(path, "ragged.csv", "v,x\n1,2\n3\n");
    write(path, "empty.csv", "");
    write(path, "bytes.csv", [0xffu8, 0xfe, b'\n', 0xff]);
    write(path, "shape.npy", npy("<f8", false, "(3,)", &[0; 24]));
    write(path, "short.npy", npy("<f8", false, "(3, 2)", &[0; 24]));
    write(
        path,
        "huge.npy",
        npy("<f8", false, "(4611686018427387904, 2)", &[0; 16]),
    );
    write(path, "words.npy", npy("<U4", false, "(1, 2)", &[0; 32]));
    write(path, "text.npy", "v,x\n1,2\n");
    for (words, told) in [
        ("eval log-iv --input names.csv", "no column v"),
        (
            "eval log-iv --input words.csv",
            "row 2: \"many\" is no number",
        ),
        ("eval log-iv --input ragged.csv", "ragged.csv"),
        ("eval log-iv --input empty.csv", "no column v"),
        ("eval log-iv --input bytes.csv", "bytes.csv"),
        ("eval log-iv --input shape.npy", "shape (n, 2)"),
        ("eval log-iv --input short.npy", "short.npy"),
        ("eval log-iv --input huge.npy", "huge.npy"),
        ("eval log-iv --input words.npy", "words.npy"),
        ("eval log-iv --input text.npy", "text.npy"),
        ("eval log-iv --input nowhere.csv", "nowhere.csv"),
        (
            "eval ratio-iv --input p.csv --format bf16",
            "no emulated form",
        ),
        (
            "eval log-iv --input p.csv --expansion uniform-4",
            "--format",
        ),
        (
            "eval log-kv --input p.csv --format bf16 --expansion series",
            "no expansion of log-kv",
        ),
        (
            "eval log-kv --input p.csv --format bf16 --expansion debye",
            "uniform-4",
        ),
    ] {
        let text = refused(path, words);
        assert!(text.contains(told), "{words}: {text}");
    }
    // A refused run leaves the output as it was.
    write(path, "out.csv", "kept");
    refused(path, "eval log-iv --input words.csv -o out.csv");
    assert_eq!(
        std::fs::read_to_string(path.join("out.csv")).expect("a file"),
        "kept"
    );
}
