#!/usr/bin/env python3
"""Posits of two exponent bits by SoftPosit (https://pypi.org/project/softposit 0.3.4.4, whose
`posit_2` is the 2022 standard's posit of any width): the golden data of tests/posits/golden.rs.

    pip install softposit==0.3.4.4
    python tests/peers/posit_golden.py > tests/data/posits/softposit.txt
"""

import random
import struct

import softposit

OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def posit(code, width):
    return softposit.posit_2(bits=code, x=width)


def code(p, width):
    return p.v.v >> (32 - width)


def word(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def nar(code, width):
    return code == 1 << (width - 1)


def value(code_, width):
    """The f64's word; NaR as one NaN."""
    return 0x7FF8 << 48 if nar(code_, width) else word(float(posit(code_, width)))


def fnv(codes):
    """FNV-1a of bytes, 64 bits."""
    h = 0xCBF29CE484222325
    for byte in codes:
        h = (h ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return h


def main():
    print("# value WIDTH CODE F64-WORD; row OPERATION CODE FNV-1a-64 of the 256 results of posit8 with it")
    print("# pair WIDTH OPERATION CODE CODE RESULT; root WIDTH CODE RESULT; round WIDTH F64-WORD CODE")
    for c in range(256):
        print(f"value 8 {c:x} {value(c, 8):x}")
    dice = random.Random(1)
    for width in (16, 32):
        for c in [1, 2, 3, (1 << width - 1) - 1, (1 << width - 1) + 1] + [
            dice.getrandbits(width) for _ in range(500)
        ]:
            print(f"value {width} {c:x} {value(c, width):x}")
    for name, operation in OPERATIONS.items():
        for a in range(256):
            left = posit(a, 8)
            row = bytes(code(operation(left, posit(b, 8)), 8) for b in range(256))
            print(f"row {name} {a:x} {fnv(row):x}")
    for width in (16, 32):
        for name, operation in OPERATIONS.items():
            for _ in range(500):
                a = dice.getrandbits(width)
                # Half of them near each other, where sums cancel.
                b = dice.getrandbits(width) if dice.random() < 0.5 else a ^ dice.getrandbits(width // 3)
                result = code(operation(posit(a, width), posit(b, width)), width)
                print(f"pair {width} {name} {a:x} {b:x} {result:x}")
    for width in (8, 16, 32):
        for _ in range(200):
            a = dice.getrandbits(width)
            print(f"root {width} {a:x} {code(posit(a, width).sqrt(), width):x}")
        for _ in range(300):
            x = dice.uniform(-2, 2) * 2.0 ** dice.randint(-5 * width, 5 * width)
            print(f"round {width} {word(x):x} {code(softposit.posit_2(x, width), width):x}")


main()
