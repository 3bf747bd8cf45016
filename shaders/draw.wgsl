// The random bits of the value at a place of the call, where the plan takes any.
fn draw(at: u32, plan: Plan) -> word {
    if any_of(plan.random, ALL) || any_of(plan.rule, RULE_COIN) {
        return random_bits(call.keys, call.index + at);
    }
    return ZERO;
}
