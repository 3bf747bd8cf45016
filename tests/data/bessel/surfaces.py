#!/usr/bin/env python3
"""Makes the tables under src/kernels/bessel/tables: polynomials in two variables, and in one for v = 0.

    pip install python-flint numpy
    python3 tests/data/bessel/surfaces.py [NAME ...]      all of them, or those named

Every table is the Chebyshev interpolant of a function given by 250-bit arithmetic, cut where its
terms fall below the tolerance, and written as powers: rows[i][j] holds the coefficients of a^(2i) b^j
and a^(2i + 1) b^j. What a and b are stands in src/kernels/bessel/surface.rs. The largest error seen
at random points is printed, in units of 2^-53.
"""
import pathlib
import random
import sys
from fractions import Fraction

import numpy as np
from flint import arb, ctx

ctx.prec = 250
LD = np.longdouble
HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parents[2] / "src" / "kernels" / "bessel" / "tables"
PI = LD("3.14159265358979323846264338327950288")


def longdouble(a):
    mantissa, exponent = a.mid().man_exp()
    mantissa, exponent = int(mantissa), int(exponent)
    extra = mantissa.bit_length() - 64
    if extra > 0:
        mantissa, exponent = mantissa >> extra, exponent + extra
    return np.ldexp(LD(mantissa), exponent)


def chebyshev(f, n, m):
    """Coefficients of T_i(a) T_j(b) of the interpolant of f on [-1, 1]^2."""
    def nodes(n):
        return [(arb.pi() * (2 * i + 1) / (2 * n)).cos() for i in range(n)]

    def transform(n):
        k = np.arange(n, dtype=LD)
        return np.cos(PI * np.outer(k, 2 * k + 1) / (2 * n))

    values = np.array([[longdouble(f(a, b)) for b in nodes(m)] for a in nodes(n)], dtype=LD)
    c = transform(n) @ values @ transform(m).T * (LD(4) / (n * m))
    c[0] /= 2
    c[:, 0] /= 2
    return c


def powers(n):
    """powers(n)[k] holds the coefficients of T_k as powers."""
    t = np.zeros((n, n), dtype=LD)
    t[0, 0] = 1
    if n > 1:
        t[1, 1] = 1
    for k in range(2, n):
        t[k, 1:] = 2 * t[k - 1, :-1]
        t[k] -= t[k - 2]
    return t


def surface(name, f, n, m, tolerance):
    """Writes one table; f(a, b) is the function on [-1, 1]^2."""
    if name not in (sys.argv[1:] or [name]):
        return
    c = chebyshev(f, n, m)
    assert abs(c[-1]).max() < tolerance and abs(c[:, -1]).max() < tolerance, (
        name, abs(c[-1]).max() / tolerance, abs(c[:, -1]).max() / tolerance)
    c[abs(c) < tolerance] = 0
    p = powers(n).T @ c @ powers(m)
    rows = []
    for i in range(n):
        used = np.nonzero(c[i:].any(axis=0))[0]
        rows.append(p[i, : used.max() + 1] if len(used) else p[i, :0])
    while len(rows[-1]) == 0:
        rows.pop()
    write(name, rows)
    worst = 0
    rng = random.Random(1)
    for _ in range(300):
        a, b = rng.uniform(-1, 1), rng.uniform(-1, 1)
        total = 0.0
        for row in reversed(rows):
            inner = 0.0
            for value in reversed(row):
                inner = inner * b + float(value)
            total = total * a + inner
        worst = max(worst, abs(float(arb(total) - f(arb(a), arb(b)))))
    scale = float(abs(c).max())
    print(f"{name:<14} rows {[len(r) for r in rows]} sum {sum(len(r) for r in rows)}"
          f" largest {scale:.3g} error {worst * 2**53:.3g} u", flush=True)


def write(name, rows):
    lines = ["&["]
    for low, high in zip(rows[::2], [*rows[1::2], []]):
        lines.append("    &[")
        for j in range(max(len(low), len(high))):
            pair = [float(row[j]) if j < len(row) else 0.0 for row in (low, high)]
            lines.append(f"        [{pair[0]!r}, {pair[1]!r}],")
        lines.append("    ],")
    lines.append("]")
    (OUT / f"{name}.in").write_text("\n".join(lines) + "\n")


def line(name, f, n, tolerance):
    """The same in one variable: c[j] is the coefficient of b^j."""
    if name not in (sys.argv[1:] or [name]):
        return
    c = chebyshev(lambda a, b: f(b), 1, n)[0]
    assert abs(c[-1]) < tolerance, (name, abs(c[-1]) / tolerance)
    c = c[: np.nonzero(abs(c) >= tolerance)[0].max() + 1]
    row = [float(value) for value in powers(len(c)).T @ c]
    text = "".join(f"    {value!r},\n" for value in row)
    (OUT / f"{name}.in").write_text(f"&[\n{text}]\n")
    worst = 0
    rng = random.Random(1)
    for _ in range(300):
        b = rng.uniform(-1, 1)
        total = 0.0
        for value in reversed(row):
            total = total * b + value
        worst = max(worst, abs(float(arb(total) - f(arb(b)))))
    print(f"{name:<14} {len(row)} largest {float(abs(c).max()):.3g} error {worst * 2**53:.3g} u", flush=True)


def remainder(kind, v, x):
    """log I - (M - log(2 pi w)/2), or log K + M + log(2 w / pi)/2; M = w - v asinh(v/x)."""
    w = (v * v + x * x).sqrt()
    action = w - (v * (v / x).asinh())
    pi = arb.pi()
    if kind == "i":
        return x.bessel_i(v).log() - action + (2 * pi * w).log() / 2
    return x.bessel_k(v).log() + action + (2 * w / pi).log() / 2


def reciprocal(a, low, high):
    """u = 1/w for w in [low, high], a in [-1, 1]."""
    low, high = arb(low), arb(high)
    return (1 / high + 1 / low) / 2 + a * (1 / low - 1 / high) / 2


def ring_i(a, b, low, high):
    w = 1 / reciprocal(a, low, high)
    t = (1 + b) / 2
    return remainder("i", w * t, w * ((1 - t) * (1 + t)).sqrt())


def ring_k(a, b, low, high, x0):
    w = 1 / reciprocal(a, low, high)
    x = (w + x0) / 2 + b * (w - x0) / 2
    return remainder("k", ((w - x) * (w + x)).sqrt(), x)


def debye(n):
    """U_k of DLMF 10.41.9 as {power: coefficient}, k = 0..n."""
    us = [{0: Fraction(1)}]
    for _ in range(n):
        new = {}
        for e, c in us[-1].items():
            for power, value in (
                (e + 1, c * e / 2 + c / 8 / (e + 1)),
                (e + 3, -c * e / 2 - 5 * c / 8 / (e + 3)),
            ):
                new[power] = new.get(power, 0) + value
        us.append({e: c for e, c in new.items() if c})
    return us


def cumulants(n):
    """The logarithm of the series: k U_k = sum over j of j c_j U_(k-j)."""
    us, cs = debye(n), [{}]
    for k in range(1, n + 1):
        total = {e: c * k for e, c in us[k].items()}
        for j in range(1, k):
            for e, c in cs[j].items():
                for f, d in us[k - j].items():
                    total[e + f] = total.get(e + f, 0) - j * c * d
        cs.append({e: c / k for e, c in total.items() if c})
    return cs


TERMS = 30
CUMULANTS = [
    [(arb(c.numerator) / arb(c.denominator), (e - k) // 2) for e, c in cs.items()]
    for k, cs in enumerate(cumulants(TERMS))
]
CACHE = {}


def cumulant(k, b):
    """c_k / u^k at t^2 = (1 + b)/2."""
    key = (k, b.str(60))
    if key not in CACHE:
        y = (1 + b) / 2
        CACHE[key] = sum((c * y**e for c, e in CUMULANTS[k]), arb(0))
    return CACHE[key]


def uniform(a, b, low, high, parity):
    """The terms of one parity over u^2 (even) or u (odd); 1/w^2 runs over [1/high^2, 1/low^2]."""
    top, bottom = 1 / arb(low) ** 2, (1 / arb(high) ** 2 if high else arb(0))
    u2 = (top + bottom) / 2 + a * (top - bottom) / 2
    first = 2 - parity
    return sum((cumulant(k, b) * u2 ** ((k - first) // 2) for k in range(first, TERMS + 1, 2)), arb(0))


def hyper(nu, q):
    """Sum of q^k / (k! Gamma(k + 1 + nu)): I_nu(x) (x/2)^-nu, entire in both."""
    return sum((q**k * arb(k + 1).rgamma() * (nu + k + 1).rgamma() for k in range(30)), arb(0))


TINY = arb("1e-45")


def near_zero(a, b):
    """Even and odd part of hyper(-mu, q): h_e and h_o = odd / mu; mu^2 = (1+a)/8, q = (1+b)/8."""
    mu, q = ((1 + a) / 8).sqrt() + TINY, (1 + b) / 8
    return (hyper(-mu, q) + hyper(mu, q)) / 2, (hyper(-mu, q) - hyper(mu, q)) / (2 * mu)


def near_one(a, b):
    """Mean m and divided difference d of hyper(1 + mu, q) and the like of -1 - mu."""
    mu, q = a / 2 + TINY, (1 + b) / 8
    r = hyper(1 + mu, q)
    s = sum((q**k * arb(k + 2).rgamma() * (k + 1 - mu).rgamma() for k in range(30)), arb(0))
    return (r + s) / 2, (r - s) / mu


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    t = 2.0**-59
    # Where programs spend their time, fewer terms: a tenth of a unit of 2^-53 more error.
    r = 2.0**-57.5
    # But the derivatives of these two give ratios, and an edge's derivative is hundreds of times less sure.
    for low, high, name, cut in ((512, None, "remote", r), (48, None, "far", t), (24, 48, "middle", t)):
        surface(f"even_{name}", lambda a, b: uniform(a, b, low, high, 0), 10, 24, cut * low**2)
        surface(f"odd_{name}", lambda a, b: uniform(a, b, low, high, 1), 10, 24, cut * low)
    for i, low in enumerate((12, 6, 3, arb(3) / 2)):
        surface(f"i_{i}", lambda a, b: ring_i(a, b, low, 2 * low), 26, 32, r)
    for i, low in enumerate((12, 6, 3, arb(3) / 2, arb(3) / 4, arb(1) / 2)):
        x0 = arb(1) / 2 if i >= 3 else arb(1)
        surface(f"k_{i}", lambda a, b: ring_k(a, b, low, 2 * low, x0), 26, 32, r)
    surface("i_small", lambda a, b: hyper((1 + a) * 3 / 4, (1 + b) / 2 * arb(9) / 16) - 1, 22, 16, t)
    surface("k_even", lambda a, b: near_zero(a, b)[0] - 1, 14, 14, t)
    surface("k_odd", lambda a, b: near_zero(a, b)[1] + arb.const_euler(), 14, 14, t)
    surface("k_mean", lambda a, b: near_one(a, b)[0] - 1, 20, 14, t)
    surface("k_slope", lambda a, b: near_one(a, b)[1], 20, 14, t)
    surface("k_rgamma", lambda a, b: (1 - a / 2).rgamma() - 1, 24, 2, t)

    def log_sine(a, b):
        mu = arb.pi() * (((1 + a) / 8).sqrt() + TINY)
        return (mu / mu.sin()).log()
    surface("k_sine", log_sine, 24, 2, t)

    # v = 0.
    zero, first = arb(0), arb(-1)
    for parity, name in ((0, "even"), (1, "odd")):
        line(f"axis_{name}", lambda b: uniform(b, first, 24, None, parity), 16, t * 24 ** (2 - parity))
    for low, high, name in ((6, 24, "middle"), (1, 6, "near")):
        for kind in "ik":
            line(f"axis_{kind}_{name}", lambda b: remainder(kind, zero, 1 / reciprocal(b, low, high)), 60, t)

    def quarter(b):
        return (1 + b) / 8
    # log I_0 over q, I_0 less 1 over q, and the rest of K_0 (DLMF 10.31.2) over q: q is a factor of each.
    line("axis_i_small", lambda b: hyper(zero, quarter(b) + TINY).log() / (quarter(b) + TINY), 20, t)
    line("axis_i_less", lambda b: (hyper(zero, quarter(b) + TINY) - 1) / (quarter(b) + TINY), 20, t)

    def harmonic(b):
        q, h, total = quarter(b), arb(0), arb(0)
        for k in range(1, 30):
            h += arb(1) / k
            total += h * q ** (k - 1) * arb(k + 1).rgamma() ** 2
        return total
    line("axis_k_small", harmonic, 20, t)


main()
