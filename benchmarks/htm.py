"""Spatial pooler, temporal memory and packed overlaps: learned steps a second, one thread.

Gate first: every fast path must equal its plain reference on a small case. Peers: our own
NumPy/Python reference for pooler and memory (no other library of this kind installs from a package
index), NumPy's boolean and float32 matrix products for overlaps. With MNIST in
$NEUROSPARSE_DATA/mnist, the pooler learns it and a linear readout of its codes is scored against
one of raw pixels, as is a code-selection memory; else images are drawn.
"""

import os
from collections.abc import Callable

import numpy as np
from harness import Gate, Report, arguments, interleave, median, timed
from htm_parts.accuracy import bench_codes, bench_mnist
from htm_parts.images import drawn_images, read_mnist

from neurosparse.htm import (
    Boosting,
    GlobalInhibition,
    PoolPermanence,
    PotentialPool,
    SpatialPooler,
    SynapsePermanence,
    TemporalMemory,
)
from neurosparse.kernels.memory.overlap import overlap
from neurosparse.sdr import SDR, pack, unpack

CASES = ("pooler", "memory", "overlap", "mnist", "codes")


def pooler(columns: tuple[int, int] = (32, 64), backend: str = "cpu") -> SpatialPooler:
    """A pooler at the settings published for MNIST."""
    return SpatialPooler(
        (28, 28),
        columns,
        pool=PotentialPool(7, 0.1),
        permanence=PoolPermanence(0.5, 0.14, 0.002),
        inhibition=GlobalInhibition(0.1, 6),
        boosting=Boosting(2.0, 1402, 0.2),
        seed=0,
        backend=backend,
    )


def bench_pooler(
    report: Report, gate: Gate, quick: bool, repeats: int
) -> Callable[[], None]:
    """Images learned a second, 28x28 -> 2,048 columns."""
    mnist = read_mnist("train")
    images, source = (mnist[0], "MNIST") if mnist else (drawn_images(10_000), "drawn arcs")
    n = 3_000 if quick else 60_000
    rows = np.resize(images, (n, 784))
    fast = pooler()
    slow = pooler(backend="naive")
    for model in (fast, slow):
        model.partial_fit(rows[:20])
    gate.true(
        "pooler equals its reference",
        np.array_equal(fast.state.permanence, slow.state.permanence),
    )
    gate.true("pooler learns", fast.state.active_duty.max() > 0)

    def measure() -> None:
        ours = pooler().partial_fit(rows[:50])
        peer = slow
        times = interleave(
            {
                "ours": lambda: timed(lambda: ours.partial_fit(rows)) / n,
                "peer": lambda: timed(lambda: peer.partial_fit(rows[:20])) / 20,
            },
            repeats,
        )
        rate = {side: 60 / median(t) for side, t in times.items()}
        case = f"pooler 28x28 -> 2,048, {source}"
        report.add(
            case, "learned in 60 s", "images", rate["ours"], goal=60_000, higher=True
        )
        name = "NumPy reference"
        report.add(
            case, "learned in 60 s", "images", *rate.values(), peer_name=name, higher=True
        )

    return measure


def sequences(n_columns: int, active: int) -> list[SDR]:
    """Ten sequences of ten codes."""
    rng = np.random.default_rng(0)
    return [SDR.random(n_columns, active / n_columns, rng) for _ in range(100)]


def play(memory: TemporalMemory, codes: list[SDR], passes: int) -> list[float]:
    """Learn the ten sequences some times over; return the surprise of every step."""
    out = []
    for _ in range(passes):
        for i, code in enumerate(codes):
            if i % 10 == 0:
                memory.reset()
            out.append(memory.step(code).anomaly)
    return out


def bench_memory(
    report: Report, gate: Gate, quick: bool, repeats: int
) -> Callable[[], None]:
    """Steps learned a second, 2,048 columns x 32 cells, 40 active columns."""

    def make(backend: str = "cpu", columns: int = 2048) -> TemporalMemory:
        return TemporalMemory(
            columns,
            32,
            permanence=SynapsePermanence(punishment=0.002),
            seed=1,
            backend=backend,
        )

    small = sequences(256, 20)[:30]
    seen = [play(make(backend, 256), small, 4) for backend in ("cpu", "naive")]
    gate.true("memory equals its reference", seen[0] == seen[1])
    codes = sequences(2048, 40)
    fast = make()
    slow = make("naive")
    last = play(fast, codes, 10)[-100:]
    gate.near(
        "memory has learned: surprise", float(np.mean(last)), 0.1, atol=0.01
    )  # the first of each ten
    play(slow, codes[:10], 4)

    def measure() -> None:
        passes = 10 if quick else 50
        times = interleave(
            {
                "ours": lambda: timed(lambda: play(fast, codes, passes)) / (100 * passes),
                "peer": lambda: timed(lambda: play(slow, codes[:10], 1)) / 10,
            },
            repeats,
        )
        rate = {side: 1 / median(t) for side, t in times.items()}
        case = "memory 2,048 x 32, 40 active, learning"
        report.add(case, "steps a second", "1/s", rate["ours"], goal=2_000, higher=True)
        name = "Python reference, 10 of the 100 codes"
        report.add(
            case,
            "steps a second",
            "1/s",
            rate["ours"],
            rate["peer"],
            peer_name=name,
            higher=True,
        )

    return measure


def bench_overlap(
    report: Report, gate: Gate, quick: bool, repeats: int
) -> Callable[[], None]:
    """Overlaps of all pairs of packed 2,048-bit SDRs."""
    rng = np.random.default_rng(0)
    n_b = 1_000
    n_a = 20_000 if quick else 1_000_000
    block, n_peer = 20_000, 1_000
    a, b = (pack(rng.random((n, 2048), np.float32) < 0.02) for n in (block, n_b))
    dense_a = unpack(a[:n_peer], 2048)
    dense_b = unpack(b, 2048).T.copy()
    counts = overlap(a[:n_peer], b)
    float_a = dense_a.astype(np.float32)
    float_b = dense_b.astype(np.float32)
    gate.true("overlaps equal the float product", np.array_equal(counts, float_a @ float_b))
    gate.true(
        "overlaps equal the boolean product",
        np.array_equal(counts[:50] > 0, dense_a[:50] @ dense_b),
    )

    def measure() -> None:
        def ours() -> float:
            return timed(lambda: [overlap(a, b) for _ in range(n_a // block)]) / n_a

        few = 20 if quick else 100
        sides = {
            "ours": ours,
            "bool": lambda: timed(lambda: dense_a[:few] @ dense_b) / few,
            "float": lambda: timed(lambda: float_a @ float_b) / n_peer,
        }
        times = interleave(sides, repeats)
        rate = {side: n_b / median(t) / 1e6 for side, t in times.items()}
        case = f"overlap {n_a:,} x {n_b:,}, 2,048 bits"
        unit = ("pairs a second", "1e6/s")
        names = {
            "bool": (f"NumPy bool matmul, {few} rows", 20),
            "float": ("NumPy float32 BLAS", None),
        }
        for side, (name, goal) in names.items():
            report.add(
                case,
                *unit,
                rate["ours"],
                rate[side],
                peer_name=name,
                goal=goal,
                higher=True,
            )

    return measure


def one_thread() -> None:
    """Refuse to measure with more than one thread, as libraries read the number when they start."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        if os.environ.get(name) != "1":
            raise SystemExit(
                f"{name}: one thread is measured; "
                "run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python …"
            )


def main() -> None:
    """Run the chosen cases."""
    args = arguments(__doc__, CASES, CASES[:3])
    one_thread()
    gate = Gate()
    report = Report("numpy", "numba", "scipy", repeats=args.repeats)
    bench = {
        "pooler": bench_pooler,
        "memory": bench_memory,
        "overlap": bench_overlap,
        "mnist": bench_mnist,
    }
    bench |= {"codes": bench_codes}
    measures = [bench[name](report, gate, args.quick, args.repeats) for name in args.case]
    gate.demand()
    for measure in measures:
        measure()
    report.finish(args.json)


if __name__ == "__main__":
    main()
