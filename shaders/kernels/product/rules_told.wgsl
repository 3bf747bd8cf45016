// How operations are rounded, from the call: one pipeline serves every format, rounding and order.
fn makes_fused() -> bool {
    return call.is_fused != 0u;
}

fn makes_pairs() -> bool {
    return call.is_pairwise != 0u;
}

fn makes_blocks() -> bool {
    return call.block != 0u;
}

fn makes_stored() -> bool {
    return call.is_stored_rounded != 0u;
}

fn product_site() -> Site {
    return call.product;
}

fn sum_site() -> Site {
    return call.sum;
}

fn stored_site() -> Site {
    return call.stored;
}
