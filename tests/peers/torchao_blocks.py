"""Compares blocks of `roundoff chop` with torchao's MX and NVFP4 tensors, value by value.

    pip install numpy torch torchao
    cargo build --release
    python tests/peers/torchao_blocks.py target/release/roundoff

Exit code 1 where a disagreement has no reason in the table of README.md.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torchao.prototype.mx_formats.config import ScaleCalculationMode as Rule
from torchao.prototype.mx_formats.mx_tensor import MXTensor
from torchao.prototype.mx_formats.nvfp4_tensor import NVFP4Tensor, per_tensor_amax_to_scale

FORMATS = {
    "mxfp8-e4m3": torch.float8_e4m3fn,
    "mxfp8-e5m2": torch.float8_e5m2,
    "mxfp4": torch.float4_e2m1fn_x2,
}
RULES = {"floor": Rule.FLOOR, "ceil": Rule.CEIL, "round-up": Rule.RCEIL, "even": Rule.EVEN}


def inputs():
    """Blocks whose exponents wander little and far; ties, values alone, zeros."""
    rng = np.random.default_rng(2)
    blocks = []
    for spread in (1, 3, 8, 20):
        x = rng.standard_normal((1000, 32)) * 2.0 ** rng.integers(-spread, spread + 1, (1000, 32))
        blocks.append(x * 2.0 ** rng.integers(-60, 60, (1000, 1)))
    ties = rng.integers(-64, 65, (1000, 32)) / 16.0
    alone = np.zeros((32, 32))
    alone[np.arange(32), np.arange(32)] = 2.0 ** rng.integers(-100, 100, 32)
    blocks += [ties, alone, np.zeros((1, 32)), np.full((1, 32), 1.75)]
    return np.concatenate(blocks).astype(np.float32)


def chop(binary, folder, name, x, *more):
    np.save(folder / "x.npy", x)
    command = [binary, "chop", "x.npy", "-o", "y.npy", "-f", name, "-s", "finite", *more]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return np.load(folder / "y.npy")


def compare(label, x, ours, theirs, block):
    """How many blocks differ, and the first of them."""
    differ = (ours != theirs) & ~(np.isnan(ours) & np.isnan(theirs))
    blocks = differ.reshape(-1, block).any(axis=1)
    print(f"{label:24} {blocks.size} blocks, {int(blocks.sum())} differ in {int(differ.sum())} values")
    for i, j in np.argwhere(differ)[:3]:
        row = x[i]
        print(f"  {x[i, j]!r} of {np.abs(row).max()!r}: ours {ours[i, j]!r}, torchao {theirs[i, j]!r}")
    return int(blocks.sum())


def main():
    binary = str(Path(sys.argv[1]).resolve())
    x = inputs()
    tensor = torch.from_numpy(x)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, dtype in FORMATS.items():
            for rule, theirs in RULES.items():
                ours = chop(binary, folder, name, x, "--scale-rule", rule)
                theirs = MXTensor.to_mx(tensor, dtype, 32, theirs).dequantize(torch.float32).numpy()
                wrong += compare(f"{name} {rule}", x, ours, theirs, 32)
        rng = np.random.default_rng(3)
        x = (rng.standard_normal((4000, 32)) * 2.0 ** rng.integers(-4, 5, (4000, 1))).astype(np.float32)
        tensor = torch.from_numpy(x)
        ours = chop(binary, folder, "nvfp4", x)
        scale = per_tensor_amax_to_scale(tensor.abs().max())
        theirs = NVFP4Tensor.to_nvfp4(tensor, per_tensor_scale=scale).dequantize(torch.float32).numpy()
        # The same element and scale multiplied in another order differ in the last bit of an f32.
        close = np.abs(ours - theirs) <= np.abs(ours) * 2.0**-22
        print(f"nvfp4: {int((ours != theirs).sum())} of {x.size} values differ in their last bits")
        wrong += compare("nvfp4 nearest", x, np.where(close, theirs, ours), theirs, 16)
    return int(wrong > 0)


sys.exit(main())
