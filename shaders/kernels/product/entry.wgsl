// A product of matrices, every product and every sum rounded: one entry an invocation, the roundings
// those of `arith::slices::SumOfProducts` in the same order, with the same random words.
struct Call {
    count: u32,
    row: u32,
    // Number of the first entry, and of the first row that is in `a` and `values`.
    first: u32,
    first_row: u32,
    columns: u32,
    depth: u32,
    // Terms of this dispatch: long sums take several.
    begin: u32,
    end: u32,
    // Terms a block; none where the order is no order of blocks.
    block: u32,
    // Are terms exact products, is the order a tree, is the sum rounded where it is stored?
    is_fused: u32,
    is_pairwise: u32,
    is_stored_rounded: u32,
    // What a sum begins with: a zero. A kernel's begins with its first term, whose sign a -0 keeps, or,
    // toward negative, a +0.
    start: u32,
    // Of an aligned accumulator: bits kept after the point, and the least exponents, as `Wide` has them,
    // of factors and of the sum and 1.
    kept: u32,
    least: u32,
    least_of_sum: u32,
    product: Site,
    sum: Site,
    stored: Site,
}

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
@group(0) @binding(2) var<storage, read> a: array<u32>;
@group(0) @binding(3) var<storage, read> b: array<u32>;
// What sums have besides themselves between two dispatches: word j of entry i of `count` ones is at
// j count + i.
@group(0) @binding(4) var<storage, read_write> state: array<u32>;

// Entry `number` of C, counted row by row: where its row of A and its column of B begin, and where it is
// in `values`.
struct Entry {
    number: u32,
    row: u32,
    column: u32,
    place: u32,
}

fn factor_a(entry: Entry, k: u32) -> word {
    return a[entry.row + k];
}

fn factor_b(entry: Entry, k: u32) -> word {
    return b[entry.column + k * call.columns];
}

// Which rounding: `Step` of `src/arith/slices/words.rs`.
const PRODUCT: u32 = 0u;
const TERM: u32 = 1u;
const PART: u32 = 2u;
const OUTPUT: u32 = 4u;

// Index in a rounder's stream of the rounding at a position.
fn index_at(step: u32, position: Pair) -> Pair {
    return Pair((step << 29u) | (position.high & 0x1fffffffu), position.low);
}

// The random word of a rounding of term k of an entry, whose position counts terms, entry by entry.
fn draw_term(site: Site, step: u32, entry: Entry, k: u32) -> word {
    if site.random == 0u {
        return ZERO;
    }
    let position = pair_sum(word_product(entry.number, call.depth), Pair(0u, k));
    return draw_at(site, index_at(step, position));
}

// Two partial sums, of which the second begins with term k.
fn part(sum: word, second: word, entry: Entry, k: u32) -> word {
    let rules = sum_site();
    return add(sum, second, draw_term(rules, PART, entry, k), rules.plan);
}

// Term k as a rounded product.
fn term(entry: Entry, k: u32) -> word {
    let rules = product_site();
    let random = draw_term(rules, PRODUCT, entry, k);
    return multiply(factor_a(entry, k), factor_b(entry, k), random, rules.plan);
}

// The sum and term k: two roundings, or one where terms are exact products.
fn with_term(sum: word, entry: Entry, k: u32) -> word {
    let rules = sum_site();
    let random = draw_term(rules, TERM, entry, k);
    if makes_fused() {
        return fused(factor_a(entry, k), factor_b(entry, k), sum, random, rules.plan);
    }
    return add(sum, term(entry, k), random, rules.plan);
}

// Term k, rounded as a sum is.
fn leaf(entry: Entry, k: u32) -> word {
    let rules = sum_site();
    let random = draw_term(rules, TERM, entry, k);
    if makes_fused() {
        return multiply(factor_a(entry, k), factor_b(entry, k), random, rules.plan);
    }
    return round_word(term(entry, k), random, rules.plan);
}

// What is stored of a sum.
fn output(sum: word, number: u32) -> word {
    if !makes_stored() {
        return sum;
    }
    let rules = stored_site();
    return round_word(sum, draw_at(rules, index_at(OUTPUT, Pair(0u, number))), rules.plan);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, call.row);
    if i >= call.count {
        return;
    }
    let number = call.first + i;
    let row = number / call.columns - call.first_row;
    let column = number % call.columns;
    let entry = Entry(number, row * call.depth, column, row * call.columns + column);
    let sum = total(entry, i);
    if call.end < call.depth {
        values[entry.place] = sum;
    } else {
        values[entry.place] = output(sum, number);
    }
}
