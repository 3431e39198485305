"""The gate: kernels against the laws, networks on the device against the CPU."""

import numpy as np
from harness import Gate

from gpu_parts.networks import learning
from gpu_parts.volley import Volley
from neurosparse.engine import OnDevice, Simulator
from neurosparse.kernels.base.machine.gpu import upload
from neurosparse.kernels.layers.csr_matmul import csr_matmul, csr_matmul_backward
from neurosparse.kernels.layers.csr_matmul import gpu as csr
from neurosparse.kernels.memory.overlap.gpu import overlap_tensor
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.sdr import SDR
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import FixedInDegree


def matmul_parity(device):
    """Whether products and gradients are those of the law, and the largest error."""
    rng = np.random.default_rng(0)
    built = FixedInDegree(3).build(9, 9, rng)
    values, x, grad = (
        rng.standard_normal(shape, np.float32) for shape in (built.nnz, (5, 9), (5, 9))
    )
    operands = (built.indptr, built.indices, values, x)
    law = (
        csr_matmul(*operands, 9, backend="naive"),
        *csr_matmul_backward(*operands, grad, backend="naive"),
    )
    p, i, v, inputs, slopes = (upload(a, device) for a in (*operands, grad))
    mine = csr.forward(p, i, v, inputs, 9, None), *csr.backward(p, i, v, inputs, slopes)
    error = max(
        np.abs(m.cpu().numpy() - one).max() for m, one in zip(mine, law, strict=True)
    )
    return error < 1e-4, f"largest error {error:.2g}"


def gate(device):
    """Kernels against the laws, networks against the CPU, at sizes the interpreter can do."""
    checked = Gate()
    for name in ("fast", "fixed"):
        volley = Volley(300, 17, 0.02, device)
        getattr(volley, name)()
        error = np.abs(volley.out.cpu().numpy() - volley.law()).max()
        checked.true(f"propagation, {name}", error < 1e-4, f"largest error {error:.2g}")
    checked.true("csr_matmul", *matmul_parity(device))
    a, b = (SDR.random(200, 0.3, k).packed[None] for k in (0, 1))
    both = overlap_tensor(*(upload(v.view(np.int32), device) for v in (a, b))).cpu().numpy()
    checked.true(
        "overlap",
        int(both[0, 0]) == int(np.bitwise_count(a & b).sum()) > 0,
        f"{int(both[0, 0])} bits",
    )
    sims = [
        Simulator(learning(40, 12, 2_000.0), seed=1, backend=k)
        for k in ("cpu", OnDevice(programs=2))
    ]
    for simulator in sims:
        simulator.run(6.0)
    weights = [simulator.weights("in->out") for simulator in sims]
    error = np.abs(weights[0] - weights[1]).max()
    moved = np.abs(weights[0] - 0.5).max()
    checked.true(
        "learned weights",
        error < 1e-6 < moved,
        f"largest error {error:.2g}, largest change {moved:.2g}",
    )
    network = Network(
        Population("a", 70, LIF(v_rest=0.0, v_threshold=2.0, v_reset=0.0, t_ref=0.3)),
        Projection("a", "a", FixedInDegree(6), weight=0.25, delay=0.4),
        PoissonInput("a", 9_000.0, 0.25),
    )
    spikes = []
    for backend in ("cpu", OnDevice(programs=2)):
        simulator = Simulator(network, seed=1, backend=backend)
        simulator.run(2.0)
        spikes.append(simulator.spikes("a").i)
    same = np.array_equal(*spikes) and len(spikes[0]) > 10
    checked.true("a network's spikes", same, f"{[len(s) for s in spikes]} spikes")
    return checked
