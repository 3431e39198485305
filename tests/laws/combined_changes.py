"""What is changed while a drawn network runs, and the comparison of a run with its law."""

import tempfile
from unittest import mock

import numpy as np

from neurosparse.engine import Simulator, bundles, layout, modes
from neurosparse.engine.naive import naive_outcome
from neurosparse.engine.naive_edits import Moved, Retuned, Reweighed, Rewired, Silenced
from neurosparse.neurons import PoissonSource, SpikeSource
from neurosparse.stimuli import PoissonInput
from tests.engine.networks import spikes_of
from tests.laws.combinations import KINDS, N_POST, N_PRE, SAVED, STEPS, drawn_network


def drawn_edits(drawn, network):
    """Synapses of both kinds go, come and get other weights while spikes are under way; neurons,
    their parameters and what drives them change.
    """
    rng = np.random.default_rng(drawn.seed + 1)
    edits = []
    sign = KINDS[drawn.kind].sign
    nnz = network.projections["E-|E"].wiring.nnz
    for step in (38, 42, 97) if drawn.reweighed else ():
        # before, between and after the steps in which synapses are exchanged
        one = drawn.rewired or (drawn.alike and step != 42)
        weight = sign * rng.integers(1, 5, 1 if one else nnz) / 8
        edits.append(Reweighed(step, "E-|E", weight[0] if one else weight))
        edits.append(Reweighed(step, "S->E", rng.integers(6, 10) / 8))
    # synapses without a state may come to have longer delays than any had
    far = 30 if drawn.rule == "fixed" and not drawn.brief else 7
    for step in (40, 44, 90) if drawn.rewired else ():
        for name, n_pre in (("S->E", N_PRE), ("E-|E", N_POST)):
            pre = rng.integers(0, n_pre, 9)
            delays = rng.integers(0, far, 9) if drawn.late else None
            weight = np.full(9, 0.5)
            drop = rng.choice(120, 40, replace=False)
            edits.append(
                Rewired(step, name, drop, pre, rng.integers(0, N_POST, 9), weight, delays)
            )
    rng = np.random.default_rng(drawn.seed + 3)
    edits += changed_values(drawn, network, rng) if drawn.rewired or drawn.reweighed else []
    edits += kept_back(network, rng) if drawn.silenced else []
    edits += other_parameters(drawn, network, rng) if drawn.retuned else []
    edits += other_states(drawn, network, rng) if drawn.moved else []
    return sorted(edits, key=lambda e: e.step)


def changed_values(drawn, network, rng):
    """Synapses that carry values get other weights, and some are exchanged."""
    for name, projection in network.projections.items():
        if projection.transmits is None:
            continue
        if drawn.reweighed:
            yield Reweighed(39, name, 0.01)
        if drawn.rewired:
            drop = rng.choice(projection.wiring.nnz, 20, replace=False)
            if name == "joined values":
                yield Rewired(46, name, drop)
                continue
            pre = rng.integers(0, projection.wiring.n_pre, 9)
            differ = np.ptp(projection.wiring.delay_steps_array()) > 0
            delays = rng.integers(0, 7, 9) if differ else None
            weight = np.full(9, 0.03)
            post = rng.integers(0, N_POST, 9)
            yield Rewired(46, name, drop, pre, post, weight, delays)


def neurons_of(network):
    """The populations of neurons with their sizes."""
    populations = network.populations.items()
    return {name: p.n for name, p in populations if hasattr(p.model, "State")}


def kept_back(network, rng):
    """Some neurons are silenced, twice, and some of them released."""
    for name, n in neurons_of(network).items():
        for step in (20, 60):
            yield Silenced(step, name, rng.permutation(n)[: n // 3])
        for step in (45, 110):
            yield Silenced(step, name, rng.permutation(n)[: n // 2], released=True)


def other_parameters(drawn, network, rng):
    """Sources, stimuli and neurons get other parameters, of one number or one a neuron."""
    rising = KINDS[drawn.kind].rise
    rest = KINDS[drawn.kind].rest
    for name, population in network.populations.items():
        for step in (30, 75):
            n, model = population.n, population.model
            each = rng.random() < 0.5 and population.mode != "event"
            if isinstance(model, PoissonSource):
                yield Retuned(step, name, {"rate": 200 * (rng.random(n) if each else 0.7)})
            elif isinstance(model, SpikeSource):
                chosen = np.unique(rng.integers(step * n, STEPS * n, 20))
                values = {"times": chosen // n * 0.1, "indices": chosen % n}
                yield Retuned(step, name, values)
            elif name != "G":
                rise = rising * (0.7 + 0.4 * (rng.random(n) if each else rng.random()))
                field = {"t_ref": 1.3} if step == 75 else {}
                yield Retuned(step, name, {"v_threshold": rest + rise} | field)
    for k, stimulus in enumerate(network.stimuli):
        factor = 0.5 + rng.random()
        if isinstance(stimulus, PoissonInput):
            change = {"rate": np.asarray(stimulus.rate) * factor}
        else:
            change = {"amplitude": np.asarray(stimulus.amplitude) * factor}
        yield Retuned(66, k, change)


def other_states(drawn, network, rng):
    """Some membranes are set to other voltages."""
    kind = KINDS[drawn.kind]
    for name, n in neurons_of(network).items():
        for step in (25, 71):
            chosen = np.unique(rng.integers(0, n, 5))
            value = kind.rest + kind.rise * rng.random(chosen.size)
            yield Moved(step, name, "v", value, chosen)


def change(sim, edit):
    """Do to a simulation what the law was told."""
    if isinstance(edit, Reweighed):
        sim.set_weights(edit.projection, edit.weight)
    elif isinstance(edit, Rewired):
        delay = None if edit.delay_steps is None else edit.delay_steps * sim.dt
        more = {"pre": edit.pre, "post": edit.post, "weight": edit.weight, "delay": delay}
        sim.rewire(edit.projection, drop=edit.drop, **more)
    elif isinstance(edit, Silenced):
        (sim.release if edit.released else sim.silence)(edit.population, edit.neurons)
    elif isinstance(edit, Retuned):
        stimulus = isinstance(edit.part, int)
        part = sim.network.stimuli[edit.part] if stimulus else edit.part
        sim.set_parameters(part, **edit.values)
    else:
        sim.set_state(edit.population, edit.variable, edit.value, edit.neurons)


def run(network, drawn, edits, backend="cpu"):
    """All steps; `saved` goes on in another simulator, with as many threads as the first had
    not.
    """
    sim = Simulator(network, seed=drawn.seed, threads=drawn.threads, backend=backend)
    for stop in sorted({*range(0, STEPS + 1, 30), STEPS, *(e.step for e in edits), SAVED}):
        sim.step(stop - sim.now)
        for edit in edits:
            if edit.step == stop:
                change(sim, edit)
        if drawn.saved and stop == SAVED:
            with tempfile.TemporaryDirectory() as folder:
                sim.save(f"{folder}/state")
                sim = Simulator(network, seed=9, threads=3 - drawn.threads)
                sim.restore(f"{folder}/state")
    return sim


def check(drawn):
    """Run what was drawn, hold it against the law, and hand both back."""
    network = drawn_network(drawn)
    edits = drawn_edits(drawn, network)
    long_part = 0 if drawn.cut else layout.LONG_PART
    # windows so short that populations fall asleep and wake
    with (
        mock.patch.object(layout, "LONG_PART", long_part),
        mock.patch.object(modes, "WINDOW", 20),
        # networks so small are walked projection by projection
        mock.patch.object(bundles, "SMALLEST", 0 if drawn.tied else bundles.SMALLEST),
        mock.patch.object(bundles, "LONG_PART", 0 if drawn.tied else bundles.LONG_PART),
    ):
        sim = run(network, drawn, edits)
    law = naive_outcome(network, 0.1, drawn.seed, STEPS, edits)
    assert sim.now == STEPS
    assert spikes_of(sim) == law.spikes
    same = np.testing.assert_allclose
    for name, expected in law.weights.items():
        same(sim.weights(name), expected, rtol=1e-5, atol=1e-6)
    for name, expected in law.eligibilities.items():
        same(sim.learning(name).eligibility, expected, rtol=1e-5, atol=1e-6)
    for name, variables in law.variables.items():
        kept = sim.learning(name).variables
        for variable, expected in variables.items():
            same(kept[variable], expected, rtol=1e-4, atol=1e-5)
    # what does not leak gathers the last digits of float32 weights
    least = 1e-5 if drawn.kind == "gathering" else 1e-6
    for name, rows in law.states.items():
        fields = network.populations[name].model.State._fields if len(rows) else ()
        for variable, expected in zip(fields, rows, strict=True):
            same(sim.state(name, variable), expected, rtol=1e-6, atol=least, err_msg=name)
    return sim, law
