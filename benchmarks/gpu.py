"""The Triton kernels on a GPU: parity first, then times by device events against torch and the
card's copy bandwidth.

No GPU was at hand when this was written: no figure of it is known, and the goals are hopes until
someone runs it.
Without a GPU only the parity gate runs, in Triton's interpreter, and no time is shown. Set
TRITON_INTERPRET=1 for that. The second-level cache is emptied before each timed call; medians; one
process.
"""

import os
import subprocess
import sys

import numpy as np
import torch
from harness import Gate, Report, arguments, median, timed

from neurosparse.engine import OnDevice, Simulator
from neurosparse.engine.device_rows import Rows
from neurosparse.kernels.base.machine.gpu import blank, find_device, upload
from neurosparse.kernels.layers.csr_matmul import csr_matmul, csr_matmul_backward
from neurosparse.kernels.layers.csr_matmul import gpu as csr
from neurosparse.kernels.memory.overlap.gpu import overlap_tensor
from neurosparse.kernels.spikes.deliver.gpu import deliver, settle
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.sdr import SDR
from neurosparse.stimuli import PoissonInput
from neurosparse.sweep import Sweep
from neurosparse.wiring import FixedInDegree, FixedOutDegree

CASES = ["propagation", "cuba", "brunel", "stdp", "sweep", "csr_matmul", "overlap"]
# a clock and multiprocessor, as NVIDIA's table of instruction throughput says since compute 7.0
POPCOUNTS = 16


def device_seconds(call, repeats):
    """Median seconds of a call by device events, after one call to warm up; the cache is cold."""
    call()
    times = []
    stale = torch.empty(
        4 * torch.cuda.get_device_properties(0).L2_cache_size, dtype=torch.int8, device="cuda"
    )
    for _ in range(max(repeats, 10)):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        stale.zero_()
        # the device waits a millisecond, so that the host's launches do not count
        torch.cuda._sleep(2_000_000)
        begin.record()
        call()
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end) / 1000)
    return median(times)


def copy_bandwidth(repeats):
    """Bytes a second, read and written, of a copy of 1 GiB on this card."""
    a = torch.empty(2**28, dtype=torch.float32, device="cuda")
    b = torch.empty_like(a)
    return 2 * a.nbytes / device_seconds(lambda: b.copy_(a), repeats)


class Volley:
    """One step's spikes through fixed out-degree rows."""

    def __init__(self, n, degree, active, device):
        self.built = FixedOutDegree(degree).build(n, n, np.random.default_rng(0))
        weight = np.random.default_rng(1).normal(size=self.built.nnz).astype(np.float32)
        self.fired = np.sort(
            np.random.default_rng(2).choice(n, max(1, int(active * n)), replace=False)
        ).astype(np.int32)
        self.weight = weight
        parts = (self.built.indptr, np.zeros(1, np.int64), self.built.indices, weight)
        segments, delays, indices, own = (upload(p, device) for p in parts)
        self.rows = Rows(segments, delays, indices, own, n_pre=n, n_post=n, each=True)
        self.log, self.now = upload(self.fired, device), upload(np.array([0, 0]), device)
        self.ends = upload(np.array([0, len(self.fired)]), device)
        self.out, self.sums = blank(n, np.float32, device), blank(n, np.int64, device)

    def fast(self):
        deliver(self.log, self.ends, self.now, self.rows, self.out, 1.0)

    def fixed(self):
        deliver(self.log, self.ends, self.now, self.rows, self.sums, 2.0**36)
        settle(self.sums, self.out, 2.0**-36)

    def scatter(self):
        """What one writes in torch: gather the synapses of the spikes, add them at their
        targets.
        """
        first = self.rows.segments[self.log.long()]
        count = self.rows.segments[self.log.long() + 1] - first
        offset = torch.repeat_interleave(first - (count.cumsum(0) - count), count)
        j = offset + torch.arange(len(offset), device=offset.device)
        self.out.index_add_(0, self.rows.indices[j].long(), self.rows.weights[j])

    def law(self):
        total = np.zeros(len(self.out))
        for i in self.fired:
            row = slice(self.built.indptr[i], self.built.indptr[i + 1])
            np.add.at(total, self.built.indices[row], self.weight[row])
        return total


def cuba(n):
    """Vogels and Abbott's network of n neurons, 80 inputs each."""
    model = LIFExp(
        tau_mem=20, tau_exc=5, tau_inh=10, v_rest=-49, v_threshold=-50, v_reset=-60, t_ref=5
    )
    start = np.random.default_rng(3).uniform(-60, -50, n)
    e = n * 4 // 5
    parts = {"E": slice(0, e), "I": slice(e, n)}
    populations = [
        Population(k, s.stop - s.start, model, initial={"v": start[s]}, mode="clock")
        for k, s in parts.items()
    ]
    wires = [
        Projection(
            a, b, FixedInDegree(64 if a == "E" else 16), weight=w, delay=0.1, receptor=r
        )
        for a, w, r in (("E", 1.62, "exc"), ("I", -9.0, "inh"))
        for b in "EI"
    ]
    return Network(populations, wires)


def brunel(scale):
    """Brunel's network, `scale` of 12,500 neurons."""
    model = LIF(tau_mem=20, v_rest=0, v_threshold=20, v_reset=0, t_ref=2)
    sizes = {"E": int(10_000 * scale), "I": int(2_500 * scale)}
    inputs = {"E": int(1000 * scale), "I": int(250 * scale)}
    wires = [
        Projection(
            a, b, FixedInDegree(inputs[a]), weight=0.1 if a == "E" else -0.5, delay=1.5
        )
        for a in "EI"
        for b in "EI"
    ]
    return Network(
        [Population(k, n, model) for k, n in sizes.items()],
        wires,
        [PoissonInput(k, 20_000.0, 0.1) for k in sizes],
    )


def learning(n, fan_in, rate=20.0):
    """Poisson sources onto as many neurons through plastic synapses."""
    rule = PairSTDP(0.01, 0.012, w_max=1.0)
    return Network(
        Population("in", n, PoissonSource(rate)),
        Population("out", n, LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0)),
        Projection(
            "in", "out", FixedInDegree(fan_in), weight=0.5, delay=0.5, plasticity=rule
        ),
    )


def matmul_parity(device):
    """Whether products and gradients are those of the law, and the largest error."""
    rng = np.random.default_rng(0)
    built = FixedInDegree(3).build(9, 9, rng)
    values, x, grad = (
        rng.standard_normal(shape, np.float32) for shape in (built.nnz, (5, 9), (5, 9))
    )
    given = (built.indptr, built.indices, values, x)
    law = (
        csr_matmul(*given, 9, backend="naive"),
        *csr_matmul_backward(*given, grad, backend="naive"),
    )
    p, i, v, inputs, slopes = (upload(a, device) for a in (*given, grad))
    mine = csr.forward(p, i, v, inputs, 9, None), *csr.backward(p, i, v, inputs, slopes)
    error = max(np.abs(m.cpu().numpy() - one).max() for m, one in zip(mine, law, strict=True))
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


def propagation(report, quick, repeats, card):
    """1 M neurons, 1,000 targets each, 0.1 % active; bytes that must move: index, weight, sum read
    and written.
    """
    n, degree = (100_000, 300) if quick else (1_000_000, 1_000)
    volley = Volley(n, degree, 0.001, "cuda")
    copy = copy_bandwidth(repeats)
    events = len(volley.fired) * degree
    peer = device_seconds(volley.scatter, repeats)
    for name in ("fast", "fixed"):
        ours = device_seconds(getattr(volley, name), repeats)
        report.add(
            f"propagation {name}",
            "time",
            "s",
            ours,
            peer,
            peer_name=f"torch scatter, {card}",
            goal=10.0,
        )
        # float sums are 4 bytes each way, fixed-point ones 8
        moved = events * (8 + 2 * (4 if name == "fast" else 8))
        peak = {"peer_name": f"copy, {card}", "goal": 0.4, "higher": True}
        report.add(f"propagation {name}", "bandwidth", "B/s", moved / ours, copy, **peak)


def whole_network(report, name, network, duration, card, repeats, goal=None, pace=None):
    """Seconds of a run on the device against the CPU's best of one and two threads; real-time
    factor.

    `goal` is how many times faster than the CPU, `pace` the largest real-time factor that is hoped
    for.
    """

    def run(**options):
        with Simulator(
            network, seed=1, precision="float32", record=[], **options
        ) as simulator:
            simulator.run(5.0)
            return timed(lambda: simulator.run(duration))

    ours, exact = (
        median([run(backend=OnDevice(fixed)) for _ in range(repeats)])
        for fixed in (False, True)
    )
    cpu = min(median([run(threads=t) for _ in range(repeats)]) for t in (1, 2))
    report.add(
        name,
        f"{duration:g} ms",
        "s",
        ours,
        cpu,
        peer_name=f"our CPU engine, best of 1 and 2 threads; {card}",
        goal=goal,
    )
    report.add(
        name,
        "real-time factor",
        "s/s",
        ours / duration * 1000,
        None,
        peer_name=card,
        goal=pace,
    )
    report.add(
        name,
        f"{duration:g} ms",
        "s",
        exact,
        ours,
        peer_name=f"deterministic against floats; {card}",
    )


def stdp(report, quick, repeats, card):
    """Plastic synapses against our CPU engine on the same network."""
    n, fan_in = (5_000, 100) if quick else (50_000, 1_000)
    whole_network(report, "stdp", learning(n, fan_in), 100.0, card, repeats)


def sweep(report, quick, repeats, card):
    """32 copies of Brunel's network at a tenth of its size in one, against one copy after the other
    on the device.
    """
    plain = brunel(0.1)
    copies = 4 if quick else 32
    side_by_side = Sweep(plain, copies=copies).network

    def run(network):
        with Simulator(
            network, seed=1, precision="float32", record=[], backend=OnDevice(False)
        ) as simulator:
            simulator.run(5.0)
            return timed(lambda: simulator.run(100.0))

    ours, one = (
        median([run(network) for _ in range(repeats)]) for network in (side_by_side, plain)
    )
    report.add(
        f"sweep of {copies}",
        "100 ms",
        "s",
        ours,
        copies * one,
        peer_name=f"one after the other, {card}",
    )


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
    asked = ["nvidia-smi", "--query-gpu=clocks.max.sm", "--format=csv,noheader,nounits"]
    clock = 1e6 * float(
        subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()[0]
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


def main():
    """Gate, then times where there is a GPU."""
    args = arguments(__doc__, CASES, CASES)
    try:
        device = find_device()
    except (RuntimeError, ImportError) as missing:
        print(
            f"{missing}\nNothing was checked or timed. "
            "TRITON_INTERPRET=1 runs the parity gate on the CPU."
        )
        sys.exit(2)
    gate(device).demand()
    if device != "cuda":
        print(
            "Parity gate green in Triton's interpreter. "
            "No GPU here: nothing is timed and nothing is claimed."
        )
        return
    report = Report("torch", "triton", "numpy", repeats=args.repeats)
    card = torch.cuda.get_device_name()
    if "propagation" in args.case:
        propagation(report, args.quick, args.repeats, card)
    if "cuba" in args.case:
        whole_network(
            report,
            "cuba",
            cuba(50_000 if args.quick else 1_000_000),
            100.0,
            card,
            args.repeats,
            goal=20.0,
        )
    if "brunel" in args.case:
        whole_network(
            report,
            "brunel",
            brunel(0.2 if args.quick else 1.0),
            1000.0,
            card,
            args.repeats,
            pace=1.0,
        )
    if "stdp" in args.case:
        stdp(report, args.quick, args.repeats, card)
    if "sweep" in args.case:
        sweep(report, args.quick, args.repeats, card)
    if "overlap" in args.case:
        overlap(report, args.quick, args.repeats, card)
    if "csr_matmul" in args.case:
        matmul(report, args.quick, args.repeats, card)
    report.finish(args.json)


if __name__ == "__main__":
    os.environ.setdefault("CUDA_MODULE_LOADING", "LAZY")
    main()
