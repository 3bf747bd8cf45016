//! Fixed point and integers on the command line: `chop --format q4.4`, `chop --format int8`,
//! `eval shiftmax`.

mod common;

use common::*;

const ROW: [f32; 8] = [1.0, 2.5, -3.0, 0.125, 8.3, -9.0, 0.03, -0.04];

fn f32s_of(file: &[u8], count: usize) -> Vec<f32> {
    file[file.len() - 4 * count..]
        .as_chunks()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

#[test]
fn fixed_point() {
    let folder = folder();
    let path = folder.path();
    write(path, "x.npy", npy("<f4", false, "(8,)", &f32s(&ROW)));
    let out = good(path, "chop x.npy -o y.npy --format q4.4 --json");
    let rounded = f32s_of(&read(path, "y.npy"), 8);
    let expected = [1.0, 2.5, -3.0, 0.125, 7.9375, -8.0, 0.0, -0.0625];
    assert_eq!(rounded, expected);
    let told = json(&out);
    assert_eq!(told["format"], "q4.4");
    assert_eq!(told["tensors"][0]["overflowed"], 2);
    assert_eq!(told["tensors"][0]["subnormal"], 0);
    good(path, "chop x.npy -o c.npy --format q4.4 --codes");
    let codes = read(path, "c.npy");
    let expected = [0x10, 0x28, 0xd0, 0x02, 0x7f, 0x80, 0x00, 0xff];
    assert_eq!(codes[codes.len() - 8..], expected);
    let told = refused(path, "chop x.npy --format q40.40");
    assert!(told.contains("1 to 53"), "{told}");
    refused(path, "chop x.npy --format q4");
}

#[test]
fn kernels_of_integers() {
    let folder = folder();
    let path = folder.path();
    let rows = ROW.map(|x| x / 4.0);
    write(path, "x.npy", npy("<f4", false, "(2, 4)", &f32s(&rows)));
    for (kernel, most) in [
        ("shiftmax", 0.05),
        ("shift-gelu", 0.15),
        ("i-layer-norm", 0.1),
    ] {
        let words = format!("eval {kernel} --input x.npy -o y.npy --json");
        let told = json(&good(path, &words));
        assert_eq!(told["kernel"], kernel);
        assert_eq!(told["count"], 8);
        let error = told["of_codes"]["max_absolute_error"]
            .as_f64()
            .expect(kernel);
        assert!(error > 0.0 && error < most, "{kernel}: {error}");
        let results = f32s_of(&read(path, "y.npy"), 8);
        assert!(results.iter().all(|y| y.is_finite()));
        if kernel == "shiftmax" {
            let sum: f32 = results[..4].iter().sum();
            assert!((0.97..=1.0).contains(&sum), "{sum}");
        }
        let text = good(path, &format!("eval {kernel} --input x.npy --codes uint8"));
        assert!(text.contains("the codes' values"), "{text}");
    }
    refused(path, "eval shiftmax --input x.npy --bits 1");
    refused(path, "eval shiftmax --input x.npy --bits 99");
    refused(path, "eval shiftmax --input x.npy --codes int77");
    refused(path, "eval shiftmax --input x.npy --calibrate percentile:0");
    write(
        path,
        "nan.npy",
        npy("<f4", false, "(2,)", &f32s(&[1.0, f32::NAN])),
    );
    let told = refused(path, "eval shiftmax --input nan.npy");
    assert!(told.contains("NaN at index 1"), "{told}");
    write(path, "none.npy", npy("<f4", false, "(0, 4)", &[]));
    refused(path, "eval shift-gelu --input none.npy");
    write(
        path,
        "huge.npy",
        npy("<f4", false, "(2,)", &f32s(&[1e30, 1.0])),
    );
    let told = refused(path, "eval shiftmax --input huge.npy");
    assert!(told.contains("scale"), "{told}");
}
