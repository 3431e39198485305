"""What cannot be meant is refused by the name of its argument where a simulation is called."""

import numpy as np
import pytest

from neurosparse import wiring
from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource, SpikeSource
from neurosparse.plasticity import BCM, Dopamine, DopamineSTDP, Oja, PairSTDP
from neurosparse.stimuli import PoissonInput, StepCurrent
from neurosparse.wiring import (
    Bernoulli,
    FromData,
    GroupLayer,
    Normal,
    OneToOne,
    Uniform,
    erdos_renyi_densities,
    uniform_densities,
)
from tests.laws.test_bad_values import (
    CASES,
    COUNT,
    FLAG,
    NUMBER,
    OF_LAYERS,
    OF_WIRING,
    OPTIONAL,
    VALUE,
    N,
    without,
)

CURRENT = StepCurrent("E", 1.0)
NOISE = PoissonInput("E", 5.0, 1.0)
NETWORK = Network(
    Population("S", N, PoissonSource(5.0)),
    Population("E", N, LIF()),
    Projection("S", "E", OneToOne(), weight=0.5, plasticity=PairSTDP(0.1, 0.1, w_max=2.0)),
    Projection("E", "E", OneToOne(), weight=0.5, delay=np.linspace(0.1, 0.6, N)),
    CURRENT,
    NOISE,
)


def simulator():
    return Simulator(NETWORK)


def rewarded():
    rule = DopamineSTDP()
    learning = Projection("S", "E", OneToOne(), weight=0.5, plasticity=rule)
    return Simulator(Network(*NETWORK.populations.values(), learning))


def rewired(**options):
    return simulator().rewire("E->E", **{"pre": [0], "post": [1], "delay": 0.1} | options)


def single(model, *stimuli):
    """A simulation in single precision."""
    return Simulator(Network(Population("E", N, model), *stimuli), precision="float32")


ONE = Connectivity.from_dense([[1.0]])
SEED = without(COUNT, "none")
SHAPES = {
    "none": None,
    "word": "ab",
    "one size": [(3,)],
    "sizes": [3, 4],
    "half": [(2.5, 4)],
    "bool": [(True, 4)],
    "nothing": [(0, 4)],
}
RNG = {k: SEED[k] for k in ("nan", "bool", "word", "complex", "half", "negative")}
# name -> (call, what the error calls the argument, what it refuses)
CALLS = {
    "run": (lambda v: simulator().run(v), "duration", NUMBER),
    "progress": (lambda v: simulator().run(0.1, progress=v), "progress", FLAG),
    "step": (lambda v: simulator().step(v), "n", COUNT),
    "until, every": (
        lambda v: simulator().run_until(lambda s: False, every=v),
        "every",
        NUMBER,
    ),
    "until, limit": (
        lambda v: simulator().run_until(lambda s: False, limit=v),
        "limit",
        NUMBER,
    ),
    "until, answer": (
        lambda v: simulator().run_until(lambda s: v),
        "condition",
        {"none": None, "word": "no", "array": np.ones(3) > 0},
    ),
    "dt": (lambda v: Simulator(NETWORK, v), "dt", NUMBER),
    "seed": (lambda v: Simulator(NETWORK, seed=v), "seed", SEED | {"none": None}),
    "threads": (lambda v: Simulator(NETWORK, threads=v), "threads", COUNT),
    "set_weights": (lambda v: simulator().set_weights("E->E", v), "weight", VALUE),
    "set_weights, learning": (
        lambda v: simulator().set_weights("S->E", v),
        "weight",
        VALUE | {"too large": 3.0, "one too small": [1.0] * (N - 1) + [-1.0]},
    ),
    "rewire, weight": (
        lambda v: rewired(weight=v),
        "weight",
        without(VALUE, "none") | {"list": [1.0, 2.0]},
    ),
    "rewire, delay": (lambda v: rewired(delay=v), "delay", without(OPTIONAL, "list")),
    "rewire, pre": (lambda v: rewired(pre=[v]), "pre", SEED),
    "rewire, post": (lambda v: rewired(post=[v]), "post", SEED),
    "rewire, drop": (
        lambda v: simulator().rewire("E->E", drop=v),
        "drop",
        {"twice": [1, 1], "beyond": [N], "negative": [-1], "half": [0.5], "mask": [True]},
    ),
    "set_state": (lambda v: simulator().set_state("E", "v", v), "v", VALUE),
    "set_rate": (lambda v: simulator().set_rate("S", v), "rate", VALUE),
    "set_rate, input": (lambda v: simulator().set_rate(NOISE, v), "rate", VALUE),
    "set_current": (lambda v: simulator().set_current(CURRENT, v), "amplitude", VALUE),
    "set_parameters": (
        lambda v: simulator().set_parameters("E", v_rest=v),
        "v_rest",
        VALUE,
    ),
    "rng": (lambda v: Bernoulli(0.1).build(3, 3, v), "rng", RNG),
    "rng, layer": (lambda v: GroupLayer(2).build(4, 4, v), "rng", RNG),
    "rng, data": (lambda v: FromData(np.eye(3)).build(3, 3, v), "rng", RNG),
    "amplitude, single": (
        lambda v: single(LIF(), StepCurrent("E", v)),
        "amplitude",
        {"large": 1e39, "largest": 1e300},
    ),
    "current, single": (
        lambda v: single(LIF(), CURRENT).set_current(CURRENT, v),
        "amplitude",
        {"large": 1e39},
    ),
    "parameter, single": (lambda v: single(LIF(i_ext=v)), "rest", {"large": 1e39}),
    "parameter set, single": (
        lambda v: single(LIF()).set_parameters("E", v_threshold=v),
        "threshold",
        {"large": 1e39},
    ),
    "state, single": (
        lambda v: single(LIF()).set_state("E", "v", v),
        "v",
        {"large": -1e39},
    ),
    "Oja, x": (lambda v: Oja(0.1)(ONE, [v], [1.0]), "x", without(NUMBER, "list")),
    "Oja, y": (lambda v: Oja(0.1)(ONE, [1.0], v), "y", VALUE),
    "Oja, connectivity": (
        lambda v: Oja(0.1)(v, [1.0], [1.0]),
        "connectivity",
        {"array": np.eye(1), "none": None},
    ),
    "BCM, threshold": (
        lambda v: BCM(0.1)(ONE, [1.0], [1.0], v),
        "threshold",
        VALUE,
    ),
    "dopamine": (
        lambda v: Dopamine("S->E").release(rewarded(), v),
        "amount",
        NUMBER,
    ),
    **{
        f"{what} of densities": (call, "shapes", SHAPES)
        for what, call in (
            ("uniform", lambda v: uniform_densities(v, 0.5)),
            ("ER", lambda v: erdos_renyi_densities(v, 0.5)),
        )
    },
    "density": (lambda v: uniform_densities([(3, 4)], v), "density", NUMBER),
    "power": (lambda v: erdos_renyi_densities([(3, 4)], 0.5, v), "power", NUMBER),
    "spikes": (
        lambda v: SpikeSource([1.0, 2.0], v),
        "indices",
        {"bools": [True, False], "halves": [0.5, 1.0], "NaN": [0, np.nan], "one": [1]},
    ),
    "positions": (
        lambda v: Connectivity.from_dense(np.eye(3)).without(v),
        "positions",
        {"twice": [1, 1], "beyond": [3], "mask": [True]},
    ),
    "draws of delays": (
        lambda v: OneToOne(delay_steps=v).build(N, N),
        "delay_steps",
        {"ms": Uniform(0.1, 0.4), "negative": Normal(-5.0, 0.1), "long": Uniform(1e5, 2e5)},
    ),
}
# the sizes that a rule is to connect
for rule, (_, good, _) in CASES.items():
    if rule in OF_WIRING | OF_LAYERS:
        made = getattr(wiring, rule)(**good)
        CALLS |= {
            f"{rule}, n_pre": (lambda v, r=made: r.build(v, N, 1), "n_pre", COUNT),
            f"{rule}, n_post": (lambda v, r=made: r.build(N, v, 1), "n_post", COUNT),
        }
BAD = [(name, case) for name, (_, _, refused) in CALLS.items() for case in refused]


@pytest.mark.parametrize(("name", "case"), BAD)
def test_what_is_refused(name, case):
    call, argument, refused = CALLS[name]
    with pytest.raises((TypeError, ValueError), match=rf"\b{argument}\b.*: got .*, wants "):
        call(refused[case])


def test_a_draw_of_no_delay_at_all_is_none():
    assert (
        OneToOne(delay_steps=Uniform(0.0, 0.0)).build(N, N).delay_steps_array().max() == 0
    )
