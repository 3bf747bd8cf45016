"""Compares blocks of `roundoff chop` with torchao's, value by value, and counts the reasons.

    pip install numpy torch torchao
    cargo build --release
    python tests/peers/torchao_blocks.py target/release/roundoff

Exit code 1 where a disagreement has no reason in the table of README.md.
"""

import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from torchao.prototype.mx_formats import nvfp4_tensor as nv
from torchao.prototype.mx_formats.config import ScaleCalculationMode
from torchao.prototype.mx_formats.constants import DTYPE_FP6_E2M3, DTYPE_FP6_E3M2
from torchao.prototype.mx_formats.kernels import f4_unpacked_to_f32, unpack_uint4
from torchao.prototype.mx_formats.mx_tensor import to_dtype, to_mx

FORMATS = {
    "mxfp8-e4m3": torch.float8_e4m3fn,
    "mxfp8-e5m2": torch.float8_e5m2,
    "mxfp6-e2m3": DTYPE_FP6_E2M3,
    "mxfp6-e3m2": DTYPE_FP6_E3M2,
    "mxfp4": torch.float4_e2m1fn_x2,
}
RULES = {
    "floor": ScaleCalculationMode.FLOOR,
    "ceil": ScaleCalculationMode.CEIL,
    "even": ScaleCalculationMode.EVEN,
    "round-up": ScaleCalculationMode.RCEIL,
}


def inputs(length):
    """Blocks whose exponents wander little and far; ties, one value alone, zeros, tiny, huge, specials."""
    rng = np.random.default_rng(2)
    blocks = []
    for spread in (1, 3, 8, 20):
        x = rng.standard_normal((800, length)) * 2.0 ** rng.integers(-spread, spread + 1, (800, length))
        blocks.append(x * 2.0 ** rng.integers(-60, 60, (800, 1)))
    ties = rng.integers(-64, 65, (400, length)) / 16.0
    alone = np.zeros((length, length))
    np.fill_diagonal(alone, 2.0 ** rng.integers(-100, 100, length))
    tiny = rng.standard_normal((100, length)) * 2.0**-124
    huge = np.clip(rng.standard_normal((100, length)) / 8, -0.99, 0.99) * 2.0**128
    special = rng.standard_normal((30, length))
    special[:10, 3], special[10:20, 5], special[20:, 7] = np.nan, np.inf, -np.inf
    blocks += [ties, alone, np.zeros((1, length)), tiny, huge, special]
    return np.concatenate(blocks).astype(np.float32)


def chop(binary, folder, name, x, *more):
    np.save(folder / "x.npy", x)
    command = [binary, "chop", "x.npy", "-o", "y.npy", "-f", name, "--saturation", "finite", *more]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return np.load(folder / "y.npy")


def reason_mx(rule, element, x, ours, theirs):
    """Why a block of MX differs; None where nothing is known."""
    most = np.abs(x).max()
    if np.isnan(x).any():
        return None
    if np.isinf(x).any():
        return "an infinity in the block"
    emax = {"mxfp8-e4m3": 8, "mxfp8-e5m2": 15, "mxfp6-e2m3": 2, "mxfp6-e3m2": 4, "mxfp4": 2}[element]
    if most < 2.0 ** (emax - 126):
        return "a scale below 2^-126"
    return None


def compare(name, x, ours, theirs, reason):
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    told, wrong = {}, 0
    for i in np.flatnonzero(~same.all(axis=1)):
        why = reason(x[i], ours[i], theirs[i])
        told[why] = told.get(why, 0) + 1
        if why is None:
            wrong += 1
            j = np.flatnonzero(~same[i])[0]
            if wrong <= 3:
                print(f"  {x[i, j]!r} in block {i} of greatest {np.abs(x[i]).max()!r}: "
                      f"ours {ours[i, j]!r}, torchao {theirs[i, j]!r}")
    because = ", ".join(f"{count} by {why}" for why, count in told.items())
    print(f"{name}: {len(x)} blocks, {sum(told.values())} differ{': ' + because if because else ''}")
    return wrong


def nvfp4(x, tensor):
    scales, packed = nv.nvfp4_quantize(torch.from_numpy(x), 16, tensor)
    elements = f4_unpacked_to_f32(unpack_uint4(packed)).reshape(x.shape)
    scales = scales.to(torch.float32).reshape(x.shape[0], -1)
    return (elements * scales * (1.0 if tensor is None else tensor)).numpy()


def reason_nvfp4(tensor):
    def reason(x, ours, theirs):
        most = np.abs(x).max()
        if not np.isfinite(most):
            return "a NaN or an infinity in the block"
        if Fraction(float(most)) / 6 / Fraction(tensor) < Fraction(1, 64):
            return "a scale below 2^-6, torchao's least"
        # Theirs rounds quotients twice or three times: next to a tie it may be the other neighbour.
        step = np.abs(ours.astype(np.float64) - theirs)
        if (step <= most / 3).all():
            return "a rounded quotient next to a tie"
        return None

    return reason


def main():
    binary = str(Path(sys.argv[1]).resolve())
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        x = inputs(32)
        for name, kind in FORMATS.items():
            for rule, mode in RULES.items():
                ours = chop(binary, folder, name, x, "--scale-rule", rule)
                scales, codes = to_mx(torch.from_numpy(x), kind, 32, mode)
                theirs = to_dtype(codes, scales, kind, 32, torch.float32).numpy()
                why = lambda *block: reason_mx(rule, name, *block)
                wrong += compare(f"{name} {rule}", x, ours, theirs, why)
        rng = np.random.default_rng(3)
        x = (rng.standard_normal((6000, 16)) * 2.0 ** rng.integers(-6, 3, (6000, 1))).astype(np.float32)
        x[17, 3], x[18, 4] = np.nan, 0.0
        clean = np.where(np.isnan(x), 0, x).astype(np.float32)
        tensor = np.float32(np.abs(clean).max()) / np.float32(448 * 6)
        ours = chop(binary, folder, "nvfp4", clean)
        theirs = nvfp4(clean, torch.tensor(tensor))
        wrong += compare("nvfp4", clean, ours, theirs, reason_nvfp4(float(tensor)))
    return int(wrong > 0)


sys.exit(main())
