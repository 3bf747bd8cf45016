//! Rows to files and back, journals, parts, plan files.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use roundoff::Format;
use roundoff::experiments::journal::{Journal, JournalError};
use roundoff::experiments::merge::{MergeError, merge};
use roundoff::experiments::row::{COLUMNS, Cell, Kind};
use roundoff::experiments::sweep::{Options, run};
use roundoff::experiments::table::{self, Layout, Writer};
use roundoff::experiments::{Plan, Row, Shard, planfile};

/// A folder of its own for each test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("roundoff-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn rows_of(plan: &Plan, shard: Shard) -> Vec<Row> {
    let mut rows = Vec::new();
    let options = Options {
        shard,
        ..Options::default()
    };
    run(plan, &options, |row| {
        rows.push(row);
        Ok(())
    })
    .unwrap();
    rows
}

fn plan() -> Plan {
    Plan::of(&["sum", "fft"])
        .unwrap()
        .formats(&[Format::BINARY16, Format::OCP_E4M3])
        .sizes(&[10, 16])
        .seeds(0..6)
}

/// Rows of a sweep, and one of every kind of value.
fn odd_rows() -> Vec<Row> {
    let mut rows = rows_of(&plan(), Shard::default());
    let figures = [
        None,
        Some(f64::NAN),
        Some(f64::INFINITY),
        Some(f64::NEG_INFINITY),
        Some(-0.0),
        Some(5e-324),
        Some(f64::MAX),
        Some(0.1 + 0.2),
        Some(1e22),
    ];
    for (i, figure) in figures.into_iter().enumerate() {
        let cells = COLUMNS.iter().map(|column| match column.kind {
            Kind::Text => Cell::Text(["", "a,b\"c\nd", "ä=ö;é", " "][i % 4].into()),
            Kind::Count => Cell::Count([0, 1, u64::MAX, 1 << 53, (1 << 53) + 1][i % 5]),
            Kind::Figure => Cell::Figure(figure),
        });
        rows.push(Row::from_cells(cells).unwrap());
    }
    rows
}

fn write(path: &Path, rows: &[Row]) {
    let file = std::fs::File::create(path).unwrap();
    let mut writer = Writer::new(Layout::of(path).unwrap(), file).unwrap();
    rows.iter().for_each(|row| writer.write(row).unwrap());
    writer.finish().unwrap();
}

fn read(path: &Path) -> Vec<Row> {
    table::open(path)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

#[test]
fn every_layout_reads_back_what_was_written() {
    let folder = Folder::new("layouts");
    let rows = odd_rows();
    for name in ["t.csv", "t.jsonl", "t.parquet"] {
        let path = folder.at(name);
        write(&path, &rows);
        let back = read(&path);
        assert_eq!(back.len(), rows.len(), "{name}");
        for (a, b) in rows.iter().zip(&back) {
            assert_eq!(a.differs(b), Vec::<&str>::new(), "{name}");
        }
        write(&path, &[]);
        assert!(read(&path).is_empty(), "{name}");
    }
}

#[test]
fn a_parquet_file_of_several_groups() {
    let folder = Folder::new("groups");
    let row = &odd_rows()[0];
    let rows: Vec<Row> = (0..40_000)
        .map(|index| Row {
            index,
            ..row.clone()
        })
        .collect();
    write(&folder.at("t.parquet"), &rows);
    assert!(
        read(&folder.at("t.parquet"))
            .iter()
            .map(|row| row.index)
            .eq(0..40_000)
    );
}

#[test]
fn damaged_tables_are_refused_in_words() {
    let folder = Folder::new("damaged");
    for name in ["t.csv", "t.jsonl", "t.parquet"] {
        let path = folder.at(name);
        write(&path, &odd_rows());
        let whole = std::fs::read(&path).unwrap();
        for cut in [1, 10, whole.len() / 2, whole.len() - 3] {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let told = match table::open(&path) {
                Err(error) => error.to_string(),
                Ok(rows) => match rows.collect::<Result<Vec<_>, _>>() {
                    Err(error) => error.to_string(),
                    // A cut between two digits of the last figure, or between two lines.
                    Ok(rows) => format!("{} rows", rows.len()),
                },
            };
            assert!(!told.is_empty(), "{name} {cut}");
        }
        // Every byte changed once; nothing panics.
        for at in (0..whole.len()).step_by(whole.len() / 97 + 1) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x5a;
            std::fs::write(&path, &bytes).unwrap();
            if let Ok(rows) = table::open(&path) {
                for row in rows.take(1000) {
                    if row.is_err() {
                        break;
                    }
                }
            }
        }
        std::fs::write(&path, b"").unwrap();
        let empty = table::open(&path).map(|rows| rows.count());
        assert!(!matches!(empty, Ok(1..)), "{name}");
    }
    assert!(table::open(&folder.at("none.csv")).is_err());
    assert!(table::open(&folder.at("t.txt")).is_err());
    assert!(table::open(&folder.0).is_err());
    std::fs::write(folder.at("other.csv"), "a,b\n1,2\n").unwrap();
    let told = table::open(&folder.at("other.csv"))
        .err()
        .unwrap()
        .to_string();
    assert!(told.contains("heading"), "{told}");
    // A line without an end is not read as a whole.
    std::fs::write(folder.at("long.jsonl"), "x".repeat(3 << 20)).unwrap();
    let mut rows = table::open(&folder.at("long.jsonl")).unwrap();
    assert!(rows.next().unwrap().is_err());
}

/// A disk with room for so many bytes.
struct Disk(usize);

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_by_every_layout() {
    let rows = odd_rows();
    for layout in [Layout::Csv, Layout::JsonLines, Layout::Parquet] {
        for room in [0, 100, 3000] {
            let attempt = || {
                let mut writer = Writer::new(layout, Disk(room))?;
                rows.iter().try_for_each(|row| writer.write(row))?;
                writer.finish().map(|_| ())
            };
            let error = attempt().unwrap_err();
            assert_eq!(
                error.kind(),
                io::ErrorKind::StorageFull,
                "{layout:?} {room}"
            );
        }
    }
}

#[test]
fn a_journal_goes_on_after_a_kill_at_any_byte() {
    let folder = Folder::new("journal");
    let (plan, shard) = (plan(), Shard::default());
    let rows = rows_of(&plan, shard);
    let path = folder.at("t.journal");
    let mut journal = Journal::open(&path, &plan, shard).unwrap();
    rows.iter().for_each(|row| journal.append(row).unwrap());
    assert_eq!(journal.rows() as usize, rows.len());
    drop(journal);
    let whole = std::fs::read(&path).unwrap();
    for cut in (0..whole.len())
        .step_by(487)
        .chain([whole.len() - 1, whole.len()])
    {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let mut journal = Journal::open(&path, &plan, shard).unwrap();
        let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(journal.rows() as usize, lines.saturating_sub(1), "{cut}");
        for row in &rows[journal.rows() as usize..] {
            journal.append(row).unwrap();
        }
        let back: Vec<Row> = journal.read().unwrap().map(Result::unwrap).collect();
        assert_eq!(back, rows);
        drop(journal);
        assert_eq!(std::fs::read(&path).unwrap(), whole, "{cut}");
    }
}

#[test]
fn a_journal_belongs_to_one_run_and_one_plan() {
    let folder = Folder::new("lock");
    let path = folder.at("t.journal");
    let shard = Shard::default();
    let journal = Journal::open(&path, &plan(), shard).unwrap();
    let busy = Journal::open(&path, &plan(), shard);
    assert!(matches!(busy, Err(JournalError::Busy(_))), "{busy:?}");
    drop(journal);
    let again = Journal::open(&path, &plan(), shard);
    assert!(again.is_ok());
    drop(again);
    let other = plan().seeds(0..7);
    let other = Journal::open(&path, &other, shard);
    assert!(matches!(other, Err(JournalError::Other(_))), "{other:?}");
    let part = Journal::open(&path, &plan(), "1/2".parse().unwrap());
    assert!(matches!(part, Err(JournalError::Other(_))), "{part:?}");
    // Something that is no journal is left as it is.
    std::fs::write(folder.at("note"), "dear diary\n").unwrap();
    let note = Journal::open(&folder.at("note"), &plan(), shard);
    assert!(matches!(note, Err(JournalError::Other(_))));
    assert_eq!(std::fs::read(folder.at("note")).unwrap(), b"dear diary\n");
    // A last row that is none.
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"format\":1}\n").unwrap();
    let damaged = Journal::open(&path, &plan(), shard);
    assert!(
        matches!(damaged, Err(JournalError::Damaged { row: 1, .. })),
        "{damaged:?}"
    );
}

#[test]
fn parts_merge_to_the_bits_of_one_run() {
    let folder = Folder::new("merge");
    let plan = plan();
    let whole = rows_of(&plan, Shard::default());
    for name in ["t.csv", "t.jsonl", "t.parquet"] {
        let parts: Vec<PathBuf> = (1..=3)
            .map(|part| {
                let path = folder.at(&format!("{part}-{name}"));
                write(&path, &rows_of(&plan, format!("{part}/3").parse().unwrap()));
                path
            })
            .collect();
        let open = |paths: &[PathBuf]| {
            let named = |path: &PathBuf| (path.display().to_string(), table::open(path).unwrap());
            paths.iter().map(named).collect::<Vec<_>>()
        };
        let mut rows = Vec::new();
        let merged = merge(open(&parts), |row| {
            rows.push(row);
            Ok(())
        })
        .unwrap();
        assert_eq!(rows, whole);
        assert_eq!((merged.missing, merged.twice), (0, 0));
        // A part twice, a part missing.
        let again = [parts.clone(), vec![parts[0].clone()]].concat();
        let merged = merge(open(&again), |_| Ok(())).unwrap();
        assert_eq!(merged.rows as usize, whole.len());
        assert!(merged.twice > 0 && merged.missing == 0);
        let merged = merge(open(&parts[1..]), |_| Ok(())).unwrap();
        assert_eq!(merged.missing as usize, whole.len() - merged.rows as usize);
        assert!(merged.first_missing.is_some());
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let folder = Folder::new("misfits");
    let plan = plan();
    let rows = rows_of(&plan, Shard::default());
    let part = |name: &str, rows: &[Row]| {
        let path = folder.at(name);
        write(&path, rows);
        (name.to_owned(), table::open(&path).unwrap())
    };
    let mut changed = rows.clone();
    changed[3].normwise = Some(0.5);
    let differ = merge(vec![part("a.csv", &rows), part("b.csv", &changed)], |_| {
        Ok(())
    });
    let Err(MergeError::Differ {
        index: 3, columns, ..
    }) = differ
    else {
        panic!("{differ:?}")
    };
    assert_eq!(columns, "normwise");
    let other = rows_of(&plan.clone().seeds(0..2), Shard::default());
    let foreign = merge(
        vec![part("c.csv", &rows), part("d.csv", &other)],
        |_| Ok(()),
    );
    assert!(
        matches!(foreign, Err(MergeError::Foreign { .. })),
        "{foreign:?}"
    );
    let mut turned = rows.clone();
    turned.reverse();
    let order = merge(vec![part("e.csv", &turned)], |_| Ok(()));
    assert!(matches!(order, Err(MergeError::Order { .. })), "{order:?}");
    assert_eq!(merge(Vec::new(), |_| Ok(())).unwrap().rows, 0);
}

#[test]
fn a_plan_file_is_the_plan_of_the_builder() {
    let text = r#"
        kernels = ["softmax", "sum"]
        formats = ["half", "bf16"]
        roundings = ["rne", "stochastic"]
        saturations = "finite"
        accumulators = ["same", "binary32/pairwise"]
        sizes = [16, 1_000]
        conditions = [1, 2.5]
        seeds = [3, 5]
        input-seed = 9
        [sites]
        output = "binary32"
    "#;
    let built = Plan::of(&["softmax", "sum"])
        .unwrap()
        .formats(&[Format::BINARY16, Format::BFLOAT16])
        .roundings(&[
            roundoff::Rounding::default(),
            roundoff::Rounding::STOCHASTIC,
        ])
        .saturations(&[roundoff::Saturation::Finite])
        .accumulators(&[
            "same".parse().unwrap(),
            "binary32/pairwise".parse().unwrap(),
        ])
        .sizes(&[16, 1000])
        .conditions(&[1.0, 2.5])
        .seeds([3, 5])
        .input_seed(9)
        .site("output", Format::BINARY32);
    let read = planfile::parse(text).unwrap();
    assert_eq!(read.fingerprint(), built.fingerprint());
    assert_ne!(read.fingerprint(), built.seeds([3]).fingerprint());
}

#[test]
fn a_typo_in_a_plan_file_gets_its_line_and_the_nearest_name() {
    let good = "kernels = [\"sum\"]\nformats = [\"binary16\"]\n";
    assert!(planfile::parse(good).is_ok());
    for (text, line, word) in [
        (
            "kernels = [\"sum\",\n \"sotfmax\"]",
            2,
            "did you mean softmax?",
        ),
        (
            "kernels = [\"sum\"]\nformats = [\n\"bfloat61\"]",
            3,
            "did you mean bfloat16?",
        ),
        ("kernels = [\"sum\"]\nformats = [\"e4m3\"]", 2, "ocp-e4m3"),
        (
            "kernels = [\"sum\"]\nroundigns = [\"rne\"]",
            2,
            "did you mean roundings?",
        ),
        (
            "kernels = [\"sum\"]\nroundings = [\"rq\"]",
            2,
            "did you mean rz?",
        ),
        ("kernels = [\"sum\"]\nroundings = [\"best\"]", 2, "rne"),
        ("kernels = [\"sum\"]\nsaturations = [\"all\"]", 2, "finite"),
        (
            "kernels = [\"sum\"]\naccumulators = [\"binary32/up\"]",
            2,
            "up",
        ),
        ("kernels = [\"sum\"]\nsizes = [1.5]", 2, "whole number"),
        ("kernels = [\"sum\"]\nsizes = [-1]", 2, "whole number"),
        ("kernels = [\"sum\"]\nconditions = [\"big\"]", 2, "number"),
        ("kernels = [\"sum\"]\nseeds = \"5..1\"", 2, "0..50"),
        ("kernels = [\"sum\"]\nseeds = \"0..99999999999\"", 2, "2^24"),
        (
            "kernels = [\"sum\"]\ninput-seed = [1, 2]",
            2,
            "one whole number",
        ),
        (
            "kernels = [\"sum\"]\n\n[sites]\nouptut = \"binary32\"",
            4,
            "did you mean output?",
        ),
        ("kernels = [\"sum\"]\nsites = 3", 2, "[sites]"),
        ("kernels = [1]", 1, "quotes"),
        ("formats = [\"binary16\"]", 1, "no kernels"),
        ("kernels = [\"sum\"]\nformats = []", 1, "no trials"),
        ("kernels = [\"sum\"\nformats", 2, ""),
        ("", 1, "no kernels"),
    ] {
        let error = planfile::parse(text).unwrap_err();
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.to_string().contains(word), "{text}: {error}");
    }
}

/// Half an hour on a slow disk, and 10 GB: `cargo test --features full --release --test experiments
/// ten_million -- --ignored --nocapture`.
#[test]
#[ignore = "writes 10^7 rows"]
fn ten_million_rows_are_written_in_little_memory() {
    let row = odd_rows()[0].clone();
    // The most memory the process has had, in KiB.
    let peak = || -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    for layout in [Layout::Parquet, Layout::JsonLines, Layout::Csv] {
        let before = peak();
        let started = std::time::Instant::now();
        let mut writer = Writer::new(layout, io::BufWriter::new(io::sink())).unwrap();
        let mut row = row.clone();
        for index in 0..10_000_000 {
            row.index = index;
            row.seed = index / 7;
            row.normwise = Some(1.0 / (index + 1) as f64);
            writer.write(&row).unwrap();
        }
        writer.finish().unwrap();
        println!(
            "{layout:?}: {:.1?}, peak {before:?} to {:?} KiB",
            started.elapsed(),
            peak()
        );
        if let (Some(before), Some(after)) = (before, peak()) {
            assert!(after - before < 300 << 10, "{before} {after}");
        } else {
            println!("skipped: no /proc/self/status to read the memory from");
        }
    }
}
