//! Real weights for tests: those of a small network that reads digits.

use std::path::Path;

/// The weights of each layer, and their columns.
pub fn weights() -> Vec<(Vec<f32>, usize)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/mlp.safetensors");
    let file = std::fs::read(path).unwrap();
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&file[8..8 + length]).unwrap();
    let values = &file[8 + length..];
    (0..3)
        .map(|i| {
            let (_, entry) = header
                .split_once(&format!("\"layers.{i}.weight\""))
                .unwrap();
            let list = |key: &str| -> Vec<usize> {
                let (_, rest) = entry.split_once(&format!("\"{key}\":[")).unwrap();
                let (numbers, _) = rest.split_once(']').unwrap();
                numbers
                    .split(',')
                    .map(|n| n.trim().parse().unwrap())
                    .collect()
            };
            let (shape, offsets) = (list("shape"), list("data_offsets"));
            let (words, _) = values[offsets[0]..offsets[1]].as_chunks::<4>();
            let values = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
            (values, shape[1])
        })
        .collect()
}
