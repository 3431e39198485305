"""One sparse layer, forward and backward, against dense PyTorch, torch.sparse and SciPy on the same
threads.

Batch-major in and out, batch 128, gradients of input, weights and bias; medians of interleaved
runs.
"""

import os
import warnings

# else a worker of torch's OpenMP pool spins for milliseconds on the core that our second thread
# needs
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
from harness import Gate, Report, arguments, interleave, median, timed
from scipy.sparse import csr_array
from torch import nn

from neurosparse.models import CondensedLinear, SparseLinear
from neurosparse.wiring import FixedInDegree, RandomEdges

BATCH = 128
SHAPES = [(1024, 1024), (784, 1568)]
GOALS = {0.8: None, 0.9: 2.0, 0.95: 4.0, 0.98: None, 0.99: 10.0}


def step(layer, x, grad):
    """Forward and backward through one module."""

    def run():
        layer.zero_grad(set_to_none=True)
        x.grad = None
        layer(x).backward(grad)

    return run


def torch_sparse(layer, x, grad):
    """The same with torch's own CSR matrix and its autograd (bias left out, in its favour)."""
    dense = layer.to_dense().weight.detach()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch calls its CSR beta
        weight = dense.to_sparse_csr().requires_grad_()
    columns = x.detach().T.contiguous().requires_grad_()
    slopes = grad.T.contiguous()

    def run():
        weight.grad = columns.grad = None
        torch.sparse.mm(weight, columns).backward(slopes)

    return run


def scipy_sparse(layer, x, grad):
    """The same with SciPy: two products, and the weight gradient by gathered rows (one thread)."""
    c = layer.connectivity
    w = csr_array((c.weights_array(), c.indices, c.indptr), shape=c.shape)
    back = w.T.tocsr()
    pre, post = c.edges()
    columns = x.detach().numpy().T.copy()
    slopes = grad.numpy().T.copy()

    def run():
        back @ columns
        w @ slopes
        np.einsum("eb,eb->e", columns[pre], slopes[post])

    return run


def check(gate, name, layer, x, grad):
    """Compare output and all gradients with the dense twin."""
    twin = layer.to_dense()
    step(layer, x, grad)()
    ours = [
        layer(x).detach(),
        x.grad.clone(),
        layer.bias.grad.clone(),
        layer.values.grad.clone(),
    ]
    step(twin, x, grad)()
    pre, post = (torch.from_numpy(e.copy()).long() for e in layer.connectivity.edges())
    law = [twin(x).detach(), x.grad, twin.bias.grad, twin.weight.grad[post, pre]]
    if isinstance(layer, CondensedLinear):
        ours, law = ours[:3], law[:3]
    for part, mine, true in zip(
        ("output", "dx", "dbias", "dvalues"), ours, law, strict=False
    ):
        gate.near(
            f"{name} {part}",
            float((mine - true).abs().max()),
            0.0,
            atol=1e-3 * float(true.abs().max()),
        )


def main():
    """Measure every shape, sparsity and number of threads."""
    args = arguments(__doc__)
    repeats = 15 if args.quick else max(args.repeats, 41)
    report = Report("torch", "scipy", "numba", "numpy", repeats=repeats)
    gate = Gate()
    cases = []
    for n_pre, n_post in SHAPES[:1] if args.quick else SHAPES:
        for sparsity in (0.9, 0.95, 0.99) if args.quick else GOALS:
            layer = SparseLinear(n_pre, n_post, wiring=RandomEdges(1 - sparsity), rng=0)
            x = torch.randn(BATCH, n_pre, requires_grad=True)
            grad = torch.randn(BATCH, n_post)
            check(gate, f"{n_pre}x{n_post} {sparsity:.0%}", layer, x, grad)
            fixed = FixedInDegree(max(1, round(n_pre * (1 - sparsity)))).build(
                n_pre, n_post, 0
            )
            condensed = CondensedLinear(fixed, rng=0)
            check(gate, f"{n_pre}x{n_post} {sparsity:.0%} condensed", condensed, x, grad)
            cases.append((n_pre, n_post, sparsity, layer, condensed, x, grad))
    gate.demand()
    for n_pre, n_post, sparsity, layer, condensed, x, grad in cases:
        alone = None
        for threads in (1, 2):
            torch.set_num_threads(threads)
            runs = {
                "ours": step(layer, x, grad),
                "condensed": step(condensed, x, grad),
                "dense torch": step(nn.Linear(n_pre, n_post), x, grad),
            }
            if not args.quick:
                runs["torch.sparse CSR"] = torch_sparse(layer, x, grad)
            if threads == 1:
                runs["scipy CSR"] = scipy_sparse(layer, x, grad)
            for run in runs.values():
                run()
            times = interleave(
                {k: lambda run=run: timed(run) for k, run in runs.items()}, repeats
            )
            ms = {name: 1e3 * median(seconds) for name, seconds in times.items()}
            case = f"{n_pre}x{n_post}, {sparsity:.0%} sparse, batch {BATCH}"
            ours, fast = ms.pop("ours"), ms.pop("condensed")
            for peer, their in ms.items():
                goal = GOALS[sparsity] if peer == "dense torch" else None
                report.add(
                    case,
                    "forward+backward",
                    "ms",
                    ours,
                    their,
                    peer_name=peer,
                    goal=goal,
                    threads=threads,
                )
            dense = ms["dense torch"]
            report.add(
                f"{case}, condensed",
                "forward+backward",
                "ms",
                fast,
                dense,
                peer_name="dense torch",
                threads=threads,
            )
            if threads == 1:
                alone = ours
            else:
                report.add(
                    case,
                    "2 threads",
                    "ms",
                    ours,
                    alone,
                    peer_name="ours, 1 thread",
                    goal=1.7,
                    threads=2,
                )
    report.finish(args.json)


if __name__ == "__main__":
    main()
