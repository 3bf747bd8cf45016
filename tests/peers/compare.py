"""Compares `roundoff chop` with ml_dtypes and gfloat, value by value.

    pip install numpy ml_dtypes gfloat
    cargo build --release
    python tests/peers/compare.py target/release/roundoff

Exit code 1 where a disagreement has no reason in the table below. README.md has the results.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import gfloat
import ml_dtypes
import numpy as np
from gfloat import Domain, RoundMode, Signedness, formats

# ml_dtypes rounds to nearest even, without saturation. Our name -> its type.
ML_DTYPES = {
    "binary16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "e3m4": ml_dtypes.float8_e3m4,
    "q43": ml_dtypes.float8_e4m3,
    "ocp-e4m3": ml_dtypes.float8_e4m3fn,
    "e4m3fnuz": ml_dtypes.float8_e4m3fnuz,
    "e4m3b11fnuz": ml_dtypes.float8_e4m3b11fnuz,
    "ocp-e5m2": ml_dtypes.float8_e5m2,
    "e5m2fnuz": ml_dtypes.float8_e5m2fnuz,
    "ocp-e8m0": ml_dtypes.float8_e8m0fnu,
    "ocp-e2m3": ml_dtypes.float6_e2m3fn,
    "ocp-e3m2": ml_dtypes.float6_e3m2fn,
    "ocp-e2m1": ml_dtypes.float4_e2m1fn,
}

SIGNS = {"s": Signedness.Signed, "u": Signedness.Unsigned}
DOMAINS = {"e": Domain.Extended, "f": Domain.Finite}
GFLOAT = {
    "binary16": formats.format_info_binary16,
    "bfloat16": formats.format_info_bfloat16,
    "ocp-e4m3": formats.format_info_ocp_e4m3,
    "ocp-e5m2": formats.format_info_ocp_e5m2,
    "ocp-e3m2": formats.format_info_ocp_e3m2,
    "ocp-e2m3": formats.format_info_ocp_e2m3,
    "ocp-e2m1": formats.format_info_ocp_e2m1,
    **{
        f"Binary{k}p{p}{sign}{domain}": formats.format_info_p3109(k, p, SIGNS[sign], DOMAINS[domain])
        for k, p in [(4, 2), (6, 3), (8, 1), (8, 3), (8, 4), (8, 7)]
        for sign in "s"  # In unsigned formats gfloat 0.5.2 returns negative numbers.
        for domain in DOMAINS
    },
}

MODES = {
    "rne": RoundMode.TiesToEven,
    "rna": RoundMode.TiesToAway,
    "rz": RoundMode.TowardZero,
    "ru": RoundMode.TowardPositive,
    "rd": RoundMode.TowardNegative,
}

# (peer, format) -> why values of it may differ, and where.
REASONS = {
    ("ml_dtypes", "ocp-e8m0"): (
        lambda x: x < 2.0**-126 or np.frexp(x)[0] == 0.75,
        "zero and negative values, which MX 1.0 leaves open; ties, which ml_dtypes takes up and we to "
        "the even code; subnormals of f32 above 2^-127, which ml_dtypes takes up, near as they are",
    ),
    ("ml_dtypes", "ocp-e2m1"): (np.isnan, "NaN has no code there: ml_dtypes makes it a value, we leave it in the host"),
    ("ml_dtypes", "ocp-e2m3"): (np.isnan, "NaN has no code there: ml_dtypes makes it a value, we leave it in the host"),
    ("ml_dtypes", "ocp-e3m2"): (np.isnan, "NaN has no code there: ml_dtypes makes it a value, we leave it in the host"),
}


def inputs():
    """Every half precision value, ties and neighbours, ends, and words at random, as f32."""
    half = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    brain = (np.arange(1 << 16, dtype=np.uint32) << 16).view(np.float32)
    base = np.concatenate([half, brain])
    finite = base[np.isfinite(base)]
    near = [np.nextafter(finite, np.float32(np.inf)), np.nextafter(finite, np.float32(-np.inf))]
    words = np.random.default_rng(1).integers(0, 1 << 32, 200_000, dtype=np.uint32).view(np.float32)
    return np.concatenate([base, *near, words])


def ours(program, folder, name, rounding, saturation="none"):
    source, target = folder / "in.npy", folder / "out.npy"
    command = [program, "chop", source, "-o", target, "--format", name]
    command += ["--rounding", rounding, "--saturation", saturation]
    target.unlink(missing_ok=True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return np.load(target)


def compare(peer, name, mode, x, mine, theirs):
    """Prints the disagreements; returns how many have no reason."""
    theirs = theirs.astype(np.float32)
    same = (mine.view(np.uint32) == theirs.view(np.uint32)) | (np.isnan(mine) & np.isnan(theirs))
    bad = ~same
    explained = np.zeros_like(bad)
    if (peer, name) in REASONS:
        where, why = REASONS[peer, name]
        explained = bad & np.vectorize(where, otypes=[bool])(x)
        if explained.any():
            print(f"{peer:10} {name:12} {mode:4} {explained.sum()} differ: {why}")
    if name.startswith("Binary") and name.endswith("f") and not mode.endswith("sat"):
        explained = bad & np.isnan(theirs) & ~np.isnan(x)
        if explained.any():
            print(f"{peer:10} {name:12} {mode:4} {explained.sum()} differ: past the end of a finite format "
                  "gfloat gives NaN, P3109 v4.0 (4.7.5) the greatest value")
    unexplained = bad & ~explained
    for i in np.flatnonzero(unexplained)[:4]:
        print(f"{peer:10} {name:12} {mode:4} DIFFERS: {x[i]!r} gives {mine[i]!r}, there {theirs[i]!r}")
    print(f"{peer:10} {name:12} {mode:4} {len(x)} values, {unexplained.sum()} differ without a reason")
    return int(unexplained.sum())


def main():
    program = sys.argv[1]
    x = inputs()
    failures = 0
    with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
        folder = Path(folder)
        np.save(folder / "in.npy", x)
        for name, kind in ML_DTYPES.items():
            mine = ours(program, folder, name, "rne")
            failures += compare("ml_dtypes", name, "rne", x, mine, x.astype(kind))
        # gfloat is Python: every eleventh value.
        few = np.ascontiguousarray(x[::11])
        np.save(folder / "in.npy", few)
        for name, info in GFLOAT.items():
            for short, mode in MODES.items():
                for saturated in (False, True):
                    if not saturated and not (info.num_infs > 0 or info.num_nans > 0):
                        continue  # gfloat refuses to overflow there.
                    mine = ours(program, folder, name, short, "finite" if saturated else "none")
                    wide = few.astype(np.float64)
                    theirs = gfloat.round_ndarray(info, wide, mode, saturated)
                    label = short + (" sat" if saturated else "")
                    failures += compare("gfloat", name, label, few, mine, theirs)
    print(f"{failures} disagreements without a reason")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
