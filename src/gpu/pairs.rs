//! The text of `round.wgsl` for words of 64 bits: one definition, though WGSL has no such word.
//!
//! The text is in a small language (`fn`, `const`, `let`, `return`, calls, and operators on words
//! alone), so that it can be rewritten operator by operator: `a + b` becomes `pair_add(a, b)`, a
//! number becomes `vec2<u32>(number, 0u)`. Nothing is decided here. `shaders/pairs.wgsl` has the functions.
//!
//! The other way, a short form of an f64 in 32 bits and a sticky one, would not do: formats of more
//! than 20 digits and random words of more than 30 bits need every bit.

use std::fmt;

/// Something that the small language does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Strange(String);

impl fmt::Display for Strange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not in the language of round.wgsl: {}", self.0)
    }
}

/// The text with pairs of u32 for its words.
pub(crate) fn paired(text: &str) -> Result<String, Strange> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
        out: String::new(),
    };
    while reader.at < reader.tokens.len() {
        reader.item()?;
    }
    Ok(reader.out)
}

/// Operators from the loosest to the tightest, as in Rust; those of one row associate to the left.
/// WGSL wants parentheses where the two languages could differ.
const OPERATORS: [&[&str]; 7] = [
    &["==", "!=", "<", ">", "<=", ">="],
    &["|"],
    &["^"],
    &["&"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/"],
];

fn applied(operator: &str, a: &str, b: &str) -> Result<String, Strange> {
    Ok(match operator {
        "|" | "^" | "&" => format!("({a} {operator} {b})"),
        "==" => format!("all({a} == {b})"),
        "!=" => format!("any({a} != {b})"),
        "<" => format!("pair_less({a}, {b})"),
        ">" => format!("pair_less({b}, {a})"),
        "<=" => format!("!pair_less({b}, {a})"),
        ">=" => format!("!pair_less({a}, {b})"),
        "<<" => format!("pair_left({a}, {b})"),
        ">>" => format!("pair_right({a}, {b})"),
        "+" => format!("pair_add({a}, {b})"),
        "-" => format!("pair_subtract({a}, {b})"),
        "/" => format!("pair_divide({a}, {b})"),
        _ => return Err(Strange(format!("the operator {operator}"))),
    })
}

fn tokens(text: &str) -> Result<Vec<&str>, Strange> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut rest = line.split("//").next().unwrap_or_default().trim();
        while let Some(first) = rest.chars().next() {
            let wordy = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let len = match first {
                c if wordy(c) => rest.find(|c| !wordy(c)).unwrap_or(rest.len()),
                c if !c.is_ascii() => return Err(Strange(format!("the character {c}"))),
                _ => ["->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||"]
                    .iter()
                    .find(|symbol| rest.starts_with(**symbol))
                    .map_or(1, |symbol| symbol.len()),
            };
            let (token, after) = rest.split_at(len);
            found.push(token);
            rest = after.trim_start();
        }
    }
    Ok(found)
}

struct Reader<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    out: String,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> &'a str {
        self.tokens.get(self.at).copied().unwrap_or_default()
    }

    fn next(&mut self) -> &'a str {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn expect(&mut self, token: &str) -> Result<(), Strange> {
        match self.next() {
            found if found == token => Ok(()),
            found => Err(Strange(format!("{found:?} where {token:?} should be"))),
        }
    }

    /// `const NAME: word = number;` or a function.
    fn item(&mut self) -> Result<(), Strange> {
        match self.next() {
            "const" => {
                let name = self.next();
                self.expect(":")?;
                let kind = self.next();
                self.expect("=")?;
                let value = self.primary()?;
                self.expect(";")?;
                self.out += &format!("const {name}: {kind} = {value};\n");
                Ok(())
            }
            "fn" => self.function(),
            other => Err(Strange(format!("{other:?} begins no item"))),
        }
    }

    fn function(&mut self) -> Result<(), Strange> {
        // Names and types stay: `word` is an alias, `Plan` a struct of words.
        let mut head = vec!["fn"];
        while !matches!(self.peek(), "{" | "") {
            head.push(self.next());
        }
        self.expect("{")?;
        self.out += &format!("{} {{\n", head.join(" "));
        loop {
            match self.next() {
                "}" => break,
                "let" => {
                    let name = self.next();
                    self.expect("=")?;
                    let value = self.expression(0)?;
                    self.out += &format!("    let {name} = {value};\n");
                }
                "return" => {
                    let value = self.expression(0)?;
                    self.out += &format!("    return {value};\n");
                }
                other => return Err(Strange(format!("{other:?} begins no statement"))),
            }
            self.expect(";")?;
        }
        self.out += "}\n";
        Ok(())
    }

    /// Operators of the row and all tighter ones.
    fn expression(&mut self, row: usize) -> Result<String, Strange> {
        let Some(operators) = OPERATORS.get(row) else {
            return self.primary();
        };
        let mut value = self.expression(row + 1)?;
        while operators.contains(&self.peek()) {
            let operator = self.next();
            let right = self.expression(row + 1)?;
            value = applied(operator, &value, &right)?;
        }
        Ok(value)
    }

    /// A number, a name, a field, a call, or something in parentheses.
    fn primary(&mut self) -> Result<String, Strange> {
        let token = self.next();
        let first = token.chars().next().unwrap_or_default();
        if token == "(" {
            let value = self.expression(0)?;
            self.expect(")")?;
            return Ok(value);
        }
        if first.is_ascii_digit() {
            return match token.parse::<u32>() {
                Ok(number) => Ok(format!("vec2<u32>({number}u, 0u)")),
                Err(_) => Err(Strange(format!("the number {token}"))),
            };
        }
        if !first.is_ascii_alphabetic() {
            return Err(Strange(format!("{token:?} in an expression")));
        }
        match self.peek() {
            "." => {
                self.next();
                let field = self.next();
                Ok(format!("{token}.{field}"))
            }
            "(" => {
                self.next();
                let mut arguments = Vec::new();
                while self.peek() != ")" {
                    arguments.push(self.expression(0)?);
                    match self.peek() {
                        "," => self.at += 1,
                        ")" => {}
                        other => return Err(Strange(format!("{other:?} in a call"))),
                    }
                }
                self.next();
                let name = match token {
                    "min" => "pair_min",
                    "max" => "pair_max",
                    other => other,
                };
                Ok(format!("{name}({})", arguments.join(", ")))
            }
            _ => Ok(token.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_become_calls_in_the_order_of_the_language() {
        let text = "fn f(a: word, p: Plan) -> word {\n    // said\n    let b = a >> 2 | ONE + p.rule;\n    return select(b, max(a, b), b >= 7);\n}";
        let expected = "fn f ( a : word , p : Plan ) -> word {\n    let b = (pair_right(a, vec2<u32>(2u, 0u)) | pair_add(ONE, p.rule));\n    return select(b, pair_max(a, b), !pair_less(b, vec2<u32>(7u, 0u)));\n}\n";
        assert_eq!(paired(text).as_deref(), Ok(expected));
    }

    #[test]
    fn what_is_not_in_the_language_is_refused() {
        for text in [
            "fn f() -> word { return a && b; }",
            "fn f() -> word { return a * b; }",
            "fn f() { if x { } }",
            "fn f() -> word { return 4294967296; }",
            "fn f() -> word { return a",
            "fn f(",
            "const A: word = B | C;",
            "struct S {}",
            "fn f() -> word { return max(a; b); }",
        ] {
            assert!(paired(text).is_err(), "{text}");
        }
    }
}
