// `Plan` of `src/plan.rs`: a test compares the two layouts.
struct Plan {
    dropped: word,
    emin: word,
    bottom: word,
    least: word,
    flush: word,
    max: word,
    max_negative: word,
    over: word,
    over_negative: word,
    infinity: word,
    infinity_negative: word,
    zero: word,
    zero_negative: word,
    threshold: word,
    random: word,
    rule: word,
}
