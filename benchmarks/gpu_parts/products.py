"""Matrix products and overlaps, timed against torch and against the card's limits."""

import subprocess

import numpy as np
import torch

from gpu_parts.timing import copy_bandwidth, device_seconds
from neurosparse.kernels.base.machine.gpu import upload
from neurosparse.kernels.layers.csr_matmul import gpu as csr
from neurosparse.kernels.memory.overlap.gpu import overlap_tensor
from neurosparse.wiring import FixedInDegree

# a clock and multiprocessor, as NVIDIA's table of instruction throughput says since compute 7.0
POPCOUNTS = 16


def overlap(report, quick, repeats, card):
    """10^6 x 10^3 SDRs of 2,048 bits against the bound that bytes or popcounts set, whichever is
    larger.
    """
    n = 100_000 if quick else 1_000_000
    m = 1_000
    words = 64
    bits = torch.Generator(device="cuda").manual_seed(0)
    a, b = (
        torch.randint(-(2**31), 2**31 - 1, (k, words), generator=bits, device="cuda").int()
        for k in (n, m)
    )
    ours = device_seconds(lambda: overlap_tensor(a, b), repeats)
    about = torch.cuda.get_device_properties(0)
    by_bytes = 4 * (n * m + (n + m) * words) / copy_bandwidth(repeats)
    query = ["nvidia-smi", "--query-gpu=clocks.max.sm", "--format=csv,noheader,nounits"]
    clock = 1e6 * float(
        subprocess.run(query, capture_output=True, text=True, check=True).stdout.split()[0]
    )
    by_counts = n * m * words / (POPCOUNTS * about.multi_processor_count * clock)
    which = "bytes" if by_bytes > by_counts else "popcounts"
    bound = {"peer_name": f"bound by {which}, {card}", "goal": 0.5}
    report.add(
        f"overlap {n:,} x {m:,}, 2,048 bits",
        "time",
        "s",
        ours,
        max(by_bytes, by_counts),
        **bound,
    )
    halves = [
        torch.randint(0, 2, (k, 32 * words), generator=bits, device="cuda").half()
        for k in (n, m)
    ]
    peer = device_seconds(lambda: halves[0] @ halves[1].T, repeats)
    report.add(
        f"overlap {n:,} x {m:,}, 2,048 bits",
        "time",
        "s",
        ours,
        peer,
        peer_name=f"cuBLAS float16, {card}",
    )


def matmul(report, quick, repeats, card):
    """Forward and backward to weights and inputs, against cuSPARSE through torch.sparse and dense
    cuBLAS.
    """
    n, batch = (1024, 128) if quick else (4096, 512)
    torch.backends.cuda.matmul.allow_tf32 = False
    faster = [0.0]
    for sparsity in (0.5, 0.8, 0.9, 0.95, 0.98, 0.99):
        rng = np.random.default_rng(0)
        built = FixedInDegree(round(n * (1 - sparsity))).build(n, n, rng)
        values = torch.randn(built.nnz, device="cuda")
        p = upload(built.indptr, "cuda")
        i = upload(built.indices, "cuda")
        x = torch.randn(batch, n, device="cuda")
        grad = torch.randn(batch, n, device="cuda")
        dense = torch.zeros(n, n, device="cuda")
        pre, post = (torch.from_numpy(e.astype(np.int64)).cuda() for e in built.edges())
        dense[pre, post] = values

        def ours(p=p, i=i, values=values, x=x, grad=grad):
            csr.forward(p, i, values, x, n, None)
            csr.backward(p, i, values, x, grad)

        def of_torch(w, x=x, grad=grad):
            x = x.detach().requires_grad_()

            def run():
                w.grad = x.grad = None
                y = torch.sparse.mm(w, x.T) if w.is_sparse_csr else (x @ w).T
                y.backward(grad.T)

            return run

        mine = device_seconds(ours, repeats)
        sparse = device_seconds(of_torch(dense.T.to_sparse_csr().requires_grad_()), repeats)
        full = device_seconds(of_torch(dense.clone().requires_grad_()), repeats)
        case = f"csr_matmul {n}x{n} B={batch} {sparsity:.0%}"
        faster += [1 - sparsity] if mine <= full else []
        goals = (1.5, 1.0) if sparsity >= 0.95 else (None, None)
        report.add(
            case,
            "forward+backward",
            "s",
            mine,
            sparse,
            peer_name=f"cuSPARSE (no bias), {card}",
            goal=goals[0],
        )
        report.add(
            case,
            "forward+backward",
            "s",
            mine,
            full,
            peer_name=f"cuBLAS float32, {card}",
            goal=goals[1],
        )
        torch.backends.cuda.matmul.allow_tf32 = True
        rough = device_seconds(of_torch(dense.clone().requires_grad_()), repeats)
        torch.backends.cuda.matmul.allow_tf32 = False
        report.add(
            case, "forward+backward", "s", mine, rough, peer_name=f"cuBLAS tf32, {card}"
        )
        half = of_torch(dense.bfloat16().requires_grad_(), x.bfloat16(), grad.bfloat16())
        report.add(
            case,
            "forward+backward",
            "s",
            mine,
            device_seconds(half, repeats),
            peer_name=f"cuBLAS bf16, {card}",
        )
    case = f"csr_matmul {n}x{n} B={batch}"
    of = f"the densest of those tried that is no slower than cuBLAS float32, {card}"
    report.add(case, "break-even density", "1", max(faster), peer_name=of, higher=True)
