//! `roundoff devices`, and `--device`: the same file, whatever the device.
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

/// What a refusal says. Drivers may say something before it.
fn refused_there(folder: &std::path::Path, words: &str) -> String {
    let before = files(folder);
    let said = with(folder, words, &[]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{words}");
    assert_eq!(files(folder), before, "{words}");
    said.err.lines().last().unwrap_or_default().to_owned()
}

/// A report without what differs from device to device.
fn but_for_the_device(said: &Said, device: &str) -> String {
    assert_eq!(said.code, Some(0), "{}", said.err);
    let place = format!(" on {device}");
    assert!(said.out.contains(&place), "{}", said.out);
    let lines = said.out.lines();
    lines
        .filter(|line| !line.contains(&place))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn softmax_on_the_gpu_writes_the_bytes_of_the_cpu() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let scores: Vec<f32> = (0..60).map(|i| (i as f32 * 1.7).sin() * 4.0).collect();
    write(
        folder.path(),
        "x.npy",
        npy("<f4", false, "(6, 10)", &f32s(&scores)),
    );
    for options in [
        "--format bf16",
        "--format binary16 --rounding sr --seed 5 --variant two-pass",
        "--format ocp-e4m3 --variant online --function log-sum-exp",
        "--format binary32 --variant three-pass-reload --function log-softmax --rounding ru",
    ] {
        let words = |device: &str| {
            format!("eval softmax --input x.npy -o {device}.npy {options} --device {device}")
        };
        let cpu = with(folder.path(), &words("cpu"), &[]);
        let gpu = with(folder.path(), &words("gpu"), &[]);
        assert_eq!(
            but_for_the_device(&cpu, "cpu"),
            but_for_the_device(&gpu, "gpu: "),
            "{options}"
        );
        assert!(
            read(folder.path(), "gpu.npy") == read(folder.path(), "cpu.npy"),
            "{options}"
        );
        let json = with(folder.path(), &format!("{} --json", words("gpu")), &[]);
        let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
        let device = json["device"].as_str().unwrap_or_default();
        assert!(device.starts_with("gpu: "), "{json}");
    }
    // Too few operations for auto.
    let auto = "eval softmax --input x.npy --format bf16 --device auto";
    let auto = with(folder.path(), auto, &[]);
    assert!(auto.out.contains(" on cpu\n"), "{}", auto.out);
    // What the GPU does not serve is said, with the remedy.
    let wide = refused_there(
        folder.path(),
        "eval softmax --input x.npy --format binary64 --device gpu",
    );
    assert!(wide.contains("at most 24 digits"), "{wide}");
    assert!(wide.contains("leave out --device gpu"), "{wide}");
}

#[test]
fn bessel_functions_on_the_gpu_are_those_of_the_cpu() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let points: String = (0..40)
        .map(|i| format!("{},{}\n", f64::from(i % 9) * 0.5, 0.1 + f64::from(i)))
        .collect();
    write(folder.path(), "p.csv", format!("v,x\n{points}"));
    for options in [
        "log-iv --format bf16",
        "log-kv --format binary16 --rounding sr --seed 3",
        "log-kv --format bf16 --expansion uniform-4",
        "log-iv --format binary32",
    ] {
        let words = |device: &str| format!("eval {options} --input p.csv --device {device}");
        let cpu = with(folder.path(), &words("cpu"), &[]);
        let gpu = with(folder.path(), &words("gpu"), &[]);
        assert_eq!((cpu.code, gpu.code), (Some(0), Some(0)), "{}", gpu.err);
        assert_eq!(cpu.out, gpu.out, "{options}");
        // The table is on standard output; the device is beside it.
        assert_eq!(cpu.err, "");
        assert!(gpu.err.contains(" on gpu: "), "{}", gpu.err);
    }
    let native = refused_there(folder.path(), "eval log-iv --input p.csv --device gpu");
    assert!(native.contains("add --format"), "{native}");
}

#[test]
fn without_an_adapter_kernels_say_so_and_auto_goes_on() {
    let folder = folder();
    let scores: Vec<f32> = (0..300_000).map(|i| (i as f32).sin()).collect();
    write(
        folder.path(),
        "x.npy",
        npy("<f4", false, "(300, 1000)", &f32s(&scores)),
    );
    let none = [("WGPU_BACKEND", "webgpu")];
    let words =
        |device: &str| format!("eval softmax --input x.npy --format bf16 --device {device}");
    let said = with(folder.path(), &words("gpu"), &none);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("leave out --device gpu"), "{}", said.err);
    let said = with(folder.path(), &words("auto"), &none);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains(" on cpu\n"), "{}", said.out);
}

/// Kernels of the catalogue that have a shader, and how they are called.
const KERNELS: [&str; 8] = [
    "gemv --input a=a.npy --input x=x.npy --format bf16",
    "gemv --input a=a.npy --input x=x.npy --format ocp-e4m3 --rounding sr --accumulator binary32",
    "gemm --input a=a.npy --input b=a.npy --format binary16 --accumulator same/pairwise",
    "dot --input x=x.npy --input y=x.npy --format bf16 --rounding sr --seed 4",
    "sum --input x=a.npy --format binary16 --accumulator same/blocked:3",
    "axpy --input a=one.npy --input x=x.npy --input y=x.npy --format ocp-e5m2 --rounding rd",
    "softmax-two-pass --input x=a.npy --format bf16",
    "log-sum-exp --input x=a.npy --format binary16 --accumulator same/pairwise",
];

#[test]
fn kernels_of_the_catalogue_on_the_gpu_write_the_bytes_of_the_cpu() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let file = |name: &str, shape: &str, values: &[f32]| {
        write(folder.path(), name, npy("<f4", false, shape, &f32s(values)));
    };
    let values: Vec<f32> = (0..64).map(|i| (i as f32 * 1.7).sin() * 3.0).collect();
    file("a.npy", "(8, 8)", &values);
    file("x.npy", "(8,)", &values[8..16]);
    file("one.npy", "(1,)", &[0.7]);
    for kernel in KERNELS {
        let words = |device: &str| format!("eval {kernel} -o {device}.npy --device {device}");
        let cpu = with(folder.path(), &words("cpu"), &[]);
        let gpu = with(folder.path(), &words("gpu"), &[]);
        let written = "Written to ";
        let told = |said: &Said, device: &str| {
            let text = but_for_the_device(said, device);
            let lines = text.lines().filter(|line| !line.starts_with(written));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert_eq!(told(&cpu, "cpu"), told(&gpu, "gpu: "), "{kernel}");
        let same = read(folder.path(), "gpu.npy") == read(folder.path(), "cpu.npy");
        assert!(same, "{kernel}");
        let json = with(folder.path(), &format!("{} --json", words("gpu")), &[]);
        let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
        let device = json["device"].as_str().unwrap_or_default();
        assert!(device.starts_with("gpu: "), "{json}");
    }
}

/// A sweep's rows are the CPU's but for the device; what has no shader is a row with the reason, and the CPU's
/// with `auto`.
#[test]
fn a_sweep_on_the_gpu_has_the_rows_of_the_cpu() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let sweep = "sweep dot,sum,gemv,softmax-two-pass,log-iv --formats bf16,binary32 --roundings rne,rd --seeds 0..2";
    let rows = |device: &str| -> Vec<serde_json::Value> {
        let said = with(
            folder.path(),
            &format!("{sweep} --json --device {device}"),
            &[],
        );
        assert_eq!(said.code, Some(0), "{}", said.err);
        let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        let ran = json["device"].as_str().unwrap_or_default();
        assert!(ran.starts_with(device), "{ran}");
        json["rows"].as_array().cloned().unwrap_or_default()
    };
    let (mut cpu, mut gpu) = (rows("cpu"), rows("gpu"));
    assert_eq!(cpu.len(), 5 * 2 * 2 * 2);
    for (cpu, gpu) in cpu.iter_mut().zip(&mut gpu) {
        assert_eq!(gpu["error"], "", "{gpu}");
        assert!(
            gpu["device"]
                .as_str()
                .unwrap_or_default()
                .starts_with("gpu: ")
        );
        for row in [&mut *cpu, gpu] {
            row["device"] = serde_json::Value::Null;
        }
        assert_eq!(cpu, gpu);
    }
    assert_eq!(cpu.len(), gpu.len());
    let gelu = "sweep gelu-erf --formats bf16 --json --device gpu";
    let gelu = with(folder.path(), gelu, &[]);
    assert!(
        gelu.out.contains("the kernel gelu-erf: not on the GPU"),
        "{}",
        gelu.out
    );
    let auto = with(
        folder.path(),
        "sweep gelu-erf --formats bf16 --device auto",
        &[],
    );
    assert!(auto.out.contains(" on cpu\n"), "{}", auto.out);
    let none = [("WGPU_BACKEND", "webgpu")];
    let none = with(
        folder.path(),
        "sweep sum --formats bf16 --device gpu",
        &none,
    );
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("leave out --device gpu"), "{}", none.err);
}

#[test]
fn kernels_without_a_shader_are_one_sentence() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    write(
        folder.path(),
        "a.npy",
        npy("<f4", false, "(2, 2)", &f32s(&[2.0, 1.0, 1.0, 3.0])),
    );
    for (kernel, why) in [
        ("gelu --input x=a.npy --format bf16", "the kernel gelu-erf"),
        (
            "sum-kahan --input x=a.npy --format bf16",
            "the kernel sum-kahan",
        ),
        (
            "sum --input x=a.npy --format posit16",
            "arithmetic in posit16",
        ),
        ("sum --input x=a.npy --format binary64", "at most 24 digits"),
        (
            "sum --input x=a.npy --format bf16 --rounding sr --accumulator same/pairwise",
            "in the order pairwise",
        ),
        (
            "softmax-two-pass --input x=a.npy --format bf16 --rounding sr",
            "a stochastic run of 2 rows",
        ),
    ] {
        let said = refused_there(
            folder.path(),
            &format!("eval {kernel} -o y.npy --device gpu"),
        );
        assert!(said.contains(why), "{said}");
        assert!(said.contains("leave out --device gpu"), "{said}");
        // auto is the CPU's, and says so.
        let auto = with(folder.path(), &format!("eval {kernel} --device auto"), &[]);
        assert!(auto.out.contains(" on cpu\n"), "{}", auto.out);
    }
}

/// `WGPU_ADAPTER_NAME`: a part of a name is enough, and one that is not there is an error that says so.
#[test]
fn the_adapter_is_the_one_that_the_environment_names() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    write(
        folder.path(),
        "x.npy",
        npy("<f4", false, "(3,)", &f32s(&[1.0, 2.0, 3.0])),
    );
    let words = "chop x.npy -o y.npy --format binary16 --device gpu";
    let chopped = with(folder.path(), words, &[]);
    let line = chopped.out.lines().find(|line| line.contains(" on gpu: "));
    let name = line.and_then(|line| line.split(" on gpu: ").nth(1));
    let name = name
        .expect("a name")
        .split([' ', '(', ','])
        .next()
        .expect("a word");
    let upper = name.to_uppercase();
    let named = with(
        folder.path(),
        words,
        &[("WGPU_ADAPTER_NAME", upper.as_str())],
    );
    assert_eq!(named.code, Some(0), "{}", named.err);
    assert!(
        named.out.contains(&format!(" on gpu: {name}")),
        "{}",
        named.out
    );
    let missing = with(
        folder.path(),
        words,
        &[("WGPU_ADAPTER_NAME", "no such card")],
    );
    assert_eq!(missing.code, Some(2), "{}", missing.out);
    assert!(missing.err.contains("no such card"), "{}", missing.err);
}
