// The plan as constants of the pipeline: the driver's compiler drops what this plan does not need.
override plan_dropped: u32;
override plan_emin: u32;
override plan_bottom: u32;
override plan_least: u32;
override plan_flush: u32;
override plan_max: u32;
override plan_max_negative: u32;
override plan_over: u32;
override plan_over_negative: u32;
override plan_infinity: u32;
override plan_infinity_negative: u32;
override plan_zero: u32;
override plan_zero_negative: u32;
override plan_threshold: u32;
override plan_random: u32;
override plan_rule: u32;

fn plan_here() -> Plan {
    return Plan(
        plan_dropped,
        plan_emin,
        plan_bottom,
        plan_least,
        plan_flush,
        plan_max,
        plan_max_negative,
        plan_over,
        plan_over_negative,
        plan_infinity,
        plan_infinity_negative,
        plan_zero,
        plan_zero_negative,
        plan_threshold,
        plan_random,
        plan_rule,
    );
}
