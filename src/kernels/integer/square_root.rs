//! The integer square root, by Newton's iteration.
//!
//! ```text
//!     r_(k+1) = (r_k + floor(n / r_k)) >> 1
//! ```

/// floor(sqrt(n)).
///
/// From above the iterates fall until they are right (R. Crandall and C. Pomerance, *Prime
/// Numbers*, 2nd ed., 2005, algorithm 9.2.11): 2^ceil(bits / 2) is above.
///
/// ```
/// use roundoff::kernels::integer::square_root;
/// assert_eq!((square_root(0), square_root(24), square_root(25)), (0, 4, 5));
/// assert_eq!(square_root(u64::MAX), u64::from(u32::MAX));
/// ```
pub const fn square_root(n: u64) -> u64 {
    if n == 0 {
        return 0;
    }
    let bits = 64 - n.leading_zeros();
    let mut root = 1u64 << bits.div_ceil(2);
    loop {
        let next = (root + n / root) >> 1;
        if next >= root {
            return root;
        }
        root = next;
    }
}

/// I-ViT's: ten steps from 2^floor(bits / 2), so that hardware takes the same time for every n
/// (arXiv 2207.01405, I-LayerNorm). For some n, those one below a square, the tenth iterate
/// is one above the floor.
///
/// ```
/// use roundoff::kernels::integer::square_root_of_paper;
/// assert_eq!(square_root_of_paper(1_000_000), 1000);
/// ```
pub const fn square_root_of_paper(n: u64) -> u64 {
    if n == 0 {
        return 0;
    }
    let bits = 64 - n.leading_zeros();
    let mut root = 1u64 << (bits / 2);
    let mut step = 0;
    while step < 10 {
        root = (root + n / root) >> 1;
        step += 1;
    }
    root
}
