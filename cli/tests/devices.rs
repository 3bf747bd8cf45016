//! `roundoff devices`, and `chop --device`: the same file, whatever the device.
#![cfg(feature = "gpu")]

mod common;

use std::io::Write;

use common::*;

/// What a run says with variables in its environment.
fn with(folder: &std::path::Path, words: &str, variables: &[(&str, &str)]) -> Said {
    let run = roundoff()
        .args(words.split_whitespace())
        .envs(variables.iter().copied())
        .current_dir(folder)
        .output();
    run.expect("the binary runs").into()
}

/// Whether there is an adapter; says so where there is none.
fn has_adapter() -> bool {
    let folder = folder();
    let listed = with(folder.path(), "devices", &[]);
    assert_eq!(listed.code, Some(0), "{}", listed.err);
    let found = listed.out.contains("\ngpu: ");
    let required = std::env::var_os("ROUNDOFF_REQUIRE_GPU").is_some_and(|on| on == "1");
    assert!(
        found || !required,
        "ROUNDOFF_REQUIRE_GPU=1, but: {}",
        listed.out
    );
    if !found {
        let _ = writeln!(std::io::stderr(), "skipped: no adapter");
    }
    found
}

#[test]
fn devices_without_an_adapter_say_what_to_do() {
    let folder = folder();
    // Not among the backends that are built in.
    let listed = with(folder.path(), "devices", &[("WGPU_BACKEND", "webgpu")]);
    assert_eq!(listed.code, Some(0), "{}", listed.err);
    assert!(listed.out.starts_with("cpu: "), "{}", listed.out);
    let line = listed.out.lines().last().unwrap_or_default();
    assert!(
        line.starts_with("no GPU adapter with WGPU_BACKEND=webgpu: "),
        "{line}"
    );
    assert_eq!(listed.out.lines().count(), 2, "{}", listed.out);
    let json = with(
        folder.path(),
        "devices --json",
        &[("WGPU_BACKEND", "webgpu")],
    );
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["adapters"], serde_json::json!([]));
    assert!(json["reason"].is_string());
}

#[test]
fn a_gpu_that_is_not_there_is_one_sentence_and_leaves_no_file() {
    let folder = folder();
    write(
        folder.path(),
        "x.npy",
        npy("<f4", false, "(3,)", &f32s(&[1.0, 2.0, 3.0])),
    );
    let before = files(folder.path());
    let words = "chop x.npy -o y.npy --format binary16 --device gpu";
    let said = with(folder.path(), words, &[("WGPU_BACKEND", "webgpu")]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("leave out --device gpu to use the CPU"),
        "{}",
        said.err
    );
    assert_eq!(files(folder.path()), before);
    // auto goes on on the CPU.
    let words = "chop x.npy -o y.npy --format binary16 --device auto";
    let said = with(folder.path(), words, &[("WGPU_BACKEND", "webgpu")]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains(" on cpu\n"), "{}", said.out);
    let unknown = refused(folder.path(), "chop x.npy --format binary16 --device tpu");
    assert!(unknown.contains("use one of auto, cpu, gpu"), "{unknown}");
}

#[test]
fn the_gpu_writes_the_bytes_of_the_cpu() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    // More than one batch and a rest.
    let values: Vec<f32> = (0..1_100_000).map(|i| (i as f32).sin() * 300.0).collect();
    write(
        folder.path(),
        "x.npy",
        npy("<f4", false, "(1100000,)", &f32s(&values)),
    );
    for options in ["", "--codes"] {
        let words = |device: &str| {
            format!(
                "chop x.npy -o {device}.npy --format ocp-e4m3 --rounding sr --seed 3 {options} --device {device}"
            )
        };
        let cpu = with(folder.path(), &words("cpu"), &[]);
        let gpu = with(folder.path(), &words("gpu"), &[]);
        assert_eq!(
            (cpu.code, gpu.code),
            (Some(0), Some(0)),
            "{}{}",
            cpu.err,
            gpu.err
        );
        assert!(cpu.out.contains(" on cpu\n"), "{}", cpu.out);
        assert!(gpu.out.contains(" on gpu: "), "{}", gpu.out);
        assert!(
            read(folder.path(), "gpu.npy") == read(folder.path(), "cpu.npy"),
            "{options}"
        );
    }
}
