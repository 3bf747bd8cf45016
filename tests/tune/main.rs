//! Sensitivity by site, the fewest digits, and who is at fault: on kernels whose answer is known.

mod search;
mod sensitivity;
mod verdict;
