//! Rows over threads, or the blocks of one row. The bits do not depend on it.

use super::part::Part;
use super::{Rows, block};
use crate::chop::Threads;
use crate::native::exp::Real;

/// Bytes of rows, or of one row, that are worth threads. Within a row there are up to three loops, and
/// waking a thread takes some 40 microseconds each time.
const ACROSS_BYTES: usize = 4 << 20;
const WITHIN_BYTES: usize = 16 << 20;
/// Blocks that are done one after the other.
const RUN: usize = 16;

/// How the blocks of a row are done.
pub struct Spread {
    /// In threads.
    #[cfg_attr(not(feature = "rayon"), expect(dead_code))]
    within: bool,
}

impl Spread {
    /// Every block of a row with its part.
    pub fn each_block<T: Real>(
        &self,
        x: Option<&[T]>,
        y: &mut [T],
        parts: &mut [Part],
        work: impl Fn(Option<&[T]>, &mut [T], &mut Part) + Sync,
    ) {
        let block = block::values::<T>();
        let work = |(number, (y, part)): (usize, (&mut [T], &mut Part))| {
            let x = x.map(|x| &x[number * block..number * block + y.len()]);
            work(x, y, part);
        };
        #[cfg(feature = "rayon")]
        if self.within {
            use rayon::prelude::*;
            y.par_chunks_mut(block)
                .zip(parts)
                .enumerate()
                .with_min_len(RUN)
                .for_each(work);
            return;
        }
        y.chunks_mut(block).zip(parts).enumerate().for_each(work);
    }

    /// Runs of blocks, to be written, with their parts.
    pub fn each_block_run<T: Real>(
        &self,
        x: Option<&[T]>,
        y: &mut [T],
        parts: &mut [Part],
        work: impl Fn(Option<&[T]>, &mut [T], &mut [Part]) + Sync,
    ) {
        let run = RUN * block::values::<T>();
        let work = |(number, (y, parts)): (usize, (&mut [T], &mut [Part]))| {
            let x = x.map(|x| &x[number * run..number * run + y.len()]);
            work(x, y, parts);
        };
        #[cfg(feature = "rayon")]
        if self.within {
            use rayon::prelude::*;
            y.par_chunks_mut(run)
                .zip(parts.par_chunks_mut(RUN))
                .enumerate()
                .for_each(work);
            return;
        }
        y.chunks_mut(run)
            .zip(parts.chunks_mut(RUN))
            .enumerate()
            .for_each(work);
    }

    /// Runs of blocks with their parts.
    pub fn each_run<T: Real>(
        &self,
        x: &[T],
        parts: &mut [Part],
        work: impl Fn(&[T], &mut [Part]) + Sync,
    ) {
        let run = RUN * block::values::<T>();
        #[cfg(feature = "rayon")]
        if self.within {
            use rayon::prelude::*;
            x.par_chunks(run)
                .zip(parts.par_chunks_mut(RUN))
                .for_each(|(x, parts)| work(x, parts));
            return;
        }
        x.chunks(run)
            .zip(parts.chunks_mut(RUN))
            .for_each(|(x, parts)| work(x, parts));
    }
}

/// Is the work worth threads at all; and if so, is it within a row?
fn threads(rows: &Rows, bytes: usize, count: usize) -> (bool, bool) {
    #[cfg(feature = "rayon")]
    let many = count >= 2 * rayon::current_num_threads();
    #[cfg(not(feature = "rayon"))]
    let many = count >= 2;
    let wanted = cfg!(feature = "rayon") && rows.threads == Threads::Auto;
    (
        wanted && many && bytes >= ACROSS_BYTES,
        wanted && !many && bytes >= WITHIN_BYTES,
    )
}

/// Does `work` for each row's number and result.
pub fn each_row<T: Real>(
    rows: &Rows,
    values: usize,
    row: usize,
    y: &mut [T],
    width: usize,
    work: impl Fn(&Spread, usize, &mut [T]) + Sync,
) {
    let (across, within) = threads(rows, values * size_of::<T>(), values / row);
    let spread = Spread { within };
    let work = |(number, y): (usize, &mut [T])| work(&spread, number, y);
    #[cfg(feature = "rayon")]
    if across {
        use rayon::prelude::*;
        let together = (block::values::<T>() / row).max(1);
        y.par_chunks_mut(width)
            .enumerate()
            .with_min_len(together)
            .for_each(work);
        return;
    }
    // Threads are entered once, not for each loop of a row: waking them takes microseconds.
    #[cfg(feature = "rayon")]
    if within {
        rayon::scope(|_| y.chunks_mut(width).enumerate().for_each(work));
        return;
    }
    let _ = across;
    y.chunks_mut(width).enumerate().for_each(work);
}
