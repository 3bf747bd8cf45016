//! How often the queue is used: once up and once back for whatever fits in a chunk.

use super::support::gpu;
use super::{rounder, tame};
use roundoff::arith::slices::{Accumulator, Matrix, MatrixMut, Order, SumOfProducts};
use roundoff::arith::{Binary, Exact, Ternary, Unary};
use roundoff::gpu::{Gpu, GpuError};
use roundoff::kernels::bessel::emulated::{Kind, PaperRule};
use roundoff::kernels::softmax::{Softmax, Variant};
use roundoff::{Format, Rounding};

/// Submissions and read-backs of a call.
fn traffic(gpu: &Gpu, call: impl FnOnce(&Gpu) -> Result<(), GpuError>) -> (u64, u64) {
    let before = gpu.counts();
    call(gpu).expect("a GPU");
    let after = gpu.counts();
    (
        after.submissions - before.submissions,
        after.read_backs - before.read_backs,
    )
}

/// A call of the library that writes into an array.
type Call<'a> = dyn Fn(&Gpu, &mut [f32]) -> Result<(), GpuError> + 'a;

#[test]
fn one_submission_and_one_read_back_a_call() {
    // One of its own: tests beside this one count on theirs.
    if gpu().is_none() {
        return;
    }
    let gpu = Gpu::new().expect("a GPU");
    let half = rounder(Format::BINARY16, Rounding::STOCHASTIC);
    let exact = Exact::new(&half);
    let x = tame(1, 4096, Format::BINARY16, 4.0);
    let positive: Vec<f32> = x.iter().map(|x| x.abs() + 1.0).collect();
    let rows = Matrix::new(&x, 64, 64).expect("a shape");
    let sum = SumOfProducts::new(half);
    let once = |name: &str, call: &Call| {
        let mut out = vec![0f32; 4096];
        // Twice: once with a shader to compile and tables to upload, once without.
        for time in ["first", "second"] {
            let counted = traffic(&gpu, |gpu| call(gpu, &mut out));
            assert_eq!(counted, (1, 1), "{name}, the {time} time");
        }
    };
    once("exp", &|gpu, out| {
        gpu.unary(Unary::Exp, &half, &Format::BINARY16, &x, out)
    });
    once("add", &|gpu, out| {
        gpu.binary(Binary::Add, &half, &x, &x, out)
    });
    once("fma", &|gpu, out| {
        gpu.ternary(Ternary::Fma, &half, &x, &x, &x, out)
    });
    once("dot", &|gpu, _| gpu.dot(&sum, &x, &x).map(drop));
    once("gemm", &|gpu, out| {
        let room = MatrixMut::new(out, 64, 64).expect("a shape");
        gpu.gemm(&sum, rows, rows, room)
    });
    let exactly = sum.with_accumulator(Accumulator::Exact { rounder: half });
    once("an exact dot product", &|gpu, _| {
        gpu.dot(&exactly, &x, &x).map(drop)
    });
    once("sums", &|gpu, out| {
        gpu.sums(&half, Order::Pairwise, rows, &mut out[..64])
    });
    once("softmax", &|gpu, out| {
        gpu.softmax(&Softmax::new(Variant::TwoPass), &exact, rows, out)
    });
    once("log-bessel", &|gpu, out| {
        gpu.log_bessel(
            &exact,
            &PaperRule,
            Kind::K,
            &positive[..500],
            &positive[500..1000],
            &mut out[..500],
        )
    });
    // Many dispatches, and still one of each.
    let long = tame(2, 40_000, Format::BINARY16, 4.0);
    let row = Matrix::new(&long, 2, 20_000).expect("a shape");
    let softmax = Softmax::new(Variant::Online);
    let mut out = vec![0f32; 40_000];
    let counted = traffic(&gpu, |gpu| gpu.softmax(&softmax, &exact, row, &mut out));
    assert_eq!(counted, (1, 1), "long rows");
    let counted = traffic(&gpu, |gpu| gpu.dot(&sum, &long, &long).map(drop));
    assert_eq!(counted, (1, 1), "a long dot product");
}
