// Which invocation this is. A dispatch has rows of `row` workgroups of 64: one dimension of a grid
// has at most 65,535 of them. The last row may reach past the count, which each shader checks.
fn invocation(group: vec3<u32>, lane: u32, row: u32) -> u32 {
    return (group.y * row + group.x) * 64u + lane;
}
