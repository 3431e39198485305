"""What a run is, in all that can be compared: spikes, states, synapses, what a checkpoint holds."""

import numpy as np

from neurosparse.engine import Simulator
from neurosparse.store.checkpoint import load_checkpoint
from tests.engine.networks import spikes_of
from tests.laws import combinations
from tests.laws.combined_changes import change


def run(drawn, edits, network, backend, threads, folder):
    """All steps of a drawn combination; saved on the way and at the end."""
    sim = Simulator(network, seed=drawn.seed, threads=threads, backend=backend)
    stops = {*range(0, combinations.STEPS + 1, 30), *(e.step for e in edits)}
    for stop in sorted(stops | {combinations.SAVED}):
        sim.step(stop - sim.now)
        for edit in edits:
            if edit.step == stop:
                change(sim, edit)
        if stop == combinations.SAVED:
            sim.save(folder / "way")
    sim.save(folder / "end")
    return outcome(sim)


def outcome(sim):
    """Spikes, states and synapses, by name."""
    parts = {"spikes": spikes_of(sim)}
    for name in sim.network.projections:
        synapses = sim.connectivity(name)
        parts[f"weights of {name}"] = sim.weights(name)
        parts[f"rows of {name}"] = synapses.indptr
        parts[f"targets of {name}"] = synapses.indices
        parts[f"delays of {name}"] = np.asarray(synapses.delay_steps)
    for name, population in sim.network.populations.items():
        for variable in getattr(getattr(population.model, "State", None), "_fields", ()):
            parts[f"{variable} of {name}"] = sim.state(name, variable)
    return parts


def differing(one, other):
    """The names of parts that are not the same to the bit."""
    assert one.keys() == other.keys()
    return [name for name in one if not _same(one[name], other[name])]


def _same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
    return one == other


def differing_checkpoints(one, other):
    """The names of parts of two checkpoints that are not the same."""
    one = load_checkpoint(one)
    other = load_checkpoint(other)
    assert one.attributes == other.attributes
    return differing(one.arrays, other.arrays)
