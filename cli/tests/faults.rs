//! `roundoff faults`.

mod common;

use common::*;

fn array(folder: &std::path::Path, values: &[f32]) {
    write(
        folder,
        "x.npy",
        npy("<f4", false, &format!("({},)", values.len()), &f32s(values)),
    );
}

fn values(file: &[u8]) -> Vec<f32> {
    let (words, _) = file[file.len() - 4 * ((file.len() - 128) / 4)..].as_chunks::<4>();
    words.iter().map(|word| f32::from_le_bytes(*word)).collect()
}

#[test]
fn bits_flip_as_often_as_asked() {
    let folder = folder();
    let ones = vec![1.0f32; 100_000];
    array(folder.path(), &ones);
    let before = read(folder.path(), "x.npy");
    let words = "faults x.npy -o y.npy --probability 0.01 --bits sign --seed 3 --list --json";
    let report = json(&good(folder.path(), words));
    let tensor = &report["tensors"][0];
    let changed = tensor["changed"].as_u64().unwrap();
    // 1000, and five standard errors.
    assert!((842..=1158).contains(&changed), "{changed}");
    assert_eq!(tensor["format"], "binary32");
    let after = values(&read(folder.path(), "y.npy"));
    assert_eq!(after.iter().filter(|x| **x == -1.0).count() as u64, changed);
    assert_eq!(
        after.iter().filter(|x| **x == 1.0).count() as u64,
        100_000 - changed
    );
    for flip in tensor["flips"].as_array().unwrap() {
        let index = flip[0].as_u64().unwrap() as usize;
        assert_eq!(after[index], -1.0);
        assert_eq!(
            flip[1].as_u64().unwrap() ^ flip[2].as_u64().unwrap(),
            1 << 31
        );
    }
    // The same again, and nothing without -o.
    assert_eq!(report, json(&good(folder.path(), words)));
    let text = good(folder.path(), "faults x.npy -p 0.01 --bits sign --seed 3");
    assert!(text.contains(&changed.to_string()), "{text}");
    assert_eq!(read(folder.path(), "x.npy"), before);
    // In place.
    good(
        folder.path(),
        "faults x.npy -o x.npy -p 0.01 --bits sign --seed 3",
    );
    assert_eq!(read(folder.path(), "x.npy"), read(folder.path(), "y.npy"));
}

#[test]
fn codes_of_other_formats() {
    let folder = folder();
    array(folder.path(), &[1.0, 2.0, 0.5]);
    // 1 is 0x40 in posit8; with its last bit stuck at 1 it is 1.125.
    let text = good(
        folder.path(),
        "faults x.npy -o y.npy --stuck-at-1 1 -f posit8 --list",
    );
    assert!(text.contains("40 -> 41  1 -> 1.125"), "{text}");
    assert_eq!(values(&read(folder.path(), "y.npy"))[0], 1.125);
    good(
        folder.path(),
        "faults x.npy -o y.npy --stuck-at-0 0b1 -f takum16",
    );
    good(
        folder.path(),
        "faults x.npy -o y.npy -p 1 -b exponent -f lns:6.9",
    );
    // Rounded first: 0.3 is 0.3125 in posit8.
    array(folder.path(), &[0.3]);
    good(
        folder.path(),
        "faults x.npy -o y.npy -p 1 -b sign -f posit8",
    );
    // 0 01 10 010 becomes 1 01 10 010, the negative of 0 10 01 110: a posit's sign is not its first
    // bit alone.
    assert_eq!(values(&read(folder.path(), "y.npy")), [-3.5]);
    good(folder.path(), "faults x.npy -o y.npy -p 1 -c 3 -f ocp-e4m3");
}

#[test]
fn a_tensor_has_the_faults_of_its_name() {
    let folder = folder();
    let ones = f32s(&[1.0; 1000]);
    let header = r#"{"a":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]},"i":{"dtype":"I32","shape":[1],"data_offsets":[4000,4004]},"b":{"dtype":"F32","shape":[1000],"data_offsets":[4004,8004]}}"#;
    let data = [&ones[..], &[7, 0, 0, 0], &ones].concat();
    write(folder.path(), "m.safetensors", safetensors(header, &data));
    let words = "faults m.safetensors -o n.safetensors -p 0.1 --json --list";
    let report = json(&good(folder.path(), words));
    let flips = |i: usize| report["tensors"][i]["flips"].clone();
    assert_eq!(report["tensors"].as_array().unwrap().len(), 2);
    assert_ne!(flips(0), flips(1));
    let file = read(folder.path(), "n.safetensors");
    assert_eq!(file.len(), 8 + header.len() + data.len());
    assert_eq!(
        file[..8 + header.len()],
        read(folder.path(), "m.safetensors")[..8 + header.len()]
    );
    assert_eq!(file[8 + header.len() + 4000..][..4], [7, 0, 0, 0]);
}

#[test]
fn bad_input_is_refused() {
    let folder = folder();
    array(folder.path(), &[1.0, 0.3]);
    write(folder.path(), "damaged.npy", b"\x93NUMPY");
    write(folder.path(), "empty.safetensors", b"");
    let no = |words: &str, part: &str| {
        let said = refused(folder.path(), words);
        assert!(said.contains(part), "{words}: {said}");
    };
    no("faults x.npy -o y.npy", "no faults asked for");
    for p in ["-1", "2", "NaN", "inf"] {
        no(&format!("faults x.npy -o y.npy -p {p}"), "between 0 and 1");
    }
    no("faults x.npy -o y.npy -p 1 -b exp", "unknown bits");
    no("faults x.npy -o y.npy -p 1 -c 0", "say 1 to 64");
    no(
        "faults x.npy -o y.npy -p 1 -b 0x1ff -f ocp-e4m3",
        "codes of 8 bits",
    );
    no(
        "faults x.npy -o y.npy --stuck-at-0 1 --stuck-at-1 3",
        "stuck at one of them",
    );
    no("faults x.npy -o y.npy --stuck-at-0 sign", "is no mask");
    for (shared, single) in [
        ("mxfp8-e4m3", "ocp-e4m3"),
        ("mxfp4", "ocp-e2m1"),
        ("nvfp4+rule=mean-square", "ocp-e2m1"),
        ("int8/mse/group:64", "q8.0"),
        ("uint4", "uq4.0"),
    ] {
        let told = format!("say {single} for their codes");
        no(&format!("faults x.npy -o y.npy -p 1 -f {shared}"), &told);
    }
    no("faults x.npy -o y.npy -p 1 -f posit99", "2 to 32");
    no("faults x.npy -o y.npy -p 1 -f lns:0.3", "1 to 10 integer");
    no("faults x.npy -o y.npy -p 1 -f e4m3", "several formats");
    no("faults x.npy -o y.npy -p 1 -f precision-5", "no encoding");
    no(
        "faults x.npy -o y.npy -p 1 -b 0x4000000000000000 -f binary64",
        "does not hold",
    );
    no("faults x.npy -o y.safetensors -p 1", "of the input's kind");
    no("faults x.npz -o y.npz -p 1", ".npy or .safetensors");
    no("faults missing.npy -p 1", "no such file");
    no("faults damaged.npy -p 1", "damaged.npy");
    no("faults empty.safetensors -p 1", "empty.safetensors");
    no("faults x.npy -o no/y.npy -p 1", "no such folder");
}
