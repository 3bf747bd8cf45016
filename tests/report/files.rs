//! Rows from files, good and bad.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use roundoff::report::table::{Cell, Keep};
use roundoff::report::{Characters, Table, TableError};

/// A file of this process, removed at the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = std::env::temp_dir().join(format!("roundoff-{}-{name}", std::process::id()));
        fs::write(&path, content).expect("a file");
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn read(name: &str, content: impl AsRef<[u8]>, keep: Keep<'_>) -> Result<Table, TableError> {
    let file = Temporary::new(name, content);
    Table::read(&file.0, keep)
}

/// The sentence of an error.
fn refused(name: &str, content: impl AsRef<[u8]>) -> String {
    match read(name, content, Keep::First(10)) {
        Ok(table) => panic!("{name} was read: {table:?}"),
        Err(error) => error.to_string(),
    }
}

const CSV: &str = "format,size,error,seed,note\n\
    bfloat16,10,1e-3,18446744073709551615,\n\
    bfloat16,100,NaN,18446744073709551615,\"a, \"\"b\"\"\"\n\
    \"<b>\",10,inf,18446744073709551615,\n";

fn check(table: &Table) {
    assert_eq!(table.names(), ["format", "size", "error", "seed", "note"]);
    assert_eq!(table.len(), 3);
    assert_eq!(
        table.column("size").expect("size"),
        [Cell::Number(10.0), Cell::Number(100.0), Cell::Number(10.0)]
    );
    let errors = table.column("error").expect("error");
    assert_eq!(
        (&errors[0], &errors[2]),
        (&Cell::Number(1e-3), &Cell::Number(f64::INFINITY))
    );
    assert!(matches!(errors[1], Cell::Number(x) if x.is_nan()));
    // No f64 holds it: it stays as it is written.
    assert_eq!(
        table.column("seed").expect("seed")[0],
        Cell::from("18446744073709551615")
    );
    let notes = table.column("note").expect("note");
    assert_eq!(
        (&notes[0], &notes[1]),
        (&Cell::Empty, &Cell::from("a, \"b\""))
    );
    let constants: Vec<&str> = table.constants().map(|(name, _)| name).collect();
    assert_eq!(constants, ["seed"]);
    assert_eq!(table.varying().names(), ["format", "size", "error", "note"]);
}

#[test]
fn three_kinds_of_files_say_the_same() {
    check(&read("rows.csv", CSV, Keep::First(10)).expect("CSV"));
    let lines = r#"{"format": "bfloat16", "size": 10, "error": 1e-3, "seed": 18446744073709551615, "note": null}

{"format": "bfloat16", "size": 100, "error": "NaN", "seed": 18446744073709551615, "note": "a, \"b\""}
{"format": "<b>", "size": 10, "error": "Infinity", "seed": 18446744073709551615}"#;
    let table = read(
        "rows.jsonl",
        lines,
        Keep::Columns(&["format", "size", "error", "seed", "note"]),
    );
    check(&table.expect("JSON lines"));
    let file = Temporary::new("rows.parquet", "");
    parquet(&file.0);
    check(&Table::read(&file.0, Keep::First(10)).expect("Parquet"));
    let some = Table::read(&file.0, Keep::Columns(&["error", "format"])).expect("Parquet");
    assert_eq!(some.names(), ["error", "format"]);
}

/// The same rows through the parquet crate's column writers.
fn parquet(path: &std::path::Path) {
    let schema = "message rows { required binary format (UTF8); required int64 size; required double error; \
        required binary seed (UTF8); optional binary note (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let file = fs::File::create(path).expect("a file");
    let mut writer =
        SerializedFileWriter::new(file, schema, Arc::new(properties)).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let text = |text: &str| ByteArray::from(text.as_bytes().to_vec());
    let seed = text("18446744073709551615");
    let mut place = 0;
    while let Some(mut column) = group.next_column().expect("a column") {
        match place {
            0 => {
                let values = [text("bfloat16"), text("bfloat16"), text("<b>")];
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&values, None, None)
            }
            1 => column
                .typed::<Int64Type>()
                .write_batch(&[10, 100, 10], None, None),
            2 => column.typed::<DoubleType>().write_batch(
                &[1e-3, f64::NAN, f64::INFINITY],
                None,
                None,
            ),
            3 => column.typed::<ByteArrayType>().write_batch(
                &[seed.clone(), seed.clone(), seed.clone()],
                None,
                None,
            ),
            _ => column.typed::<ByteArrayType>().write_batch(
                &[text("a, \"b\"")],
                Some(&[0, 1, 0]),
                None,
            ),
        }
        .expect("values");
        column.close().expect("a column");
        place += 1;
    }
    group.close().expect("a group");
    writer.close().expect("a file");
}

#[test]
fn more_rows_than_are_kept_are_counted() {
    let many: String = (0..5000)
        .map(|n| format!("{n},{}\n", if n == 4999 { 2 } else { 1 }))
        .collect();
    let table = read("many.csv", format!("n,one\n{many}"), Keep::First(7)).expect("CSV");
    assert_eq!((table.len(), table.rows_in_file()), (7, 5000));
    // A column that changes after the rows kept is no constant.
    assert_eq!(table.constants().count(), 0);
}

#[test]
fn plots_of_columns() {
    let table = read("plot.csv", CSV, Keep::First(10)).expect("CSV");
    let plot = table.plot("size", "error", &["format"]).expect("a plot");
    let svg = plot.picture().svg();
    assert!(svg.contains(">bfloat16<") && svg.contains(">&lt;b&gt;<"));
    assert!(svg.contains("× 2 points: not finite"));
    // Texts along x, and the bound's column.
    let plot = table.plot("format", "size", &[]).expect("a plot");
    assert!(plot.text(60, Characters::Ascii).contains("bfloat16"));
    let plot = table
        .add_bound(plot, "format", "size", &[])
        .expect("a bound");
    assert!(plot.picture().svg().contains("stroke-dasharray"));
    let map = table
        .heat("size", "format", "error")
        .expect("a map")
        .picture()
        .svg();
    // bfloat16 at 10 is finite; at 100 NaN; <b> at 10 infinite; at 100 nothing.
    assert!(map.contains("dark, 3 cells"), "{map}");
    let sentence =
        |result: Result<_, TableError>| result.err().map(|error: TableError| error.to_string());
    let unknown = sentence(table.plot("siez", "error", &[]).map(|_| ())).expect("refused");
    assert!(
        unknown.contains("\"siez\"") && unknown.contains("format, size, error"),
        "{unknown}"
    );
    let text = sentence(table.plot("size", "format", &[]).map(|_| ())).expect("refused");
    assert!(
        text.contains("row 1") && text.contains("bfloat16"),
        "{text}"
    );
    let groups: String = (0..300).map(|n| format!("{n},1\n")).collect();
    let groups = read("groups.csv", format!("g,y\n{groups}"), Keep::First(1000)).expect("CSV");
    let many = sentence(groups.plot("g", "y", &["g"]).map(|_| ())).expect("refused");
    assert!(many.contains("200"), "{many}");
}

#[test]
fn a_map_keeps_what_is_not_finite() {
    // Whatever the order of the rows.
    for errors in [
        ["1", "NaN", "2"],
        ["NaN", "1", "2"],
        ["1", "2", "NaN"],
        ["inf", "1", "2"],
        ["1", "2", "inf"],
    ] {
        let rows: String = errors
            .iter()
            .map(|error| format!("a,b,{error}\n"))
            .collect();
        let table = read("finite.csv", format!("x,y,e\n{rows}"), Keep::First(9)).expect("CSV");
        let map = table.heat("x", "y", "e").expect("a map").picture().svg();
        assert!(map.contains("dark, 1 cell"), "{errors:?}");
    }
}

#[test]
fn bad_files_get_a_sentence() {
    let cases: [(&str, &[u8], &[&str]); 14] = [
        ("empty.csv", b"", &["empty"]),
        ("ragged.csv", b"a,b\n1,2\n1,2,3\n", &["line: 3"]),
        ("latin.csv", b"a,b\n\xff\xfe,1\n", &["UTF-8"]),
        ("empty.jsonl", b"\n\n", &["no rows"]),
        ("broken.jsonl", b"{\"a\": 1}\n{\"a\": \n", &["line 2"]),
        ("list.jsonl", b"[1, 2]\n", &["line 1", "no JSON object"]),
        (
            "other.jsonl",
            b"{\"a\": 1}\n{\"b\": 1}\n",
            &["line 2", "\"b\""],
        ),
        ("latin.jsonl", b"{\"a\": \"\xff\"}\n", &["line 1"]),
        ("empty.parquet", b"", &["arquet"]),
        ("short.parquet", b"PAR1", &["arquet"]),
        (
            "fake.parquet",
            b"PAR1aaaaaaaaaaaaaaaaaaaaaaaaaaaaPAR1",
            &["arquet"],
        ),
        ("long.parquet", b"PAR1\xff\xff\xff\x7fPAR1", &["arquet"]),
        ("rows.txt", b"a,b\n", &[".csv, .jsonl or .parquet"]),
        ("rows", b"a,b\n", &[".csv, .jsonl or .parquet"]),
    ];
    for (name, content, words) in cases {
        let sentence = refused(name, content);
        for word in words {
            assert!(sentence.contains(word), "{name}: {sentence} lacks {word}");
        }
        assert!(sentence.contains(name), "{sentence} does not name the file");
    }
    assert!(Table::read(std::path::Path::new("/nowhere/at/all.csv"), Keep::First(1)).is_err());
    // Nesting does not overflow the stack.
    refused(
        "deep.jsonl",
        format!(
            "{{\"a\": {}1{}}}\n",
            "[".repeat(100_000),
            "]".repeat(100_000)
        ),
    );
    // A file cut anywhere is refused or read, never a panic.
    let whole = Temporary::new("whole.parquet", "");
    parquet(&whole.0);
    let bytes = fs::read(&whole.0).expect("bytes");
    for end in (0..bytes.len()).step_by(7) {
        refused("cut.parquet", &bytes[..end]);
    }
    for flip in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[flip] ^= 0x55;
        let file = Temporary::new("flip.parquet", damaged);
        let _ = Table::read(&file.0, Keep::First(10));
    }
}

#[test]
fn a_file_without_rows_has_columns() {
    let table = read("header.csv", "a,b\n", Keep::First(10)).expect("CSV");
    assert!(table.is_empty() && table.names() == ["a", "b"]);
    assert!(
        table
            .plot("a", "b", &[])
            .expect("a plot")
            .picture()
            .svg()
            .contains("no finite values")
    );
    table.heat("a", "b", "a").expect("a map").picture();
    assert_eq!(table.constants().count(), 0);
}
