#!/usr/bin/env python3
"""Makes points.csv: the eight quantities at points of thin regions, by interval arithmetic; and
vmf.csv: log C_d + kappa, A_d and the entropy of von Mises-Fisher distributions.

    pip install python-flint
    python3 tests/data/bessel/references.py

w = sqrt(v^2 + x^2) < 100: arb's Bessel functions, with more bits until 100 of each result are sure.
Beyond: the uniform expansion (DLMF 10.41.3, 10.41.4) with 40 terms, at 2,000 bits; what it leaves
out is below 1e-40 of the value. Both ways are compared between w = 100 and 200.
"""
import math
import pathlib
import random
from fractions import Fraction

from flint import arb, ctx

HERE = pathlib.Path(__file__).resolve().parent
QUANTITIES = ["log_iv", "log_kv", "log_iv_scaled", "log_kv_scaled",
              "ratio_iv", "ratio_kv", "slope_iv", "slope_kv"]
CROSSING = 1.50887956153832  # v/x where log I and -log K change sign, but for log w / w
TERMS = 40


def debye(n):
    """U_k of DLMF 10.41.9 as {power: coefficient}."""
    us = [{0: Fraction(1)}]
    for _ in range(n):
        new = {}
        for e, c in us[-1].items():
            for power, value in ((e + 1, c * e / 2 + c / 8 / (e + 1)),
                                 (e + 3, -c * e / 2 - 5 * c / 8 / (e + 3))):
                new[power] = new.get(power, 0) + value
        us.append({e: c for e, c in new.items() if c})
    return us


DEBYE = debye(TERMS)


def uniform(v, x):
    """log I_v(x) and log K_v(x)."""
    w = (v * v + x * x).sqrt()
    eta = w - (v * (v / x).asinh() if v != 0 else 0)
    p2, even, odd = (v / w) ** 2, arb(0), arb(0)
    for k, u in enumerate(DEBYE):
        # U_k(p) / v^k = w^-k times a polynomial in p^2: v = 0 is no exception.
        term = sum((arb(c.numerator) / c.denominator * p2 ** ((e - k) // 2) for e, c in u.items()), arb(0)) / w**k
        even, odd = (even + term, odd) if k % 2 == 0 else (even, odd + term)
    pi = arb.pi()
    return (eta - (2 * pi * w).log() / 2 + (even + odd).log(),
            -eta - (2 * w / pi).log() / 2 + (even - odd).log())


def direct(v, x):
    for bits in (300, 1000, 5000):
        ctx.prec = bits
        i, k = arb(x).bessel_i(arb(v)), arb(x).bessel_k(arb(v))
        if i.rel_accuracy_bits() > 200 and k.rel_accuracy_bits() > 200 and i > 0 and k > 0:
            return i.log(), k.log()
    return None


def logs(v, x):
    if v * v + x * x > 100**2:
        ctx.prec = 2000
        return uniform(v, x)
    return direct(v, x)


def quantities(v, x):
    at, above = logs(arb(v), arb(x)), logs(arb(v) + 1, arb(x))
    if at is None or above is None:
        return None
    (i, k), (i1, k1) = at, above
    ratio_i, ratio_k = (i1 - i).exp(), (k1 - k).exp()
    v, x = arb(v), arb(x)
    return [i, k, i - x, k + x, ratio_i, ratio_k, ratio_i + v / x, v / x - ratio_k]


rng = random.Random(20261125)
U = rng.uniform


def spread(low, high):
    return math.exp(U(math.log(low), math.log(high)))


def ring(low, high):
    w, angle = U(low, high), U(0, math.pi / 2)
    return w * math.sin(angle), w * math.cos(angle)


def beside(value, low=1e-16, high=1e-3):
    return value * (1 + rng.choice([-1, 1]) * spread(low, high))


def border():
    w, angle = beside(rng.choice([48, 24, 12, 6, 3, 1.5, 0.75, 0.375])), U(0, math.pi / 2)
    return w * math.sin(angle), w * math.cos(angle)


def crossing(low, high):
    x = spread(low, high)
    return beside(CROSSING, 1e-17, 1e-2) * x, x


REGIONS = {
    "far": lambda: ring(48, 1000),
    "middle": lambda: ring(24, 48),
    "ring_12": lambda: ring(12, 24),
    "ring_6": lambda: ring(6, 12),
    "ring_3": lambda: ring(3, 6),
    "ring_1": lambda: ring(1.5, 3),
    "ring_0": lambda: ring(0.75, 1.5),
    "ring_last": lambda: ring(0.375, 0.75),
    "small": lambda: ring(0.001, 0.375),
    "small_x": lambda: (U(0, 24), U(0, 1)),
    "smaller_x": lambda: (U(0, 24), spread(1e-300, 1)),
    "least_x": lambda: (rng.choice([0, 1e-300, 0.5, 1, spread(1e-3, 1e3)]), spread(5e-324, 1e-300)),
    "least_v": lambda: (spread(1e-300, 1e-3), spread(1e-3, 60)),
    "border_w": border,
    "border_x": lambda: (U(0, 24), beside(rng.choice([1, 0.5, 0.25]))),
    "border_n": lambda: (beside(rng.randint(0, 23) + 0.5), U(0, 1)),
    "half": lambda: (rng.randint(0, 30) + 0.5, spread(1e-5, 60)),
    "crossing": lambda: crossing(10, 1e6),
    "far_crossing": lambda: crossing(1e6, 1e300),
    "wide": lambda: (spread(1e-10, 1e6), spread(1e-10, 1e6)),
    "huge": lambda: (spread(1e-300, 1e300), spread(1e-300, 1e300)),
    "huge_scaled": lambda: (lambda x: (math.sqrt(x) * spread(1e-3, 1e3), x))(spread(1e3, 1e300)),
    "axis": lambda: (0, spread(1e-3, 300)),
    "border_axis": lambda: (0, beside(rng.choice([24, 6, 1]))),
    "border_remote": lambda: (lambda w, angle: (w * math.sin(angle), w * math.cos(angle)))(beside(192), U(0, math.pi / 2)),
    "low_orders": lambda: (U(0, 3), U(0.2, 1)),
}


def vmf(dimension, kappa):
    """log C_d + kappa, A_d, entropy."""
    v = arb(dimension) / 2 - 1
    (i, _), (above, _) = logs(v, arb(kappa)), logs(v + 1, arb(kappa))
    ctx.prec = 2000
    k = arb(kappa)
    peak = v * k.log() - arb(dimension) / 2 * (2 * arb.pi()).log() - i + k
    ratio = (above - i).exp()
    return [peak, ratio, k * (1 - ratio) - peak]


def distributions():
    rows = ["dimension,kappa_hex,log_peak,mean_resultant_length,entropy"]
    for dimension in (2, 3, 5, 10, 64, 256, 2048, 8192, 32768, 10**6):
        for kappa in (1e-8, 0.01, 0.5, 1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e8):
            values = [value.str(25, radius=False) for value in vmf(dimension, kappa)]
            rows.append(",".join([str(dimension), kappa.hex(), *values]))
    (HERE / "vmf.csv").write_text("\n".join(rows) + "\n")


def main():
    distributions()
    rows = ["v_hex,x_hex," + ",".join(QUANTITIES) + ",region"]
    for name, point in REGIONS.items():
        count = 0
        while count < 50:
            v, x = map(float, point())
            if x <= 0:
                continue
            values = quantities(v, x)
            if values is None:
                continue
            ctx.prec = 2000
            w = math.hypot(v, x)
            if 100 < w < 200:
                other = direct(arb(v), arb(x))
                assert all(abs(a - b) < arb("1e-40") * (1 + abs(b)) for a, b in zip(values, other)), (v, x)
            texts = [value.str(25, radius=False) for value in values]
            assert all(value.rel_accuracy_bits() > 85 or value.rad() < arb("1e-26") for value in values), (v, x)
            rows.append(",".join([v.hex(), x.hex(), *texts, name]))
            count += 1
        print(name, flush=True)
    (HERE / "points.csv").write_text("\n".join(rows) + "\n")


main()
