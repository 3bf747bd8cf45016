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
    // Where log 2 is there.
    log_two: u32,
    unused: u32,
    sites: array<Site, SITES>,
    // Functions of results of: leading, term, exponential, sum, output, recurrence.
    log_leading: Table,
    arcsinh: Table,
    log_term: Table,
    log_gamma: Table,
    softplus: Table,
    cosh: Table,
    exp: Table,
    log_sum: Table,
    log_output: Table,
    log_ratio: Table,
}

const SITES: u32 = 9u;
// Sites, as `src/kernels/bessel/emulated/sites.rs` numbers them.
const INPUT: u32 = 0u;
const LEADING: u32 = 1u;
const COEFFICIENT: u32 = 2u;
const TERM: u32 = 3u;
const EXPONENTIAL: u32 = 4u;
const SUM: u32 = 5u;
const LOGARITHM: u32 = 6u;
const RECURRENCE: u32 = 7u;
const OUTPUT: u32 = 8u;

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
@group(0) @binding(2) var<storage, read> orders: array<u32>;
@group(0) @binding(3) var<storage, read> arguments: array<u32>;
// Five words a point: by which expansion, one of the codes below, and 8 times its number of terms, nodes
// or steps; then two steps of trapezoidal rules, f64s, the high half first.
@group(0) @binding(4) var<storage, read> expansions: array<u32>;
@group(0) @binding(5) var<storage, read> tables: array<u32>;

const LARGE_ARGUMENT: u32 = 1u;
const UNIFORM: u32 = 2u;
const SERIES: u32 = 3u;
const INTEGRAL: u32 = 4u;
const RECURRENCE_DOWN: u32 = 5u;
const RECURRENCE_UP: u32 = 6u;

// The number 1.
const UNIT: word = 0x3f800000u;

// log(2 pi w)/2 for I, log(2 w/pi)/2 for K: what the leading term is divided by.
fn half_log(w: word) -> word {
    let factor = rounded_at(LEADING, table_entry(call.factor));
    let product = multiply_at(LEADING, factor, w);
    let log = rounded_at(LEADING, log_of(call.log_leading, product));
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
    let log = rounded_at(LOGARITHM, log_of(call.log_sum, sum));
    return add_at(OUTPUT, leading, log);
}

// e^(term - greatest).
fn power_of(term: word, greatest: word) -> word {
    let below = subtract_at(EXPONENTIAL, term, greatest);
    return rounded_at(EXPONENTIAL, exp_of(call.exp, below));
}

// By which expansion the point is that begins at a word of `expansions`.
fn way_at(at: u32) -> u32 {
    return expansions[at] & 7u;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, call.row);
    if i >= call.count {
        return;
    }
    // Points by other expansions are another shader's.
    let at = 5u * i;
    if !serves(way_at(at)) {
        return;
    }
    begin_sites(call.first + i);
    let v = round_at(INPUT, orders[i]);
    let x = round_at(INPUT, arguments[i]);
    values[i] = evaluated(at, v, x, expansions[at] >> 3u);
}
