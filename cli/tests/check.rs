//! `roundoff check` and `roundoff accept`.

mod common;

use std::fs;
use std::path::Path;

use common::{Said, folder, read, write};
use roundoff::Format;
use roundoff::robust::baseline::{Files, Record};

/// Records in the folder itself: the variable `CARGO_TARGET_DIR` of whoever runs us does not matter.
fn places(folder: &Path) -> Files {
    Files {
        baseline: folder.join("roundoff.toml"),
        records: folder.join("records"),
    }
}

/// The words of a command, with that folder.
fn words(command: &str) -> String {
    format!("{command} --records records")
}

fn run(folder: &Path, command: &str) -> Said {
    common::run(folder, &words(command))
}

fn good(folder: &Path, command: &str) -> String {
    common::good(folder, &words(command))
}

fn refused(folder: &Path, command: &str) -> String {
    common::refused(folder, &words(command))
}

fn record(name: &str, needs: u32) -> Record {
    Record {
        name: name.to_owned(),
        file: "tests/roots.rs".to_owned(),
        line: 14,
        format: Format::BFLOAT16,
        keeps: 6.0,
        bits: 7.25,
        needs: Some(needs),
        confirmed: true,
        held: true,
    }
}

/// A package where these tests were run.
fn package(records: &[Record]) -> tempfile::TempDir {
    let folder = folder();
    write(folder.path(), "Cargo.lock", "");
    let files = places(folder.path());
    for record in records {
        files.write_record(record).expect("written");
    }
    folder
}

fn accepted(records: &[Record]) -> tempfile::TempDir {
    let folder = package(records);
    good(folder.path(), "accept");
    folder
}

/// Runs again, with other needs.
fn again(folder: &Path, record: &Record) {
    let files = places(folder);
    files.write_record(record).expect("written");
}

#[test]
fn zero_one_two() {
    let folder = accepted(&[record("a", 8), record("b", 6)]);
    let path = folder.path();
    let said = run(path, "check");
    assert_eq!(
        (said.code, said.err.as_str()),
        (Some(0), ""),
        "{}",
        said.out
    );
    // Fewer: passes and says so.
    again(path, &record("b", 5));
    let said = run(path, "check");
    assert_eq!(said.code, Some(0));
    assert!(said.out.contains("fewer digits than 6"), "{}", said.out);
    // More: fails.
    again(path, &record("a", 9));
    let said = run(path, "check");
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("needs 9 digits"), "{}", said.out);
    assert!(said.err.contains("1 of 2 tests"), "{}", said.err);
    // Accepted.
    let told = good(path, "accept");
    assert!(told.contains("a: 9 digits, 8 before"), "{told}");
    assert!(told.contains("b: 5 digits, 6 before"), "{told}");
    assert_eq!(run(path, "check").code, Some(0));
    assert!(good(path, "accept").contains("as it should be"));
    // A new one: not decided.
    again(path, &record("c", 3));
    let said = run(path, "check");
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("roundoff accept"), "{}", said.err);
    // One that is gone.
    good(path, "accept c");
    let files = places(path);
    fs::remove_file(files.records.join(record("c", 3).file_name())).expect("removed");
    assert_eq!(run(path, "check").code, Some(2));
    assert!(good(path, "accept --prune").contains("c: dropped"));
    assert_eq!(run(path, "check").code, Some(0));
}

#[test]
fn a_test_that_does_not_hold() {
    let bad = Record {
        held: false,
        bits: 2.0,
        ..record("a", 11)
    };
    let folder = package(&[bad]);
    let said = run(folder.path(), "check");
    assert_eq!(said.code, Some(1));
    assert!(
        said.out
            .contains("keeps 2.0 bits in bfloat16, not the 6 asked"),
        "{}",
        said.out
    );
    let told = refused(folder.path(), "accept a");
    assert!(told.contains("mend the code first"), "{told}");
}

/// Before and needs, wherever a test stands that the baseline has: run, failed or not run.
#[test]
fn what_the_baseline_holds_is_shown_of_every_test() {
    let folder = accepted(&[record("fails", 8), record("gone", 6)]);
    let path = folder.path();
    let failed = Record {
        held: false,
        bits: 2.0,
        ..record("fails", 11)
    };
    again(path, &failed);
    let gone = places(path).records.join(record("gone", 6).file_name());
    fs::remove_file(gone).expect("removed");
    let said = run(path, "check --markdown sum.md");
    assert_eq!(said.code, Some(1));
    let columns = |name: &str| -> Vec<String> {
        let line = said.out.lines().find(|line| line.starts_with(name));
        let words = line.expect("a line").split_whitespace();
        words.skip(1).take(4).map(str::to_owned).collect()
    };
    assert_eq!(columns("fails"), ["bfloat16", "6", "8", "11"]);
    assert_eq!(columns("gone"), ["bfloat16", "6", "6", "-"]);
    let markdown = String::from_utf8(read(path, "sum.md")).expect("UTF-8");
    assert!(
        markdown.contains("| fails | bfloat16 | 6 | 8 | 11 |"),
        "{markdown}"
    );
    assert!(
        markdown.contains("| gone | bfloat16 | 6 | 6 | - |"),
        "{markdown}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&run(path, "check --json").out).expect("JSON");
    assert_eq!(json["tests"][0]["before"], 8);
    assert_eq!(json["tests"][1]["before"], 6);
    assert_eq!(json["tests"][1]["format"], "bfloat16");
}

#[test]
fn reports_for_machines() {
    let folder = accepted(&[record("a<b>&\"|", 8), record("b", 6)]);
    let path = folder.path();
    again(path, &record("a<b>&\"|", 9));
    again(path, &record("new", 3));
    let said = run(
        path,
        "check --annotations --markdown sum.md --junit out.xml",
    );
    assert_eq!(said.code, Some(1));
    assert!(
        said.out
            .contains("::warning file=tests/roots.rs,line=14::a<b>&\"|: needs 9 digits"),
        "{}",
        said.out
    );
    assert!(
        said.out
            .contains("::warning file=tests/roots.rs,line=14::new: "),
        "{}",
        said.out
    );
    assert!(!said.out.contains("::b: "), "{}", said.out);
    let markdown = String::from_utf8(read(path, "sum.md")).expect("UTF-8");
    assert!(
        markdown.contains("| **failed** | a&lt;b>&amp;\"\\| | bfloat16 | 6 | 8 | 9 |"),
        "{markdown}"
    );
    let rows = markdown.lines().filter(|line| line.starts_with('|'));
    // Bars of the table itself: eight a row.
    for row in rows {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 8, "{row}");
    }
    let junit = String::from_utf8(read(path, "out.xml")).expect("UTF-8");
    assert!(
        junit.contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""),
        "{junit}"
    );
    assert!(
        junit.contains("name=\"a&lt;b&gt;&amp;&quot;|\"><failure message=\""),
        "{junit}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&run(path, "check --json").out).expect("JSON");
    assert_eq!(json["code"], 1);
    assert_eq!(json["tests"][0]["standing"], "more");
    assert_eq!(json["tests"][0]["before"], 8);
    assert_eq!(json["tests"][0]["needs"], 9);
    assert_eq!(json["tests"][2]["standing"], "new");
}

/// The command of the workflow in docs/ci.md, as it stands there.
#[test]
fn the_workflow_of_the_documentation_runs() {
    let page = include_str!("../../docs/ci.md");
    let workflow = page
        .split("```yaml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let workflow = workflow.expect("a workflow");
    let words: Vec<&str> = workflow.split_whitespace().collect();
    let begin = words
        .windows(2)
        .position(|pair| pair == ["roundoff", "check"]);
    let command = &words[begin.expect("the command") + 1..];
    let end = command.iter().position(|word| *word == "-");
    let command = command[..end.unwrap_or(command.len())].join(" ");
    let command = command.replace("\"$GITHUB_STEP_SUMMARY\"", "summary.md");
    let folder = accepted(&[record("a", 8)]);
    std::fs::create_dir_all(folder.path().join("target/roundoff")).expect("a folder");
    let said = run(folder.path(), &command);
    assert_eq!(said.code, Some(0), "{command}: {}", said.err);
    for name in ["summary.md", "target/roundoff/junit.xml"] {
        assert!(!read(folder.path(), name).is_empty(), "{name}");
    }
}

#[test]
fn what_cannot_be_used() {
    let folder = folder();
    let path = folder.path();
    write(path, "Cargo.lock", "");
    for command in ["check", "accept"] {
        let told = refused(path, command);
        assert!(told.contains("run `cargo test` first"), "{told}");
    }
    again(path, &record("quadratic", 8));
    write(
        path,
        "roundoff.toml",
        "version = 1\n[tests.a]\nformt = \"bfloat16\"\n",
    );
    for command in ["check", "accept"] {
        let told = refused(path, command);
        assert!(
            told.contains("line 3: unknown key \"formt\": did you mean format?"),
            "{told}"
        );
    }
    write(path, "roundoff.toml", "version = 1\n");
    let told = refused(path, "accept quadratc");
    assert!(told.contains("did you mean quadratic?"), "{told}");
    let told = refused(path, "check --junit missing/out.xml");
    assert!(told.contains("there is no such folder"), "{told}");
    let told = refused(path, "accept --baseline /dev/full");
    assert!(told.contains("/dev/full"), "{told}");
    // Files of another place.
    good(path, "accept --baseline other.toml");
    assert_eq!(run(path, "check --baseline other.toml").code, Some(0));
    assert_eq!(run(path, "check").code, Some(2));
}

#[test]
#[cfg(unix)]
fn a_read_only_baseline_stays() {
    use std::os::unix::fs::PermissionsExt;
    let folder = accepted(&[record("a", 8)]);
    let path = folder.path();
    let before = read(path, "roundoff.toml");
    fs::set_permissions(
        path.join("roundoff.toml"),
        fs::Permissions::from_mode(0o444),
    )
    .expect("permissions");
    again(path, &record("a", 7));
    let told = refused(path, "accept");
    assert!(told.contains("permission denied"), "{told}");
    assert_eq!(read(path, "roundoff.toml"), before);
}
