"""Writes tests/data/softmax.txt: exact softmax, log-softmax and log-sum-exp of a few rows.

    pip install mpmath && python tests/peers/softmax_golden.py > tests/data/softmax.txt

A line has four fields, `row | softmax | log-softmax | log-sum-exp`, numbers to 17 digits, which say
an f64 exactly.
"""

import random

import mpmath

mpmath.mp.prec = 400
random.seed(2001_04438)


def text(x):
    return repr(float(x))


def line(row):
    finite = [mpmath.mpf(x) for x in row if x != float("-inf")]
    total = sum(mpmath.exp(x) for x in finite)
    log_total = mpmath.log(total)
    softmax = [mpmath.exp(mpmath.mpf(x)) / total if x != float("-inf") else 0.0 for x in row]
    log_softmax = [mpmath.mpf(x) - log_total if x != float("-inf") else x for x in row]
    fields = [row, softmax, log_softmax, [log_total]]
    return " | ".join(" ".join(text(x) for x in field) for field in fields)


rows = [[0.0], [-3.5, -3.5], [1.0, 2.0, 3.0], [11.125, 11.125], [1e4, -1e4, 9999.0]]
rows += [[float("-inf"), 0.5, float("-inf"), -700.0], [1e300, -1e300], [-745.0, 0.0]]
for n in [7, 10, 33]:
    rows.append([random.gauss(0, 1) for _ in range(n)])
    rows.append([random.gauss(0, 100) for _ in range(n)])
    rows.append([random.uniform(-1e4, 1e4) for _ in range(n)])
for row in rows:
    print(line(row))
