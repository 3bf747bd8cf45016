//! What bad input gets: one sentence, exit code 2, no file, no panic.

mod common;

use common::*;

/// Refused with a sentence that has these words.
fn refused_with(folder: &std::path::Path, words: &str, told: &[&str]) {
    let sentence = refused(folder, words);
    for part in told {
        assert!(sentence.contains(part), "{words}: {sentence} lacks {part}");
    }
}

/// The file, refused by its name with these words, with an output asked for and without.
fn bad_file(name: &str, bytes: &[u8], told: &[&str]) {
    let folder = folder();
    write(folder.path(), name, bytes);
    let kind = name.rsplit('.').next().unwrap_or_default();
    for output in [
        String::new(),
        format!("-o out.{kind}"),
        format!("-o {name}"),
    ] {
        let words = format!("chop {name} --format fp16 {output}");
        let sentence = refused(folder.path(), &words);
        assert!(sentence.contains(name), "{sentence}");
        for part in told {
            assert!(sentence.contains(part), "{words}: {sentence} lacks {part}");
        }
    }
}

#[test]
fn npy_files() {
    let x = f32s(&[1.0, 2.0]);
    let good = npy("<f4", false, "(2,)", &x);
    bad_file("empty.npy", b"", &["does not begin", "numpy.save"]);
    bad_file("zip.npy", b"PK\x03\x04 and so on", &["does not begin"]);
    bad_file("cut1.npy", &good[..9], &["ends in its header"]);
    bad_file("cut2.npy", &good[..70], &["ends in its header"]);
    bad_file(
        "cut3.npy",
        &good[..good.len() - 1],
        &["promises 8 bytes", "7 follow"],
    );
    bad_file(
        "long.npy",
        &[&good[..], &[0]].concat(),
        &["promises 8 bytes", "9 follow"],
    );
    bad_file(
        "objects.npy",
        &npy("|O", false, "(2,)", b"\x80\x04K"),
        &["Python objects"],
    );
    bad_file(
        "int.npy",
        &npy("<i4", false, "(2,)", &x),
        &["'<i4'", "astype"],
    );
    bad_file("complex.npy", &npy("<c8", false, "(1,)", &x), &["'<c8'"]);
    bad_file("none.npy", &npy("", false, "(1,)", &x), &["type ''"]);
    bad_file(
        "huge.npy",
        &npy("<f4", false, "(4611686018427387904, 4)", &x),
        &["more values"],
    );
    bad_file(
        "digits.npy",
        &npy("<f4", false, "(99999999999999999999999,)", &x),
        &["more values"],
    );
    bad_file(
        "minus.npy",
        &npy("<f4", false, "(-1,)", &x),
        &["damaged", "no number"],
    );
    let list = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}";
    bad_file("record.npy", &npy_text(list, &x), &["structured"]);
    let twice = "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}";
    bad_file("twice.npy", &npy_text(twice, &x), &["a key twice"]);
    bad_file(
        "missing.npy",
        &npy_text("{'descr': '<f4', }", &x),
        &["a key is missing"],
    );
    bad_file("other.npy", &npy_text("{'x': 1}", &x), &["unknown key"]);
    bad_file(
        "code.npy",
        &npy_text("__import__('os').system('true')", &x),
        &["no dictionary"],
    );
    bad_file("binary.npy", &npy_text("\u{1}\u{2}", &x), &["damaged"]);
    bad_file(
        "version.npy",
        b"\x93NUMPY\x09\x00\x10\x00{}",
        &["version 9"],
    );
    // Bombs: nesting, and a length of four gigabytes.
    let nested = format!("{{'shape': {}", "(".repeat(60_000));
    bad_file("nested.npy", &npy_text(&nested, &[]), &["damaged"]);
    bad_file(
        "length.npy",
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}",
        &["4294967295 bytes"],
    );
}

#[test]
fn safetensors_files() {
    let x = f32s(&[1.0, 2.0]);
    let one = r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    let name = "w.safetensors";
    bad_file(name, b"", &["0 bytes"]);
    bad_file(name, b"short", &["5 bytes"]);
    bad_file(
        name,
        &(1u64 << 63).to_le_bytes(),
        &["9223372036854775808 bytes"],
    );
    bad_file(name, &[0xff; 64], &["18446744073709551615 bytes"]);
    bad_file(name, &99u64.to_le_bytes(), &["claims 99 bytes"]);
    bad_file(name, &safetensors(one, &x[..7]), &["8 bytes", "7 follow"]);
    bad_file(
        name,
        &safetensors(one, &[&x[..], &[0]].concat()),
        &["8 bytes", "9 follow"],
    );
    bad_file(name, &safetensors("[1]", &x), &["damaged"]);
    bad_file(name, &safetensors("{\"w\":", &x), &["damaged"]);
    bad_file(name, &safetensors("\u{0}\u{1}", &x), &["damaged"]);
    bad_file(name, &safetensors(&"[".repeat(100_000), &x), &["damaged"]);
    let tensor = |text: &str| safetensors(text, &x);
    let unknown = r#"{"w":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#;
    bad_file(name, &tensor(unknown), &["damaged", "F31"]);
    let overlap = r#"{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#;
    bad_file(name, &tensor(overlap), &["\"w\" overlaps"]);
    let gap = r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#;
    bad_file(
        name,
        &tensor(gap),
        &["\"w\" overlaps another or leaves a gap"],
    );
    let far =
        r#"{"w":{"dtype":"F32","shape":[1125899906842624],"data_offsets":[0,4503599627370496]}}"#;
    bad_file(name, &tensor(far), &["4503599627370496 bytes"]);
    let back = r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#;
    bad_file(name, &tensor(back), &["do not fit"]);
    let size = r#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#;
    bad_file(name, &tensor(size), &["shape and bytes disagree"]);
    let overflow =
        r#"{"w":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}"#;
    bad_file(name, &tensor(overflow), &["more values than any file"]);
    let minus = r#"{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#;
    bad_file(name, &tensor(minus), &["damaged"]);
    let twice = r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    bad_file(name, &tensor(twice), &["two entries named"]);
}

#[test]
fn npz_files() {
    let x = npy("<f4", false, "(2,)", &f32s(&[1.0, 2.0]));
    bad_file("a.npz", b"", &["no .npz file"]);
    bad_file("a.npz", b"PK\x03\x04", &["no .npz file"]);
    bad_file("a.npz", &x, &["no .npz file"]);
    let good = npz(&[("w.npy", x.clone()), ("v.npy", x.clone())], true);
    bad_file("a.npz", &good[..good.len() - 10], &["numpy.savez"]);
    // A member's own header.
    bad_file(
        "a.npz",
        &npz(&[("w.npy", b"no array".to_vec())], false),
        &["\"w\"", "does not begin"],
    );
    let cut = npz(&[("w.npy", x[..x.len() - 1].to_vec())], true);
    bad_file("a.npz", &cut, &["\"w\"", "promises 8 bytes"]);
    let bomb = npz(
        &[("w.npy", npy("<f4", false, "(1000000000000,)", &[]))],
        true,
    );
    bad_file("a.npz", &bomb, &["promises 4000000000000 bytes"]);
    // Damage in the compressed bytes: the sum shows it.
    let values: Vec<f32> = (0..1000).map(|i| i as f32).collect();
    let long = npy("<f4", false, "(1000,)", &f32s(&values));
    let mut damaged = npz(&[("w.npy", long)], false);
    let at = damaged.len() / 2;
    damaged[at] ^= 1;
    bad_file("a.npz", &damaged, &["\"w\" is damaged"]);
    // Two members of one name: the second's name changed in both places.
    let mut twice = npz(&[("w.npy", x.clone()), ("v.npy", x)], false);
    for at in 0..twice.len() - 5 {
        if &twice[at..at + 5] == b"v.npy" {
            twice[at] = b'w';
        }
    }
    bad_file("a.npz", &twice, &["one name"]);
}

#[test]
fn a_zip_bomb_of_shared_bytes_is_refused() {
    // Both central entries point to the first member's bytes.
    let x = npy("<f4", false, "(2,)", &f32s(&[1.0, 2.0]));
    let mut zip = npz(&[("w.npy", x.clone()), ("v.npy", x)], false);
    let central: Vec<usize> = (0..zip.len() - 4)
        .filter(|at| zip[*at..*at + 4] == *b"PK\x01\x02")
        .collect();
    assert_eq!(central.len(), 2);
    zip[central[1] + 42..central[1] + 46].copy_from_slice(&[0; 4]);
    bad_file("a.npz", &zip, &[]);
}

#[test]
fn names_and_arguments() {
    let folder = folder();
    let path = folder.path();
    write(
        path,
        "x.npy",
        npy("<f4", false, "(2,)", &f32s(&[1.0, f32::NAN])),
    );
    write(path, "x.txt", "1 2 3");
    write(path, "x.csv", "size,b\n1,2\n");
    write(path, "x.parquet", "PAR1");
    write(path, "head.jsonl", "{}\n");
    write(path, "none.jsonl", "");
    for (words, told) in [
        (
            "chop nowhere.npy -f fp16",
            &["no such file", "check the path"][..],
        ),
        ("chop x.txt -f fp16", &["must end in .npy"]),
        ("chop x.npy -o y.npz -f fp16", &["end in .npy"]),
        ("chop x.npy -o y -f fp16", &["must end in .npy"]),
        (
            "chop x.npy -o no/where/y.npy -f fp16",
            &["no such folder", "make it first"],
        ),
        ("chop . -f fp16", &["must end in"]),
        ("chop x.npy", &["--format", "see `roundoff --help`"]),
        ("chop -f fp16", &["<IN>"]),
        (
            "chop x.npy -f fp61",
            &["unknown format \"fp61\"", "did you mean fp16?"],
        ),
        ("chop x.npy -f ocp_e4m3fnn", &["did you mean ocp-e4m3?"]),
        ("chop x.npy -f Binary8p4", &["did you mean Binary8p4"]),
        (
            "chop x.npy -f zzzzzzzz",
            &["unknown format", "roundoff formats"],
        ),
        (
            "chop x.npy -f e4m3",
            &["ocp-e4m3 (greatest value 448)", "240"],
        ),
        ("chop x.npy -f precision-54", &["1 to 53"]),
        ("chop x.npy -f p8e5:-5", &["emin 5 is above emax -5"]),
        ("chop x.npy -f ieee-e12m3", &["2 to 11"]),
        ("chop x.npy -f Binary8p9se", &["P3109"]),
        (
            "chop x.npy -f fp16 -r stochastik",
            &["did you mean stochastic?"],
        ),
        ("chop x.npy -f fp16 -r stochastic-a:99", &["1 to 53"]),
        ("chop x.npy -f fp16 -s full", &["none, finite, propagate"]),
        (
            "chop x.npy -f fp16 --seed -1",
            &["'-1' for '--seed <N>'", "a whole number from 0 up"],
        ),
        (
            "chop x.npy -f fp16 --seed 18446744073709551616",
            &["--seed", "too large"],
        ),
        ("chop x.npy -f mxfp4 --block -1", &["give 1 or more"]),
        ("chop x.npy -f mxfp4 --axis x", &["axes count from 0"]),
        ("chop x.npy -f mxfp4 --axis -9", &["axis -9 of a tensor"]),
        ("faults x.npy -p x", &["--probability", "such as 0.5"]),
        ("tune sum --keep-bits 5 --size -1", &["--size", "from 0 up"]),
        ("tune sum --keep-bits 5 --trials 0", &["from 1 to 100000"]),
        ("sweep sum -f fp16 --seeds -1", &["\"-1\" is no seed"]),
        ("sweep sum -f fp16 --threads 0", &["from 1 up"]),
        ("formats posit16", &["names posits", "`roundoff formats`"]),
        ("vectors --op exp -f int8", &["names integers"]),
        ("histogram x.npy -f takum8", &["names takums"]),
        ("eval nosuch", &["unknown kernel \"nosuch\""]),
        (
            "eval gemv -f fp16 --input a=x.npy --input y=x.npy",
            &["gemv takes no array \"y\": it takes a, x"],
        ),
        ("plot x.csv --x sise --y b", &["did you mean size?"]),
        ("plot head.jsonl --x size --y b", &["rows have no columns"]),
        (
            "merge x.csv -o y.csv",
            &["x.csv: the heading", "roundoff sweep"],
        ),
        ("merge x.parquet -o y.csv", &["x.parquet: ", "sweep again"]),
        ("replay x.npy", &["rename or convert"]),
        ("replay none.jsonl", &["it has no rows"]),
        (
            "kappa --library libm-f32 --op exp -f fp16 --cuts=1,0",
            &["such as 0,1,inf"],
        ),
        ("faults x.npy -p 1 -f e2m1", &["NaN at index 1"]),
        ("chop x.npy -f fp16 --codes", &["--output"]),
        (
            "chop x.npy -o y.npy -f precision-11 --codes",
            &["no encoding"],
        ),
        ("chop x.npy -o y.npy -f binary64 --codes", &["64 bits"]),
        (
            "chop x.npy -o y.npy -f e2m1 --codes",
            &["NaN at index 1", "no code"],
        ),
        ("chop x.npy -f fp16 --outptu y.npy", &["--output"]),
        ("formats nonsense", &["unknown format"]),
        ("formats --values", &["NAME"]),
        ("formats binary32 --values", &["up to 16 bits"]),
        ("formats precision-11 --values", &["no encoding"]),
        ("chip x.npy", &["chop"]),
    ] {
        refused_with(path, words, told);
    }
}

/// A name of any length makes a sentence that can be read.
#[test]
fn long_names_are_cut() {
    let folder = folder();
    let long = "x".repeat(9000);
    for words in [
        format!("chop a.npy -f {long}"),
        format!("chop a.npy -f fp16 -r {long}"),
        format!("sweep {long} -f fp16"),
        format!("formats {long}"),
        format!("chop {long}.npy -f fp16"),
        format!("{long} x"),
    ] {
        let told = refused(folder.path(), &words);
        assert!(told.len() < 1000, "{} letters", told.len());
    }
}

/// A sweep that computed nothing did not do what it was asked.
#[test]
fn a_sweep_without_a_result_fails() {
    let folder = folder();
    let said = run(folder.path(), "sweep sum -f fp16 --sizes 99999999999");
    assert_eq!(said.code, Some(2));
    assert!(said.out.contains("1 trial failed"), "{}", said.out);
    assert!(said.err.contains("every trial failed"), "{}", said.err);
    let some = good(folder.path(), "sweep sum -f fp16 --sizes 8,99999999999");
    assert!(some.contains("1 trial failed"), "{some}");
}

/// What `index` counts from: the tensor's beginning, past the first pieces and parts.
#[test]
fn a_nan_without_a_code_is_told_by_its_place() {
    let folder = folder();
    let mut x = vec![1.0f32; 200_000];
    x[150_001] = f32::NAN;
    let header = r#"{"w":{"dtype":"F32","shape":[200000],"data_offsets":[0,800000]}}"#;
    write(
        folder.path(),
        "x.safetensors",
        safetensors(header, &f32s(&x)),
    );
    refused_with(
        folder.path(),
        "chop x.safetensors -o y.safetensors -f e2m1 --codes",
        &["tensor \"w\"", "index 150001", "replace NaN"],
    );
}

#[test]
fn names_from_files_do_not_command_the_terminal() {
    let folder = folder();
    let header = r#"{"\u001b[31mred\n":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    write(
        folder.path(),
        "x.safetensors",
        safetensors(header, &f32s(&[1.0, f32::NAN])),
    );
    let out = good(folder.path(), "chop x.safetensors -f fp16");
    assert!(!out.contains('\u{1b}'), "{out}");
    let told = refused(
        folder.path(),
        "chop x.safetensors -o y.safetensors -f e2m1 --codes",
    );
    assert!(!told.contains('\u{1b}'), "{told}");
}
