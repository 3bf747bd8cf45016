// The rules that try scales, m the greatest magnitude; of equals the first:
//
//     2  largest-exact   near m / (tensor q) for elements q, that with the least error of m
//     3  mean-square     near j m / (16 tensor M) for j = 8 to 32, that with the least sum of squares
//
// Errors are of f64 arithmetic in order, in units of m's binade.

// A magnitude times an integer from 8 to 32, rounded to odd.
//
//      leading by
//   |-- 32 ---|-- 32 ---|
//             |-- 32 ---|-- 32 ---|      the other 21 digits, by
fn multiple(x: vec2<u32>, by: u32) -> vec2<u32> {
    let low = multiplied(x.x << 11u, by);
    let high = pair_add(multiplied(leading(x), by), vec2<u32>(low.y, 0u));
    // The leading digit is in the first word, and goes.
    let places = countLeadingZeros(high.y) + 1u;
    let after = pair_left(high, vec2<u32>(places, 0u)) | vec2<u32>(low.x >> (32u - places), 0u);
    let lost = (after.x & 0xfffu) | (low.x << places);
    let whole = assembled(0u, field_of(x) + 33u - places, after.y, after.x);
    return whole | vec2<u32>(select(0u, 1u, lost != 0u), 0u);
}

// The sum so far and the squared error of one value more. Past every number it stays.
fn with_square(sum: vec2<u32>, x: vec2<u32>, at: u32, scale: vec2<u32>, unit: u32) -> vec2<u32> {
    let y = product(element_of(x, at, scale), scale);
    let magnitude = magnitude_of(y);
    if field_of(y) == 0x7ffu || field_of(sum) == 0x7ffu {
        let none = vec2<u32>(0u, 0u);
        return pair_max(sum, select(none, magnitude, field_of(y) == 0x7ffu));
    }
    let error = sum_of(y, x ^ SIGN);
    return sum_of(sum, square_of(times(error, unit)));
}

fn scale_of(m: vec2<u32>, block: Block) -> Scale {
    let unit = 1023u - field_of(m);
    let all_values = call.rule == 3u;
    var best = Scale(ZERO, true);
    var least = ZERO;
    var last = ALL;
    let tries = select(call.divisors, 25u, all_values);
    for (var n = 0u; n < tries; n++) {
        var wanted = ZERO;
        if all_values {
            wanted = quotient(multiple(m, n + 8u), divisor(0u));
        } else {
            wanted = quotient(m, divisor(n));
        }
        let scale = scale_near(wanted);
        if scale.past || all(scale.value == last) {
            continue;
        }
        last = scale.value;
        let whole = product(scale.value, call.tensor);
        var sum = ZERO;
        if all_values {
            for (var i = 0u; i < block.count; i++) {
                let at = place(block, i);
                let x = given(at);
                if field_of(x) < 0x7ffu {
                    sum = with_square(sum, x, at, whole, unit);
                }
            }
        } else {
            sum = with_square(sum, m, block.begin, whole, unit);
        }
        // A NaN is as bad as one can be.
        sum = select(sum, INFINITY, pair_less(INFINITY, sum));
        if best.past || pair_less(sum, least) {
            best = scale;
            least = sum;
        }
    }
    return best;
}
