// The plan as constants of the pipeline, low and high halves: a constant is a scalar.
override plan_dropped: u32;
override plan_dropped_high: u32;
override plan_emin: u32;
override plan_emin_high: u32;
override plan_bottom: u32;
override plan_bottom_high: u32;
override plan_least: u32;
override plan_least_high: u32;
override plan_flush: u32;
override plan_flush_high: u32;
override plan_max: u32;
override plan_max_high: u32;
override plan_max_negative: u32;
override plan_max_negative_high: u32;
override plan_over: u32;
override plan_over_high: u32;
override plan_over_negative: u32;
override plan_over_negative_high: u32;
override plan_infinity: u32;
override plan_infinity_high: u32;
override plan_infinity_negative: u32;
override plan_infinity_negative_high: u32;
override plan_zero: u32;
override plan_zero_high: u32;
override plan_zero_negative: u32;
override plan_zero_negative_high: u32;
override plan_threshold: u32;
override plan_threshold_high: u32;
override plan_random: u32;
override plan_random_high: u32;
override plan_rule: u32;
override plan_rule_high: u32;

fn plan_here() -> Plan {
    return Plan(
        vec2<u32>(plan_dropped, plan_dropped_high),
        vec2<u32>(plan_emin, plan_emin_high),
        vec2<u32>(plan_bottom, plan_bottom_high),
        vec2<u32>(plan_least, plan_least_high),
        vec2<u32>(plan_flush, plan_flush_high),
        vec2<u32>(plan_max, plan_max_high),
        vec2<u32>(plan_max_negative, plan_max_negative_high),
        vec2<u32>(plan_over, plan_over_high),
        vec2<u32>(plan_over_negative, plan_over_negative_high),
        vec2<u32>(plan_infinity, plan_infinity_high),
        vec2<u32>(plan_infinity_negative, plan_infinity_negative_high),
        vec2<u32>(plan_zero, plan_zero_high),
        vec2<u32>(plan_zero_negative, plan_zero_negative_high),
        vec2<u32>(plan_threshold, plan_threshold_high),
        vec2<u32>(plan_random, plan_random_high),
        vec2<u32>(plan_rule, plan_rule_high),
    );
}
