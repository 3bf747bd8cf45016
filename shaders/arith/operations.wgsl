// + - * / sqrt fma faa: the exact result as a Wide, then rounded once. In the part of the language that
// WGSL and Rust share; after `wide.wgsl`. Specials are those of IEEE 754-2019 (6 and 7.2).

// Does x come before y by magnitude? Of infinities and NaN whichever.
fn is_lesser(x: Wide, y: Wide) -> bool {
    return (x.exponent < y.exponent)
        | ((x.exponent == y.exponent) & pair_less(Pair(x.high, x.low), Pair(y.high, y.low)));
}

// x + y, x and y having 62 digits at most: then one place to the right loses nothing.
fn wide_sum(x: Wide, y: Wide, down: bool) -> Wide {
    let sign_x = x.kind & SIGN;
    let sign_y = y.kind & SIGN;
    let swap = is_lesser(x, y);
    let sign = select(sign_x, sign_y, swap);
    let exponent = max(x.exponent, y.exponent);
    let apart = exponent - min(x.exponent, y.exponent);
    let great = Pair(select(x.high, y.high, swap), select(x.low, y.low, swap));
    let small = Pair(select(y.high, x.high, swap), select(y.low, x.low, swap));

    // One place lower, so that a carry has room. The great one's last digits are zeros, so that what
    // is set in the small one for what it lost stays set in the sum and in the difference.
    let a = moved_right(great, 1);
    let b = moved_right(small, min(apart, 64) + 1);
    let together = pair_sum(a, b);
    let against = pair_difference(a, b);
    let differ = sign_x != sign_y;
    let digits = Pair(
        select(together.high, against.high, differ),
        select(together.low, against.low, differ),
    );
    let cancelled = (digits.high | digits.low) == 0;
    let zero = select(sign_x & sign_y, sign_x | sign_y, down);
    let finite = select(sign, zero, cancelled);

    let infinite_x = is_infinite(x.kind);
    let infinite_y = is_infinite(y.kind);
    let infinite = select(y.kind, x.kind, infinite_x);
    let invalid = is_nan(x.kind) | is_nan(y.kind) | (infinite_x & infinite_y & differ);
    let kind = select(select(finite, infinite, infinite_x | infinite_y), NOT_A_NUMBER, invalid);
    return normalised(kind, exponent + 1, digits);
}

// x + y + z, all host words unpacked. With a, b, c by magnitude, the greatest first, one of the two sums
// has 62 digits, all of them, or cannot cancel:
//
//      a |1ddddddddddddddddddddddd|            a + b first: what is lost comes with c, once
//      b        |1dddddddddddddddddddddd|
//                <- at most 38 places apart
//
//      a |1ddddddddddddddddddddddd|                              b + c first, to odd: |b + c| is so much
//      b                  |1dddddddddddddddddddddd|              less than |a| that no digit that it has
//      c                      |1dddddddddddddddddddddd|          lost comes back
fn wide_sum_of_three(x: Wide, y: Wide, z: Wide, down: bool) -> Wide {
    var a = x;
    var b = y;
    var c = z;
    if is_lesser(a, b) {
        a = y;
        b = x;
    }
    if is_lesser(b, c) {
        c = b;
        b = z;
    }
    if is_lesser(a, b) {
        let greatest = b;
        b = a;
        a = greatest;
    }
    let special = is_nan(a.kind) | is_infinite(a.kind) | is_nan(b.kind) | is_infinite(b.kind);
    if special | (a.exponent < b.exponent + 38) {
        return wide_sum(wide_sum(a, b, down), c, down);
    }
    return wide_sum(a, wide_sum(b, c, down), down);
}

// x y, both host words unpacked: 48 digits, all of them.
//
//      a1 a0 * b1 b0, halves of 12 bits
//           |-- a0 b0 --|
//      |-- a1 b0 + a0 b1 --|
//  |-- a1 b1 --|
fn wide_product(x: Wide, y: Wide) -> Wide {
    let a1 = x.high >> 20;
    let a0 = (x.high >> 8) & 4095;
    let b1 = y.high >> 20;
    let b0 = (y.high >> 8) & 4095;
    let last = a0 * b0;
    let middle = a1 * b0 + a0 * b1 + (last >> 12);
    let first = a1 * b1 + (middle >> 12);
    let rest = ((middle & 4095) << 12) | (last & 4095);

    let sign = (x.kind ^ y.kind) & SIGN;
    let infinite = is_infinite(x.kind) | is_infinite(y.kind);
    let zero = is_zero(x) | is_zero(y);
    let invalid = is_nan(x.kind) | is_nan(y.kind) | (infinite & zero);
    let kind = select(select(sign, sign | INFINITY, infinite), NOT_A_NUMBER, invalid);
    // The leading digit is on top or one lower.
    let high = (first << 8) | (rest >> 16);
    let low = rest << 16;
    let one = 1 - (high >> 31);
    let twice = max(x.exponent + y.exponent, OFFSET + BIAS);
    let exponent = twice - (OFFSET + BIAS) + 1 - one;
    return Wide(
        kind,
        select(exponent, ZERO, zero),
        (high << one) | ((low >> 31) & one),
        low << one,
    );
}

// Digits of a quotient so far, and what is left to divide.
struct Quotient { high: word, low: word, rest: word }

// Eight digits more: the rest is less than b, which has 24.
fn divided_on(so_far: Quotient, b: word) -> Quotient {
    let next = so_far.rest << 8;
    let high = (so_far.high << 8) | (so_far.low >> 24);
    return Quotient(high, (so_far.low << 8) | (next / b), next % b);
}

// x / y, both host words unpacked: 57 digits by schoolbook division. No loop: Mesa's llvmpipe stops
// the loops of an invocation after 65,535 turns in all.
fn wide_quotient(x: Wide, y: Wide, pole: bool) -> Wide {
    let a = x.high >> 8;
    let b = max(y.high >> 8, ONE);
    let first = divided_on(Quotient(ZERO, a / b, a % b), b);
    let second = divided_on(divided_on(first, b), b);
    let third = divided_on(divided_on(second, b), b);
    let whole = divided_on(divided_on(third, b), b);
    let digits = Pair(whole.high, whole.low);
    let rest = whole.rest;
    let zero_x = is_zero(x);
    let zero_y = is_zero(y);
    let infinite_x = is_infinite(x.kind);
    let infinite_y = is_infinite(y.kind);
    let sign = (x.kind ^ y.kind) & SIGN;
    let invalid = is_nan(x.kind)
        | is_nan(y.kind)
        | (infinite_x & infinite_y)
        | (zero_y & (zero_x | pole));
    let infinite = infinite_x | zero_y;
    let kind = select(select(sign, sign | INFINITY, infinite), NOT_A_NUMBER, invalid);
    if infinite_y | zero_x {
        return Wide(kind, ZERO, ZERO, ZERO);
    }
    // a / b has its leading digit at place 56 or one lower.
    let top = x.exponent + (OFFSET + BIAS + 7);
    let exponent = max(top, y.exponent) - y.exponent;
    let quotient = normalised(kind, exponent, digits);
    return Wide(
        quotient.kind,
        quotient.exponent,
        quotient.high,
        quotient.low | select(ZERO, ONE, rest != 0),
    );
}

// The square root of a host word unpacked: 57 digits, one a step.
fn wide_root(x: Wide) -> Wide {
    // With an even exponent: as a number from 1 to 4, of two integer digits.
    let odd = x.exponent & 1;
    var digits = select(x.high, x.high >> 1, odd == 1);
    var root = Pair(ZERO, ZERO);
    var rest = Pair(ZERO, ZERO);
    var step = ZERO;
    loop {
        if step == 57 {
            break;
        }
        let twice = moved_left(rest, 2);
        rest = Pair(twice.high, twice.low | (digits >> 30));
        digits = digits << 2;
        // (2 root + 1)^2 is 4 root^2 and this more.
        let quarter = moved_left(root, 2);
        let more = Pair(quarter.high, quarter.low | 1);
        let fits = !pair_less(rest, more);
        if fits {
            rest = pair_difference(rest, more);
        }
        let double = moved_left(root, 1);
        root = Pair(double.high, double.low | select(ZERO, ONE, fits));
        step = step + 1;
    }
    let there = moved_left(root, 7);
    let inexact = select(ZERO, ONE, (rest.high | rest.low) != 0);
    let zero = is_zero(x);
    let invalid = is_nan(x.kind) | ((x.kind >= SIGN) & !zero);
    let exponent = (x.exponent + odd + (OFFSET + BIAS - 1)) >> 1;
    return Wide(
        select(x.kind, NOT_A_NUMBER, invalid),
        select(exponent, ZERO, zero),
        there.high,
        there.low | inexact,
    );
}

// x 2^n, n the integer part of the second number (IEEE 754 scaleB).
fn wide_scaled(x: Wide, n: Wide) -> Wide {
    // 8,192 are past the range of any host word.
    let exponent = max(n.exponent, OFFSET + BIAS) - (OFFSET + BIAS);
    let integer = select(n.high >> (31 - min(exponent, 13)), ZERO, n.exponent < OFFSET + BIAS);
    let places = min(select(integer, 8192, exponent > 12), 8192);
    let negative = n.kind >= SIGN;
    let infinite_x = is_infinite(x.kind);
    let infinite_n = is_infinite(n.kind);
    let zero = is_zero(x);
    let invalid = is_nan(x.kind)
        | is_nan(n.kind)
        | (infinite_n & ((negative & infinite_x) | (!negative & zero)));
    let sign = x.kind & SIGN;
    let far = select(x.kind, sign | INFINITY, infinite_n & !negative);
    let kind = select(far, NOT_A_NUMBER, invalid);
    let up = x.exponent + places;
    let down = max(x.exponent, places) - places;
    let none = zero | (infinite_n & negative);
    return Wide(
        kind,
        select(select(up, down, negative), ZERO, none),
        select(x.high, ZERO, none),
        select(x.low, ZERO, none),
    );
}

fn add(x: word, y: word, random: word, plan: Plan) -> word {
    return round_wide(wide_sum(unpacked(x), unpacked(y), is_down(plan)), random, plan);
}

fn subtract(x: word, y: word, random: word, plan: Plan) -> word {
    return add(x, y ^ SIGN, random, plan);
}

fn multiply(x: word, y: word, random: word, plan: Plan) -> word {
    return round_wide(wide_product(unpacked(x), unpacked(y)), random, plan);
}

fn divide(x: word, y: word, random: word, plan: Plan) -> word {
    let pole = any_of(plan.rule, RULE_POLE);
    return round_wide(wide_quotient(unpacked(x), unpacked(y), pole), random, plan);
}

fn square_root(x: word, random: word, plan: Plan) -> word {
    return round_wide(wide_root(unpacked(x)), random, plan);
}

// x y + z with one rounding.
fn fused(x: word, y: word, z: word, random: word, plan: Plan) -> word {
    let product = wide_product(unpacked(x), unpacked(y));
    return round_wide(wide_sum(product, unpacked(z), is_down(plan)), random, plan);
}

// x + y + z with one rounding.
fn add_all(x: word, y: word, z: word, random: word, plan: Plan) -> word {
    let sum = wide_sum_of_three(unpacked(x), unpacked(y), unpacked(z), is_down(plan));
    return round_wide(sum, random, plan);
}

fn scale(x: word, n: word, random: word, plan: Plan) -> word {
    return round_wide(wide_scaled(unpacked(x), unpacked(n)), random, plan);
}
