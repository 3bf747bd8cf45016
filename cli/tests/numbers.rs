//! `chop` to sets of numbers that are no floats.

mod common;

use common::{f32s, folder, good, json, npy, npz, read, refused, safetensors, split, write};

/// 2 x 33 values: a full block and a short one a row.
fn tensor() -> Vec<f32> {
    let mut values = vec![0.0f32; 66];
    values[0] = 4.0;
    values[1] = 1.0;
    values[32] = 3.0;
    values[33] = -0.5;
    values[65] = 7.0;
    values
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| f32::from_le_bytes(*word)).collect()
}

#[test]
fn blocks_of_an_npy() {
    let folder = folder();
    let path = folder.path();
    write(
        path,
        "x.npy",
        npy("<f4", false, "(2, 33)", &f32s(&tensor())),
    );
    let said = good(path, "chop x.npy -o y.npy -f mxfp4");
    assert!(said.contains("mxfp4"), "{said}");
    let rounded = floats(&read(path, "y.npy")[128..]);
    // The last is alone in its block: 7 = 1.75 x 2^2 is cut off at 6.
    assert_eq!((rounded[0], rounded[33], rounded[65]), (4.0, -0.5, 6.0));
    let said = good(
        path,
        "chop x.npy -f mxfp4 --scale-rule nvidia --block 8 --axis 0 --json",
    );
    assert_eq!(json(&said)["format"], "mxfp4+length=8+axis=0+rule=round-up");
    assert_eq!(json(&said)["tensors"][0]["nan"], 0);
    // Column after column, in memory the other way round.
    let turned: Vec<f32> = (0..66).map(|i| tensor()[i % 2 * 33 + i / 2]).collect();
    write(path, "t.npy", npy("<f4", true, "(2, 33)", &f32s(&turned)));
    good(path, "chop t.npy -o u.npy -f mxfp4");
    let there = floats(&read(path, "u.npy")[128..]);
    let back: Vec<f32> = (0..66).map(|i| there[i % 33 * 2 + i / 33]).collect();
    assert_eq!(back, rounded);
}

#[test]
fn codes_of_blocks_in_safetensors() {
    let folder = folder();
    let path = folder.path();
    let header = r#"{"w":{"dtype":"F32","shape":[2,33],"data_offsets":[0,264]}}"#;
    write(path, "x.safetensors", safetensors(header, &f32s(&tensor())));
    good(path, "chop x.safetensors -o y.safetensors -f mxfp4 --codes");
    let file = read(path, "y.safetensors");
    let (header, data) = split(&file);
    assert_eq!(header["w"]["dtype"], "F4");
    assert_eq!(header["w"]["shape"], serde_json::json!([2, 33]));
    assert_eq!(header["w.scale"]["dtype"], "F8_E8M0");
    assert_eq!(header["w.scale"]["shape"], serde_json::json!([2, 2]));
    assert_eq!(data.len(), 33 + 4);
    // 4 and 1 at scale 1; 3 at 1/2 and -0.5 at 1/8; 7 at 1, cut off.
    assert_eq!((data[0], data[16], data[32]), (0x26, 0xe7, 0x70));
    assert_eq!(data[33..], [127, 126, 124, 127]);
    assert!(::safetensors::SafeTensors::deserialize(&file).is_ok());

    good(path, "chop x.safetensors -o z.safetensors -f nvfp4 --codes");
    let file = read(path, "z.safetensors");
    let (header, data) = split(&file);
    assert_eq!(header["w.scale"]["dtype"], "F8_E4M3");
    assert_eq!(header["w.scale"]["shape"], serde_json::json!([2, 3]));
    assert_eq!(header["w.tensor_scale"]["dtype"], "F32");
    assert_eq!(floats(&data[33 + 6..]), [7.0 / 2688.0]);
    assert!(::safetensors::SafeTensors::deserialize(&file).is_ok());

    good(
        path,
        "chop x.safetensors -o i.safetensors -f mxint8 --codes",
    );
    assert_eq!(split(&read(path, "i.safetensors")).0["w"]["dtype"], "I8");
    good(
        path,
        "chop x.safetensors -o p.safetensors -f posit16 --codes",
    );
    let file = read(path, "p.safetensors");
    assert_eq!(split(&file).0["w"]["dtype"], "U16");
    // Posit16 of 4 (two exponent bits): regime 10, exponent 10 (Posit standard 2022, 3).
    assert_eq!(split(&file).1[..2], [0x00, 0x50]);

    let header = r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w.scale":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#;
    write(
        path,
        "taken.safetensors",
        safetensors(header, &f32s(&[1.0, 2.0])),
    );
    let told = refused(
        path,
        "chop taken.safetensors -o t.safetensors -f mxfp4 --codes",
    );
    assert!(told.contains("rename"), "{told}");
}

#[test]
fn codes_of_blocks_in_npz() {
    let folder = folder();
    let path = folder.path();
    let array = npy("<f4", false, "(2, 33)", &f32s(&tensor()));
    write(path, "x.npz", npz(&[("w.npy", array)], true));
    good(path, "chop x.npz -o y.npz -f nvfp4 --codes");
    let said = good(path, "chop y.npz -f fp16");
    for name in ["w ", "w.scale ", "w.tensor_scale "] {
        assert!(said.contains(name), "{said}");
    }
    assert!(said.contains("2 x 3"), "{said}");
}

#[test]
fn what_is_refused_says_what_to_do() {
    let folder = folder();
    let path = folder.path();
    write(
        path,
        "x.npy",
        npy("<f4", false, "(2, 33)", &f32s(&tensor())),
    );
    for (words, remedy) in [
        ("-f mxfp4 --block 0", "give 1 or more"),
        ("-f mxfp4 --block x", "give 1 or more"),
        ("-f mxfp4 --axis 2", "0 to 1"),
        ("-f mxfp4 --scale-rule best", "largest-exact"),
        ("-f fp16 --axis 0", "name one, such as mxfp4"),
        ("-f bfp:7/8/0", "length of 1 or more"),
        ("-f bfp:60/8/4", "1 to 52"),
        ("-f bfp:4/1/2", "saturate"),
        ("-f mxfp5", "mxfp4"),
        ("-f int8/mse/group:0", "group"),
        ("-f int8/percentile:0", "above 0"),
        ("-f int17", "2 to 16"),
        ("-f posit33", "2 to 32"),
        ("-f mxfp4 --codes -o y.npy", ".npz or .safetensors"),
    ] {
        let told = refused(path, &format!("chop x.npy {words}"));
        assert!(told.contains(remedy), "{words}: {told}");
    }
    good(path, "chop x.npy -f bfp:4/1/2 -s finite");
    // One name, one thing: where single numbers are wanted the message names the elements.
    let told = refused(path, "formats mxfp4");
    assert!(told.contains("say ocp-e2m1"), "{told}");
    let help = good(path, "chop --help");
    for name in [
        "int4/mse/group:64",
        "takum16",
        "block:ocp-e2m1",
        "--scale-rule",
        "--axis",
    ] {
        assert!(help.contains(name), "{name}: {help}");
    }
    // No values at all.
    write(path, "e.npy", npy("<f4", false, "(0, 5)", &[]));
    good(path, "chop e.npy -o f.npy -f nvfp4");
    assert_eq!(read(path, "e.npy"), read(path, "f.npy"));
    // A shape that the file does not have.
    write(
        path,
        "h.npy",
        npy("<f4", false, "(99999999999, 9)", &[0; 8]),
    );
    refused(path, "chop h.npy -f nvfp4");
}
