// The yardstick of `benches/gpu.rs`: as many words in and out as chop.wgsl has, and nothing done.
struct Call {
    count: u32,
    row: u32,
    flip: u32,
    unused: u32,
}

@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = invocation(group, lane, call.row);
    if i >= call.count {
        return;
    }
    // Without the flip a compiler might see that nothing changes.
    values[i] = values[i] ^ call.flip;
}
