// Operations at the sites of a kernel that has `call.sites`, SITES of them: each is rounded as its site
// says, and takes the next random word of the site's stream. Part r of the work (a row, a point) counts
// from index 2^32 r: what `Exact::set_operations` says on the CPU.
var<private> keys: array<vec2<u32>, SITES>;
var<private> drawn: array<u32, SITES>;

fn begin_sites(number: u32) {
    for (var site = 0u; site < SITES; site++) {
        drawn[site] = 0u;
        if call.sites[site].random != 0u {
            let base = Pair(call.sites[site].base_high, call.sites[site].base_low);
            keys[site] = key_at(base, number);
        }
    }
}

fn next(site: u32) -> word {
    if call.sites[site].random == 0u {
        return ZERO;
    }
    let at = drawn[site];
    drawn[site] = at + 1u;
    return random_word(keys[site], at);
}

fn round_at(site: u32, x: word) -> word {
    return round_word(x, next(site), call.sites[site].plan);
}

fn rounded_at(site: u32, x: Wide) -> word {
    return round_wide(x, next(site), call.sites[site].plan);
}

fn negate_at(site: u32, x: word) -> word {
    return round_at(site, x ^ SIGN);
}

fn add_at(site: u32, x: word, y: word) -> word {
    return add(x, y, next(site), call.sites[site].plan);
}

fn subtract_at(site: u32, x: word, y: word) -> word {
    return subtract(x, y, next(site), call.sites[site].plan);
}

fn multiply_at(site: u32, x: word, y: word) -> word {
    return multiply(x, y, next(site), call.sites[site].plan);
}

fn divide_at(site: u32, x: word, y: word) -> word {
    return divide(x, y, next(site), call.sites[site].plan);
}

fn root_at(site: u32, x: word) -> word {
    return square_root(x, next(site), call.sites[site].plan);
}

fn fused_at(site: u32, x: word, y: word, z: word) -> word {
    return fused(x, y, z, next(site), call.sites[site].plan);
}

fn scale_at(site: u32, x: word, n: word) -> word {
    return scale(x, n, next(site), call.sites[site].plan);
}

fn maximum_at(site: u32, x: word, y: word) -> word {
    return round_at(site, maximum_word(x, y));
}
