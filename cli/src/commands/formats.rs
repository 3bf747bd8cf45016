//! `roundoff formats`: the named formats, and everything about one.

use clap::Args;
use roundoff::format::NAMED;
use roundoff::{Format, Overflow, Subnormals};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::{names, show};

/// Lists the named formats, or shows everything about one
#[derive(Args, Debug)]
#[command(after_help = "\
Names that say numbers: ieee-e5m10 (exponent and fraction bits), precision-11
(digits, range of the host), p11e-14:15 (digits, emin, emax), and Binary8p4se and
its like (P3109: K bits, P digits, s or u for the sign, e or f for infinities or
none). Any name may end in +flush or +round: subnormals become zeros, or are
rounded to zero or the least normal value.")]
pub struct Formats {
    /// The format: a name that `roundoff formats` lists, or one that says numbers
    #[arg(value_name = "NAME", value_parser = names::format)]
    name: Option<Format>,

    /// Print every code and its value, in the order of the codes (formats up to 16 bits)
    #[arg(long, requires = "name")]
    values: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Formats {
    pub fn run(&self) -> Result<(), Failure> {
        match (&self.name, self.values) {
            (None, _) => self.list(),
            (Some(format), false) => self.quantities(format),
            (Some(format), true) => self.codes(format),
        }
    }

    fn list(&self) -> Result<(), Failure> {
        if self.json {
            let all: Vec<Value> = NAMED
                .iter()
                .map(|named| as_json(&quantities(&named.format)))
                .collect();
            return show::print_json(&json!(all));
        }
        let rows = NAMED
            .iter()
            .map(|named| {
                let format = &named.format;
                vec![
                    named.name.to_owned(),
                    format
                        .width()
                        .map_or("-".to_owned(), |width| width.to_string()),
                    format.precision().to_string(),
                    format.emin().to_string(),
                    format.emax().to_string(),
                    show::short(format.greatest()),
                    show::short(format.least_positive()),
                    named.about.to_owned(),
                ]
            })
            .collect();
        let headings = [
            "name",
            "bits",
            "p",
            "emin",
            "emax",
            "greatest",
            "least > 0",
            "whose",
        ];
        let table = show::table("<>>>>>><", &headings, rows);
        show::print(&format!(
            "{table}
p is the number of digits, the hidden one included. Beside these, every format
of IEEE P3109 goes by its own name (Binary8p4se), and ieee-e5m10, precision-11
and p11e-14:15 make any other; see `roundoff formats --help`. Blocks with shared
scales, fixed point, integers and posits: `roundoff chop --help`.
"
        ))
    }

    fn quantities(&self, format: &Format) -> Result<(), Failure> {
        let rows = quantities(format);
        if self.json {
            return show::print_json(&as_json(&rows));
        }
        let rows = rows
            .into_iter()
            .map(|row| vec![row.label.to_owned(), row.text])
            .collect();
        show::print(&show::table("<<", &["quantity", "value"], rows))
    }

    fn codes(&self, format: &Format) -> Result<(), Failure> {
        let refused = |error: roundoff::CodeError| Failure::Usage(error.to_string());
        let width = match format.width() {
            Some(width @ ..=16) => width,
            Some(width) => {
                return Err(Failure::Usage(format!(
                    "--values lists formats of up to 16 bits, and {format} has {width}; leave it out"
                )));
            }
            // Has no codes, and says so.
            None => return format.decode(0).map(|_| ()).map_err(refused),
        };
        let (hex, bits) = (width.div_ceil(4) as usize, width as usize);
        let mut rows = Vec::with_capacity(1 << width);
        for code in 0..1u64 << width {
            rows.push((code, format.decode(code).map_err(refused)?));
        }
        if self.json {
            let all: Vec<Value> = rows
                .iter()
                .map(|(code, value)| json!({ "code": code, "value": show::json_number(*value) }))
                .collect();
            return show::print_json(
                &json!({ "name": format.to_string(), "width": width, "codes": all }),
            );
        }
        let text: String = rows
            .iter()
            .map(|(code, value)| {
                format!(
                    "0x{code:0hex$x}  {code:0bits$b}  {}\n",
                    show::number(*value)
                )
            })
            .collect();
        show::print(&text)
    }
}

/// One quantity: for people, and for programs.
struct Row {
    label: &'static str,
    key: &'static str,
    text: String,
    value: Value,
}

fn as_json(rows: &[Row]) -> Value {
    let map: Map<String, Value> = rows
        .iter()
        .map(|row| (row.key.to_owned(), row.value.clone()))
        .collect();
    Value::Object(map)
}

/// Everything that follows from a format, by the names of IEEE 754 and P3109.
fn quantities(format: &Format) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |label, key, text: String, value| {
        rows.push(Row {
            label,
            key,
            text,
            value,
        });
    };
    let named = NAMED.iter().find(|named| named.format == *format);
    let whole = |n: i64| (n.to_string(), json!(n));
    let float = |x: Option<f64>| {
        (
            x.map_or("none".to_owned(), show::number),
            show::json_figure(x),
        )
    };
    let yes = |b: bool| (if b { "yes" } else { "no" }.to_owned(), json!(b));
    // Counts pass 2^64 in binary64: what fits a number is one.
    let count = |n: u128| {
        (
            n.to_string(),
            u64::try_from(n).map_or_else(|_| json!(n.to_string()), |n| json!(n)),
        )
    };
    let maybe = |n: Option<i64>| (n.map_or("none".to_owned(), |n| n.to_string()), json!(n));
    let code = |x: f64| {
        let code = format.encode(x).ok();
        let width = format.width().unwrap_or_default().div_ceil(4) as usize;
        (
            code.map_or("none".to_owned(), |code| format!("0x{code:0width$x}")),
            json!(code),
        )
    };
    let mut add = |label, key, (text, value): (String, Value)| row(label, key, text, value);

    let name = format.to_string();
    add("name", "name", (name.clone(), json!(name)));
    if let Some(named) = named {
        add(
            "whose",
            "whose",
            (named.about.to_owned(), json!(named.about)),
        );
        add(
            "also called",
            "aliases",
            (named.aliases.join(", "), json!(named.aliases)),
        );
    }
    add(
        "width K in bits",
        "width",
        maybe(format.width().map(i64::from)),
    );
    add(
        "precision p in digits",
        "precision",
        whole(format.precision().into()),
    );
    add("emin", "emin", whole(format.emin().into()));
    add("emax", "emax", whole(format.emax().into()));
    add("bias", "bias", maybe(format.bias().map(i64::from)));
    add(
        "unit roundoff u = 2^-p",
        "unit_roundoff",
        float(Some(format.unit_roundoff())),
    );
    add("epsilon 2^(1-p)", "epsilon", float(Some(format.epsilon())));
    add(
        "greatest finite value",
        "greatest",
        float(Some(format.greatest())),
    );
    add(
        "least normal value",
        "least_normal",
        float(Some(format.least_normal())),
    );
    add(
        "least subnormal value",
        "least_subnormal",
        float(format.least_subnormal()),
    );
    add(
        "least positive value",
        "least_positive",
        float(Some(format.least_positive())),
    );
    add("value after 1", "after_one", float(format.next_up(1.0)));
    add("value before 1", "before_one", float(format.next_down(1.0)));
    add(
        "finite values",
        "count_finite",
        count(format.count_finite()),
    );
    add(
        "positive normal values",
        "count_normal",
        count(format.count_normal()),
    );
    add(
        "positive subnormal values",
        "count_subnormal",
        count(format.count_subnormal()),
    );
    add("signed", "signed", yes(format.is_signed()));
    add("zero", "zero", yes(format.has_zero()));
    add(
        "negative zero",
        "negative_zero",
        yes(format.has_negative_zero()),
    );
    add("infinities", "infinities", yes(format.has_infinities()));
    add("NaN", "nan", yes(format.has_nan()));
    add("code of infinity", "code_infinity", code(f64::INFINITY));
    add("code of NaN", "code_nan", code(f64::NAN));
    let subnormals = match format.subnormals() {
        Subnormals::Kept => "kept",
        Subnormals::Flushed => "flushed",
        Subnormals::Rounded => "rounded",
    };
    let meaning = match format.subnormals() {
        Subnormals::Kept => "kept",
        Subnormals::Flushed => "flushed to a zero of their sign",
        Subnormals::Rounded => "rounded to zero or the least normal value",
    };
    add(
        "below the least normal",
        "subnormals",
        (meaning.to_owned(), json!(subnormals)),
    );
    let (past, key) = match format.overflow() {
        Overflow::Infinity => ("infinity", "infinity"),
        Overflow::NaN => ("NaN", "nan"),
        Overflow::Greatest => ("the greatest finite value", "greatest"),
        Overflow::P3109 => ("by P3109's table", "p3109"),
    };
    add(
        "past the greatest, unsaturated",
        "overflow",
        (past.to_owned(), json!(key)),
    );
    rows
}
