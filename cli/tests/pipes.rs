//! Pipes, full disks, signals and folders that cannot be written.
#![cfg(unix)]

mod common;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

use common::*;

fn shell(folder: &std::path::Path, script: &str) -> Said {
    let binary = env!("CARGO_BIN_EXE_roundoff");
    let run = Command::new("bash")
        .args([
            "-c",
            &format!("set -o pipefail; roundoff() {{ '{binary}' \"$@\"; }}; {script}"),
        ])
        .current_dir(folder)
        .output();
    run.expect("bash").into()
}

/// An array of four megabytes.
fn big(folder: &std::path::Path) {
    write(
        folder,
        "x.npy",
        npy("<f4", false, "(1000000,)", &vec![0x3f; 4_000_000]),
    );
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let folder = folder();
    for words in ["formats binary16 --values", "formats --json", "roundings"] {
        let said = shell(folder.path(), &format!("roundoff {words} | head -n 1"));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{words}");
        assert_eq!(said.out.lines().count(), 1);
    }
    // Nobody at all: the file is written all the same.
    big(folder.path());
    let said = shell(folder.path(), "roundoff chop x.npy -o y.npy -f fp16 | true");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert_eq!(read(folder.path(), "y.npy").len(), 4_000_128);
}

#[test]
fn nothing_but_the_table_goes_into_a_pipe() {
    let folder = folder();
    big(folder.path());
    let out = good(folder.path(), "chop x.npy -f fp16");
    assert!(!out.contains('\u{1b}') && !out.contains('\r'), "{out}");
}

#[test]
fn a_full_standard_output_is_told() {
    let folder = folder();
    let said = shell(folder.path(), "roundoff formats > /dev/full");
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("the disk is full"), "{}", said.err);
    assert_eq!(said.err.lines().count(), 1);
}

#[test]
fn outputs_that_are_no_files_are_refused_and_left_alone() {
    let folder = folder();
    let path = folder.path();
    big(path);
    symlink("/dev/full", path.join("full.npy")).unwrap();
    std::fs::create_dir(path.join("folder.npy")).unwrap();
    let told = refused(path, "chop x.npy -o full.npy -f fp16");
    assert!(told.contains("no regular file"), "{told}");
    let told = refused(path, "chop x.npy -o folder.npy -f fp16");
    assert!(told.contains("is a folder"), "{told}");
    let told = refused(path, "chop folder.npy -f fp16");
    assert!(told.contains("no regular file"), "{told}");
    let made = Command::new("mkfifo").arg(path.join("pipe.npy")).status();
    if made.is_ok_and(|status| status.success()) {
        let told = refused(path, "chop pipe.npy -f fp16");
        assert!(told.contains("no regular file"), "{told}");
    } else {
        eprintln!("SKIPPED: no mkfifo here");
    }
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    let folder = folder();
    let path = folder.path();
    big(path);
    let header = r#"{"w":{"dtype":"F32","shape":[1000000],"data_offsets":[0,4000000]}}"#;
    write(
        path,
        "x.safetensors",
        safetensors(header, &vec![0x3f; 4_000_000]),
    );
    write(path, "x.npz", npz(&[("w.npy", read(path, "x.npy"))], false));
    write(path, "old.npy", b"what was there");
    let before = files(path);
    for output in [
        "x.npy -o y.npy",
        "x.npy -o old.npy",
        "x.safetensors -o y.safetensors",
        "x.npz -o y.npz",
    ] {
        let said = shell(
            path,
            &format!("ulimit -f 100; roundoff chop {output} -f fp16"),
        );
        assert_eq!(said.code, Some(2), "{output}: {}", said.err);
        assert!(said.err.contains("cannot write"), "{}", said.err);
        assert!(said.err.contains("size limit"), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        assert!(files(path) == before, "{output} left a file");
    }
}

#[test]
fn a_full_file_system_leaves_nothing() {
    let folder = folder();
    let path = folder.path();
    big(path);
    let script = "mkdir small && mount -t tmpfs -o size=1m none small";
    if shell(path, &format!("unshare -rm bash -c '{script}'")).code != Some(0) {
        eprintln!("SKIPPED: no small file system can be mounted here");
        return;
    }
    let binary = env!("CARGO_BIN_EXE_roundoff");
    let script = format!(
        "mount -t tmpfs -o size=1m none small; {binary} chop x.npy -o small/y.npy -f fp16; echo $? $(ls -A small | wc -l)"
    );
    let said = shell(path, &format!("unshare -rm bash -c '{script}'"));
    assert_eq!(said.out.trim(), "2 0", "{}", said.err);
    assert!(said.err.contains("the disk is full"), "{}", said.err);
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let folder = folder();
    let path = folder.path();
    big(path);
    std::fs::create_dir(path.join("theirs")).unwrap();
    std::fs::set_permissions(path.join("theirs"), PermissionsExt::from_mode(0o555)).unwrap();
    if std::fs::write(path.join("theirs/probe"), "").is_ok() {
        // The superuser writes anywhere: where the system itself says no.
        let told = refused(path, "chop x.npy -o /proc/y.npy -f fp16");
        assert!(told.contains("cannot write /proc/y.npy"), "{told}");
        eprintln!("SKIPPED: permissions do not bind this user");
        return;
    }
    let told = refused(path, "chop x.npy -o theirs/y.npy -f fp16");
    assert!(told.contains("permission denied"), "{told}");
}

#[test]
fn a_signal_leaves_nothing() {
    let folder = folder();
    let path = folder.path();
    // A sparse file of 64 GiB: long enough to be stopped.
    let size = 1u64 << 36;
    let file = std::fs::File::create(path.join("x.npy")).unwrap();
    let header = npy("<f4", false, &format!("({},)", size / 4), &[]);
    std::io::Write::write_all(&mut &file, &header).unwrap();
    if file.set_len(header.len() as u64 + size).is_err() {
        eprintln!("SKIPPED: no sparse files here");
        return;
    }
    let child = roundoff()
        .args(["chop", "x.npy", "-o", "y.npy", "-f", "fp16"])
        .current_dir(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.is_ok_and(|status| status.success()));
    let said = Said::from(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(130), "{}", said.err);
    assert!(said.err.contains("nothing was written"), "{}", said.err);
    let left: Vec<_> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["x.npy"]);
}

#[test]
fn links_modes_and_old_files() {
    let folder = folder();
    let path = folder.path();
    big(path);
    write(path, "real.npy", b"old");
    symlink("real.npy", path.join("link.npy")).unwrap();
    good(path, "chop x.npy -o link.npy -f fp16");
    assert!(path.join("link.npy").is_symlink());
    assert_eq!(read(path, "real.npy").len(), 4_000_128);
    // As any new file under this umask.
    let said = shell(
        path,
        "umask 027; roundoff chop x.npy -o y.npy -f fp16; stat -c %a y.npy",
    );
    assert!(said.out.ends_with("640\n"), "{}", said.out);
}
