// What all variants of softmax have in common.
struct Call {
    // Rows of this dispatch, and what `invocation` wants.
    count: u32,
    row: u32,
    // Number of the first row: its random words' indices begin at 2^32 times that.
    first: u32,
    columns: u32,
    // Terms a block: all of them where the order is sequential.
    block: u32,
    is_pairwise: u32,
    // Are terms divided by the sum, or multiplied by its reciprocal?
    is_quotient: u32,
    function: u32,
    // How far the maximum of `online` may lag behind.
    slack: word,
    // Where the constants of `two-pass` begin in `tables`.
    constants: u32,
    // Which phases this dispatch has, of which columns, and whether there are others before and after.
    phases: u32,
    begin: u32,
    end: u32,
    is_continued: u32,
    is_to_be_continued: u32,
    unused: u32,
    sites: array<Site, SITES>,
    // Of the exponential and of the logarithm.
    exp: Table,
    log: Table,
    // The format of integers.
    integers: Plan,
}

const SITES: u32 = 10u;
// Sites, as `src/kernels/softmax/sites.rs` numbers them.
const INPUT: u32 = 0u;
const MAXIMUM: u32 = 1u;
const SUBTRACTION: u32 = 2u;
const EXPONENTIAL: u32 = 3u;
const ACCUMULATION: u32 = 4u;
const SCALING: u32 = 5u;
const OUTPUT: u32 = 6u;
const PAIR_MANTISSA: u32 = 7u;
const PAIR_EXPONENT: u32 = 8u;
const LOGARITHM: u32 = 9u;

// `Function` of `src/kernels/softmax.rs`.
const SOFTMAX: u32 = 0u;
const LOG_SOFTMAX: u32 = 1u;
const LOG_SUM_EXP: u32 = 2u;

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
@group(0) @binding(2) var<storage, read_write> inputs: array<u32>;
@group(0) @binding(3) var<storage, read_write> kept: array<u32>;
@group(0) @binding(4) var<storage, read_write> state: array<u32>;
@group(0) @binding(5) var<storage, read> tables: array<u32>;

// What a row has besides its arrays: numbers that its variant prepares, sums under way (a tree has one
// for each binary digit of its terms' number), the logarithm of the sum.
const PREPARED: u32 = 5u;
const SUMS: u32 = 33u;
var<private> prepared: array<word, PREPARED>;
var<private> sums: array<Total, SUMS>;
var<private> log_of_sum: word;

// The number 1, and -infinity: how scores are masked.
const UNIT: word = 0x3f800000u;
const MASKED: word = 0xff800000u;

// A sum's first term, in the accumulator.
fn load_term(term: word) -> word {
    return round_at(ACCUMULATION, term);
}

fn add_term(sum: word, term: word) -> word {
    return add_at(ACCUMULATION, sum, term);
}

fn exponential(x: word) -> word {
    return rounded_at(EXPONENTIAL, exp_of(call.exp, x));
}

fn difference(x: word, y: word) -> word {
    return subtract_at(SUBTRACTION, x, y);
}

fn logarithm_of(x: word) -> word {
    return rounded_at(LOGARITHM, log_of(call.log, x));
}

// By the reciprocal: 1 / sum once, then products. Or a quotient each.
fn divisor_of(sum: word) -> word {
    if call.is_quotient != 0u {
        return sum;
    }
    return divide_at(SCALING, UNIT, sum);
}

fn divided(term: word, divisor: word) -> word {
    if call.is_quotient != 0u {
        return divide_at(SCALING, term, divisor);
    }
    return multiply_at(SCALING, term, divisor);
}
