#!/usr/bin/env python3
"""Prints the tables of src/arith/functions/tables/ (needs mpmath).

    python3 tools/function_tables.py && cargo fmt

Fractions are u128 words, value x 2^128 to the nearest; `Wide` constants have 128 digits.
"""

from pathlib import Path

import mpmath as mp

mp.mp.prec = 400
HERE = Path(__file__).resolve().parent.parent / "src/arith/functions/tables"


def fraction(x, bits=128):
    """A word: round(x 2^bits)."""
    n = int(mp.nint(mp.mpf(x) * mp.mpf(2) ** bits))
    assert 0 <= n < 2**128, x
    return f"0x{n:032x}"


def array(name, doc, values, kind="u128"):
    body = "\n".join(f"    {value}," for value in values)
    return f"/// {doc}\npub const {name}: [{kind}; {len(values)}] = [\n{body}\n];\n"


def wide(name, doc, x):
    x = mp.mpf(x)
    exponent = int(mp.floor(mp.log(x, 2)))
    n = int(mp.nint(mp.ldexp(x, 127 - exponent)))
    assert 2**127 <= n < 2**128
    return f"/// {doc}\npub const {name}: Wide = Wide::positive({exponent}, 0x{n:032x});\n"


def high(x):
    """The first 22 digits of a number from 1 to 4."""
    scale = 21 if x < 2 else 20
    return mp.ldexp(mp.floor(mp.ldexp(x, scale)), -scale)


def write(name, about, parts, imports=""):
    header = f"//! {about} Made by `tools/function_tables.py`.\n\n"
    (HERE / f"{name}.rs").write_text(header + imports + "\n".join(parts))


WIDE = "use crate::arith::Wide;\n\n"
pi, ln2 = mp.pi, mp.log(2)

write("constants", "Constants of 128 digits.", [
    wide("LN_2", "log 2.", ln2),
    wide("LOG2_E", "1 / log 2.", 1 / ln2),
    wide("LOG2_E_HIGH", "Its first 22 digits.", high(1 / ln2)),
    wide("LOG2_E_LOW", "The rest.", 1 / ln2 - high(1 / ln2)),
    wide("LOG2_10_HIGH", "The first 22 digits of log2 10.", high(mp.log(10) / ln2)),
    wide("LOG2_10_LOW", "The rest.", mp.log(10) / ln2 - high(mp.log(10) / ln2)),
    wide("LOG10_E", "1 / log 10.", 1 / mp.log(10)),
    wide("LN_10", "log 10.", mp.log(10)),
    wide("PI", "Pi.", pi),
    wide("HALF_PI", "Pi / 2.", pi / 2),
    wide("INVERSE_PI", "1 / pi.", 1 / pi),
    wide("TWO_BY_SQRT_PI", "2 / sqrt(pi).", 2 / mp.sqrt(pi)),
    wide("INVERSE_SQRT_PI", "1 / sqrt(pi).", 1 / mp.sqrt(pi)),
    wide("HALF_LOG_TWO_PI", "log(2 pi) / 2.", mp.log(2 * pi) / 2),
    f"/// log 2 as a fraction.\npub const LN_2_FRACTION: u128 = {fraction(ln2)};\n",
], WIDE)

write("exponential", "Powers of two and the exponential series.", [
    array("SIXTEENTHS", "2^(i/16) / 2.", [fraction(mp.mpf(2) ** (mp.mpf(i) / 16 - 1)) for i in range(16)]),
    array("SIXTEENTHS_OF_SIXTEENTHS", "2^(i/256) / 2.", [fraction(mp.mpf(2) ** (mp.mpf(i) / 256 - 1)) for i in range(16)]),
    array("INVERSE_FACTORIALS", "1 / (k + 2)!: what follows 1 + x in the exponential series.",
          [fraction(1 / mp.factorial(k + 2)) for k in range(13)]),
])

c1 = [mp.mpf(int(mp.ceil(mp.mpf(2**10) / (1 + mp.mpf(i) / 64)))) / 2**10 for i in range(64)]
c2 = [mp.mpf(int(mp.ceil(mp.mpf(2**16) / (1 + mp.mpf(j) / 4096)))) / 2**16 for j in range(76)]
write("logarithm", "Reciprocals, their logarithms and the logarithm's series.", [
    array("COARSE", "1 - c where c, of 10 bits, is not below 1 / (1 + i/64).", [fraction(1 - c) for c in c1]),
    array("COARSE_LOG", "-log c of `COARSE`.", [fraction(-mp.log(c)) for c in c1]),
    array("FINE", "1 - c where c, of 16 bits, is not below 1 / (1 + j/4096).", [fraction(1 - c) for c in c2]),
    array("FINE_LOG", "-log c of `FINE`, times 32.", [fraction(-32 * mp.log(c)) for c in c2]),
    array("SERIES", "1 / (k + 2).", [fraction(mp.mpf(1) / (k + 2)) for k in range(12)]),
])

bits = 1024 + 448
mp.mp.prec = bits + 100
twice = int(mp.floor(2 / pi * mp.mpf(2) ** bits))
words = [f"0x{twice >> (bits - 64 * (i + 1)) & (2**64 - 1):016x}" for i in range(bits // 64)]
mp.mp.prec = 400
write("circle", "2 / pi and the series of sine, cosine, tangent and arctangent.", [
    array("TWO_BY_PI", "The binary digits of 2 / pi, the first ones first.", words, "u64"),
    array("SINE", "1 / (2 k + 3)!: sin x = x (1 - x^2 (1/3! - x^2 (1/5! - ...))).", [fraction(1 / mp.factorial(2 * k + 3)) for k in range(16)]),
    array("COSINE", "1 / (2 k + 2)!: cos x = 1 - x^2 (1/2! - x^2 (1/4! - ...)).", [fraction(1 / mp.factorial(2 * k + 2)) for k in range(16)]),
    array("TANGENT", "(2 k + 2) / (2 k + 3)!: sin x / x - cos x = x^2 (2/3! - x^2 (4/5! - ...)).",
          [fraction((2 * k + 2) / mp.factorial(2 * k + 3)) for k in range(16)]),
    array("ARCTANGENT", "1 / (2 k + 3): arctan x = x (1 - x^2 (1/3 - x^2 (1/5 - ...))).", [fraction(mp.mpf(1) / (2 * k + 3)) for k in range(10)]),
    array("ANGLES", "arctan(i / 64).", [fraction(mp.atan(mp.mpf(i) / 64)) for i in range(65)]),
    array("ARCSINE", "(2k)! / (4^k k!^2 (2k + 1)) from k = 1: arcsin x = x (1 + x^2 (1/6 + x^2 (3/40 + ...))).",
          [fraction(mp.factorial(2 * k) / (mp.mpf(4) ** k * mp.factorial(k) ** 2 * (2 * k + 1))) for k in range(1, 8)]),
])


def erfcx_coefficients(center, degree):
    """Taylor coefficients of e^(x^2) erfc(x): f' = 2 x f - 2/sqrt(pi), forward at high precision."""
    with mp.workprec(1500):
        a = [mp.exp(mp.mpf(center) ** 2) * mp.erfc(center)]
        a.append(2 * center * a[0] - 2 / mp.sqrt(pi))
        for n in range(1, degree):
            a.append((2 * center * a[n] + 2 * a[n - 1]) / (n + 1))
        return a


DEGREE = 35
pieces = []
for i in range(22):
    center = mp.mpf(5 + 2 * i) / 4
    a = erfcx_coefficients(center, DEGREE + 1)
    assert all((x > 0) == (k % 2 == 0) for k, x in enumerate(a))
    print(i, float(center), "omitted/f", mp.nstr(mp.log(abs(a[DEGREE]) / a[0] / mp.mpf(4) ** DEGREE, 2), 6))
    pieces.append([fraction(abs(x)) for x in a[:DEGREE]])
body = "\n".join("    [\n" + "\n".join(f"        {x}," for x in p) + "\n    ]," for p in pieces)
write("error_function", "Series of the error functions.", [
    array("ERF", "1 / (k! (2 k + 1)) from k = 1: erf x = 2/sqrt(pi) x (1 - x^2 (1/3 - x^2 (1/10 - ...))).",
          [fraction(1 / (mp.factorial(k) * (2 * k + 1))) for k in range(1, 34)]),
    f"/// |Taylor coefficients| of e^(x^2) erfc(x) at x = 5/4 + i/2; signs alternate.\npub const ERFCX: [[u128; {DEGREE}]; 22] = [\n{body}\n];\n",
    array("ERFC_TAIL", "(2k - 1)!! / 2^k / 128^k from k = 1 (DLMF 7.12.1): e^(x^2) erfc(x) x sqrt(pi) = 1 - u (a1 - u (a2 - ...)), u = 128 / x^2.",
          [fraction(mp.fac2(2 * k - 1) / mp.mpf(256) ** k) for k in range(1, 40)]),
])

zeta = [(mp.zeta(k) - 1) / k for k in range(2, 66)]
write("gamma", "Series of log-gamma.", [
    array("AT_TWO", "(zeta(k) - 1) / k from k = 2 (DLMF 5.7.3): log gamma(2 + d) = d (1 - gamma + d (a2 - d (a3 - ...))).",
          [fraction(z) for z in zeta]),
    f"/// 1 - Euler's constant.\npub const ONE_LESS_EULER: Wide = {wide('X', '', 1 - mp.euler).split('= ')[1]}",
    array("STIRLING", "|B(2k)| / (2k (2k - 1)) / 256^(k - 1) from k = 1 (DLMF 5.11.1): the sum is (a1 - u (a2 - ...)) / x, u = 256 / x^2.",
          [fraction(abs(mp.bernoulli(2 * k)) / (2 * k * (2 * k - 1)) / mp.mpf(256) ** (k - 1)) for k in range(1, 24)]),
], WIDE)
print("erf", mp.nstr(mp.log(1/(mp.factorial(34)*69),2),5), "tail at 12:", [mp.nstr(mp.log(mp.fac2(2*k-1)/mp.mpf(288)**k,2),5) for k in (36,38,40)],
  "zeta", mp.nstr(mp.log(zeta[-1]/2**65,2),5), "stirling at 20", mp.nstr(mp.log(abs(mp.bernoulli(48))/(48*47)/mp.mpf(400)**23,2),5))
