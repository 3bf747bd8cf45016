// How operations are rounded, as constants of the pipeline: the driver's compiler drops what these plans
// do not need. Seed and stream stay in the call.
override is_fused: u32;
override is_pairwise: u32;
override is_blocked: u32;
override is_stored_rounded: u32;

override product_dropped: u32;
override product_emin: u32;
override product_bottom: u32;
override product_least: u32;
override product_flush: u32;
override product_max: u32;
override product_max_negative: u32;
override product_over: u32;
override product_over_negative: u32;
override product_infinity: u32;
override product_infinity_negative: u32;
override product_zero: u32;
override product_zero_negative: u32;
override product_threshold: u32;
override product_random: u32;
override product_rule: u32;
override product_draws: u32;

override sum_dropped: u32;
override sum_emin: u32;
override sum_bottom: u32;
override sum_least: u32;
override sum_flush: u32;
override sum_max: u32;
override sum_max_negative: u32;
override sum_over: u32;
override sum_over_negative: u32;
override sum_infinity: u32;
override sum_infinity_negative: u32;
override sum_zero: u32;
override sum_zero_negative: u32;
override sum_threshold: u32;
override sum_random: u32;
override sum_rule: u32;
override sum_draws: u32;

override stored_dropped: u32;
override stored_emin: u32;
override stored_bottom: u32;
override stored_least: u32;
override stored_flush: u32;
override stored_max: u32;
override stored_max_negative: u32;
override stored_over: u32;
override stored_over_negative: u32;
override stored_infinity: u32;
override stored_infinity_negative: u32;
override stored_zero: u32;
override stored_zero_negative: u32;
override stored_threshold: u32;
override stored_random: u32;
override stored_rule: u32;
override stored_draws: u32;

fn makes_fused() -> bool {
    return is_fused != 0u;
}

fn makes_pairs() -> bool {
    return is_pairwise != 0u;
}

fn makes_blocks() -> bool {
    return is_blocked != 0u;
}

fn makes_stored() -> bool {
    return is_stored_rounded != 0u;
}

fn product_site() -> Site {
    let plan = Plan(
        product_dropped,
        product_emin,
        product_bottom,
        product_least,
        product_flush,
        product_max,
        product_max_negative,
        product_over,
        product_over_negative,
        product_infinity,
        product_infinity_negative,
        product_zero,
        product_zero_negative,
        product_threshold,
        product_random,
        product_rule,
    );
    return Site(plan, call.product.base_high, call.product.base_low, product_draws, 0u);
}

fn sum_site() -> Site {
    let plan = Plan(
        sum_dropped,
        sum_emin,
        sum_bottom,
        sum_least,
        sum_flush,
        sum_max,
        sum_max_negative,
        sum_over,
        sum_over_negative,
        sum_infinity,
        sum_infinity_negative,
        sum_zero,
        sum_zero_negative,
        sum_threshold,
        sum_random,
        sum_rule,
    );
    return Site(plan, call.sum.base_high, call.sum.base_low, sum_draws, 0u);
}

fn stored_site() -> Site {
    let plan = Plan(
        stored_dropped,
        stored_emin,
        stored_bottom,
        stored_least,
        stored_flush,
        stored_max,
        stored_max_negative,
        stored_over,
        stored_over_negative,
        stored_infinity,
        stored_infinity_negative,
        stored_zero,
        stored_zero_negative,
        stored_threshold,
        stored_random,
        stored_rule,
    );
    return Site(plan, call.stored.base_high, call.stored.base_low, stored_draws, 0u);
}
