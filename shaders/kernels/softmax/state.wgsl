// What a row keeps from one dispatch to the next: word j of row r of `count` ones is at j count + r.
//
//      random words drawn | prepared numbers | log of the sum | sums, three words each
//      SITES                PREPARED           1                SUMS

fn slot(j: u32, row: u32) -> u32 {
    return j * call.count + row;
}

fn save(row: u32) {
    for (var j = 0u; j < SITES; j++) {
        state[slot(j, row)] = drawn[j];
    }
    for (var j = 0u; j < PREPARED; j++) {
        state[slot(SITES + j, row)] = prepared[j];
    }
    state[slot(SITES + PREPARED, row)] = log_of_sum;
    for (var j = 0u; j < SUMS; j++) {
        let words = total_words(sums[j]);
        let at = SITES + PREPARED + 1u + 3u * j;
        state[slot(at, row)] = words.x;
        state[slot(at + 1u, row)] = words.y;
        state[slot(at + 2u, row)] = words.z;
    }
}

fn restore(row: u32) {
    for (var j = 0u; j < SITES; j++) {
        drawn[j] = state[slot(j, row)];
    }
    for (var j = 0u; j < PREPARED; j++) {
        prepared[j] = state[slot(SITES + j, row)];
    }
    log_of_sum = state[slot(SITES + PREPARED, row)];
    for (var j = 0u; j < SUMS; j++) {
        let at = SITES + PREPARED + 1u + 3u * j;
        let first = state[slot(at, row)];
        let second = state[slot(at + 1u, row)];
        sums[j] = total_from(vec3<u32>(first, second, state[slot(at + 2u, row)]));
    }
}
