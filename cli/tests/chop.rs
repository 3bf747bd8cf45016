//! `roundoff chop` on good files, against values from elsewhere.
// Digits as the other libraries print them.
#![allow(clippy::excessive_precision)]

mod common;

use common::*;
use half::{bf16, f16};

/// OCP E4M3 by ml_dtypes 0.6 (`astype(float8_e4m3fn)`): value, rounded, code.
const E4M3: [(f32, f32, u8); 12] = [
    (0.0, 0.0, 0x00),
    (-0.0, -0.0, 0x80),
    (1.0, 1.0, 0x38),
    (0.3, 0.3125, 0x2a),
    (-17.0, -16.0, 0xd8),
    (448.0, 448.0, 0x7e),
    (464.0, 448.0, 0x7e),
    (465.0, f32::NAN, 0x7f),
    (0.001, 0.001953125, 0x01),
    (0.0009765625, 0.0, 0x00),
    (0.0137, 0.013671875, 0x07),
    (f32::NAN, f32::NAN, 0x7f),
];

fn inputs() -> Vec<f32> {
    E4M3.map(|(x, _, _)| x).to_vec()
}

/// Word for word, whatever NaN's.
fn same(found: &[u8], expected: &[f32]) {
    let found: Vec<f32> = found
        .as_chunks()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    assert_eq!(found.len(), expected.len());
    for (y, x) in found.iter().zip(expected) {
        assert!(
            y.to_bits() == x.to_bits() || y.is_nan() && x.is_nan(),
            "{y} {x}"
        );
    }
}

#[test]
fn npy_values_codes_and_figures() {
    let folder = folder();
    write(
        folder.path(),
        "x.npy",
        npy("<f4", false, "(3, 4)", &f32s(&inputs())),
    );
    let out = good(
        folder.path(),
        "chop x.npy -o y.npy --format ocp-e4m3 --json",
    );
    let y = read(folder.path(), "y.npy");
    assert_eq!(y[..128], npy("<f4", false, "(3, 4)", &[])[..]);
    same(&y[128..], &E4M3.map(|(_, y, _)| y));

    let report = json(&out);
    assert_eq!(report["format"], "ocp-e4m3");
    assert_eq!(report["rounding"], "NearestTiesToEven");
    assert_eq!(report["saturation"], "None");
    let tensor = &report["tensors"][0];
    assert_eq!(tensor["count"], 12);
    assert_eq!(tensor["shape"], serde_json::json!([3, 4]));
    // 465 overflows, 2^-10 underflows, two stay subnormal; one NaN was there.
    assert_eq!(tensor["overflowed"], 1);
    assert_eq!(tensor["underflowed"], 1);
    assert_eq!(tensor["subnormal"], 2);
    assert_eq!(
        (&tensor["nan"], &tensor["nan_input"]),
        (&2.into(), &1.into())
    );
    // By numpy, in f64, over the ten finite pairs.
    assert_eq!(tensor["max_absolute_error"], 16.0);
    assert_eq!(tensor["max_relative_error"], 1.0);
    let near = |key: &str, expected: f64| {
        let found = tensor[key].as_f64().expect("a number");
        assert!((found / expected - 1.0).abs() < 1e-14, "{key} {found}");
    };
    near("mean_absolute_error", MEAN_ABSOLUTE);
    near("mean_relative_error", MEAN_RELATIVE);
    near("snr_db", SNR);

    good(
        folder.path(),
        "chop x.npy -o c.npy --format ocp-e4m3 --codes",
    );
    let codes = read(folder.path(), "c.npy");
    assert_eq!(codes[..128], npy("|u1", false, "(3, 4)", &[])[..]);
    assert_eq!(codes[128..], E4M3.map(|(_, _, code)| code));
}

const MEAN_ABSOLUTE: f64 = 1.7014457800542004;
const MEAN_RELATIVE: f64 = 0.2612688426257991;
const SNR: f64 = 32.09462682084185;

#[test]
fn every_layout_of_npy() {
    let folder = folder();
    let path = folder.path();
    let x = [1.0f32, 1.0009765, -3.0e-8, 70000.0, 0.1, 2049.0];
    let halves = x.map(f16::from_f32);
    let expected = halves.map(f32::from);

    // Fortran order: the values in the file's order, the header as it was.
    write(path, "f.npy", npy("<f4", true, "(2, 3)", &f32s(&x)));
    good(path, "chop f.npy -o fo.npy --format half");
    let y = read(path, "fo.npy");
    assert_eq!(y[..128], npy("<f4", true, "(2, 3)", &[])[..]);
    same(&y[128..], &expected);

    // Big-endian stays big-endian; so do its codes.
    let big: Vec<u8> = x.iter().flat_map(|x| x.to_be_bytes()).collect();
    write(path, "b.npy", npy(">f4", false, "(6,)", &big));
    good(path, "chop b.npy -o bo.npy --format half");
    let back: Vec<u8> = expected.iter().flat_map(|x| x.to_be_bytes()).collect();
    assert_eq!(read(path, "bo.npy"), npy(">f4", false, "(6,)", &back));
    good(path, "chop b.npy -o bc.npy --format half --codes");
    let codes: Vec<u8> = halves
        .iter()
        .flat_map(|x| x.to_bits().to_be_bytes())
        .collect();
    assert_eq!(read(path, "bc.npy"), npy(">u2", false, "(6,)", &codes));

    // f64, f16 and the two bytes of ml_dtypes' bfloat16.
    let wide: Vec<u8> = x.iter().flat_map(|x| f64::from(*x).to_le_bytes()).collect();
    write(path, "d.npy", npy("<f8", false, "(6,)", &wide));
    good(path, "chop d.npy -o do.npy --format half");
    let back: Vec<u8> = expected
        .iter()
        .flat_map(|x| f64::from(*x).to_le_bytes())
        .collect();
    assert_eq!(read(path, "do.npy"), npy("<f8", false, "(6,)", &back));

    let narrow: Vec<u8> = halves.iter().flat_map(|x| x.to_le_bytes()).collect();
    write(path, "h.npy", npy("<f2", false, "(6,)", &narrow));
    good(path, "chop h.npy -o ho.npy --format half");
    assert_eq!(read(path, "ho.npy"), read(path, "h.npy"));

    let brain: Vec<u8> = x
        .iter()
        .flat_map(|x| bf16::from_f32(*x).to_le_bytes())
        .collect();
    write(path, "v.npy", npy("<V2", false, "(6,)", &brain));
    let out = good(path, "chop v.npy -o vo.npy --format half");
    assert!(out.contains("bf16"), "{out}");
    let expected = x.map(|x| bf16::from_f32(f16::from_f32(bf16::from_f32(x).to_f32()).to_f32()));
    let back: Vec<u8> = expected.iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(read(path, "vo.npy"), npy("<V2", false, "(6,)", &back));

    // No dimensions, no values.
    write(path, "0d.npy", npy("<f4", false, "()", &f32s(&[0.1])));
    let out = good(path, "chop 0d.npy -o 0o.npy --format bf16");
    assert!(out.contains("scalar"), "{out}");
    assert_eq!(
        read(path, "0o.npy"),
        npy("<f4", false, "()", &f32s(&[0.10009765625]))
    );
    write(path, "e.npy", npy("<f4", false, "(3, 0)", &[]));
    let out = good(path, "chop e.npy -o eo.npy --format bf16 --json");
    assert_eq!(read(path, "eo.npy"), read(path, "e.npy"));
    assert_eq!(
        json(&out)["tensors"][0]["mean_absolute_error"],
        serde_json::Value::Null
    );
}

#[test]
fn golden_vectors_through_the_command() {
    let data = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/chop/f32.npz"
    );
    let Ok(mut golden) = npyz::npz::NpzArchive::open(data) else {
        eprintln!("SKIPPED: {data} is not here");
        return;
    };
    let mut words = |name: &str| -> Vec<u32> {
        let array = golden.by_name(name).expect("a zip").expect("an array");
        array.into_vec().expect("u32 words")
    };
    let folder = folder();
    let input: Vec<f32> = words("input").into_iter().map(f32::from_bits).collect();
    write(
        folder.path(),
        "x.npy",
        npy("<f4", false, &format!("({},)", input.len()), &f32s(&input)),
    );
    for (name, format, saturation) in [
        ("binary16", "binary16", "none"),
        ("bfloat16", "bfloat16", "none"),
        ("tf32", "tf32", "none"),
        ("e4m3fn", "ocp-e4m3", "none"),
        ("e4m3fn_sat", "ocp-e4m3", "finite"),
        ("e5m2", "ocp-e5m2", "none"),
        ("e2m1", "ocp-e2m1", "none"),
        ("binary16_nosubn", "binary16+round", "none"),
    ] {
        let expected: Vec<f32> = words(name).into_iter().map(f32::from_bits).collect();
        let rows = expected.chunks(input.len());
        for (rounding, expected) in ["rne", "rna", "rnz", "rz", "ru", "rd", "odd"]
            .iter()
            .zip(rows)
        {
            good(
                folder.path(),
                &format!(
                    "chop x.npy -o y.npy --format {format} --rounding {rounding} --saturation {saturation}"
                ),
            );
            let y = read(folder.path(), "y.npy");
            let begin = y.len() - 4 * input.len();
            for (i, (found, wanted)) in y[begin..].as_chunks().0.iter().zip(expected).enumerate() {
                let found = f32::from_le_bytes(*found);
                let good = found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan();
                assert!(good, "{name} {rounding} {}: {found} {wanted}", input[i]);
            }
        }
    }
}

/// Two float tensors, integers, nothing and a scalar, with metadata, names out of order.
fn mixed() -> Vec<u8> {
    let header = r#"{"__metadata__":{"format":"pt","b":"2"},"z":{"dtype":"F32","shape":[2,6],"data_offsets":[0,48]},
        "ids":{"dtype":"I64","shape":[2],"data_offsets":[48,64]},
        "a.half":{"dtype":"F16","shape":[2],"data_offsets":[64,68]},
        "none":{"dtype":"F64","shape":[0,7],"data_offsets":[68,68]},
        "flags":{"dtype":"BOOL","shape":[3],"data_offsets":[68,71]},
        "b":{"dtype":"BF16","shape":[],"data_offsets":[71,73]}}"#;
    let mut data = f32s(&inputs());
    data.extend(7u64.to_le_bytes());
    data.extend((-7i64).to_le_bytes());
    data.extend(f16::from_f32(0.3).to_le_bytes());
    data.extend(f16::from_f32(-17.0).to_le_bytes());
    data.extend([1, 0, 1]);
    data.extend(bf16::from_f32(0.3).to_le_bytes());
    safetensors(header, &data)
}

#[test]
fn safetensors_keep_everything_else() {
    let folder = folder();
    let path = folder.path();
    write(path, "m.safetensors", mixed());
    let out = good(
        path,
        "chop m.safetensors -o o.safetensors --format ocp-e4m3",
    );
    assert!(
        out.contains("ids  I64  2  not rounded: copied unchanged"),
        "{out}"
    );
    assert!(out.contains("Written to o.safetensors."), "{out}");
    let before = mixed();
    let after = read(path, "o.safetensors");
    let ((header, data), (old, old_data)) = (split(&after), {
        let (length, rest) = before.split_first_chunk::<8>().unwrap();
        let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
        (
            serde_json::from_slice::<serde_json::Value>(header).unwrap(),
            data,
        )
    });
    assert_eq!(header, old);
    same(&data[..48], &E4M3.map(|(_, y, _)| y));
    assert_eq!(data[48..64], old_data[48..64]);
    assert_eq!(data[64..66], f16::from_f32(0.3125).to_le_bytes());
    assert_eq!(data[66..68], f16::from_f32(-16.0).to_le_bytes());
    assert_eq!(data[68..71], [1, 0, 1]);
    assert_eq!(data[71..], bf16::from_f32(0.3125).to_le_bytes());

    // The crate of the format reads it; twice the same bytes.
    assert!(::safetensors::SafeTensors::deserialize(&after).is_ok());
    good(
        path,
        "chop m.safetensors -o again.safetensors --format ocp-e4m3",
    );
    assert_eq!(read(path, "again.safetensors"), after);

    // In place.
    good(
        path,
        "chop m.safetensors -o m.safetensors --format ocp-e4m3",
    );
    assert_eq!(read(path, "m.safetensors"), after);
}

#[test]
fn safetensors_codes_have_their_own_types() {
    let folder = folder();
    let path = folder.path();
    write(path, "m.safetensors", mixed());
    good(
        path,
        "chop m.safetensors -o c.safetensors --format ocp-e4m3 --codes",
    );
    let codes = read(path, "c.safetensors");
    let (header, data) = split(&codes);
    assert_eq!(header["z"]["dtype"], "F8_E4M3");
    assert_eq!(header["ids"]["dtype"], "I64");
    assert_eq!(header["__metadata__"]["b"], "2");
    assert_eq!(data[..12], E4M3.map(|(_, _, code)| code));
    assert_eq!(data[28..30], [0x2a, 0xd8]);
    assert!(::safetensors::SafeTensors::deserialize(&codes).is_ok());

    // Four bits, two a byte, the first in the low half: 1, -6, 0.5, 3.
    let x = f32s(&[1.0, -6.0, 0.6, 3.0]);
    let header = r#"{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#;
    write(path, "w.safetensors", safetensors(header, &x));
    for (format, dtype, bytes) in [
        ("e2m1", "F4", vec![0xf2, 0x51]),
        // 0x0c, 0x36, 0x09, 0x12 by ml_dtypes, six bits each from the lowest up.
        ("e3m2", "F6_E3M2", vec![0x8c, 0x9d, 0x48]),
        (
            "fp16",
            "F16",
            vec![0x00, 0x3c, 0x00, 0xc6, 0xcd, 0x38, 0x00, 0x42],
        ),
        (
            "bf16",
            "BF16",
            vec![0x80, 0x3f, 0xc0, 0xc0, 0x1a, 0x3f, 0x40, 0x40],
        ),
        ("q43", "U8", vec![0x38, 0xcc, 0x32, 0x44]),
        (
            "ieee-e6m9",
            "U16",
            vec![0x00, 0x3e, 0x00, 0xc3, 0x66, 0x3c, 0x00, 0x41],
        ),
    ] {
        good(
            path,
            &format!("chop w.safetensors -o v.safetensors --format {format} --codes"),
        );
        let codes = read(path, "v.safetensors");
        let (header, data) = split(&codes);
        assert_eq!(header["w"]["dtype"], dtype);
        assert_eq!(data, bytes, "{format}");
        assert_eq!(header["w"]["shape"], serde_json::json!([4]));
    }

    // Three values of four bits do not fill their bytes.
    let header = r#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#;
    write(path, "w.safetensors", safetensors(header, &x[..12]));
    good(
        path,
        "chop w.safetensors -o v.safetensors --format e2m1 --codes",
    );
    let codes = read(path, "v.safetensors");
    assert_eq!(split(&codes).0["w"]["dtype"], "U8");
    assert_eq!(split(&codes).1, [0x2, 0xf, 0x1]);
}

#[test]
fn npz_members_one_by_one() {
    let folder = folder();
    let path = folder.path();
    for compressed in [false, true] {
        let ints = npy("<i4", false, "(2,)", &[1, 0, 0, 0, 2, 0, 0, 0]);
        let members = [
            ("w.npy", npy("<f4", false, "(12,)", &f32s(&inputs()))),
            ("ids.npy", ints.clone()),
            ("notes.txt", b"hello".to_vec()),
            (
                "deep/b.npy",
                npy("<f2", false, "()", &f16::from_f32(0.3).to_le_bytes()),
            ),
        ];
        write(path, "x.npz", npz(&members, compressed));
        let out = good(path, "chop x.npz -o y.npz --format ocp-e4m3 --json");
        let report = json(&out);
        assert_eq!(report["tensors"][0]["name"], "w");
        assert_eq!(report["tensors"][1]["copied"], true);
        assert_eq!(report["tensors"][3]["name"], "deep/b");

        let file = std::fs::File::open(path.join("y.npz")).unwrap();
        let mut zip = zip::ZipArchive::new(file).unwrap();
        let mut member = |name: &str| {
            let mut bytes = Vec::new();
            let mut file = zip.by_name(name).unwrap();
            assert_eq!(
                file.compression() == zip::CompressionMethod::Stored,
                !compressed
            );
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            bytes
        };
        same(&member("w.npy")[128..], &E4M3.map(|(_, y, _)| y));
        assert_eq!(member("ids.npy"), ints);
        assert_eq!(member("notes.txt"), b"hello");
        assert_eq!(
            member("deep/b.npy")[128..],
            f16::from_f32(0.3125).to_le_bytes()
        );
        // Another reader.
        let mut archive = npyz::npz::NpzArchive::open(path.join("y.npz")).unwrap();
        let w: Vec<f32> = archive.by_name("w").unwrap().unwrap().into_vec().unwrap();
        assert_eq!(w[3], 0.3125);
    }
}

#[test]
fn a_stream_is_of_the_name_alone() {
    let folder = folder();
    let path = folder.path();
    let x: Vec<f32> = (0..5000).map(|i| 1.0 + i as f32 / 65536.0).collect();
    let one = |name: &str| {
        let header =
            format!(r#"{{"{name}":{{"dtype":"F32","shape":[5000],"data_offsets":[0,20000]}}}}"#);
        safetensors(&header, &f32s(&x))
    };
    let two = r#"{"other":{"dtype":"F32","shape":[5000],"data_offsets":[0,20000]},"w":{"dtype":"F32","shape":[5000],"data_offsets":[20000,40000]}}"#;
    write(path, "w.safetensors", one("w"));
    write(path, "v.safetensors", one("v"));
    write(
        path,
        "two.safetensors",
        safetensors(two, &[f32s(&x), f32s(&x)].concat()),
    );
    write(
        path,
        "w.npz",
        npz(&[("w.npy", npy("<f4", false, "(5000,)", &f32s(&x)))], true),
    );
    write(path, "w.npy", npy("<f4", false, "(5000,)", &f32s(&x)));
    let values = |file: &str, seed: u64| {
        let kind = file.rsplit('.').next().unwrap();
        let out = format!("out.{kind}");
        let words =
            format!("chop {file} -o {out} --format bf16 --rounding stochastic --seed {seed}");
        good(path, &words);
        read(path, &out)
    };
    let tail = |file: &[u8]| file[file.len() - 20000..].to_vec();
    let w = tail(&values("w.safetensors", 1));
    assert_eq!(tail(&values("w.safetensors", 1)), w, "again");
    assert_eq!(tail(&values("two.safetensors", 1)), w, "beside another");
    assert_ne!(tail(&values("w.safetensors", 2)), w, "another seed");
    assert_ne!(tail(&values("v.safetensors", 1)), w, "another name");
    // A nameless array is the library's own stream 0.
    let rounder = roundoff::Rounder::new(roundoff::Format::BFLOAT16)
        .with_rounding(roundoff::Rounding::STOCHASTIC)
        .with_seed(1);
    let mut library = x.clone();
    rounder.round_slice(&mut library);
    assert_eq!(tail(&values("w.npy", 1)), f32s(&library));
    let mut library = x.clone();
    let named = rounder.with_stream(roundoff::random::stream_of("w"));
    named.round_slice(&mut library);
    assert_eq!(w, f32s(&library));
    good(
        path,
        "chop w.npz -o out.npz --format bf16 --rounding stochastic --seed 1",
    );
    let mut archive = npyz::npz::NpzArchive::open(path.join("out.npz")).unwrap();
    let npz: Vec<f32> = archive.by_name("w").unwrap().unwrap().into_vec().unwrap();
    assert_eq!(f32s(&npz), w, "in another file");
}

/// More than one batch, with a part left over: the same as the library at once.
#[test]
fn long_arrays_go_by_in_pieces() {
    let folder = folder();
    let path = folder.path();
    let count = (1 << 20) * 2 + 12345;
    let x: Vec<f32> = (0..count as u64)
        .map(|i| roundoff::random::word(1, 0, i) as i32 as f32 / 1e7)
        .collect();
    write(
        path,
        "x.npy",
        npy("<f4", false, &format!("({count},)"), &f32s(&x)),
    );
    let out = good(
        path,
        "chop x.npy -o y.npy --format e3m2 --rounding stochastic --json",
    );
    let rounder = roundoff::Rounder::new(roundoff::Format::OCP_E3M2)
        .with_rounding(roundoff::Rounding::STOCHASTIC);
    let mut y = x.clone();
    rounder.round_slice(&mut y);
    let written = read(path, "y.npy");
    assert!(written[128..] == f32s(&y), "values differ");
    let mut errors = roundoff::measure::Errors::of_rounding(&rounder);
    errors.add(&x, &y).unwrap();
    let tensor = &json(&out)["tensors"][0];
    let summary = errors.summary();
    assert_eq!(
        tensor["mean_absolute_error"].as_f64(),
        summary.mean_absolute
    );
    assert_eq!(tensor["snr_db"].as_f64(), summary.snr_db);
    assert_eq!(tensor["overflowed"].as_u64(), Some(summary.overflowed));
    good(path, "chop x.npy -o c.npy --format e3m2 --codes");
    assert_eq!(read(path, "c.npy").len(), 128 + count);
}

/// Every tensor of the network in the repository, against `half`.
#[test]
fn the_example_network() {
    let folder = folder();
    let model = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/data/mlp.safetensors"
    );
    let out = good(
        folder.path(),
        &format!("chop {model} -o y.safetensors --format binary16 --json"),
    );
    assert_eq!(json(&out)["tensors"].as_array().unwrap().len(), 6);
    let before = std::fs::read(model).unwrap();
    let after = read(folder.path(), "y.safetensors");
    let read = |file| ::safetensors::SafeTensors::deserialize(file).unwrap();
    for (name, tensor) in read(&before).tensors() {
        let expected: Vec<u8> = tensor
            .data()
            .as_chunks()
            .0
            .iter()
            .flat_map(|bytes| {
                f16::from_f32(f32::from_le_bytes(*bytes))
                    .to_f32()
                    .to_le_bytes()
            })
            .collect();
        assert_eq!(
            read(&after).tensor(&name).unwrap().data(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn files_without_anything_to_round() {
    let folder = folder();
    let path = folder.path();
    write(path, "e.safetensors", safetensors("{}", &[]));
    good(path, "chop e.safetensors -o o.safetensors --format fp16");
    assert!(split(&read(path, "o.safetensors")).1.is_empty());
    // Codes of eight bits are no values that a host has.
    let header =
        r#"{"__metadata__":null,"w":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}"#;
    write(path, "f.safetensors", safetensors(header, &[0x38, 0x7f]));
    let out = good(path, "chop f.safetensors -o o.safetensors --format fp16");
    assert!(
        out.contains("w  F8_E4M3  2  not rounded: copied unchanged"),
        "{out}"
    );
    assert_eq!(split(&read(path, "o.safetensors")).1, [0x38, 0x7f]);
    let empty = npz(&[], false);
    write(path, "e.npz", empty);
    good(path, "chop e.npz -o o.npz --format fp16");
}

/// A file half as large again as the machine's memory, all of it a hole on the disk: mapped in piece
/// by piece, it takes little memory of the process's own.
///
/// ```text
/// cargo test --release --workspace --features full --test chop -- --ignored --nocapture
/// ```
#[cfg(target_os = "linux")]
#[test]
#[ignore = "minutes: reads a file larger than memory"]
fn a_file_larger_than_memory() {
    use std::io::Write;
    let kibibytes = |text: &str, field: &str| -> Option<u64> {
        let line = text.lines().find(|line| line.starts_with(field))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    let about = std::fs::read_to_string("/proc/meminfo").unwrap();
    let count = kibibytes(&about, "MemTotal:").expect("the memory's size") * 1024 / 4 * 3 / 2;
    let folder = folder();
    let header = format!(
        r#"{{"w":{{"dtype":"F32","shape":[{count}],"data_offsets":[0,{}]}}}}"#,
        4 * count
    );
    let beginning = safetensors(&header, &[]);
    let mut file = std::fs::File::create(folder.path().join("x.safetensors")).unwrap();
    file.write_all(&beginning).unwrap();
    file.set_len(beginning.len() as u64 + 4 * count).unwrap();

    let start = std::time::Instant::now();
    let mut child = roundoff()
        .args("chop x.safetensors --format bf16 --rounding stochastic --json".split(' '))
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut own = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        own = own.max(kibibytes(&status.unwrap_or_default(), "RssAnon:").unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let out = child.wait_with_output().unwrap();
    println!(
        "{} GiB in {:.0} s, {} MiB of its own at most",
        (4 * count) >> 30,
        start.elapsed().as_secs_f64(),
        own >> 10
    );
    assert!(out.status.success());
    let report = json(std::str::from_utf8(&out.stdout).unwrap());
    assert_eq!(report["tensors"][0]["count"], count);
    assert_eq!(report["tensors"][0]["max_absolute_error"], 0.0);
    assert!(0 < own && own < 64 << 10, "{own} KiB");
}
