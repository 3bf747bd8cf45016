// Rounds words in place: invocation i takes the value at start + i.
struct Call {
    count: u32,
    row: u32,
    start: u32,
    // Low half of the index of the first value's random word; the keys hold the rest.
    index: u32,
    keys: vec4<u32>,
    plan: Plan,
}

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, call.row);
    if i >= call.count {
        return;
    }
    let plan = plan_here();
    let at = call.start + i;
    store(at, round_word(load(at), draw(i, plan), plan));
}
