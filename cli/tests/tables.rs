//! `roundoff formats` and `roundoff roundings`.

mod common;

use common::*;

#[test]
fn the_table_of_formats_fits_a_terminal() {
    let folder = folder();
    let out = good(folder.path(), "formats");
    for line in out.lines() {
        assert!(line.chars().count() <= 82, "{line}");
    }
    let table = out.split("\n\n").next().unwrap();
    for line in table.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let row = |name: &str| -> Vec<String> {
        let line = table
            .lines()
            .find(|line| line.starts_with(name))
            .expect(name);
        line.split_whitespace().take(7).map(str::to_owned).collect()
    };
    // IEEE 754-2019 table 3.5, OCP OFP8 table 1, MX 1.0 table 2.
    assert_eq!(
        row("binary16"),
        ["binary16", "16", "11", "-14", "15", "65504", "5.960e-8"]
    );
    assert_eq!(
        row("ocp-e4m3"),
        ["ocp-e4m3", "8", "4", "-6", "8", "448", "1.953e-3"]
    );
    assert_eq!(
        row("ocp-e2m1"),
        ["ocp-e2m1", "4", "2", "0", "2", "6", "0.5"]
    );
    assert!(out.contains("P3109"));
    for name in [
        "binary32",
        "bfloat16",
        "tf32",
        "fp24",
        "pxr24",
        "dlfloat16",
        "e4m3b11fnuz",
        "q43",
    ] {
        row(name);
    }
}

#[test]
fn everything_about_one_format() {
    let folder = folder();
    let report = json(&good(folder.path(), "formats half --json"));
    for (key, value) in [
        ("greatest", 65504.0),
        ("least_normal", 2f64.powi(-14)),
        ("least_subnormal", 2f64.powi(-24)),
        ("unit_roundoff", 2f64.powi(-11)),
        ("epsilon", 2f64.powi(-10)),
        ("after_one", 1.0009765625),
        ("before_one", 0.99951171875),
    ] {
        assert_eq!(report[key], value, "{key}");
    }
    for (key, value) in [
        ("width", 16),
        ("precision", 11),
        ("emin", -14),
        ("emax", 15),
        ("bias", 15),
        ("count_finite", 63488),
        ("count_normal", 30720),
        ("count_subnormal", 1023),
        ("code_infinity", 0x7c00),
        ("code_nan", 0x7e00),
    ] {
        assert_eq!(report[key], value, "{key}");
    }
    assert_eq!(report["name"], "binary16");
    let text = good(folder.path(), "formats Binary8p4se");
    assert!(
        text.contains("greatest finite value           224\n"),
        "{text}"
    );
    // Counts past 2^53 keep their digits.
    let report = json(&good(folder.path(), "formats binary64 --json"));
    assert_eq!(report["count_finite"].as_u64(), Some(18437736874454810624));
    let all = json(&good(folder.path(), "formats --json"));
    assert_eq!(all.as_array().unwrap().len(), roundoff::format::NAMED.len());
}

#[test]
fn every_code_of_a_format() {
    let folder = folder();
    let text = good(folder.path(), "formats e2m1 --values");
    let values: Vec<&str> = text
        .lines()
        .map(|line| line.split("  ").last().unwrap())
        .collect();
    let expected = "0 0.5 1 1.5 2 3 4 6 -0 -0.5 -1 -1.5 -2 -3 -4 -6";
    assert_eq!(values.join(" "), expected);
    assert!(text.starts_with("0x0  0000  0\n"), "{text}");
    let codes = json(&good(folder.path(), "formats ocp-e5m2 --values --json"));
    let codes = codes["codes"].as_array().unwrap();
    assert_eq!(codes.len(), 256);
    assert_eq!(codes[0x7c]["value"], "Infinity");
    assert_eq!(codes[0xfc]["value"], "-Infinity");
    assert_eq!(codes[0x7d]["value"], "NaN");
    assert_eq!(codes[0x7b]["value"], 57344.0);
    let text = good(folder.path(), "formats bf16 --values");
    assert_eq!(text.lines().count(), 65536);
    assert_eq!(
        text.lines().nth(0x3f80),
        Some("0x3f80  0011111110000000  1")
    );
}

/// All P3109 tables of the shared data, code for code, by the command.
#[test]
fn p3109_tables_by_name() {
    let folder = folder();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/p3109");
    let Ok(tables) = std::fs::read_dir(data) else {
        eprintln!("SKIPPED: {data} is not here");
        return;
    };
    let mut seen = 0;
    for table in tables {
        let path = table.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("Binary") {
            continue;
        }
        let found = good(folder.path(), &format!("formats {name} --values"));
        let expected = std::fs::read_to_string(&path).unwrap();
        let rows: Vec<&str> = expected.lines().skip(1).collect();
        assert_eq!(rows.len(), found.lines().count(), "{name}");
        for (row, line) in rows.iter().zip(found.lines()) {
            let wanted = hexadecimal(row.split(',').nth(1).unwrap().trim());
            let value: f64 = line.split("  ").last().unwrap().parse().unwrap();
            assert!(
                value.to_bits() == wanted.to_bits() || value.is_nan() && wanted.is_nan(),
                "{name} {row} {line}"
            );
        }
        seen += 1;
    }
    assert_eq!(seen, 120);
}

/// C99's `-0x1.8p-3`.
fn hexadecimal(text: &str) -> f64 {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let Some(text) = text.strip_prefix("0x") else {
        return sign * text.parse::<f64>().unwrap_or_else(|_| panic!("{text}"));
    };
    let (digits, exponent) = text.split_once('p').unwrap();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significand = u64::from_str_radix(&format!("{whole}{fraction}"), 16).unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    // Products of exact numbers that an f64 holds.
    sign * significand as f64 * 2f64.powi(exponent - 4 * fraction.len() as i32)
}

#[test]
fn roundings_by_every_tool_s_name() {
    let folder = folder();
    let text = good(folder.path(), "roundings");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let all = json(&good(folder.path(), "roundings --json"));
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 9);
    assert_eq!(all[0]["short"], "rne");
    assert_eq!(all[0]["standard"], "roundTiesToEven");
    for one in all {
        // Every name that is told is read.
        for key in ["name", "short"] {
            let name = one[key].as_str().unwrap();
            assert_eq!(
                name.parse::<roundoff::Rounding>().unwrap().to_string(),
                one["name"].as_str().unwrap()
            );
        }
    }
}

#[test]
fn help_is_short_and_has_examples() {
    let folder = folder();
    for words in [
        "--help",
        "chop --help",
        "formats --help",
        "roundings --help",
        "--version",
    ] {
        let out = good(folder.path(), words);
        assert!(out.lines().count() < 60, "{words}");
        assert!(
            out.lines().all(|line| line.chars().count() <= 100),
            "{words}: {out}"
        );
    }
    assert!(good(folder.path(), "--help").contains("roundoff chop model.safetensors"));
    let said = run(folder.path(), "");
    assert_eq!(said.code, Some(2));
}
