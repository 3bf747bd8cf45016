"""Softmax of one row of 2^20 f32 by numpy, SciPy and JAX: ns a value, the median of several.

    pip install numpy scipy jax
    OMP_NUM_THREADS=1 XLA_FLAGS=--xla_cpu_multi_thread_eigen=false taskset -c 0 \
        python benches/peers/softmax.py
    taskset -c 0 cargo bench --bench softmax -- "2^20 " best

What is not installed is skipped, and said so.
"""

import time

N = 1 << 20


def race(name, work):
    for _ in range(3):
        work()
    times = []
    for _ in range(15):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(f"{name:<24} {sorted(times)[len(times) // 2] / N * 1e9:8.3f} ns/value")


def main():
    import numpy

    x = numpy.random.default_rng(1).standard_normal(N).astype(numpy.float32)

    def plain():
        e = numpy.exp(x - x.max())
        e /= e.sum()
        return e

    race("numpy", plain)
    try:
        from scipy.special import softmax

        race("SciPy", lambda: softmax(x))
    except ImportError:
        print("SciPy: skipped, not installed")
    try:
        import jax

        compiled = jax.jit(jax.nn.softmax)
        on_device = jax.device_put(x, jax.devices("cpu")[0])
        race("JAX", lambda: compiled(on_device).block_until_ready())
    except ImportError:
        print("JAX: skipped, not installed")


main()
