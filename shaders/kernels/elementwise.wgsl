// An operation element by element: invocation i has the element i of the operands, and takes the random
// word at its index, as `arith::slices` does.
struct Call {
    count: u32,
    row: u32,
    // Index of the first element's random word.
    index_high: u32,
    index_low: u32,
    // `Operation` of `src/gpu/arith/elementwise.rs`.
    operation: u32,
    // Which function, where it is computed.
    function: u32,
    unused_0: u32,
    unused_1: u32,
    site: Site,
    table: Table,
}

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
// The first element that is no value of the table's format.
@group(0) @binding(2) var<storage, read_write> first_bad: atomic<u32>;
@group(0) @binding(3) var<storage, read> operand_x: array<u32>;
@group(0) @binding(4) var<storage, read> operand_y: array<u32>;
@group(0) @binding(5) var<storage, read> operand_z: array<u32>;
@group(0) @binding(6) var<storage, read> tables: array<u32>;

// The number 1.
const UNIT: word = 0x3f800000u;

fn unrounded(x: word) -> Wide {
    if is_computed(call.table) {
        switch call.function {
            case 0u: { return wide_exp(call.table.start, x); }
            case 1u: { return wide_log(call.table.start, x); }
            case 2u: { return wide_cosh(call.table.start, x); }
            case 3u: { return wide_arcsinh(call.table.start, x); }
            default: { return wide_softplus(call.table.start, x); }
        }
    }
    return looked_up(call.table, x);
}

fn function(i: u32, random: word) -> word {
    let x = operand_x[i];
    if (round_word(x, ZERO, call.table.plan) != x) & !is_nan(x) {
        atomicMin(&first_bad, i);
    }
    return round_wide(unrounded(x), random, call.site.plan);
}

fn operation(i: u32, random: word) -> word {
    let x = operand_x[i];
    let plan = call.site.plan;
    switch call.operation {
        case 0u: { return round_word(x, random, plan); }
        case 1u: { return add(x, operand_y[i], random, plan); }
        case 2u: { return subtract(x, operand_y[i], random, plan); }
        case 3u: { return multiply(x, operand_y[i], random, plan); }
        case 4u: { return divide(x, operand_y[i], random, plan); }
        case 5u: { return square_root(x, random, plan); }
        case 6u: { return fused(x, operand_y[i], operand_z[i], random, plan); }
        case 7u: { return scale(x, operand_y[i], random, plan); }
        case 8u: { return round_word(maximum_word(x, operand_y[i]), random, plan); }
        case 9u: { return divide(UNIT, x, random, plan); }
        case 10u: { return round_word(x ^ SIGN, random, plan); }
        case 11u: { return round_word(x & (SIGN - 1u), random, plan); }
        case 13u: { return add_all(x, operand_y[i], operand_z[i], random, plan); }
        default: { return function(i, random); }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, call.row);
    if i >= call.count {
        return;
    }
    let index = pair_sum(Pair(call.index_high, call.index_low), Pair(0u, i));
    values[i] = operation(i, draw_at(call.site, index));
}
