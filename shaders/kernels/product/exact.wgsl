// The exact sum of products, rounded once (Kulisch, Computer Arithmetic and Validity, 2nd ed., 2013,
// chapter 8): a fixed-point number of 40 limbs of 16 digits, wide enough for 2^32 products of any f32s.
//
//      limb    39                j + 3   j + 2    j + 1     j                    0
//          |ssssssss| ... |........|....dddd|dddddddd|dddddddd|dddd....| ... |........|
//                                   `-- 48 digits of a product --'
//
// Digit 0 is 47 places below the least product's leading digit. A limb is an i32 that takes less than 1.5
// times 2^16 a term, so 2^14 terms, a dispatch, before it has to be carried: no loop for carries inside.
const LIMBS: u32 = 40u;
// The least product's exponent, as `Wide` has it: that of 2^-298.
const LEAST: word = OFFSET + BIAS - 298;

var<private> limbs: array<i32, LIMBS>;
// Infinities and NaN added; has an addend been negative or -0?
var<private> special: word;
var<private> below: bool;

fn add_limb(j: u32, digits: u32, negative: bool) {
    limbs[j] += select(i32(digits), -i32(digits), negative);
}

fn take(x: Wide) {
    if is_special(x) {
        special = special_sum(special, x.kind);
        return;
    }
    let negative = x.kind >= SIGN;
    below = below | negative;
    if is_zero(x) {
        return;
    }
    let place = x.exponent - LEAST;
    let j = place / 16u;
    let shift = place & 15u;
    let last = (x.low >> 16u) << shift;
    let middle = (x.high & 0xffffu) << shift;
    let first = (x.high >> 16u) << shift;
    add_limb(j, last & 0xffffu, negative);
    add_limb(j + 1u, (last >> 16u) + (middle & 0xffffu), negative);
    add_limb(j + 2u, (middle >> 16u) + (first & 0xffffu), negative);
    add_limb(j + 3u, first >> 16u, negative);
}

// Every limb from 0 to 2^16 - 1: two's complement of all of them.
fn carry_limbs() {
    var carried = 0i;
    for (var j = 0u; j < LIMBS; j++) {
        let sum = limbs[j] + carried;
        limbs[j] = sum & 0xffffi;
        carried = sum >> 16u;
    }
}

fn limb(j: u32) -> u32 {
    return u32(limbs[j]);
}

// The sum in 64 digits, to odd; the limbs are carried.
fn wide_of_limbs(down: bool) -> Wide {
    if special != ZERO {
        return Wide(special, ZERO, ZERO, ZERO);
    }
    let negative = limb(LIMBS - 1u) > 0x7fffu;
    if negative {
        for (var j = 0u; j < LIMBS; j++) {
            limbs[j] = -limbs[j];
        }
        carry_limbs();
    }
    // Four limbs from the leading one, and what follows them. Limbs 0 and 1 are zeros: no product has
    // digits there.
    var top = LIMBS - 1u;
    while (top > 4u) & (limb(top) == 0u) {
        top--;
    }
    let digits = Pair(
        (limb(top) << 16u) | limb(top - 1u),
        (limb(top - 2u) << 16u) | limb(top - 3u),
    );
    if (digits.high | digits.low) == 0u {
        return Wide(select(ZERO, SIGN, down & below), ZERO, ZERO, ZERO);
    }
    var lost = 0u;
    for (var j = 0u; j < top - 4u; j++) {
        lost |= limb(j);
    }
    let sign = select(ZERO, SIGN, negative);
    let there = normalised(sign, LEAST - 47u + 16u * top + 15u, digits);
    let zeros = min(pair_zeros(digits), 15u);
    let next = limb(top - 4u) << zeros;
    lost |= next & 0xffffu;
    return Wide(
        there.kind,
        there.exponent,
        there.high,
        there.low | (next >> 16u) | select(ZERO, ONE, lost != 0u),
    );
}

// Terms `call.begin` to before `call.end` of an entry, number i of the dispatch. What is under way is in
// `state`: the limbs, `special`, `below`.
fn total(entry: Entry, i: u32) -> word {
    if call.begin > 0u {
        for (var j = 0u; j < LIMBS; j++) {
            limbs[j] = i32(state[j * call.count + i]);
        }
        special = state[LIMBS * call.count + i];
        below = state[(LIMBS + 1u) * call.count + i] != 0u;
    }
    for (var k = call.begin; k < call.end; k++) {
        let pair = factors(entry, k);
        take(wide_product(unpacked(pair.a), unpacked(pair.b)));
    }
    carry_limbs();
    if call.end < call.depth {
        for (var j = 0u; j < LIMBS; j++) {
            state[j * call.count + i] = limb(j);
        }
        state[LIMBS * call.count + i] = special;
        state[(LIMBS + 1u) * call.count + i] = select(0u, 1u, below);
        return ZERO;
    }
    let rules = sum_site();
    let random = draw_term(rules, TERM, entry, 0u);
    return round_wide(wide_of_limbs(is_down(rules.plan)), random, rules.plan);
}
