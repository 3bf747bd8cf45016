// Functions of the values of a format.
//
// Of 16 bits or fewer they are looked up: made on the CPU with all their digits, so that one table serves
// every rounding and every format of the result.
//
//      tables      ... | zero  least ... greatest  infinity | the same, negative | ...
//                      `- start, three words each:
//
//      seeeeeeee q 000000 xxxxxxxxxxxxxxxx     kind: sign, infinity or NaN; exponent of a Wide
//      dddddddddddddddddddddddddddddddd        its digits
//      dddddddddddddddddddddddddddddddd
//
// Of a wider format some are computed: `functions/`, whose constants then begin at `start`.

// Where a function's table begins, how many magnitudes its operand's format has (none: it is computed), and
// that format's plan.
struct Table {
    plan: Plan,
    start: u32,
    magnitudes: u32,
    unused_0: u32,
    unused_1: u32,
}

// Is any function computed? Drivers leave out what is not.
override COMPUTED: u32;

fn constant_word(at: u32) -> u32 {
    return tables[at];
}

fn is_computed(table: Table) -> bool {
    return COMPUTED != 0u && table.magnitudes == 0u;
}

// The function of x, a value of the format that the table is for.
fn looked_up(table: Table, x: word) -> Wide {
    if is_nan(x) {
        return Wide(NOT_A_NUMBER, 0u, 0u, 0u);
    }
    let magnitude = min(place_of(x, table.plan), table.magnitudes - 1u);
    let place = magnitude + select(0u, table.magnitudes, x >= SIGN);
    return table_entry(table.start + 3u * place);
}

fn table_entry(at: u32) -> Wide {
    let first = tables[at];
    return Wide(first & 0xffc00000u, first & 0xffffu, tables[at + 1u], tables[at + 2u]);
}

fn exp_of(table: Table, x: word) -> Wide {
    if is_computed(table) {
        return wide_exp(table.start, x);
    }
    return looked_up(table, x);
}

fn log_of(table: Table, x: word) -> Wide {
    if is_computed(table) {
        return wide_log(table.start, x);
    }
    return looked_up(table, x);
}

fn cosh_of(table: Table, x: word) -> Wide {
    if is_computed(table) {
        return wide_cosh(table.start, x);
    }
    return looked_up(table, x);
}

fn arcsinh_of(table: Table, x: word) -> Wide {
    if is_computed(table) {
        return wide_arcsinh(table.start, x);
    }
    return looked_up(table, x);
}

fn softplus_of(table: Table, x: word) -> Wide {
    if is_computed(table) {
        return wide_softplus(table.start, x);
    }
    return looked_up(table, x);
}

fn log_gamma_of(table: Table, x: word) -> Wide {
    if is_computed(table) {
        return wide_log_gamma(table.start, x);
    }
    return looked_up(table, x);
}
