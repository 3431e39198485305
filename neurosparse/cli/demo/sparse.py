"""The demonstration's simulation: the sparse network, its recording, the time of each part."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from neurosparse.cli.demo.dense import DenseRun
    from neurosparse.datasets import LarvaBrain

DT = 0.1
DURATION = 1000.0
SEED = 1
# how long the dense simulation runs
DENSE_MS = 100.0
# long enough to meet both modes of the engine, so that all is compiled
WARM_MS = 150.0


class SparseRun(NamedTuple):
    """What the demonstration's simulation gives.

    Attributes:
        simulator: after its run.
        compile, build, run: wall seconds of the parts.
        store: where the recording is.
    """

    simulator: Any
    compile: float
    build: float
    run: float
    store: Path


def simulate_sparse(brain: "LarvaBrain", threads: int, path: Path) -> SparseRun:
    """Build the network and run it, recording every spike into a Zarr store.

    The store of an older demonstration is replaced.
    """
    from neurosparse.cli.demo.larva import network
    from neurosparse.engine import Simulator
    from neurosparse.recording import RunStore

    begun = time.perf_counter()
    with Simulator(network(brain), DT, SEED, threads=threads) as first:
        first.run(WARM_MS)
    compiled = time.perf_counter()
    config = {"network": "larva brain"}
    store = RunStore.create(path, dt=DT, seed=SEED, config=config, overwrite=True)
    simulator = Simulator(network(brain), DT, SEED, threads=threads, store=store)
    built = time.perf_counter()
    simulator.run(DURATION, progress=True)
    simulator.close()
    finished = time.perf_counter()
    return SparseRun(simulator, compiled - begun, built - compiled, finished - built, path)


def agree(step: Any, neuron: Any, dense: "DenseRun") -> bool:
    """Tell whether both simulations fired the same spikes, for as long as the dense one ran.

    Args:
        step, neuron: spikes of the sparse simulation, ascending in time, `[k]`.
        dense: the dense simulation.
    """
    both = step < round(DENSE_MS / DT)
    same_steps = np.array_equal(step[both], dense.step)
    return bool(same_steps and np.array_equal(neuron[both], dense.neuron))
