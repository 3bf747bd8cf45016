// How the results of one operation of a kernel are rounded: `src/gpu/arith/site.rs` has it in this order.
struct Site {
    plan: Plan,
    // Seed and stream, mixed, and whether the mode looks at random words.
    base_high: u32,
    base_low: u32,
    random: u32,
    unused: u32,
}

// The site's random word at an index of its stream.
fn draw_at(site: Site, index: Pair) -> word {
    if site.random == 0u {
        return ZERO;
    }
    return random_at(Pair(site.base_high, site.base_low), index);
}
