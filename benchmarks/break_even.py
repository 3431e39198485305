"""From which sparsity on is a sparse layer faster than a dense one? One layer of 1024x1024, forward
and backward, one thread, by batch; the product alone beside SciPy's.

Medians of interleaved runs, of processor time, which other work on the machine disturbs less; the
break-even is interpolated between the two sparsities around it.
"""

import os
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
from harness import Gate, Report, arguments, interleave, median, timed
from sparse_layers import check, step
from torch import nn

from neurosparse.kernels.layers.csr_matmul import csr_matmul
from neurosparse.models import SparseLinear

SIZE = 1024
BATCHES = (1, 16, 128, 1024)
SPARSITIES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def processor_time(call):
    """Seconds of the processor in one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def times_of(layer, batch, repeats):
    """Times of our layer and of the dense one, in seconds."""
    x = torch.randn(batch, SIZE, requires_grad=True)
    grad = torch.randn(batch, SIZE)
    runs = {"ours": step(layer, x, grad), "dense": step(nn.Linear(SIZE, SIZE), x, grad)}
    for run in runs.values():
        run()
    calls = {name: lambda run=run: processor_time(run) for name, run in runs.items()}
    times = interleave(calls, repeats)
    return median(times["ours"]), median(times["dense"])


def product_times(layer, batch, repeats):
    """Times of our product and of SciPy's, in seconds, once they are known to be the same."""
    c = layer.connectivity
    x = np.random.default_rng(0).standard_normal((batch, SIZE), np.float32)
    matrix = c.to_scipy()
    rows = c.indptr, c.indices, c.weights_array()
    runs = {
        "ours": lambda: csr_matmul(*rows, x, SIZE),
        "SciPy": lambda: x @ matrix,
    }
    np.testing.assert_allclose(runs["ours"](), runs["SciPy"](), rtol=1e-3, atol=1e-4)
    calls = {name: lambda run=run: timed(run) for name, run in runs.items()}
    times = interleave(calls, repeats)
    return median(times["ours"]), median(times["SciPy"])


def main():
    """Measure every batch and sparsity, and where ours passes the dense layer."""
    args = arguments(__doc__)
    torch.set_num_threads(1)
    repeats = 11 if args.quick else max(args.repeats, 41)
    batches = (1, 128) if args.quick else BATCHES
    layers = {s: SparseLinear(SIZE, SIZE, density=1 - s, rng=0) for s in SPARSITIES}
    gate = Gate()
    for sparsity, layer in layers.items():
        x = torch.randn(16, SIZE, requires_grad=True)
        check(gate, f"{sparsity:.0%}", layer, x, torch.randn(16, SIZE))
    gate.demand()
    report = Report("torch", "numba", "numpy", "scipy", repeats=repeats)
    for batch in batches:
        gains = []
        for sparsity, layer in layers.items():
            # a small batch is soon done, and its times are the more uneven
            more = 1 if args.quick else max(1, 16 // batch)
            ours, dense = times_of(layer, batch, more * repeats)
            gains.append(dense / ours)
            case = f"{SIZE}x{SIZE}, {sparsity:.0%} sparse, batch {batch}"
            figures = 1e3 * ours, 1e3 * dense
            report.add(case, "forward+backward", "ms", *figures, peer_name="dense torch")
            if batch <= 128:
                figures = [1e6 * t for t in product_times(layer, batch, 5 * repeats)]
                report.add(case, "product", "µs", *figures, peer_name="SciPy CSR")
        if min(gains) < 1 < max(gains):
            # the gain is near a straight line in the logarithm of the density
            density = -np.log(1 - np.array(SPARSITIES))
            crossing = np.interp(0.0, np.log(np.maximum.accumulate(gains)), density)
            name = f"{SIZE}x{SIZE}, batch {batch}"
            report.add(name, "break-even sparsity", "1", float(1 - np.exp(-crossing)))
    report.finish(args.json)


if __name__ == "__main__":
    main()
