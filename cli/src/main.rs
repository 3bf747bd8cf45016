//! The command `roundoff`.
fn main() {}
