// Numbers of 96 digits: what functions of wide formats are computed in. In the part of the language that
// WGSL and Rust share; after `wide.wgsl`. Whoever includes it provides beside that text's words
//
//     constant_word(at)                       a word of the functions' constants
//
//      a                                b                                c
//      dddddddddddddddddddddddddddddddd dddddddddddddddddddddddddddddddd dddddddddddddddddddddddddddddddd
//      ^ worth 1/2 in a fraction; in a Long the leading digit, worth 2^(exponent - AT_ONE)
//
// Three words: a format of 24 digits and 30 random bits looks at 54 digits, and of 2^32 operands the
// worst is some 2^-32 of a unit there from where the rounding changes. The functions' relative errors are
// below 2^-80 (2^-76 for `softplus`): a test in `src/arith/word32.rs` holds them against 128 digits.

struct Fraction { a: word, b: word, c: word }

// A word before the point.
struct Mixed { whole: word, part: Fraction }

// A finite number; zero has no digits and exponent 0. Exponents are those of a Wide.
struct Long { sign: word, exponent: word, digits: Fraction }

// The exponent of the number 1.
const AT_ONE: word = 16511;

fn fraction_at(at: word) -> Fraction {
    return Fraction(constant_word(at), constant_word(at + 1), constant_word(at + 2));
}

fn is_nothing(x: Fraction) -> bool {
    return (x.a | x.b | x.c) == 0;
}

fn fraction_less(x: Fraction, y: Fraction) -> bool {
    let low = (x.b < y.b) | ((x.b == y.b) & (x.c < y.c));
    return (x.a < y.a) | ((x.a == y.a) & low);
}

// Modulo 1.
fn fraction_sum(x: Fraction, y: Fraction) -> Fraction {
    let c = plus(x.c, y.c);
    let carry = select(ZERO, ONE, c < x.c);
    let b = plus(x.b, y.b);
    let carried = plus(b, carry);
    let carries = select(ZERO, ONE, b < x.b) + select(ZERO, ONE, carried < b);
    return Fraction(plus(plus(x.a, y.a), carries), carried, c);
}

// Modulo 1.
fn fraction_difference(x: Fraction, y: Fraction) -> Fraction {
    let borrow = select(ZERO, ONE, x.c < y.c);
    let b = minus(x.b, y.b);
    let borrows = select(ZERO, ONE, x.b < y.b) + select(ZERO, ONE, b < borrow);
    return Fraction(minus(minus(x.a, y.a), borrows), minus(b, borrow), minus(x.c, y.c));
}

fn fraction_select(otherwise: Fraction, then: Fraction, condition: bool) -> Fraction {
    return Fraction(
        select(otherwise.a, then.a, condition),
        select(otherwise.b, then.b, condition),
        select(otherwise.c, then.c, condition),
    );
}

// x 2^places, places < 96.
fn fraction_left(x: Fraction, places: word) -> Fraction {
    let near = places & 31;
    let far = places >> 5;
    let a = select(select(x.a, x.b, far == 1), x.c, far > 1);
    let b = select(select(x.b, x.c, far == 1), ZERO, far > 1);
    let c = select(x.c, ZERO, far > 0);
    let up = 31 - near;
    return Fraction((a << near) | ((b >> 1) >> up), (b << near) | ((c >> 1) >> up), c << near);
}

// x / 2^places, any number of places; the last digit is set where anything is lost.
fn fraction_right(x: Fraction, places: word) -> Fraction {
    let near = places & 31;
    let far = places >> 5;
    let a = select(x.a, ZERO, far > 0);
    let b = select(select(x.b, x.a, far == 1), ZERO, far > 1);
    let c = select(select(select(x.c, x.b, far == 1), x.a, far == 2), ZERO, far > 2);
    let gone = select(x.c, x.c | x.b, far > 1) | select(ZERO, x.a, far > 2);
    let up = 31 - near;
    let lost = ((c << 1) << up) | select(ZERO, gone, far > 0);
    return Fraction(
        a >> near,
        (b >> near) | ((a << 1) << up),
        (c >> near) | ((b << 1) << up) | select(ZERO, ONE, lost != 0),
    );
}

// A column of digits and one more: `high` counts carries.
fn tallied(column: Pair, digits: word) -> Pair {
    let low = plus(column.low, digits);
    return Pair(column.high + select(ZERO, ONE, low < digits), low);
}

// x y, at most 5 units in the last place too small.
//
//      aa aa                  x.a y.a
//         ab ab  ba ba        x.a y.b, x.b y.a
//            ac  bb  ca       the high words of x.a y.c, x.b y.b, x.c y.a
fn fraction_product(x: Fraction, y: Fraction) -> Fraction {
    let aa = word_product(x.a, y.a);
    let ab = word_product(x.a, y.b);
    let ba = word_product(x.b, y.a);
    let low = tallied(Pair(ZERO, ab.low), ba.low);
    let lower = tallied(low, word_product(x.a, y.c).high);
    let lowest = tallied(lower, word_product(x.b, y.b).high);
    let last = tallied(lowest, word_product(x.c, y.a).high);
    let high = tallied(tallied(Pair(ZERO, aa.low), ab.high), ba.high);
    let middle = tallied(high, last.high);
    return Fraction(aa.high + middle.high, middle.low, last.low);
}

// x n, all of it.
fn times_word(x: Fraction, n: word) -> Mixed {
    let a = word_product(x.a, n);
    let b = word_product(x.b, n);
    let c = word_product(x.c, n);
    let middle = tallied(Pair(ZERO, b.low), c.high);
    let high = tallied(tallied(Pair(ZERO, a.low), b.high), middle.high);
    return Mixed(a.high + high.high, Fraction(high.low, middle.low, c.low));
}

// a0 + a1 z + a2 z^2 + ..., or with signs in turn; `count` coefficients from a constant on.
fn series_sum(first: word, count: word, z: Fraction, alternating: bool) -> Fraction {
    var sum = Fraction(ZERO, ZERO, ZERO);
    var left = count;
    loop {
        if left == 0 {
            break;
        }
        left = left - 1;
        let coefficient = fraction_at(first + 3 * left);
        let product = fraction_product(sum, z);
        let up = fraction_sum(coefficient, product);
        let down = fraction_difference(coefficient, product);
        sum = fraction_select(up, down, alternating);
    }
    return sum;
}

fn long_of(x: Wide) -> Long {
    return Long(x.kind & SIGN, x.exponent, Fraction(x.high, x.low, ZERO));
}

// Close to a result with endless digits: 64 of them, of which the last says so. Zero is zero.
fn wide_of(x: Long) -> Wide {
    let near = select(ONE, ZERO, is_nothing(x.digits));
    return Wide(x.sign, x.exponent, x.digits.a, x.digits.b | near);
}

// The number with its leading digit on top, given where that would be if it were there already.
fn long_normalised(sign: word, exponent: word, digits: Fraction) -> Long {
    let low = select(32 + countLeadingZeros(digits.b), 64 + countLeadingZeros(digits.c), digits.b == 0);
    let zeros = select(countLeadingZeros(digits.a), low, digits.a == 0);
    let there = fraction_left(digits, min(zeros, 95));
    return Long(sign, select(max(exponent, zeros) - zeros, ZERO, zeros == 96), there);
}

fn long_one() -> Long {
    return Long(ZERO, AT_ONE, Fraction(SIGN, ZERO, ZERO));
}

fn long_of_fraction(x: Fraction) -> Long {
    return long_normalised(ZERO, AT_ONE - 1, x);
}

// The magnitude of a number below 1.
fn as_fraction(x: Long) -> Fraction {
    return fraction_right(x.digits, AT_ONE - 1 - min(x.exponent, AT_ONE - 1));
}

fn long_at(at: word) -> Long {
    let first = constant_word(at);
    return Long(first & SIGN, first & (SIGN - 1), fraction_at(at + 1));
}

fn negative_of(x: Long) -> Long {
    return Long(x.sign ^ SIGN, x.exponent, x.digits);
}

// The last digit set: a little farther from zero.
fn long_beyond(x: Long) -> Long {
    return Long(x.sign, x.exponent, Fraction(x.digits.a, x.digits.b, x.digits.c | 1));
}

fn long_product(x: Long, y: Long) -> Long {
    let product = fraction_product(x.digits, y.digits);
    let twice = max(x.exponent + y.exponent + 1, AT_ONE);
    return long_normalised(x.sign ^ y.sign, twice - AT_ONE, product);
}

// What does not fit is jammed into the last digit, so that 1 - 2^-1000 is below 1.
fn long_sum(x: Long, y: Long) -> Long {
    let same = x.exponent == y.exponent;
    let swap = (x.exponent < y.exponent) | (same & fraction_less(x.digits, y.digits));
    let exponent = max(x.exponent, y.exponent);
    let apart = exponent - min(x.exponent, y.exponent);
    // One place lower, so that a carry has room.
    let great = fraction_right(fraction_select(x.digits, y.digits, swap), ONE);
    let small = fraction_right(fraction_select(y.digits, x.digits, swap), min(apart, 96) + 1);
    let together = fraction_sum(great, small);
    let against = fraction_difference(great, small);
    let digits = fraction_select(together, against, x.sign != y.sign);
    let sign = select(x.sign, y.sign, swap);
    return long_normalised(select(sign, ZERO, is_nothing(digits)), exponent + 1, digits);
}

// The square root of x > 0, 93 digits of it, one a turn. All numbers are an eighth of what they are, so
// that they have room: after turn k with root s of k digits the rest is 2^k (x - s^2), below 2 s + 2^-k.
fn long_root(x: Long) -> Long {
    let odd = x.exponent & 1;
    var rest = fraction_right(x.digits, 3 + odd);
    var root = Fraction(ZERO, ZERO, ZERO);
    var digit = Fraction(0x10000000, ZERO, ZERO);
    loop {
        if is_nothing(digit) {
            break;
        }
        rest = fraction_left(rest, ONE);
        let more = fraction_sum(fraction_left(root, ONE), digit);
        if !fraction_less(rest, more) {
            rest = fraction_difference(rest, more);
            root = fraction_sum(root, digit);
        }
        digit = Fraction(
            digit.a >> 1,
            (digit.b >> 1) | (digit.a << 31),
            (digit.c >> 1) | (digit.b << 31),
        );
    }
    return Long(ZERO, (x.exponent + odd + (AT_ONE - 1)) >> 1, fraction_left(root, 3));
}
