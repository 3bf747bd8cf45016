#!/usr/bin/env python3
"""log I and log K beside SciPy, on the same points, in one run.

    python3 benches/peers/bessel.py

Makes a virtual environment with SciPy from PyPI under target/peers if there is none, builds the
example `bessel_arrays`, and prints for each region: ns a point for both functions (ours on one
thread and on all, SciPy's ive and kve and their logarithms), the ratios, and how many of SciPy's
values are finite and how far they are from ours, over max(1, |log|), in units of 2^-53. Then, at
fewer points, mpmath, TensorFlow Probability on JAX if pip has it, and what a C++ compiler finds of
Boost, GSL and libstdc++ (on Debian: apt-get install g++ libboost-math-dev libgsl-dev).
"""
import functools
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / "target" / "peers"

try:
    import mpmath
    import numpy as np
    from scipy import special
except ImportError:
    python = HOME / "bin" / "python"
    if sys.executable == str(python):
        raise
    if not python.exists():
        venv.create(HOME, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, "scipy", "mpmath", "numpy<2.3"], check=True)
        # TensorFlow Probability 0.25 knows JAX up to this version.
        subprocess.run([*install, "jax==0.4.38", "jaxlib==0.4.38", "tensorflow-probability==0.25.0"])
    sys.exit(subprocess.run([python, __file__, *sys.argv[1:]]).returncode)

try:
    import jax

    jax.config.update("jax_enable_x64", True)
    from tensorflow_probability.substrates import jax as tfp
except ImportError as error:
    print(f"SKIPPED: TensorFlow Probability ({error})")
    tfp = None

REGIONS = {
    "[0, 150]^2": (0, 150, 0, 150),
    "[150, 10^4]^2": (150, 1e4, 150, 1e4),
    "box [0, 24]^2": (0, 24, 0, 24),
    "v < 1, x < 1": (0, 1, 0, 1),
    "small v, medium x": (0, 10, 1, 30),
    "v = 0": (0, 0, 0, 100),
    "x >> v": (0, 50, 1e3, 1e6),
    "v >> x": (50, 140, 0, 5),
}
COUNT = 1 << 16
# Points for the slower ones, and for mpmath.
FEWER, FEWEST = 1 << 10, 16


def scipy(v, x):
    """log I and log K by the scaled functions, which overflow later than the plain ones."""
    with np.errstate(all="ignore"):
        return np.log(special.ive(v, x)) + x, np.log(special.kve(v, x)) - x


def compiled():
    """The program of the C and C++ libraries, if it can be built here."""
    if not shutil.which("g++"):
        return None
    HOME.mkdir(parents=True, exist_ok=True)
    source, program = ROOT / "benches" / "peers" / "bessel.cpp", HOME / "bessel"
    build = ["g++", "-O3", "-march=native", "-std=c++17", source, "-o", program]
    gsl = subprocess.run([*build, "-lgsl", "-lgslcblas"], capture_output=True).returncode == 0
    if not gsl and subprocess.run(build, capture_output=True).returncode != 0:
        return None
    return program


def by_mpmath(f, v, x):
    try:
        return mpmath.log(f(v, x))
    except (mpmath.libmp.NoConvergence, ValueError):
        return mpmath.nan


def mpmath_rows(v, x):
    start = time.perf_counter()
    values = [by_mpmath(f, a, b) for a, b in zip(v[:FEWEST], x[:FEWEST]) for f in (mpmath.besseli, mpmath.besselk)]
    taken = (time.perf_counter() - start) * 1e9 / FEWEST
    finite = sum(bool(mpmath.isfinite(value)) for value in values)
    return f"mpmath {mpmath.__version__},{taken},{finite}", FEWEST


@functools.cache
def tfp_functions():
    return jax.jit(lambda v, x: (tfp.math.log_bessel_ive(v, x) + x, tfp.math.log_bessel_kve(v, x) - x))


def tfp_rows(v, x):
    points = [jax.numpy.asarray(a[:FEWER]) for a in (v, x)]
    taken = []
    # The first run compiles.
    for _ in range(4):
        start = time.perf_counter()
        values = jax.block_until_ready(tfp_functions()(*points))
        taken.append((time.perf_counter() - start) * 1e9 / FEWER)
    return f"TFP {tfp.__version__} on JAX,{min(taken)},{int(np.isfinite(np.array(values)).sum())}", FEWER


def main():
    subprocess.run(["cargo", "build", "--release", "--quiet", "--example", "bessel_arrays"], cwd=ROOT, check=True)
    program = ROOT / "target" / "release" / "examples" / "bessel_arrays"
    print(f"{COUNT} points a region, ns a point for both functions, least of several runs")
    print(f"{'region':<20}{'ours, 1':>9}{'ours, all':>10}{'SciPy':>9}{'ratio':>8}{'all':>8}{'finite':>9}{'median':>9}{'most':>11}")
    ratios, most, others = [], [], []
    peers = compiled()
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        points, results = pathlib.Path(folder) / "points", pathlib.Path(folder) / "results"
        for name, (v0, v1, x0, x1) in REGIONS.items():
            v, x = rng.uniform(v0, v1, COUNT), rng.uniform(x0, x1, COUNT)
            np.concatenate([v, x]).tofile(points)
            runs = []
            ours = [float("inf")] * 2
            for _ in range(3):
                output = subprocess.run([program, points, results], check=True, capture_output=True, text=True).stdout
                ours = [min(a, float(b)) for a, b in zip(ours, output.split())]
                start = time.perf_counter()
                theirs = scipy(v, x)
                runs.append((time.perf_counter() - start) * 1e9 / COUNT)
            exact = np.fromfile(results).reshape(2, COUNT)
            theirs = np.array(theirs)
            finite = np.isfinite(theirs)
            error = np.abs(theirs - exact)[finite] / np.maximum(1, np.abs(exact[finite])) * 2.0**53
            ratios.append(min(runs) / ours[0])
            most.append(min(runs) / ours[1])
            print(f"{name:<20}{ours[0]:>9.1f}{ours[1]:>10.1f}{min(runs):>9.0f}{ratios[-1]:>8.1f}{most[-1]:>8.1f}"
                  f"{finite.mean():>9.1%}{np.median(error):>9.2f}{error.max():>11.3g}", flush=True)
            rows = [mpmath_rows(v, x)]
            if tfp:
                rows.append(tfp_rows(v, x))
            if peers:
                output = subprocess.run([peers, points, str(FEWER)], capture_output=True, text=True).stdout
                rows += [(line, FEWER) for line in output.splitlines()]
            for line, count in rows:
                peer, taken, is_finite = line.split(",")
                others.append((peer, name, float(taken), float(taken) / ours[0], int(is_finite) / (2 * count)))
    print(f"median ratio {statistics.median(ratios):.1f} on one thread, {statistics.median(most):.1f} on all;"
          f" best {max(ratios):.1f} and {max(most):.1f}")
    print(f"\n{'':<22}{'region':<20}{'ns':>12}{'ratio':>10}{'finite':>9}")
    for peer, name, taken, ratio, is_finite in sorted(others, key=lambda row: row[0]):
        print(f"{peer:<22}{name:<20}{taken:>12.0f}{ratio:>10.0f}{is_finite:>9.1%}")


main()
