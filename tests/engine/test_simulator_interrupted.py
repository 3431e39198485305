"""Whatever happens between two steps and means nothing, changes nothing: the spikes, states and
weights of one run.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, AdaptiveLIF, LIFExp, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import OUCurrent, PoissonInput, SineCurrent, StepCurrent
from neurosparse.wiring import FixedInDegree

MODELS = [
    LIF(v_rest=-49.0),
    LIFExp(v_rest=-49.0),
    AdaptiveLIF(v_rest=-48.0),
    LIF(tau_mem=np.linspace(5.0, 20.0, 17)),
]
STIMULI = {
    "poisson": lambda name: PoissonInput(name, 5_000.0, 1.5),
    "step": lambda name: StepCurrent(name, 6.0, start=1.0),
    "noise": lambda name: OUCurrent(name, 4.0, tau=3.0),
    "sine": lambda name: SineCurrent(name, 4.0, frequency=50.0),
}
ENDS = (2.2, 5.0, 9.0)
SPIKES: list[int] = []


def wired(draw, n_pre):
    """A rule, weights and delays: one each, one for each synapse, or a rule of plasticity."""
    rule = FixedInDegree(draw(st.integers(1, 5)))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    weight = draw(st.sampled_from([1.5, 6.0, -1.0]))
    match draw(st.integers(0, 3)):
        case 0:
            return {
                "wiring": rule,
                "weight": weight,
                "delay": draw(st.sampled_from([0.0, 0.1, 1.5])),
            }
        case 1:
            made = rule.build(n_pre, 17, rng)
            return {
                "wiring": made.with_delay_steps(
                    rng.integers(0, 9, made.nnz).astype(np.uint8)
                ),
                "weight": weight,
            }
        case 2:
            made = rule.build(n_pre, 17, rng)
            return {
                "wiring": made.with_weight(rng.normal(0, 4, made.nnz).astype(np.float32)),
                "delay": 0.7,
            }
    learns = PairSTDP(0.05, 0.06, w_max=8.0, w_min=-8.0)
    return {"wiring": rule, "weight": weight, "delay": 0.4, "plasticity": learns}


@st.composite
def networks(draw):
    sizes = {"a": 17, "b": 17, "p": 9}
    models = {name: draw(st.sampled_from(MODELS)) for name in "ab"}
    start = {"v": np.linspace(-60.0, -50.5, 17)}
    parts = [Population(name, 17, model, initial=start) for name, model in models.items()]
    parts.append(Population("p", 9, PoissonSource(rate=np.linspace(0.0, 900.0, 9))))
    pairs = draw(
        st.lists(st.sampled_from(["ab", "ba", "pa", "aa"]), min_size=1, unique=True)
    )
    parts += [Projection(pre, post, **wired(draw, sizes[pre])) for pre, post in pairs]
    onto = draw(
        st.lists(
            st.tuples(st.sampled_from("ab"), st.sampled_from(list(STIMULI))),
            max_size=3,
            unique=True,
        )
    )
    return Network(parts, [STIMULI[kind](name) for name, kind in onto])


def meaningless(what, sim, folder):
    """Do something between two steps that should leave everything as it is; returns the simulation
    to go on with.
    """
    first = next(iter(sim.network.projections))
    # spikes under way in a projection that learns keep the weight they have when it is rewired, see
    # docs/semantics.md
    quiet = [name for name, p in sim.network.projections.items() if p.plasticity is None]
    if what == "rewire":
        for name in quiet[:1]:
            sim.rewire(name)
    elif what == "weights":
        sim.set_weights(first, sim.weights(first))
    elif what != "split":
        sim.save(folder / "now")
        if what == "used":
            sim.run(1.3)
        elif what == "changed":
            sim.set_weights(first, 3.0)
            sim.run(0.4)
            sim.rewire(first, drop=[0])
            sim.run(0.9)
        elif what == "new":
            sim = Simulator(sim.network, seed=3, threads=3 - sim.threads)
        sim.restore(folder / "now")
    return sim


def everything(sim):
    """Spikes, states and weights by name."""
    found = {
        f"spikes {name}": np.stack([sim.spikes(name).step, sim.spikes(name).i])
        for name in sim.network.populations
    }
    for name in "ab":
        for variable in sim.network.populations[name].model.State._fields:
            found[f"{name}.{variable}"] = sim.state(name, variable)
    return found | {name: sim.weights(name) for name in sim.network.projections}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("checkpoints")


@settings(max_examples=25)
@given(
    networks(),
    st.lists(
        st.sampled_from(["split", "rewire", "weights", "new", "used", "changed"]),
        min_size=2,
        max_size=2,
    ),
)
def test_what_means_nothing_changes_nothing(folder, network, acts):
    whole = Simulator(network, seed=3)
    parts = Simulator(network, seed=3)
    whole.run(ENDS[-1])
    for act, begin, end in zip(("split", *acts), (0.0, *ENDS[:-1]), ENDS, strict=True):
        parts = meaningless(act, parts, folder) if begin else parts
        parts.run(end - begin)
    wanted = everything(whole)
    for name, found in everything(parts).items():
        np.testing.assert_array_equal(found, wanted[name], err_msg=f"{name} after {acts}")
    SPIKES.append(sum(wanted[f"spikes {name}"].shape[1] for name in "ab"))


def test_the_networks_above_fired():
    assert len(SPIKES) >= 20
    assert sum(n > 10 for n in SPIKES) >= 5
