//! `roundoff.toml`: what tests needed, and what they need.

use std::fs;
use std::path::{Path, PathBuf};

use roundoff::Format;
use roundoff::arith::Arith;
use roundoff::robust::baseline::{
    Baseline, BaselineError, Entry, Files, Record, Standing, Standings, compare,
};
use roundoff::robust::{Probe, Robust, RobustError};

/// A folder of its own for a test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn files(folder: &Path) -> Files {
    Files {
        baseline: folder.join("roundoff.toml"),
        records: folder.join("records"),
    }
}

fn third(a: &Probe) -> <Probe as Arith>::Num {
    a.div(a.num(1.0), a.num(3.0))
}

/// One third keeps 6 bits with 6 digits and not with 5: within one step of 2^-p relative to 1/3,
/// 0.0101010101...
fn asking(files: &Files) -> Robust {
    Robust::at(Format::BFLOAT16)
        .keeps_bits(6)
        .with_baseline_in("one third", files.clone())
}

#[test]
fn a_test_stands_as_the_file_says() {
    let folder = folder("stands");
    let files = files(&folder);
    asking(&files).check(third);
    let records = files.read_records().expect("one record");
    let [record] = &records[..] else {
        panic!("{records:?}")
    };
    assert_eq!((record.name.as_str(), record.held), ("one third", true));
    // Independent of the search: with p digits, the two neighbours of 1/3 are 2^-p and 2^-p/2
    // away, relative to it.
    assert_eq!(record.needs, Some(6));
    assert!(record.confirmed);
    let standing = |baseline: &Baseline| compare(baseline, &records)[0].standing.clone();
    let mut baseline = files.read().expect("empty");
    assert_eq!(standing(&baseline), Standing::New);
    assert_eq!(baseline.accept(&records, |_| true), ["one third"]);
    assert_eq!(standing(&baseline), Standing::Same);
    fs::write(&files.baseline, baseline.to_toml()).expect("written");
    assert_eq!(files.read().expect("as written"), baseline);
    asking(&files).check(third);

    // Needed fewer before: a failure that names the file's number.
    let before = |needs: u32, baseline: &Baseline| {
        let mut other = baseline.clone();
        for entry in other.tests.values_mut() {
            entry.needs = needs;
        }
        fs::write(&files.baseline, other.to_toml()).expect("written");
        standing(&other)
    };
    assert_eq!(before(5, &baseline), Standing::More { before: 5 });
    match asking(&files).try_check(third) {
        Err(
            error @ RobustError::NeedsMore {
                needs: Some(6),
                before: 5,
                ..
            },
        ) => {
            let text = error.to_string();
            assert!(text.contains("needs 6 digits"), "{text}");
            assert!(text.contains("accept \"one third\""), "{text}");
        }
        other => panic!("{other:?}"),
    }
    // Needed more before: passes.
    assert_eq!(before(9, &baseline), Standing::Fewer { before: 9 });
    asking(&files).check(third);
    // Another question.
    let asked = asking(&files).keeps_bits(5).try_check(third);
    assert!(asked.is_ok());
    let changed = compare(&baseline, &files.read_records().expect("one"));
    assert!(matches!(changed[0].standing, Standing::Changed { .. }));
    assert_eq!(Standings::code(&changed), 2);
}

#[test]
fn a_failed_test_is_recorded_and_not_accepted() {
    let folder = folder("failed");
    let files = files(&folder);
    let found = asking(&files).keeps_bits(12).try_check(third);
    assert!(matches!(found, Err(RobustError::Failed(_))), "{found:?}");
    let records = files.read_records().expect("one");
    assert!(!records[0].held);
    assert_eq!(records[0].needs, Some(12));
    let mut baseline = Baseline::default();
    assert!(baseline.accept(&records, |_| true).is_empty());
    let all = compare(&baseline, &records);
    assert_eq!(all[0].standing, Standing::Failed);
    assert_eq!(all[0].before, None);
    assert_eq!(Standings::code(&all), 1);
    // What the baseline holds is told beside the failure.
    let entry = Entry {
        format: Format::BFLOAT16,
        keeps: 6.0,
        needs: 8,
    };
    let name = records[0].name.clone();
    baseline.tests.insert(name, entry.clone());
    let all = compare(&baseline, &records);
    assert_eq!(all[0].standing, Standing::Failed);
    assert_eq!(all[0].before, Some(entry));
}

#[test]
fn exit_codes_by_the_worst() {
    let standing = |standing| Standings {
        name: String::new(),
        standing,
        before: None,
        record: None,
    };
    let code = |all: &[Standing]| {
        let all: Vec<_> = all.iter().cloned().map(standing).collect();
        Standings::code(&all)
    };
    let (same, fewer) = (Standing::Same, Standing::Fewer { before: 9 });
    let more = Standing::More { before: 3 };
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&[same.clone(), fewer]), 0);
    assert_eq!(code(&[same.clone(), Standing::New]), 2);
    assert_eq!(code(&[Standing::New, more, same]), 1);
}

#[test]
fn not_run_and_pruned() {
    let mut baseline = Baseline::default();
    let entry = Entry {
        format: Format::BFLOAT16,
        keeps: 6.0,
        needs: 8,
    };
    baseline.tests.insert("gone".to_owned(), entry.clone());
    let all = compare(&baseline, &[]);
    assert_eq!(all[0].standing, Standing::NotRun);
    assert_eq!(all[0].before, Some(entry));
    assert_eq!(baseline.prune(&[]), ["gone"]);
    assert!(baseline.tests.is_empty());
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let parse = |text: &str| Baseline::parse(Path::new("roundoff.toml"), text);
    let good = "version = 1\n\n[tests.a]\nformat = \"bfloat16\"\nkeeps = 6.5\nneeds = 8\n";
    assert_eq!(parse(good).expect("good").tests["a"].keeps, 6.5);
    for (text, line, part) in [
        ("", 1, "\"version\" is missing"),
        ("version = 2\n", 1, "reads version 1"),
        ("version = \"1\"\n", 1, "whole number"),
        ("version = 1\n[test.a]\n", 2, "did you mean tests?"),
        ("version = 1\ntests = 3\n", 2, "[tests.name]"),
        ("version = 1\n[tests]\na = 3\n", 3, "[tests.name]"),
        (&good.replace("needs", "neds"), 6, "did you mean needs?"),
        (&good.replace("needs = 8", ""), 3, "\"needs\" is missing"),
        (&good.replace("needs = 8", "needs = 0"), 6, "1 to 53"),
        (
            &good.replace("needs = 8", "needs = 99999999999"),
            6,
            "1 to 53",
        ),
        (&good.replace("needs = 8", "needs = -8"), 6, "whole number"),
        (&good.replace("6.5", "nan"), 5, "0 to 53 bits"),
        (&good.replace("6.5", "1e9"), 5, "0 to 53 bits"),
        (&good.replace("6.5", "true"), 5, "whole number"),
        (&good.replace("bfloat16", "bfloat61"), 4, "bfloat61"),
        (&good.replace("\"bfloat16\"", "16"), 4, "quotes"),
        (&good.replace("[tests.a]", "[tests.a"), 3, ""),
        ("version = 1\n\u{0}", 2, ""),
    ] {
        match parse(text) {
            Err(BaselineError::Text {
                line: at, problem, ..
            }) => {
                assert_eq!(at, line, "{text}: {problem}");
                assert!(problem.contains(part), "{text}: {problem}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn any_name_comes_back() {
    let entry = Entry {
        format: Format::OCP_E4M3,
        keeps: 2.25,
        needs: 53,
    };
    let mut baseline = Baseline::default();
    for name in [
        "",
        "a.b",
        "module::test",
        "two words",
        "\"quoted\"",
        "a\nb\tc",
        "\\",
        "ü",
        "\u{7f}",
    ] {
        baseline.tests.insert(name.to_owned(), entry.clone());
        let record = Record {
            name: name.to_owned(),
            file: "src\\lib.rs".to_owned(),
            line: 7,
            format: entry.format,
            keeps: 2.25,
            bits: 0.1,
            needs: None,
            confirmed: false,
            held: false,
        };
        let again = Record::parse(Path::new("x.toml"), &record.to_toml());
        assert_eq!(again.expect("as written"), record);
    }
    let text = baseline.to_toml();
    let again = Baseline::parse(Path::new("roundoff.toml"), &text);
    assert_eq!(again.expect(&text), baseline);
}

#[test]
fn records_of_a_damaged_file_are_refused() {
    let folder = folder("damaged");
    let files = files(&folder);
    fs::create_dir_all(&files.records).expect("a folder");
    fs::write(files.records.join("x.toml"), "version = 1\nname = \"x\"\n").expect("written");
    let error = files.read_records().expect_err("damaged").to_string();
    assert!(
        error.contains("x.toml, line 1: \"format\" is missing"),
        "{error}"
    );
    fs::write(files.records.join("x.toml"), [0xff, 0xfe]).expect("written");
    let error = files.read_records().expect_err("no text").to_string();
    assert!(error.contains("cannot read"), "{error}");
}

#[test]
fn the_baseline_is_beside_the_lock_file() {
    let folder = folder("workspace");
    let member = folder.join("crates").join("member");
    fs::create_dir_all(&member).expect("a folder");
    // Without one of ours, the lock file of this very workspace is the nearest.
    fs::write(folder.join("Cargo.lock"), "").expect("written");
    let found = Files::from_folder(&member);
    if std::env::var_os("ROUNDOFF_BASELINE").is_none() {
        assert_eq!(found.baseline, folder.join("roundoff.toml"));
    }
    if std::env::var_os("ROUNDOFF_RECORDS").is_none() {
        assert!(found.records.ends_with("roundoff"), "{found:?}");
    }
    // A nearer one wins.
    fs::write(member.join("Cargo.lock"), "").expect("written");
    if std::env::var_os("ROUNDOFF_BASELINE").is_none() {
        let found = Files::from_folder(&member);
        assert_eq!(found.baseline, member.join("roundoff.toml"));
    }
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_not_read() {
    // Neither an endless device nor a folder is waited for.
    for (path, part) in [("/dev/zero", "no regular file"), ("/", "directory")] {
        let files = Files {
            baseline: PathBuf::from(path),
            records: PathBuf::new(),
        };
        let error = files.read().expect_err("no file").to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_record_that_cannot_be_written_is_told() {
    let folder = folder("unwritable");
    let mut files = files(&folder);
    // A file where the folder should be: also for root, whom permissions do not stop.
    files.records = folder.join("file").join("records");
    fs::write(folder.join("file"), "").expect("written");
    match asking(&files).try_check(third) {
        Err(RobustError::Baseline(error)) => {
            assert!(error.to_string().starts_with("cannot write"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    // A full disk: nothing half written is left.
    let full = Path::new("/dev/full");
    if !full.exists() {
        println!("skipped: this system has no /dev/full");
        return;
    }
    files.records = folder.join("full");
    fs::create_dir_all(&files.records).expect("a folder");
    #[cfg(unix)]
    {
        let record = Record {
            name: "x".to_owned(),
            file: String::new(),
            line: 1,
            format: Format::BINARY16,
            keeps: 1.0,
            bits: 1.0,
            needs: Some(1),
            confirmed: true,
            held: true,
        };
        // The temporary name leads to a full device.
        let name = format!(".{}.{}.tmp", record.file_name(), std::process::id());
        std::os::unix::fs::symlink(full, files.records.join(name)).expect("a link");
        let error = files
            .write_record(&record)
            .expect_err("no room")
            .to_string();
        assert!(error.contains("make room on the disk"), "{error}");
        assert_eq!(fs::read_dir(&files.records).expect("a folder").count(), 0);
    }
}
