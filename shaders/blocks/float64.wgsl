// f64 arithmetic as the CPU's: to nearest, ties to even. Numbers that are normal or zero, with results
// that are.

// A number of 64 digits, the leading one on top, the last set where anything is lost; low half first.
//
//      1ddddddd...ddddddd rrrrrrrrrrr
//      `----- 53 ------'  a carry into the kept digits where it is above half, or half below odd
fn nearest(sign: u32, field: u32, digits: vec2<u32>) -> vec2<u32> {
    let odd = (digits.x >> 11u) & 1u;
    // The leading digit adds one to the field.
    let whole = vec2<u32>((digits.y << 21u) | (digits.x >> 11u), digits.y >> 11u);
    let up = ((digits.x & 0x7ffu) + 0x3ffu + odd) >> 11u;
    let sum = pair_add(whole, vec2<u32>(up, (field - 1u) << 20u));
    return vec2<u32>(sum.x, sum.y | sign);
}

// 53 digits at the top of 64.
fn digits_of(x: vec2<u32>) -> vec2<u32> {
    return vec2<u32>(x.x << 11u, leading(x));
}

// The last digit set where any of these is.
fn jammed(digits: vec2<u32>, lost: u32) -> vec2<u32> {
    return vec2<u32>(digits.x | select(0u, 1u, lost != 0u), digits.y);
}

// a + b
fn sum_of(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    if is_zero(a) {
        return b;
    }
    if is_zero(b) {
        return a;
    }
    let sign = vec2<u32>(0u, 0x80000000u);
    let swap = pair_less(a & ~sign, b & ~sign);
    let great = select(a, b, swap);
    let small = select(b, a, swap);
    let apart = field_of(great) - field_of(small);
    // One place lower, so that a carry has room.
    let x = pair_right(digits_of(great), vec2<u32>(1u, 0u));
    let by = min(apart + 1u, 63u);
    let whole = digits_of(small);
    let shifted = pair_right(whole, vec2<u32>(by, 0u));
    let back = pair_left(shifted, vec2<u32>(by, 0u)) ^ whole;
    let y = jammed(shifted, back.x | back.y);
    let differ = ((a.y ^ b.y) & 0x80000000u) != 0u;
    let digits = select(pair_add(x, y), pair_subtract(x, y), differ);
    if (digits.x | digits.y) == 0u {
        return ZERO;
    }
    let top = top_bit(digits).x;
    let there = pair_left(digits, vec2<u32>(63u - top, 0u));
    return nearest(great.y & 0x80000000u, field_of(great) + top - 62u, there);
}

// a a
//
//      H L * H L, halves of 32 bits
//           |-- L L --|
//      |-- H L --|        twice
//  |-- H H --|
fn square_of(a: vec2<u32>) -> vec2<u32> {
    if is_zero(a) {
        return ZERO;
    }
    let digits = digits_of(a);
    let low = multiplied(digits.x, digits.x);
    let cross = multiplied(digits.y, digits.x);
    let middle = pair_add(cross, vec2<u32>(low.y, 0u));
    let other = pair_add(cross, vec2<u32>(middle.x, 0u));
    let carried = pair_add(vec2<u32>(middle.y, 0u), vec2<u32>(other.y, 0u));
    let high = pair_add(multiplied(digits.y, digits.y), carried);
    let top = high.y >> 31u;
    let there = select(
        vec2<u32>((high.x << 1u) | (other.x >> 31u), (high.y << 1u) | (high.x >> 31u)),
        high,
        top == 1u,
    );
    let lost = low.x | select(other.x << 1u, other.x, top == 1u);
    return nearest(0u, 2u * field_of(a) + top - 1023u, jammed(there, lost));
}
