// Softmax and its kin, every operation rounded at its site: one row an invocation, the operations those
// of `kernels::softmax::Softmax::evaluate` in the same order. A variant before this text says what is
// kept of an input, how that adds up, and how results come out of the sum; an order says in which tree.
//
// A row goes through five phases. A short row does all of them at once; a long one a part of one phase a
// dispatch, and keeps its state in between.
const ROUND_INPUTS: u32 = 1u;
const PREPARE: u32 = 2u;
const KEEP: u32 = 4u;
const SUM_UP: u32 = 8u;
const DIVIDE: u32 = 16u;

// Results of columns `call.begin` to before `call.end`.
fn results(row: u32, first: u32) {
    if call.begin == 0u {
        if call.function == SOFTMAX {
            sums[1] = divisor(sums[0]);
        } else {
            log_of_sum = logarithm(sums[0]);
        }
    }
    if call.function == LOG_SUM_EXP {
        values[row] = round_at(OUTPUT, log_sum_exp(sums[0], log_of_sum));
        return;
    }
    for (var i = first + call.begin; i < first + call.end; i++) {
        if call.function == SOFTMAX {
            values[i] = round_at(OUTPUT, softmax(i, sums[1]));
        } else {
            values[i] = round_at(OUTPUT, log_softmax(i, sums[0], log_of_sum));
        }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = invocation(group, lane, call.row);
    if row >= call.count {
        return;
    }
    let first = row * call.columns;
    let begin = first + call.begin;
    let end = first + call.end;
    begin_sites(call.first + row);
    if call.is_continued != 0u {
        restore(row);
    }
    if (call.phases & ROUND_INPUTS) != 0u {
        for (var i = begin; i < end; i++) {
            inputs[i] = round_at(INPUT, inputs[i]);
        }
    }
    if (call.phases & PREPARE) != 0u {
        prepare(first, begin, end);
    }
    if (call.phases & KEEP) != 0u {
        for (var i = begin; i < end; i++) {
            keep(i);
        }
    }
    if (call.phases & SUM_UP) != 0u {
        sum_up(first);
    }
    if (call.phases & DIVIDE) != 0u {
        results(row, first);
    }
    if call.is_to_be_continued != 0u {
        save(row);
    }
}
