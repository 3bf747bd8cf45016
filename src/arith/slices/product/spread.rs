//! Work spread over threads, or not.

/// Rows of the result that a thread does at a time, where there are enough for all threads.
const ROWS: usize = 8;

/// A few chunks a thread, so that none waits long for the last.
pub(super) fn rows_at_a_time(rows: usize, parallel: bool) -> usize {
    #[cfg(feature = "rayon")]
    if parallel {
        return (rows / (4 * rayon::current_num_threads())).clamp(1, ROWS);
    }
    let _ = (rows, parallel);
    ROWS
}

/// Does the work in one of the threads, where others take part: so the caller sleeps and wakes once,
/// not at each step.
pub(super) fn among_threads(parallel: bool, work: impl FnOnce() + Send) {
    #[cfg(feature = "rayon")]
    if parallel {
        return rayon::scope(|_| work());
    }
    let _ = parallel;
    work();
}

/// Calls `work(number, chunk)` for chunks of `size` values. A thread that is done takes single chunks
/// of the others': of two, one that is held up does not hold up the product.
pub(in crate::arith::slices) fn each_chunk<T: Send>(
    values: &mut [T],
    size: usize,
    parallel: bool,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    #[cfg(feature = "rayon")]
    if parallel {
        use rayon::prelude::*;
        let chunks = values.par_chunks_mut(size).enumerate();
        chunks
            .with_max_len(1)
            .for_each(|(number, chunk)| work(number, chunk));
        return;
    }
    let _ = parallel;
    for (number, chunk) in values.chunks_mut(size).enumerate() {
        work(number, chunk);
    }
}

/// `make(0)`, `make(1)`, ...
pub(super) fn collect<U: Send>(
    count: usize,
    parallel: bool,
    make: impl Fn(usize) -> U + Send + Sync,
) -> Vec<U> {
    #[cfg(feature = "rayon")]
    if parallel {
        use rayon::prelude::*;
        return (0..count).into_par_iter().map(make).collect();
    }
    let _ = parallel;
    (0..count).map(make).collect()
}
