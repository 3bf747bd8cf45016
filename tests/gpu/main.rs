//! The GPU against the CPU: the same words.
//!
//! | module | what it judges |
//! |---|---|
//! | `shaders` | naga: every shader is WGSL, of integers alone; needs no adapter |
//! | `words` | rounding: named formats x modes x saturations, boundary and random words |
//! | `shapes` | sizes, grids, chunks, threads, offsets: none changes a bit |
//! | `buffers` | buffers of the user's own |
//! | `blocks` | blocks that share a scale: formats, rules, axes |
//! | `codes` | encoding and decoding, packed codes, their errors |
//! | `failures` | no adapter, a lost device, no memory: errors, after which the CPU goes on |
//! | `choice` | auto, cpu, gpu |
//!
//! Without an adapter each test says so; with `ROUNDOFF_REQUIRE_GPU=1` it fails.

mod blocks;
mod buffers;
mod choice;
mod codes;
mod failures;
mod shaders;
mod shapes;
mod support;
mod words;
