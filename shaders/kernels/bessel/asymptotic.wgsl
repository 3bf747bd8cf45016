// The expansions in 1/x and 1/w, as `src/kernels/bessel/emulated/large_argument.rs` and `uniform.rs` have
// them.

// The expansion for large arguments (DLMF 10.40.1, 10.40.2).
fn large_argument(v: word, x: word, terms: u32) -> word {
    let four = rounded_at(COEFFICIENT, integer(4u));
    let v_square = multiply_at(COEFFICIENT, v, v);
    let square = multiply_at(COEFFICIENT, four, v_square);
    var power = round_at(TERM, UNIT);
    var total = round_at(SUM, UNIT);
    for (var k = 1u; k <= terms; k++) {
        let odd_root = 2u * k - 1u;
        let odd = rounded_at(COEFFICIENT, integer(odd_root * odd_root));
        let numerator = subtract_at(COEFFICIENT, square, odd);
        let eight_k = rounded_at(COEFFICIENT, integer(8u * k));
        let denominator = multiply_at(COEFFICIENT, eight_k, x);
        let ratio = divide_at(COEFFICIENT, numerator, denominator);
        power = multiply_at(TERM, power, ratio);
        if call.is_k == 0u {
            power = negate_at(TERM, power);
        }
        total = add_at(SUM, total, power);
    }
    let log = half_log(x);
    return assembled(x, log, total);
}

// The uniform expansion (DLMF 10.41.3, 10.41.4) in 1/w. The polynomial of term k has k + 1
// coefficients, after those of the terms before it.
fn uniform_expansion(v: word, x: word, terms: u32) -> word {
    let v_square = multiply_at(LEADING, v, v);
    let x_square = multiply_at(LEADING, x, x);
    let w_square = add_at(LEADING, v_square, x_square);
    let w = root_at(LEADING, w_square);
    let slope = divide_at(LEADING, v, x);
    let angle = rounded_at(LEADING, arcsinh_of(call.arcsinh, slope));
    let turned = multiply_at(LEADING, v, angle);
    let action = subtract_at(LEADING, w, turned);

    let p = divide_at(COEFFICIENT, v, w);
    let square = multiply_at(COEFFICIENT, p, p);
    let ratio = divide_at(TERM, UNIT, w);
    var power = round_at(TERM, UNIT);
    var total = round_at(SUM, UNIT);
    for (var k = 1u; k <= terms; k++) {
        power = multiply_at(TERM, power, ratio);
        var value = round_at(COEFFICIENT, ZERO);
        let first = k * (k + 1u) / 2u;
        for (var c = 0u; c <= k; c++) {
            let raised = multiply_at(COEFFICIENT, value, square);
            let constant = table_entry(call.debye + 3u * (first + k - c));
            let rounded = rounded_at(COEFFICIENT, constant);
            value = add_at(COEFFICIENT, raised, rounded);
        }
        let product = multiply_at(TERM, power, value);
        if call.is_k != 0u && (k & 1u) == 1u {
            total = subtract_at(SUM, total, product);
        } else {
            total = add_at(SUM, total, product);
        }
    }
    let log = half_log(w);
    return assembled(action, log, total);
}
