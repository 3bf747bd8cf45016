// Quotients and products of f64 words; what is divided by or multiplied with has 32 digits at most and is
// not negative.

// The leading 32 digits of a number that is not zero.
fn leading(x: vec2<u32>) -> u32 {
    return 0x80000000u | ((x.y & 0xfffffu) << 11u) | (x.x >> 21u);
}

// A word of 1.ddd, the digits after the first at the top of 64.
fn assembled(sign: u32, field: u32, high: u32, low: u32) -> vec2<u32> {
    return vec2<u32>((high << 20u) | (low >> 12u), sign | (field << 20u) | (high >> 12u));
}

// Sixteen binary digits of a quotient, and what is left to divide.
struct Digits { digits: u32, rest: u32 }

// The next sixteen of (rest 2^16 + next) / b, where rest < b, next < 2^16 and b has its leading digit on
// top: the guess by b's upper half is at most two too great (Knuth, The Art of Computer Programming 2, 4.3.1, D3). No loop:
// Mesa's llvmpipe stops the loops of an invocation after 65,535 turns in all.
fn divided(rest: u32, next: u32, b: u32) -> Digits {
    let high = b >> 16u;
    let low = b & 0xffffu;
    var guess = rest / high;
    var left = rest - guess * high;
    if guess > 0xffffu || guess * low > ((left << 16u) | next) {
        guess -= 1u;
        left += high;
        if left <= 0xffffu && (guess > 0xffffu || guess * low > ((left << 16u) | next)) {
            guess -= 1u;
        }
    }
    return Digits(guess, ((rest << 16u) | next) - guess * b);
}

// x / by, rounded to odd: the last of 53 digits is set where anything is lost, so that what is rounded
// to 51 digits or fewer later, random bits included, is as good as exact (Boldo and Melquiond, IEEE
// Trans. Computers 57(4), 2008). By zero: a zero.
fn quotient(x: vec2<u32>, by: vec2<u32>) -> vec2<u32> {
    let sign = x.y & 0x80000000u;
    if is_zero(by) && !pair_less(INFINITY, x ^ vec2<u32>(0u, sign)) {
        return vec2<u32>(0u, sign);
    }
    if is_zero(x) || field_of(x) == 0x7ffu {
        return x;
    }
    if is_power_of_two(by) {
        return times(x, 1023u - field_of(by));
    }
    let a = leading(x);
    let b = leading(by);
    let whole = select(0u, 1u, a >= b);
    // The other 21 digits of x.
    let next = x.x << 11u;
    let first = divided(a - whole * b, next >> 16u, b);
    let second = divided(first.rest, next & 0xffffu, b);
    let third = divided(second.rest, 0u, b);
    let fourth = divided(third.rest, 0u, b);
    //      whole . first second third fourth        the leading digit is the whole or the first one's
    let high = (first.digits << 16u) | second.digits;
    let low = (third.digits << 16u) | fourth.digits;
    let after = select(vec2<u32>((high << 1u) | (low >> 31u), low << 1u), vec2<u32>(high, low), whole == 1u);
    let lost = (after.y & 0xfffu) | fourth.rest;
    let field = field_of(x) + 1022u + whole - field_of(by);
    return assembled(sign, field, after.x, after.y) | vec2<u32>(select(0u, 1u, lost != 0u), 0u);
}

// a b, 64 digits.
//
//      a1 a0 * b1 b0, halves of 16 bits
//           |-- a0 b0 --|
//      |-- a1 b0 + a0 b1 --|
//  |-- a1 b1 --|
fn multiplied(a: u32, b: u32) -> vec2<u32> {
    let low = (a & 0xffffu) * (b & 0xffffu);
    let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
    let other = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
    return vec2<u32>(
        (other << 16u) | (low & 0xffffu),
        (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u),
    );
}

// x by, of 53 digits together.
fn product(x: vec2<u32>, by: vec2<u32>) -> vec2<u32> {
    if is_zero(x) || field_of(x) == 0x7ffu {
        return x;
    }
    let sign = x.y & 0x80000000u;
    if is_zero(by) {
        return vec2<u32>(0u, sign);
    }
    if is_power_of_two(by) {
        return times(x, field_of(by) - 1023u);
    }
    let digits = multiplied(leading(x), leading(by));
    let top = digits.y >> 31u;
    // Without the leading digit, which is on top or one lower.
    let after = pair_left(digits, vec2<u32>(2u - top, 0u));
    let field = field_of(x) + field_of(by) + top - 1023u;
    return assembled(sign, field, after.y, after.x);
}
