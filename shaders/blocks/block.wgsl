// A tensor cut into blocks, and what decides a block's scale.
struct Call {
    // Blocks, and all the values.
    count: u32,
    row: u32,
    values: u32,
    index: u32,
    keys: vec4<u32>,
    // Values a block and a line; the last block of a line may be shorter. Values between two of a line.
    length: u32,
    line: u32,
    inner: u32,
    // Is the scale known, and the same for all blocks?
    known: u32,
    // Is a scale past the greatest one that one? Else its block is told of.
    clamps: u32,
    // Do NaN and infinities stay what the elements make of them? Else their block is NaN.
    keeps: u32,
    // How the scale is found: see `direct.wgsl` and `searched.wgsl`.
    rule: u32,
    // Divisors there are.
    divisors: u32,
    // Of 52 bits: fractions from here on need the next power of two. The element's E, 1023 added.
    threshold: vec2<u32>,
    element: u32,
    // Bits of an element's code in two's complement; none where it has a sign and a magnitude.
    integer: u32,
    // f64 words: the tensor's scale, the scale of a block of zeros (or the one that is known), the
    // greatest scale.
    tensor: vec2<u32>,
    least: vec2<u32>,
    greatest: vec2<u32>,
    // Has a NaN a code among the elements, and among the scales?
    has_nan: u32,
    has_nan_scale: u32,
    // Elements; scales, with a binade more; the host, to nearest.
    plan: Plan,
    scales: Plan,
    single: Plan,
    // Where codes are made.
    element_codes: Codes,
    scale_codes: Codes,
    // f64 words, two each.
    list: array<vec4<u32>, 32>,
}

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
@group(0) @binding(2) var<storage, read_write> first_bad: atomic<u32>;

// Where a block's values are.
struct Block { begin: u32, count: u32 }

fn place(block: Block, i: u32) -> u32 {
    return block.begin + i * call.inner;
}

fn divisor(i: u32) -> vec2<u32> {
    let two = call.list[i / 2u];
    return select(two.xy, two.zw, (i & 1u) == 1u);
}

// A scale, and whether its format ends below.
struct Scale { value: vec2<u32>, past: bool }

fn scale_near(wanted: vec2<u32>) -> Scale {
    let rounded = round_word(wanted, ZERO, call.scales);
    let past = pair_less(call.greatest, rounded);
    return Scale(select(rounded, call.greatest, past), past && call.clamps == 0u);
}

// x over the scale, as an element.
fn element_of(x: vec2<u32>, at: u32, scale: vec2<u32>) -> vec2<u32> {
    return round_word(quotient(x, scale), draw(at, call.plan), call.plan);
}

fn magnitude_of(x: vec2<u32>) -> vec2<u32> {
    return vec2<u32>(x.x, x.y & 0x7fffffffu);
}
