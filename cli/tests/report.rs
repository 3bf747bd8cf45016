//! `plot`, `histogram` and `report`: what they write and what they refuse.

mod common;

use common::*;

const ROWS: &str = "format,size,error,gamma,seed\n\
    bfloat16,10,0.01,0.04,7\nbfloat16,100,0.1,0.6,7\n\
    binary16,10,0.001,0.005,7\nbinary16,100,NaN,0.05,7\n";

fn with_rows() -> tempfile::TempDir {
    let folder = folder();
    write(folder.path(), "rows.csv", ROWS);
    folder
}

#[test]
fn a_plot_on_the_terminal() {
    let folder = with_rows();
    let run = |columns: &str| {
        let output = roundoff()
            .args("plot rows.csv --x size --y error --group format".split_whitespace())
            .env("COLUMNS", columns)
            .env("LC_ALL", "C")
            .current_dir(folder.path())
            .output();
        Said::from(output.expect("it runs"))
    };
    let said = run("50");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.is_ascii());
    assert!(
        said.out.contains("a bfloat16") && said.out.contains("b binary16"),
        "{}",
        said.out
    );
    assert!(said.out.contains("x 1 point: not finite"), "{}", said.out);
    assert_eq!(
        said.out.lines().map(str::len).max(),
        Some(50),
        "{}",
        said.out
    );
    // Nonsense in the environment is no reason to fail.
    for columns in ["0", "-7", "many", "99999999999999999999"] {
        assert_eq!(run(columns).code, Some(0), "{columns}");
    }
}

#[test]
fn figures_in_files() {
    let folder = with_rows();
    let words = "plot rows.csv --x size --y error --group format --bound gamma";
    good(folder.path(), &format!("{words} -o f.svg"));
    let svg = String::from_utf8(read(folder.path(), "f.svg")).expect("text");
    assert!(
        svg.contains("stroke-dasharray") && svg.contains(">gamma, bfloat16<"),
        "{svg}"
    );
    good(folder.path(), &format!("{words} -o f.png --scale 1"));
    let png = read(folder.path(), "f.png");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    // Width in the header: 640 big-endian.
    assert_eq!(png[16..20], 640u32.to_be_bytes());
    good(
        folder.path(),
        "plot rows.csv --x size --y format --heat error -o map.SVG",
    );
    assert!(read(folder.path(), "map.SVG").starts_with(b"<svg"));
}

#[test]
fn a_histogram_of_each_kind_of_file() {
    let folder = folder();
    let values = [0.0f32, 0.001, 0.5, -300.0, 1000.0, f32::INFINITY];
    let array = npy("<f4", false, "(6,)", &f32s(&values));
    write(folder.path(), "x.npy", &array);
    write(
        folder.path(),
        "x.npz",
        npz(
            &[
                ("w.npy", array.clone()),
                ("i.npy", npy("<i4", false, "(0,)", b"")),
            ],
            true,
        ),
    );
    let header = r#"{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}"#;
    write(
        folder.path(),
        "x.safetensors",
        safetensors(header, &f32s(&values)),
    );
    for file in ["x.npy", "x.npz", "x.safetensors"] {
        let text = good(
            folder.path(),
            &format!("histogram {file} --format ocp-e4m3 --ascii"),
        );
        assert!(text.is_ascii(), "{text}");
        for part in [
            "6 values: 16.7 % zero, 16.7 % below the least positive value,",
            "0 % subnormal, 33.3 % normal, 16.7 % above the greatest",
            "1 infinite, 0 NaN",
        ] {
            assert!(text.contains(part), "{file}: {text}");
        }
        good(
            folder.path(),
            &format!("histogram {file} --format ocp-e4m3 -o {file}.svg"),
        );
    }
    good(
        folder.path(),
        "histogram x.npz --tensor w --format fp16 -o h.png",
    );
    let told = refused(folder.path(), "histogram x.npz --tensor v --format fp16");
    assert!(
        told.contains("\"v\"") && told.contains("it has w"),
        "{told}"
    );
    refused(folder.path(), "histogram x.npy --tensor v --format fp16");
    refused(folder.path(), "histogram x.txt --format fp16");
    refused(folder.path(), "histogram nowhere.npy --format fp16");
}

#[test]
fn a_page() {
    let folder = with_rows();
    good(folder.path(), "report rows.csv -o page.html --bound gamma");
    let html = String::from_utf8(read(folder.path(), "page.html")).expect("text");
    assert!(
        html.contains("<dt>seed</dt><dd>7</dd>"),
        "what is the same in all rows is told once"
    );
    assert!(html.contains("roundoff report rows.csv -o page.html --bound gamma"));
    assert_eq!(html.matches("<figure>").count(), 2);
    assert_eq!(html.matches("<tbody>").count(), 1);
    // A row alone, and none.
    write(folder.path(), "one.csv", "format,error\nfp16,1\n");
    good(folder.path(), "report one.csv -o one.html");
    write(folder.path(), "none.csv", "format,error\n");
    good(folder.path(), "report none.csv -o none.html");
}

#[test]
fn a_page_of_a_sweep() {
    let folder = folder();
    for rows in ["rows.csv", "rows.jsonl", "rows.parquet"] {
        let words = "sweep sum,dot --formats fp16,bf16 --roundings rne,stochastic --sizes 16,256,1000 --seeds 0..3";
        good(
            folder.path(),
            &format!("{words} -o {rows} --report page.html"),
        );
        let html = String::from_utf8(read(folder.path(), "page.html")).expect("text");
        assert!(html.contains(&format!("roundoff {words} -o {rows} --report page.html")));
        assert!(html.contains("<dt>saturation</dt><dd>None</dd>"), "{rows}");
        // 2 kernels x 2 formats x 2 roundings x 3 sizes x 3 seeds, and the heading.
        assert_eq!(html.matches("<tr>").count(), 73, "{rows}");
        // A series for each kernel, format and rounding.
        assert!(
            html.contains(">sum, bfloat16, NearestTiesToEven<"),
            "{rows}"
        );
        assert!(html.matches("<figure>").count() >= 3, "{rows}");
        assert!(html.contains("stroke-dasharray"), "{rows} has bounds");
    }
    let told = refused(
        folder.path(),
        "sweep sum --formats fp16 -o more.csv --report nowhere/page.html",
    );
    assert!(told.contains("no such folder"), "{told}");
    refused(
        folder.path(),
        "sweep sum --formats fp16 --report page2.html",
    );
}

/// A kernel has a condition of its own, so the condition tells nothing apart; the accumulator does.
#[test]
fn a_series_for_what_tells_rows_apart() {
    let folder = folder();
    let words = "sweep sum,softmax-two-pass --formats fp16 --accumulators same,binary32 \
                 --sizes 8,16 -o rows.csv --report page.html";
    good(folder.path(), words);
    let page = String::from_utf8(read(folder.path(), "page.html")).expect("text");
    assert!(page.contains("by kernel, accumulator<"), "{page}");
}

#[test]
fn what_is_refused() {
    let folder = with_rows();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/dev/full", folder.path().join("full.svg")).expect("a link");
    #[cfg(not(unix))]
    std::fs::create_dir(folder.path().join("full.svg")).expect("a folder");
    let plot = "plot rows.csv --x size --y error";
    for (words, parts) in [
        (
            "plot rows.csv --x siez --y error",
            &["\"siez\"", "size"][..],
        ),
        ("plot rows.csv --x size --y format", &["row 1", "bfloat16"]),
        (
            "plot nowhere.csv --x size --y error",
            &["nowhere.csv", "no such file"],
        ),
        ("plot . --x size --y error", &[".csv"]),
        (&format!("{plot} -o f.pdf"), &["f.pdf", ".svg or .png"]),
        (&format!("{plot} -o nowhere/f.svg"), &["no such folder"]),
        (&format!("{plot} -o full.svg"), &["full.svg: it is "]),
        (&format!("{plot} -o f.png --scale 1e9"), &["16384"]),
        (&format!("{plot} -o f.png --scale nan"), &["--scale"]),
        ("plot rows.csv --x size --y format --heat error", &["-o"]),
        ("report rows.csv -o .", &["folder"]),
        (
            "report rows.csv -o /dev/full",
            &["/dev/full", "no regular file"],
        ),
        ("report rows.csv --y nothing -o page.html", &["\"nothing\""]),
    ] {
        let sentence = refused(folder.path(), words);
        for part in parts {
            assert!(sentence.contains(part), "{words}: {sentence} lacks {part}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output() {
    let folder = with_rows();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    let output = roundoff()
        .args("plot rows.csv --x size --y error".split_whitespace())
        .current_dir(folder.path())
        .stdout(full)
        .output();
    let said = Said::from(output.expect("it runs"));
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("disk is full"), "{}", said.err);
}
