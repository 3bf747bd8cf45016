"""Compares blocks of `roundoff chop` with gfloat's, value by value.

    pip install numpy gfloat
    cargo build --release
    python tests/peers/blocks.py target/release/roundoff

gfloat's scale is that of OCP MX v1.0, 6.3: the rule `floor`. Exit code 1 where a disagreement has no
reason in the table of README.md.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from gfloat import RoundMode, formats
from gfloat.block import compute_scale_amax, quantize_block

FORMATS = {
    "mxfp8-e5m2": formats.format_info_mxfp8_e5m2,
    "mxfp8-e4m3": formats.format_info_mxfp8_e4m3,
    "mxfp6-e3m2": formats.format_info_mxfp6_e3m2,
    "mxfp6-e2m3": formats.format_info_mxfp6_e2m3,
    "mxfp4": formats.format_info_mxfp4_e2m1,
    "mxint8": formats.format_info_mxint8,
}

MODES = {
    "rne": RoundMode.TiesToEven,
    "rna": RoundMode.TiesToAway,
    "rz": RoundMode.TowardZero,
    "ru": RoundMode.TowardPositive,
    "rd": RoundMode.TowardNegative,
}


def inputs():
    """Blocks whose exponents wander little and far; ties, zeros, one value alone, powers of two."""
    rng = np.random.default_rng(1)
    blocks = []
    for spread in (1, 3, 8, 20):
        x = rng.standard_normal((60, 32)) * 2.0 ** rng.integers(-spread, spread + 1, (60, 32))
        blocks.append(x * 2.0 ** rng.integers(-60, 60, (60, 1)))
    ties = rng.integers(-64, 65, (60, 32)) / 16.0
    alone = np.zeros((32, 32))
    alone[np.arange(32), np.arange(32)] = 2.0 ** rng.integers(-100, 100, 32)
    blocks += [ties, alone, np.zeros((1, 32)), np.full((1, 32), 1.75)]
    return np.concatenate(blocks).astype(np.float32)


def chop(binary, folder, name, mode, x):
    np.save(folder / "x.npy", x)
    command = [binary, "chop", "x.npy", "-o", "y.npy", "-f", name, "-r", mode]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return np.load(folder / "y.npy")


def main():
    binary = str(Path(sys.argv[1]).resolve())
    x = inputs()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, info in FORMATS.items():
            for mode, peer in MODES.items():
                ours = chop(binary, Path(folder), name, mode, x).astype(np.float64)
                theirs = np.stack(
                    [quantize_block(info, row.astype(np.float64), compute_scale_amax, peer) for row in x]
                )
                differ = ours != theirs
                if name == "mxint8":
                    # gfloat has the integer -128, which ours never writes.
                    scale = np.abs(theirs) == 2.0 ** np.ceil(np.log2(np.abs(theirs) + (theirs == 0)))
                    differ &= ~((theirs < 0) & scale & (np.abs(ours - theirs) * 128 == np.abs(theirs)))
                count = int(differ.sum())
                wrong += count
                print(f"{name:12} {mode}: {x.size} values, {count} differ")
                for i, j in np.argwhere(differ)[:3]:
                    print(f"  {x[i, j]!r} of block {i}: ours {ours[i, j]}, gfloat {theirs[i, j]}")
    return int(wrong > 0)


sys.exit(main())
