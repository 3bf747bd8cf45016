// The plan from the call's words: one pipeline serves every format and rounding.
fn plan_here() -> Plan {
    return call.plan;
}
