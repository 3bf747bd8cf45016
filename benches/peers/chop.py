"""Rounding f32 arrays: Python peers and roundoff in one run, ns a value, one thread.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install numpy pychop ml_dtypes gfloat
    /tmp/peers/bin/pip install torch ninja setuptools && /tmp/peers/bin/pip install qtorch
    PATH=/tmp/peers/bin:$PATH /tmp/peers/bin/python benches/peers/chop.py

Peers with a vectorised cast get 2^24 values, the others fewer (said in the row), as they take
seconds. roundoff's rows are its own benchmark's, 2^24 values out of place, one thread.
"""

import os
import re
import subprocess
import time

import gfloat
import ml_dtypes
import numpy as np
import pychop
from gfloat.formats import format_info_binary16, format_info_ocp_e4m3

try:
    import torch
    from qtorch.quant import float_quantize
except ImportError:
    print("torch and qtorch are not installed: QPyTorch and PyTorch are left out")
    torch = None

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
VALUES = np.random.default_rng(1).standard_normal(1 << 24).astype(np.float32)


def measure(work, count, rounds):
    """Median ns a value."""
    x = VALUES[:count]
    work(x)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work(x)
        times.append(time.perf_counter() - start)
    return sorted(times)[rounds // 2] / count * 1e9


def peers():
    pychop.backend("numpy")
    chop = lambda exponent, fraction, mode: pychop.Chop(exponent, fraction, rmode=mode)
    large, small = (1 << 24, 5), (1 << 18, 3)
    yield "numpy copy", np.copy, large
    yield "binary16 NearestTiesToEven | numpy astype", cast(np.float16), large
    yield "binary16 NearestTiesToEven | pychop", chop(5, 10, 1), small
    yield "binary16 NearestTiesToEven | gfloat", lambda x: gfloat.round_ndarray(format_info_binary16, x), small
    yield "binary16 TowardPositive | pychop", chop(5, 10, 2), small
    yield "binary16 TowardPositive | gfloat", gfloat_up, small
    yield "binary16 StochasticA:23 | pychop", chop(5, 10, 5), small
    yield "binary16 StochasticA:23 | gfloat", gfloat_stochastic, small
    yield "bfloat16 NearestTiesToEven | ml_dtypes astype", cast(ml_dtypes.bfloat16), large
    yield "bfloat16 NearestTiesToEven | pychop", chop(8, 7, 1), small
    yield "ocp-e4m3 NearestTiesToEven | ml_dtypes astype", cast(ml_dtypes.float8_e4m3fn), large
    yield "ocp-e4m3 NearestTiesToEven | gfloat", lambda x: gfloat.round_ndarray(format_info_ocp_e4m3, x), small
    if torch is not None:
        torch.set_num_threads(1)
        yield "binary16 NearestTiesToEven | torch cast", torch_cast(torch.float16), large
        yield "bfloat16 NearestTiesToEven | torch cast", torch_cast(torch.bfloat16), large
        yield "ocp-e4m3 NearestTiesToEven | torch cast", torch_cast(torch.float8_e4m3fn), large
        yield "binary16 NearestTiesToEven | QPyTorch", qpytorch("nearest"), large
        yield "binary16 StochasticA:23 | QPyTorch", qpytorch("stochastic"), large


def gfloat_up(x):
    return gfloat.round_ndarray(format_info_binary16, x, gfloat.RoundMode.TowardPositive)


def gfloat_stochastic(x):
    words = np.random.default_rng(2).integers(0, 1 << 23, x.shape)
    mode = gfloat.RoundMode.Stochastic
    return gfloat.round_ndarray(format_info_binary16, x, mode, srbits=words, srnumbits=23)


def torch_cast(dtype):
    return lambda x: torch.from_numpy(x).to(dtype).to(torch.float32)


def qpytorch(rounding):
    return lambda x: float_quantize(torch.from_numpy(x), 5, 10, rounding=rounding)


def cast(dtype):
    return lambda x: x.astype(dtype).astype(np.float32)


def ours():
    """{row: ns a value} of the benchmark's section on 2^24 f32 values and one thread."""
    rows = {}
    for word in ("binary16", "bfloat16", "ocp-e4m3"):
        command = ["cargo", "bench", "--bench", "chop", "--", word]
        text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        inside = False
        for line in text.splitlines():
            if line and not line.startswith(" "):
                inside = line.startswith("f32, 16777216 values, 1 thread")
            row = re.match(r"  (\S+ \S+) +([0-9.]+) ", line)
            if inside and row:
                rows.setdefault(row[1], float(row[2]))
    return rows


def main():
    own = ours()
    print(f"{'row':<46} {'values':>9} {'ns/value':>9} {'ours':>8} {'times':>8}")
    for name, work, (count, rounds) in peers():
        time_ = measure(work, count, rounds)
        mine = own.get(name.split(" | ")[0])
        beside = f"{mine:>8.3f} {time_ / mine:>8.1f}" if mine else ""
        print(f"{name:<46} {count:>9} {time_:>9.3f} {beside}")


if __name__ == "__main__":
    main()
