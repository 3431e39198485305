"""Run by mpiexec: the same network in one process and on ranks; a file of JSON from rank 0."""

import json
import sys
from pathlib import Path

import numpy as np

from neurosparse.distributed import Mpi
from neurosparse.engine import Simulator
from tests.distributed.shared import differing, outcome
from tests.engine.networks import small_network


def of(network, backend, other, path):
    """Half a run, saved; the other half from there, in another simulator."""
    sim = Simulator(network, seed=3, backend=backend)
    sim.step(60)
    sim.save(path)
    sim = Simulator(network, seed=3, backend=other)
    sim.restore(path)
    sim.step(60)
    return outcome(sim)


def main(folder):
    """Compare, then let one rank fail."""
    ranks = Mpi(timeout=60)
    network = small_network(np.random.default_rng(2), n=150)
    expected = of(network, "cpu", "cpu", folder / f"alone{ranks.rank}")
    shared = of(network, ranks, Mpi(timeout=60), folder / "shared")
    caught = ""
    try:
        with ranks.together("fail"):
            if ranks.rank == 1:
                raise ValueError("on purpose")
    except ValueError as error:
        caught = str(error)
    if ranks.leads:
        result = {"size": ranks.size, "differing": differing(expected, shared)}
        result |= {"caught": caught, "spikes": len(shared["spikes"]["A"])}
        (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    ranks.total(1)
    # one that nothing catches ends all
    if ranks.rank == 1:
        raise RuntimeError("the end of rank 1")
    ranks.total(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
