// log I_v(x) or log K_v(x), every operation rounded at its site: one point an invocation, the operations
// those of `kernels::bessel::emulated` in the same order.
struct Call {
    count: u32,
    row: u32,
    // Number of the first point: its random words' indices begin at 2^32 times that.
    first: u32,
    // Is it K? Else it is I.
    is_k: u32,
    // Where the coefficients of the uniform expansion begin in `tables`, and 2 pi or 2 / pi.
    debye: u32,
    factor: u32,
    unused_0: u32,
    unused_1: u32,
    sites: array<Site, SITES>,
    // Of the leading parts' logarithm and inverse hyperbolic sine, and of the sum's logarithm.
    log_leading: Table,
    arcsinh: Table,
    log_sum: Table,
}

const SITES: u32 = 9u;
// Sites, as `src/kernels/bessel/emulated/sites.rs` numbers them.
const INPUT: u32 = 0u;
const LEADING: u32 = 1u;
const COEFFICIENT: u32 = 2u;
const TERM: u32 = 3u;
const SUM: u32 = 5u;
const LOGARITHM: u32 = 6u;
const OUTPUT: u32 = 8u;

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
@group(0) @binding(2) var<storage, read> orders: array<u32>;
@group(0) @binding(3) var<storage, read> arguments: array<u32>;
// By which expansion: one of the codes below, and 4 times its number of terms.
@group(0) @binding(4) var<storage, read> expansions: array<u32>;
@group(0) @binding(5) var<storage, read> tables: array<u32>;

const OUTSIDE: u32 = 0u;
const LARGE_ARGUMENT: u32 = 1u;
const UNIFORM: u32 = 2u;

// The number 1.
const UNIT: word = 0x3f800000u;

fn integer(n: u32) -> Wide {
    return normalised(ZERO, OFFSET + BIAS + 31u, Pair(n, 0u));
}

// log(2 pi w)/2 for I, log(2 w/pi)/2 for K: what the leading term is divided by.
fn half_log(w: word) -> word {
    let factor = rounded_at(LEADING, table_entry(call.factor));
    let product = multiply_at(LEADING, factor, w);
    let log = rounded_at(LEADING, looked_up(call.log_leading, product));
    let half = round_at(LEADING, 0x3f000000u);
    return multiply_at(LEADING, half, log);
}

// +-exponent - half log + log(sum).
fn assembled(exponent: word, half_log: word, sum: word) -> word {
    var signed = exponent;
    if call.is_k != 0u {
        signed = negate_at(OUTPUT, exponent);
    }
    let leading = subtract_at(OUTPUT, signed, half_log);
    let log = rounded_at(LOGARITHM, looked_up(call.log_sum, sum));
    return add_at(OUTPUT, leading, log);
}

// The expansion for large arguments (DLMF 10.40.1, 10.40.2).
fn large_argument(v: word, x: word, terms: u32) -> word {
    let four = rounded_at(COEFFICIENT, integer(4u));
    let v_square = multiply_at(COEFFICIENT, v, v);
    let square = multiply_at(COEFFICIENT, four, v_square);
    var power = round_at(TERM, UNIT);
    var total = round_at(SUM, UNIT);
    for (var k = 1u; k <= terms; k++) {
        let odd_root = 2u * k - 1u;
        let odd = rounded_at(COEFFICIENT, integer(odd_root * odd_root));
        let numerator = subtract_at(COEFFICIENT, square, odd);
        let eight_k = rounded_at(COEFFICIENT, integer(8u * k));
        let denominator = multiply_at(COEFFICIENT, eight_k, x);
        let ratio = divide_at(COEFFICIENT, numerator, denominator);
        power = multiply_at(TERM, power, ratio);
        if call.is_k == 0u {
            power = negate_at(TERM, power);
        }
        total = add_at(SUM, total, power);
    }
    let log = half_log(x);
    return assembled(x, log, total);
}

// The uniform expansion (DLMF 10.41.3, 10.41.4) in 1/w. The polynomial of term k has k + 1
// coefficients, after those of the terms before it.
fn uniform_expansion(v: word, x: word, terms: u32) -> word {
    let v_square = multiply_at(LEADING, v, v);
    let x_square = multiply_at(LEADING, x, x);
    let w_square = add_at(LEADING, v_square, x_square);
    let w = root_at(LEADING, w_square);
    let slope = divide_at(LEADING, v, x);
    let angle = rounded_at(LEADING, looked_up(call.arcsinh, slope));
    let turned = multiply_at(LEADING, v, angle);
    let action = subtract_at(LEADING, w, turned);

    let p = divide_at(COEFFICIENT, v, w);
    let square = multiply_at(COEFFICIENT, p, p);
    let ratio = divide_at(TERM, UNIT, w);
    var power = round_at(TERM, UNIT);
    var total = round_at(SUM, UNIT);
    for (var k = 1u; k <= terms; k++) {
        power = multiply_at(TERM, power, ratio);
        var value = round_at(COEFFICIENT, ZERO);
        let first = k * (k + 1u) / 2u;
        for (var c = 0u; c <= k; c++) {
            let raised = multiply_at(COEFFICIENT, value, square);
            let constant = table_entry(call.debye + 3u * (first + k - c));
            let rounded = rounded_at(COEFFICIENT, constant);
            value = add_at(COEFFICIENT, raised, rounded);
        }
        let product = multiply_at(TERM, power, value);
        if call.is_k != 0u && (k & 1u) == 1u {
            total = subtract_at(SUM, total, product);
        } else {
            total = add_at(SUM, total, product);
        }
    }
    let log = half_log(w);
    return assembled(action, log, total);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, call.row);
    if i >= call.count {
        return;
    }
    begin_sites(call.first + i);
    let way = expansions[i] & 3u;
    let terms = expansions[i] >> 2u;
    if way == OUTSIDE {
        values[i] = NOT_A_NUMBER;
        return;
    }
    let v = round_at(INPUT, orders[i]);
    let x = round_at(INPUT, arguments[i]);
    if way == LARGE_ARGUMENT {
        values[i] = large_argument(v, x, terms);
    } else {
        values[i] = uniform_expansion(v, x, terms);
    }
}
