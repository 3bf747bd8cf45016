//! `roundoff eval softmax` and `roundoff sweep softmax`.

mod common;

use common::*;

/// By numpy and ml_dtypes: each operation in f64, then `astype` to the format; summed in order,
/// times the reciprocal.
const ROW: [f32; 4] = [1.0, 2.5, -3.0, 0.125];
// Exactly, all digits.
#[allow(clippy::excessive_precision)]
const BFLOAT16: [f32; 4] = [0.1689453125, 0.7578125, 0.0030975341796875, 0.0703125];
const E5M2: [f32; 4] = [0.15625, 0.75, 0.001953125, 0.0625];
const EXACT: [f64; 4] = [
    0.1690083697702301,
    0.7574429635948944,
    0.0030954962698851924,
    0.07045317036499028,
];

fn values(file: &[u8]) -> Vec<f32> {
    let begin = file.len() / 64 * 64;
    let bytes = if begin == file.len() {
        &file[begin - 64..]
    } else {
        &file[begin..]
    };
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

#[test]
fn one_row_in_two_formats() {
    let folder = folder();
    let path = folder.path();
    write(path, "x.npy", npy("<f4", false, "(4,)", &f32s(&ROW)));
    for (format, expected) in [("bf16", BFLOAT16), ("ocp-e5m2", E5M2)] {
        let out = good(
            path,
            &format!("eval softmax --input x.npy -o y.npy --format {format} --json"),
        );
        assert_eq!(
            read(path, "y.npy")[..128],
            npy("<f4", false, "(4,)", &[])[..]
        );
        assert_eq!(values(&read(path, "y.npy")), expected, "{format}");
        let worst = expected
            .iter()
            .zip(EXACT)
            .map(|(y, x)| (f64::from(*y) - x).abs());
        let worst = worst.fold(0.0, f64::max);
        let told = json(&out)["max_absolute_error"].as_f64().unwrap();
        assert!((told - worst).abs() < 1e-15, "{told} {worst}");
    }
    // In the input's own format every variant is near.
    for variant in [
        "naive",
        "three-pass-recompute",
        "three-pass-reload",
        "two-pass",
        "online",
        "online-lazy",
    ] {
        good(
            path,
            &format!("eval softmax --input x.npy -o y.npy --variant {variant}"),
        );
        for (y, x) in values(&read(path, "y.npy")).iter().zip(EXACT) {
            assert!((f64::from(*y) / x - 1.0).abs() < 1e-6, "{variant}: {y} {x}");
        }
    }
}

#[test]
fn other_functions_and_shapes() {
    let folder = folder();
    let path = folder.path();
    let rows = f32s(&[ROW, ROW].concat());
    write(path, "x.npy", npy("<f4", false, "(2, 4)", &rows));
    good(
        path,
        "eval softmax --input x.npy -o y.npy --function log-sum-exp",
    );
    let y = read(path, "y.npy");
    assert_eq!(y[..128], npy("<f4", false, "(2,)", &[])[..]);
    // log(sum) = x - log-softmax(x).
    let expected = 2.5 - EXACT[1].ln();
    for y in values(&y) {
        assert!((f64::from(y) - expected).abs() < 1e-6, "{y} {expected}");
    }
    // No rows, rows of nothing, no dimension.
    for shape in ["(0, 4)", "(4, 0)", "(0,)"] {
        write(path, "e.npy", npy("<f4", false, shape, &[]));
        good(path, "eval softmax --input e.npy -o z.npy --format bf16");
        assert_eq!(read(path, "z.npy"), read(path, "e.npy"), "{shape}");
    }
    write(path, "s.npy", npy("<f4", false, "()", &f32s(&[3.0])));
    good(path, "eval softmax --input s.npy -o z.npy --format bf16");
    assert_eq!(read(path, "z.npy"), npy("<f4", false, "()", &f32s(&[1.0])));
    write(path, "f.npy", npy("<f4", true, "(2, 4)", &rows));
    let told = refused(path, "eval softmax --input f.npy -o z2.npy");
    assert!(told.contains("ascontiguousarray"), "{told}");
    for words in [
        "eval softmax --input nowhere.npy",
        "eval softmax --input x.npy --variant best",
        "eval softmax --input x.npy --function hardmax",
        "eval softmax",
        "sweep softmax --formats fp16,fp61",
        "sweep softmax --formats",
        "sweep softmax --formats fp16 --roundings rne,rq",
        "sweep softmax --formats fp16 -o no/where.csv",
    ] {
        refused(path, words);
    }
}

#[test]
fn a_sweep_has_a_line_for_every_combination() {
    let folder = folder();
    let path = folder.path();
    let words = "sweep softmax --formats fp16,bf16,e5m2 --roundings rne,rz,stochastic --variants two-pass,online";
    let out = good(path, &format!("{words} -o t.csv"));
    assert!(out.contains("generated"), "{out}");
    let csv = String::from_utf8(read(path, "t.csv")).unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 1 + 3 * 3 * 2);
    assert!(
        lines.iter().all(|line| line.len() == lines[0].len()),
        "{csv}"
    );
    assert_eq!(lines[0][..2], ["format", "rounding"]);
    assert_eq!(lines[1][..2], ["binary16", "NearestTiesToEven"]);
    // The same again, and as JSON; another seed changes the stochastic lines.
    good(path, &format!("{words} -o again.csv"));
    assert_eq!(read(path, "again.csv"), csv.as_bytes());
    let all = json(&good(path, &format!("{words} --json")));
    let rows = all["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 18);
    let at = |key: &str| lines[0].iter().position(|name| *name == key).unwrap();
    let column = at("max_absolute_error");
    for (row, line) in rows.iter().zip(&lines[1..]) {
        assert_eq!(
            row["max_absolute_error"].as_f64(),
            line[column].parse().ok()
        );
    }
    // Fewer digits, greater errors: 11, 8 and 3.
    let error = |format: &str| -> f64 {
        let of = |line: &&Vec<&str>| line[0] == format && line[1] == "NearestTiesToEven";
        lines.iter().find(of).unwrap()[column].parse().unwrap()
    };
    assert!(error("binary16") < error("bfloat16") && error("bfloat16") < error("ocp-e5m2"));
}
