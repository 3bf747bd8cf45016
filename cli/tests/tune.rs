//! `roundoff sensitivity`, `roundoff tune` and `roundoff verdict`.

mod common;

use common::*;

#[test]
fn which_operation_needs_the_bits() {
    let folder = folder();
    let words = "sensitivity sum --format bfloat16 --size 1000 --trials 2";
    let told = good(folder.path(), words);
    let first = told
        .lines()
        .skip_while(|line| !line.starts_with("site"))
        .nth(1);
    assert!(
        first.is_some_and(|line| line.starts_with("accumulation")),
        "{told}"
    );
    let found = json(&good(folder.path(), &format!("{words} --json")));
    assert_eq!(found["sites"][0]["site"], "accumulation");
    assert_eq!(found["format"], "bfloat16");
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    // 256 + 1 is 256: of a sum of hundreds some two bits are right.
    assert!(number(&found["sites"][0]["alone"]) < 4.0, "{found}");
    assert!(
        number(&found["all"]) < 4.0 && number(&found["none"]) > 40.0,
        "{found}"
    );
}

#[test]
fn how_few_digits_will_do() {
    let folder = folder();
    let words = "tune softmax --keep-bits 6 --size 32 --trials 2";
    let told = good(folder.path(), words);
    for part in ["precision", "exponents", "named", "confirmed", "softmax"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let found = json(&good(folder.path(), &format!("{words} --per-site --json")));
    let precision = found["precision"].as_u64().expect("digits");
    assert!((6..=14).contains(&precision), "{found}");
    let sites = found["sites"]["digits"].as_object().expect("sites");
    assert!(sites.len() > 5);
    assert!(
        sites
            .values()
            .all(|digits| digits.as_u64().is_some_and(|d| d <= precision))
    );
    assert_eq!(
        found,
        json(&good(folder.path(), &format!("{words} --per-site --json")))
    );
}

#[test]
fn what_no_precision_keeps_is_a_failure() {
    let folder = folder();
    let words = "tune sum --keep-bits 50 --size 101 --condition 1e12 --trials 1";
    let said = run(folder.path(), words);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(
        said.err.contains("with 53 digits; ask for fewer"),
        "{}",
        said.err
    );
}

#[test]
fn who_is_at_fault() {
    let folder = folder();
    let said = run(
        folder.path(),
        "verdict lu-hilbert --format binary16 --size 5 --trials 2",
    );
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(
        said.out.matches("the problem's condition").count(),
        2,
        "{}",
        said.out
    );
    for (kernel, fault) in [
        ("muller", "the algorithm"),
        ("quadratic", "the algorithm"),
        ("hilbert", "the problem's condition"),
    ] {
        let words = format!("verdict {kernel} --format binary16 --size 6 --trials 1");
        let said = run(folder.path(), &words);
        assert_eq!(said.code, Some(1), "{}", said.err);
        assert!(said.out.contains(fault), "{kernel}: {}", said.out);
    }
    let kept = "verdict sum --format binary32 --size 10 --trials 2 --json";
    let found = json(&good(folder.path(), kept));
    assert_eq!(found["rows"][1]["fault"], "nobody");
    assert_eq!(found["rows"][1]["seed"], 1);
    assert_eq!(found["keep_bits"], 12.0);
    assert!(found["rows"][0]["bound"].is_number(), "{found}");
}

#[test]
fn questions_that_make_no_sense() {
    let folder = folder();
    for (words, part) in [
        ("tune softmx --keep-bits 6", "did you mean softmax?"),
        ("tune softmax --keep-bits 54", "0 to 53"),
        ("tune softmax --keep-bits NaN", "0 to 53"),
        ("tune softmax", "--keep-bits"),
        ("tune softmax --keep-bits 6 --trials 0", "from 1 to 100000"),
        ("tune lu --keep-bits 6 --size 0", "size"),
        ("tune sum --keep-bits 6 --size 18446744073709551615", "size"),
        ("tune sum --keep-bits 6 --condition 0.5", "condition"),
        ("sensitivity lu --format e4m3", "ocp-e4m3"),
        ("sensitivity lu --order sideways", "sideways"),
        ("verdict nothing", "roundoff sweep --list"),
        ("verdict sum --keep-bits -1", "0 to 53"),
    ] {
        let told = refused(folder.path(), words);
        assert!(told.contains(part), "{words}: {told}");
    }
}
