//! `roundoff vectors` and `roundoff kappa`.

mod common;

use std::fs;

use common::*;

#[test]
fn right_results_are_no_value_off() {
    let folder = folder();
    let said = good(
        folder.path(),
        "vectors --op fma --format ocp-e2m1 --result ocp-e4m3 --rounding sr -o fma.txt",
    );
    assert_eq!(said, "");
    let report = json(&good(folder.path(), "kappa fma.txt --json"));
    assert_eq!(report["intervals"][0]["kappa"], 0);
    // NaN comes from no such operand.
    assert_eq!(report["intervals"][0]["operands"], 4096);
    assert_eq!(report["operation"], "FMA");
}

#[test]
fn what_is_off_is_told() {
    let folder = folder();
    let text = good(folder.path(), "vectors --op sqrt --format ocp-e2m1");
    // sqrt 4 = 2 is code 4; 5 is 3.
    assert!(text.lines().any(|line| line == "6 4"), "{text}");
    fs::write(
        folder.path().join("off.txt"),
        text.replace("\n6 4\n", "\n6 5\n"),
    )
    .unwrap();
    let table = good(folder.path(), "kappa off.txt --cuts=-6,0,6");
    assert!(table.contains("4e0 gives 3e0, 2e0 is right"), "{table}");
    let report = json(&good(folder.path(), "kappa off.txt --cuts=-6,0,6 --json"));
    assert_eq!(report["intervals"][1]["kappa"], 1);
    assert_eq!(report["intervals"][1]["wrong"], 1);
}

#[test]
fn a_library_is_measured_without_a_file() {
    let folder = folder();
    let up = "kappa --library libm-f64 --op exp --format bfloat16 --rounding up";
    let report = json(&good(folder.path(), &format!("{up} --json")));
    assert_eq!(report["intervals"][0]["kappa"], 1);
    assert_eq!(report["intervals"][0]["operands"], 65282);
    assert_eq!(report["rounding"], "TowardPositive");
    let table = good(folder.path(), &format!("{up} --cuts=-1,1"));
    assert!(
        table.starts_with("Exp into bfloat16, TowardPositive"),
        "{table}"
    );
    let sentence = refused(
        folder.path(),
        "kappa --library libm-f32 --op softplus --format bfloat16",
    );
    assert!(sentence.contains("it has Sqrt"), "{sentence}");
    refused(
        folder.path(),
        "kappa --library libm-f32 --op exp --format binary32",
    );
    refused(
        folder.path(),
        "kappa --library libm --op exp --format binary16",
    );
    refused(folder.path(), "kappa --library libm-f32 --format binary16");
    refused(folder.path(), "kappa");
}

#[test]
fn bad_input_is_refused() {
    let folder = folder();
    for (name, text) in [
        ("empty.txt", ""),
        ("headless.txt", "00 00\n"),
        (
            "columns.txt",
            "# operation: Add\n# operands: ocp-e2m1 ocp-e2m1\n# result: ocp-e2m1\n0 0\n",
        ),
        (
            "code.txt",
            "# operation: Sqrt\n# operands: ocp-e2m1\n# result: ocp-e2m1\n10 0\n",
        ),
        ("operation.txt", "# operation: Addition\n"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        refused(folder.path(), &format!("kappa {name}"));
    }
    fs::write(folder.path().join("binary.txt"), [0xff, 0xfe, 0, 10]).unwrap();
    let sentence = refused(folder.path(), "kappa binary.txt");
    assert!(sentence.contains("line 1"), "{sentence}");
    refused(folder.path(), "kappa missing.txt");
    refused(folder.path(), "kappa empty.txt --cuts=1");
    refused(folder.path(), "vectors --op add --format binary64");
    refused(folder.path(), "vectors --op addition --format ocp-e2m1");
    refused(folder.path(), "vectors --op add --format precision-11");
}
