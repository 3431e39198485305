"""What cannot be meant is refused by the name of its argument where a simulation is called."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource, SpikeSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import PoissonInput, StepCurrent
from neurosparse.wiring import Bernoulli, FromData, GroupLayer, Normal, OneToOne, Uniform
from tests.laws.test_bad_values import COUNT, FLAG, NUMBER, OPTIONAL, VALUE, N, without

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


def rewired(**options):
    return simulator().rewire("E->E", **{"pre": [0], "post": [1], "delay": 0.1} | options)


SEED = without(COUNT, "none")
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
    "n_pre": (lambda v: Bernoulli(0.1).build(v, 3), "n_pre", COUNT),
    "n_post": (lambda v: Bernoulli(0.1).build(3, v), "n_post", COUNT),
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
