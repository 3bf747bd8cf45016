//! `roundoff sweep`, `merge`, `replay`, and `eval` of any kernel.

mod common;

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::*;

/// The first column of `sweep --list`.
fn kernels(folder: &Path) -> Vec<String> {
    let list = good(folder, "sweep --list");
    let names = list
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn a_sweep_knows_every_kernel() {
    let folder = folder();
    let path = folder.path();
    let names = kernels(path);
    assert!(names.len() > 40, "{names:?}");
    let words = format!(
        "sweep {} --formats binary32 --sizes 8 --json",
        names.join(",")
    );
    let out = json(&good(path, &words));
    let rows = out["rows"].as_array().unwrap();
    assert_eq!(rows.len(), names.len());
    for (row, name) in rows.iter().zip(&names) {
        assert_eq!(row["kernel"].as_str(), Some(name.as_str()));
        assert_eq!(row["error"].as_str(), Some(""), "{row}");
        // Eight rows of a Hilbert matrix have a condition number of 1.5e10, and eight steps of Muller's
        // recurrence multiply an error by some 20 each.
        let bits = row["significant_bits"].as_f64().unwrap();
        let is_hard = ["lu-hilbert", "muller"].contains(&name.as_str());
        assert!(bits > 10.0 || is_hard, "{name}: {bits}");
    }
    assert_eq!(out["failed"].as_u64(), Some(0));
}

const SMALL: &str =
    "sweep sum,fft,lu --formats fp16,ocp-e4m3 --roundings rne,stochastic --sizes 6,8 --seeds 1..5";

#[test]
fn rows_go_to_files_and_replay() {
    let folder = folder();
    let path = folder.path();
    for name in ["t.csv", "t.jsonl", "t.parquet"] {
        let out = good(path, &format!("{SMALL} -o {name}"));
        assert!(out.contains("96 trials"), "{out}");
        // Six is no power of two.
        assert!(out.contains("16 trials failed"), "{out}");
        assert!(out.contains("of the time in the kernels"), "{out}");
        assert!(!path.join(format!("{name}.journal")).exists());
        let out = good(path, &format!("replay {name}"));
        assert_eq!(out, "96 rows, the same bits.\n");
        good(path, &format!("replay {name} --row 96"));
        refused(path, &format!("replay {name} --row 97"));
    }
    let events = good(path, "replay t.csv --row 1 --events");
    for word in ["accumulation", "Absorption", "worst place 0", "0x1."] {
        assert!(
            events.to_lowercase().contains(&word.to_lowercase()),
            "{word}: {events}"
        );
    }
    // One digit changed: the sixth row's hash.
    let csv = String::from_utf8(read(path, "t.csv")).unwrap();
    let rows: Vec<&str> = csv.lines().collect();
    let bits = rows[0].split(',').position(|name| name == "bits").unwrap();
    let changed = rows[6].replacen(rows[6].split(',').nth(bits).unwrap(), "0123456789abcdef", 1);
    write(path, "u.csv", csv.replacen(rows[6], &changed, 1));
    let said = run(path, "replay u.csv");
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(
        said.out.contains("row 6") && said.out.contains("bits differ"),
        "{}",
        said.out
    );
    assert!(said.err.contains("1 of 96 rows"), "{}", said.err);
}

#[test]
fn shards_merge_to_the_file_of_one_run() {
    let folder = folder();
    let path = folder.path();
    for ending in ["csv", "jsonl", "parquet"] {
        good(path, &format!("{SMALL} -o whole.{ending}"));
        for part in 1..=3 {
            good(
                path,
                &format!("{SMALL} -o {part}.{ending} --shard {part}/3"),
            );
        }
        let names = format!("1.{ending} 2.{ending} 3.{ending}");
        let out = good(path, &format!("merge {names} -o all.{ending}"));
        assert!(out.starts_with("96 rows."), "{out}");
        assert_eq!(
            read(path, &format!("all.{ending}")),
            read(path, &format!("whole.{ending}"))
        );
    }
    let said = run(path, "merge 1.csv 3.csv -o some.csv");
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("are in no part"), "{}", said.err);
    assert!(!path.join("some.csv").exists());
    good(path, "merge 1.csv 3.csv -o some.csv --partial");
    for words in [
        "merge 1.csv -o some.txt",
        "merge nowhere.csv -o some2.csv",
        "merge -o some2.csv",
        "merge 1.csv",
        "sweep sum --formats fp16 --shard 4/3",
        "sweep sum --formats fp16 --shard three",
    ] {
        refused(path, words);
    }
}

/// Blocks are formats of arrays: they round the inputs, and are refused where an operation would have to
/// round to them.
#[test]
fn a_sweep_over_blocks() {
    let folder = folder();
    let path = folder.path();
    let out = json(&good(
        path,
        "sweep gemm --formats mxfp4,nvfp4,bf16 --sizes 16 --json",
    ));
    let rows = out["rows"].as_array().unwrap();
    for row in rows {
        assert_eq!(row["error"].as_str(), Some(""), "{row}");
        assert!(row["significant_bits"].as_f64() > Some(1.5), "{row}");
    }
    good(
        path,
        "sweep gemm --formats nvfp4 --accumulators binary32/pairwise -o b.csv",
    );
    let events = good(path, "replay b.csv --row 1 --events");
    assert!(events.contains("1 row, the same bits"), "{events}");
    for words in [
        "sweep gemm --formats bf16 --accumulators mxfp4",
        "sweep gemm --formats bf16 --sites output=mxfp4",
    ] {
        let told = refused(path, words);
        assert!(told.contains("such as binary32"), "{told}");
    }
}

/// Starts a run that takes a while.
fn start(folder: &Path, words: &str) -> Child {
    let mut command = roundoff();
    command.args(words.split_whitespace()).current_dir(folder);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("the binary runs")
}

/// Waits until the journal has so many lines.
fn wait_for_lines(folder: &Path, name: &str, lines: usize) {
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until {
        let found = std::fs::read(folder.join(name)).unwrap_or_default();
        if found.iter().filter(|byte| **byte == b'\n').count() > lines {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{name} has no {lines} lines after a minute");
}

const LONG: &str = "sweep softmax-two-pass --formats fp16,bf16 --sizes 500 --seeds 0..200";

#[test]
fn a_killed_sweep_goes_on_where_it_stood() {
    let folder = folder();
    let path = folder.path();
    let mut child = start(path, &format!("{LONG} -o t.csv"));
    wait_for_lines(path, "t.csv.journal", 20);
    // A second run on the same output.
    let said = run(path, &format!("{LONG} -o t.csv"));
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.err.contains("another run"), "{}", said.err);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!path.join("t.csv").exists());
    let journal = read(path, "t.csv.journal");
    let before = journal.iter().filter(|byte| **byte == b'\n').count() - 1;
    // Another plan does not take it over.
    let other = run(path, &format!("{LONG} --roundings rz -o t.csv"));
    assert!(other.err.contains("another plan"), "{}", other.err);
    let out = good(path, &format!("{LONG} -o t.csv"));
    assert!(
        out.contains(&format!("400 trials, {before} of them by an earlier run")),
        "{out}"
    );
    good(path, &format!("{LONG} -o u.csv"));
    assert_eq!(read(path, "t.csv"), read(path, "u.csv"));
}

#[cfg(unix)]
#[test]
fn a_signal_stops_a_sweep_and_says_what_is_kept() {
    let folder = folder();
    let path = folder.path();
    let child = start(path, &format!("{LONG} -o t.jsonl --threads 1"));
    wait_for_lines(path, "t.jsonl.journal", 5);
    let killed = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("of 400 trials") && told.contains("run the same command"),
        "{told}"
    );
    assert!(path.join("t.jsonl.journal").exists());
}

/// On a terminal, here the one that util-linux's `script` makes, a bar counts trials and the time left.
#[cfg(target_os = "linux")]
#[test]
fn progress_on_a_terminal_has_the_time_left() {
    let folder = folder();
    let binary = env!("CARGO_BIN_EXE_roundoff");
    let command = format!("stty cols 100; '{binary}' {LONG} -o t.csv");
    let output = std::process::Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .stdin(Stdio::null())
        .current_dir(folder.path())
        .output();
    let Ok(output) = output else {
        println!("skipped: no `script` to make a terminal with");
        return;
    };
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{out}");
    assert!(out.contains("of 400 trials, "), "{out}");
    assert!(out.contains(" left"), "{out}");
    assert!(out.contains("Written to t.csv."), "{out}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_keeps_what_there_is() {
    let folder = folder();
    let path = folder.path();
    // A limit of 64 KiB a file stands for a disk that is full.
    let said: Said = std::process::Command::new("bash")
        .args(["-c", "ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_roundoff"))
        .args(format!("{SMALL} -o t.csv").split_whitespace())
        .current_dir(path)
        .output()
        .expect("bash runs")
        .into();
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(
        said.err.contains("rows are kept in t.csv.journal"),
        "{}",
        said.err
    );
    assert!(!path.join("t.csv").exists());
    let out = good(path, &format!("{SMALL} -o t.csv"));
    assert!(out.contains("by an earlier run"), "{out}");
    good(path, &format!("{SMALL} -o u.csv"));
    assert_eq!(read(path, "t.csv"), read(path, "u.csv"));
    refused(path, &format!("{SMALL} -o /dev/full"));
}

#[test]
fn plan_files_and_their_typos() {
    let folder = folder();
    let path = folder.path();
    write(
        path,
        "plan.toml",
        "kernels = ['sum', 'fft', 'lu']\nformats = ['fp16', 'ocp-e4m3']\n\
         roundings = ['rne', 'stochastic']\nsizes = [6, 8]\nseeds = '1..5'\n",
    );
    good(path, "sweep plan.toml -o plan.csv");
    good(path, &format!("{SMALL} -o words.csv"));
    assert_eq!(read(path, "plan.csv"), read(path, "words.csv"));
    write(
        path,
        "typo.toml",
        "kernels = ['sum']\nformats = ['fp16']\nruondings = ['rne']\n",
    );
    let told = refused(path, "sweep typo.toml");
    assert!(
        told.contains("line 3") && told.contains("did you mean roundings?"),
        "{told}"
    );
    write(path, "odd.toml", [0xff, 0xfe, 0x00]);
    for words in [
        "sweep odd.toml",
        "sweep nowhere.toml",
        "sweep plan.toml --formats bf16",
        "sweep plan.toml -o rows.txt",
        "sweep",
        "sweep sum",
        "sweep smu --formats fp16",
        "sweep sum --formats fp16 --variants online",
        "sweep sum --formats fp16 --accumulators binary32/up",
        "sweep sum --formats fp16 --seeds 9..1",
        "sweep sum --formats fp16 --sites nowhere=bf16",
        "sweep sum --formats fp16 --sites output",
        "sweep sum --formats fp16 --input nowhere.npy",
        "sweep sum --formats fp16 --seeds 0..1000000 --json",
        "sweep sum --formats fp16 --sizes -3",
    ] {
        refused(path, words);
    }
    let told = refused(path, "sweep sotfmax --formats fp16");
    assert!(told.contains("did you mean softmax?"), "{told}");
}

#[test]
fn a_sweep_of_the_users_arrays() {
    let folder = folder();
    let path = folder.path();
    let x = f32s(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    write(path, "x.npy", npy("<f4", false, "(2, 3)", &x));
    let words = "sweep sum --formats fp16,e5m2 --seeds 0..2 --input x.npy";
    good(path, &format!("{words} -o t.csv"));
    let csv = String::from_utf8(read(path, "t.csv")).unwrap();
    assert!(csv.contains("x.npy#"), "{csv}");
    good(path, "replay t.csv --input x.npy");
    // Elsewhere they are the same inputs.
    std::fs::copy(path.join("x.npy"), path.join("moved.npy")).unwrap();
    good(path, "replay t.csv --input moved.npy");
    refused(path, "replay t.csv");
    let y = f32s(&[1.0, 2.0, 3.0, 4.0, 5.0, 7.0]);
    write(path, "x.npy", npy("<f4", false, "(2, 3)", &y));
    let told = refused(path, "replay t.csv --input x.npy");
    assert!(told.contains("and these are"), "{told}");
}

fn values(file: &[u8]) -> Vec<f32> {
    let words = file[128..].as_chunks().0.iter();
    words.map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

#[test]
fn eval_runs_any_kernel_on_files() {
    let folder = folder();
    let path = folder.path();
    let x = [1.0f32, 3.0, 5.0, 9.0, 2.0, 2.0];
    write(path, "x.npy", npy("<f4", false, "(3, 2)", &f32s(&x)));
    // (x - mean) / sqrt(variance + eps): about -1 and 1, and 0 twice.
    good(
        path,
        "eval layer-norm --input x.npy -o y.npy --format binary32",
    );
    let y = values(&read(path, "y.npy"));
    assert_eq!(
        read(path, "y.npy")[..128],
        npy("<f4", false, "(3, 2)", &[])[..]
    );
    for (y, expected) in y.iter().zip([-1.0, 1.0, -1.0, 1.0, 0.0, 0.0]) {
        assert!((y - expected).abs() < 1e-4, "{y}");
    }
    // One number a row.
    good(path, "eval sum --input x.npy -o s.npy --format fp16");
    assert_eq!(
        read(path, "s.npy")[..128],
        npy("<f4", false, "(3,)", &[])[..]
    );
    assert_eq!(values(&read(path, "s.npy")), [4.0, 14.0, 4.0]);
    // In bfloat16, sums in binary32: 256 + 1 stays 257.
    write(
        path,
        "l.npy",
        npy("<f4", false, "(2,)", &f32s(&[256.0, 1.0])),
    );
    let words = "eval sum --input l.npy -o l2.npy --format bf16";
    good(path, words);
    assert_eq!(values(&read(path, "l2.npy")), [256.0]);
    good(
        path,
        &format!("{words} --sites accumulation=fp32,output=fp32"),
    );
    assert_eq!(values(&read(path, "l2.npy")), [257.0]);
    // Several arrays.
    write(
        path,
        "v.npy",
        npy("<f4", false, "(2,)", &f32s(&[1.0, 10.0])),
    );
    let out = good(
        path,
        "eval gemv --input a=x.npy --input x=v.npy -o p.npy --format fp16",
    );
    assert_eq!(values(&read(path, "p.npy")), [31.0, 95.0, 22.0]);
    assert!(out.contains("by theorem at most"), "{out}");
    let row = json(&good(path, "eval gelu --input x.npy --format bf16 --json"));
    assert_eq!(row["kernel"].as_str(), Some("gelu-erf"));
    for words in [
        "eval gemv --input x.npy",
        "eval gemv --input a=x.npy --input a=x.npy",
        "eval nothing --input x.npy",
        "eval fft --input x.npy --format fp16",
        "eval layer-norm",
        "eval layer-norm --input nowhere.npy",
        "eval layer-norm --input x.npy --format fp61",
        "eval layer-norm --input x.npy --sites nowhere=fp16",
        "eval layer-norm --input x.npy -o no/where.npy",
    ] {
        refused(path, words);
    }
    write(path, "e.npy", npy("<f4", false, "(0, 4)", &[]));
    good(
        path,
        "eval layer-norm --input e.npy -o e2.npy --format bf16",
    );
    let help = good(path, "eval layer-norm --help");
    assert!(help.contains("--accumulator"), "{help}");
}
