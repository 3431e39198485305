"""The Triton kernels on a GPU: parity first, then times by device events against torch and the
card's copy bandwidth.

No GPU was at hand when this was written: no figure of it is known, and the goals are hopes until
someone runs it.
Without a GPU only the parity gate runs, in Triton's interpreter, and no time is shown. Set
TRITON_INTERPRET=1 for that. The second-level cache is emptied before each timed call; medians; one
process.
"""

import os
import sys

import torch
from gpu_parts.networks import brunel, cuba, learning
from gpu_parts.parity import gate
from gpu_parts.products import matmul, overlap
from gpu_parts.timing import copy_bandwidth, device_seconds
from gpu_parts.volley import Volley
from harness import Report, arguments, median, timed

from neurosparse.engine import OnDevice, Simulator
from neurosparse.kernels.base.machine.gpu import find_device
from neurosparse.sweep import Sweep


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


def balanced(report, quick, repeats, card):
    """Vogels and Abbott's network against our CPU engine."""
    network = cuba(50_000 if quick else 1_000_000)
    whole_network(report, "cuba", network, 100.0, card, repeats, goal=20.0)


def in_real_time(report, quick, repeats, card):
    """Brunel's network against our CPU engine and against the clock."""
    network = brunel(0.2 if quick else 1.0)
    whole_network(report, "brunel", network, 1000.0, card, repeats, pace=1.0)


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


CASES = {
    "propagation": propagation,
    "cuba": balanced,
    "brunel": in_real_time,
    "stdp": stdp,
    "sweep": sweep,
    "csr_matmul": matmul,
    "overlap": overlap,
}


def main():
    """Gate, then times where there is a GPU."""
    args = arguments(__doc__, list(CASES))
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
    for name in args.case:
        CASES[name](report, args.quick, args.repeats, card)
    report.finish(args.json)


if __name__ == "__main__":
    os.environ.setdefault("CUDA_MODULE_LOADING", "LAZY")
    main()
