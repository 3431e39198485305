"""What cannot be meant is refused by the name of its argument, in every constructor of these rooms.

Each argument of each public class is given NaN, infinity, a bool, a word, None, a complex number,
a quantity with a unit and arrays of other shapes in the place of a value that is accepted.
"""

import inspect

import numpy as np
import pytest
import quantities as pq

from neurosparse import engine, network, neurons, plasticity, stimuli, wiring
from neurosparse.engine import Simulator
from neurosparse.network import Logistic, Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.plasticity import VISUAL_CORTEX, DopamineSTDP, GraupnerBrunel, PairSTDP
from neurosparse.wiring import Disc, OneToOne

N = 6
MILLISECONDS = 20.0 * pq.ms
LINE = np.arange(N, dtype=float)[:, None]

NO_NUMBERS = {
    "nan": np.nan,
    "inf": np.inf,
    "-inf": -np.inf,
    "bool": True,
    "word": "a",
    "none": None,
    "complex": 1j,
    "quantity": MILLISECONDS,
}
LISTS = {
    "list of NaN": [1.0] * (N - 1) + [np.nan],
    "list of bools": [True] * N,
    "list of words": ["a"] * N,
    "list of quantities": [MILLISECONDS] * N,
    "too long": [1.0] * (N + 5),
    "cube": np.ones((N, N, N)),
}
NUMBER = NO_NUMBERS | {"list": [1.0, 1.0], "matrix": np.ones((2, 2))}
# of each neuron or synapse
VALUE = NO_NUMBERS | LISTS
COUNT = NUMBER | {"half": 1.5, "negative": -1}
COUNTS = {k: v for k, v in COUNT.items() if k != "list"}
NAME = {"number": 3, "none": None, "bool": True, "list of numbers": [3], "bytes": b"E"}
FLAG = {"word": "no", "number": 2, "none": None, "array": np.ones(2)}
ARRAY = {k: v for k, v in NO_NUMBERS.items() if k not in ("complex",)} | LISTS


def without(values, *names):
    return {k: v for k, v in values.items() if k not in names}


ENDLESS = without(NUMBER, "inf")
OPTIONAL = without(NUMBER, "none")


def placed(rule, n=N):
    return rule.build(n, n, 1)


def reaching(stimulus):
    return Network(Population("E", N, LIF()), stimulus)


def learning(**options):
    net = Network(
        Population("E", N, LIF()),
        Projection("E", "E", OneToOne(), weight=0.5, **options),
    )
    return Simulator(net)


def called(rule):
    simulator = learning(plasticity=PairSTDP(0.1, 0.1, w_max=1.0))
    rule(simulator)


def recorded(request):
    return Simulator(learning().network, record=[request])


def recorded_marks(request):
    network = learning(plasticity=DopamineSTDP()).network
    return Simulator(network, record=[request])


CALCIUM = [name for name in vars(GraupnerBrunel(w_max=1.0)) if name != "bistable"]
# class -> (what is done with it, arguments that are accepted, what each refuses)
RULE = ({"weight": 1.0, "delay_steps": 1}, {"weight": VALUE, "delay_steps": VALUE})
PAIR = {"a_plus": 0.1, "a_minus": 0.1, "w_max": 1.0, "w_min": 0.0, "mu": 0.0}
TIMES = {"tau_plus": 20.0, "tau_minus": 20.0}
WINDOW = ({"start": 1.0, "stop": 5.0}, {"start": NUMBER, "stop": ENDLESS})
OF_WIRING = {
    "AllToAll": ({}, {"allow_self": FLAG}),
    "OneToOne": ({}, {}),
    "Bernoulli": ({"p": 0.5}, {"p": NUMBER, "allow_self": FLAG}),
    "FixedInDegree": ({"k": 2}, {"k": COUNTS, "allow_self": FLAG, "multapses": FLAG}),
    "FixedOutDegree": ({"k": 2}, {"k": COUNTS, "allow_self": FLAG, "multapses": FLAG}),
    "FixedTotal": (
        {"nnz": 5},
        {"nnz": COUNT, "allow_self": FLAG, "multapses": FLAG},
    ),
    "Groups": (
        {"groups": 2, "p_intra": 0.5, "p_inter": 0.5},
        {
            "groups": COUNTS,
            "p_intra": NUMBER,
            "p_inter": NUMBER,
            "post_groups": without(COUNTS, "none"),
            "allow_self": FLAG,
        },
    ),
    "WattsStrogatz": ({"k": 2, "p": 0.5}, {"k": COUNT, "p": NUMBER}),
    "BarabasiAlbert": ({"m": 2}, {"m": COUNT, "appeal": OPTIONAL}),
    "ConfigurationModel": (
        {"in_degrees": [2] * N, "out_degrees": [2] * N},
        {"in_degrees": ARRAY, "out_degrees": ARRAY, "allow_self": FLAG, "multapses": FLAG},
    ),
    "DistanceDependent": (
        {"positions": LINE, "kernel": Disc(0.5, 1.0)},
        {
            "positions": ARRAY,
            "kernel": NO_NUMBERS,
            "post_positions": without(ARRAY, "none"),
            "box": without(ARRAY, "none"),
            "allow_self": FLAG,
        },
    ),
}
OF_LAYERS = {
    "RandomEdges": ({"density": 0.5}, {"density": NUMBER}),
    "SmallWorldLayer": ({"density": 0.5}, {"density": NUMBER, "beta": NUMBER}),
    "ScaleFreeLayer": ({"density": 0.5}, {"density": NUMBER, "exponent": NUMBER}),
    "ReceptiveFieldLayer": ({"density": 0.5}, {"density": NUMBER, "r": NUMBER}),
    "CorrelatedInputs": (
        {"samples": np.eye(N), "density": 0.5},
        {"samples": ARRAY, "density": NUMBER},
    ),
    "GroupLayer": (
        {"groups": 2},
        {
            "groups": COUNTS,
            "p_intra": NUMBER,
            "p_inter": NUMBER,
            "assignment": NAME,
            "overlap": NUMBER,
        },
    ),
    "BlockLayer": (
        {"p": [[0.5, 0.1], [0.0, 1.0]], "sizes": (1, 2)},
        {
            "p": NO_NUMBERS | LISTS | {"above 1": [[1.5]], "negative": [[-0.5]]},
            "sizes": without(NO_NUMBERS | LISTS, "none") | {"negative": (1, -2)},
        },
    ),
    "FromData": (
        {"source": np.eye(N)},
        {
            # a word is a path, a matrix of bools one of ones
            "source": without(ARRAY, "word", "list of bools"),
            "weight": without(VALUE, "none"),
            "delay_steps": without(VALUE, "none"),
        },
    ),
    "Copies": (
        {"base": OneToOne(), "copies": 2, "weight": [1.0, 2.0]},
        {"base": NO_NUMBERS, "copies": COUNT, "weight": without(VALUE, "none")},
    ),
    "Between": (
        {"wiring": OneToOne()},
        {"wiring": NO_NUMBERS, "pre": NUMBER, "post": NUMBER},
    ),
}
OF_VALUES = {
    "Logistic": (
        {"threshold": 0.0, "width": 1.0},
        dict.fromkeys(("threshold", "width", "most"), NUMBER),
    ),
    "ThresholdLinear": ({}, {"threshold": NUMBER, "gain": NUMBER, "most": ENDLESS}),
    "Graded": (
        {"variable": "v"},
        {"variable": NAME, "function": {"number": 3, "word": "a", "class": Logistic}},
    ),
    "GapJunction": ({}, {"variable": NAME, "rectifies": FLAG}),
}
OF_STIMULI = {
    "PoissonInput": (
        {"rate": [5.0, 6.0], "bin": 1.0, "weight": 1.0},
        {
            "rate": without(VALUE, "too long"),
            "weight": VALUE,
            "receptor": without(NAME, "none"),
            "bin": OPTIONAL,
        },
    ),
    "StepCurrent": ({"amplitude": 1.0}, {"amplitude": VALUE}),
    "RampCurrent": ({"amplitude": 1.0}, {"amplitude": VALUE, "stop": NUMBER}),
    "SineCurrent": (
        {"amplitude": 1.0},
        {"amplitude": VALUE, "frequency": NUMBER, "phase": NUMBER},
    ),
    "OUCurrent": ({"amplitude": 1.0}, {"amplitude": VALUE, "tau": NUMBER}),
}
OF_PLASTICITY = {
    "PairSTDP": (PAIR | TIMES, dict.fromkeys(PAIR | TIMES, NUMBER) | {"nearest": FLAG}),
    "TripletSTDP": (
        {"w_max": 1.0, "w_min": 0.0, "unit": 1.0, "fit": VISUAL_CORTEX},
        dict.fromkeys(("w_max", "w_min", "unit"), NUMBER)
        | {"fit": NO_NUMBERS, "nearest": FLAG},
    ),
    "TripletFit": (
        vars(VISUAL_CORTEX),
        dict.fromkeys(vars(VISUAL_CORTEX), NUMBER),
    ),
    "MultiplicativeSTDP": (
        {"a_plus": 0.1, "a_minus": 0.1, "w_unit": 1.0, "mu": 0.0} | TIMES,
        dict.fromkeys(("a_plus", "a_minus", "w_unit", "mu", *TIMES), NUMBER)
        | {"nearest": FLAG},
    ),
    "DopamineSTDP": (
        TIMES,
        dict.fromkeys(("a_plus", "a_minus", "w_max", "w_min", "tau_e", *TIMES), NUMBER),
    ),
    "InhibitorySTDP": (
        {"eta": 0.1, "rate": 5.0, "strongest": 1.0},
        dict.fromkeys(("eta", "rate", "strongest", "tau"), NUMBER),
    ),
    "GraupnerBrunel": (
        {"w_max": 1.0},
        dict.fromkeys(CALCIUM, NUMBER) | {"bistable": FLAG},
    ),
    "TsodyksMarkram": (
        {"use": 0.5, "tau_rec": 100.0},
        dict.fromkeys(("use", "tau_rec", "tau_facil"), NUMBER),
    ),
    "Dopamine": (
        {"projection": "E->E"},
        {"projection": NAME, "tau": NUMBER, "tonic": NUMBER},
    ),
    "Oja": ({"rate": 0.1}, {"rate": NUMBER}),
    "BCM": ({"rate": 0.1}, {"rate": NUMBER, "share": NUMBER}),
}
OF_ENGINE = {
    "Share": ({"share": 0.1}, {"share": NUMBER}),
    "Below": ({"threshold": 0.1}, {"threshold": NUMBER}),
    "Structural": (
        {"projection": "E->E"},
        {
            "projection": NAME,
            "amount": NO_NUMBERS,
            "drop": NO_NUMBERS,
            "grow": without(NO_NUMBERS, "none"),
            "weight": OPTIONAL,
            "delay": OPTIONAL,
            "bin": OPTIONAL,
        },
    ),
}
OF_CALLS = {
    "SynapticScaling": (
        called,
        {"projection": "E->E", "target": 5.0},
        {
            "projection": NAME,
            "target": VALUE,
            "strength": NUMBER,
            "w_max": ENDLESS,
        },
    ),
    "WeightNormalisation": (
        called,
        {"projection": "E->E", "total": 0.5},
        {"projection": NAME, "total": VALUE, "side": without(NAME, "list of numbers")},
    ),
    "Projection": (
        lambda projection: Simulator(Network(Population("E", N, LIF()), projection)),
        {"pre": "E", "post": "E", "wiring": OneToOne()},
        {
            "pre": NAME,
            "post": NAME,
            "wiring": NO_NUMBERS,
            "weight": without(VALUE, "none"),
            "delay": without(VALUE, "none"),
            "receptor": without(NAME, "none"),
            "plasticity": without(NO_NUMBERS, "none"),
            "short_term": without(NO_NUMBERS, "none"),
            "label": without(NAME, "none"),
        },
    ),
    "Population": (
        lambda population: Simulator(Network(population)),
        {"name": "E", "n": N, "model": LIF()},
        {
            "name": NAME,
            "n": COUNT,
            "model": NO_NUMBERS,
            "mode": NAME,
            "positions": without(ARRAY, "none"),
            "initial": NAME | {"word": "v", "numbers": [1.0]},
        },
    ),
    "PoissonSource": (
        lambda source: Simulator(Network(Population("E", N, source))),
        {"rate": 5.0} | WINDOW[0],
        {"rate": VALUE} | WINDOW[1],
    ),
    "SpikeSource": (
        lambda source: Simulator(Network(Population("E", N, source))),
        {"times": [1.0, 2.0], "indices": [0, 1]},
        # times that are too long are named by the indices that lack
        {"times": without(ARRAY, "too long"), "indices": ARRAY},
    ),
    "Every": (
        lambda every: learning().run(1.0, callbacks=[every]),
        {"period": 1.0, "function": print},
        {"period": NUMBER, "function": NO_NUMBERS},
    ),
    "Rates": (recorded, {"population": "E"}, {"population": NAME, "bin": NUMBER}),
    "States": (
        recorded,
        {"population": "E", "variable": "v"},
        {
            "population": NAME,
            "variable": NAME,
            "indices": without(VALUE, "none"),
            "every": OPTIONAL,
        },
    ),
    "Weights": (
        recorded,
        {"projection": "E->E", "every": 1.0},
        {"projection": NAME, "every": NUMBER, "positions": without(VALUE, "none")},
    ),
    "SynapseStates": (
        recorded_marks,
        {"projection": "E->E", "variable": "eligibility", "every": 1.0},
        {
            "projection": NAME,
            "variable": NAME,
            "every": NUMBER,
            "positions": without(VALUE, "none"),
        },
    ),
    "Traces": (
        recorded_marks,
        {"projection": "E->E", "side": "pre", "variable": "recent", "every": 1.0},
        {
            "projection": NAME,
            "side": NAME,
            "variable": NAME,
            "every": NUMBER,
            "indices": without(VALUE, "none"),
        },
    ),
    "Spikes": (recorded, {"population": "E"}, {"population": NAME}),
}
DRAWS = {
    "Normal": ({"mean": 1.0, "sd": 1.0}, {"low": without(NUMBER, "-inf"), "high": ENDLESS}),
    "LogNormal": (
        {"median": 1.0, "sigma": 1.0},
        {"low": without(NUMBER, "-inf"), "high": ENDLESS},
    ),
    "Uniform": ({"low": 0.0, "high": 1.0}, {}),
}


def plain(value):
    return value


def cases():
    """Class -> (what is done with it, what it accepts, what each argument refuses)."""
    table = {}
    for name, (good, refused) in OF_WIRING.items():
        table[name] = (placed, good | RULE[0], refused | RULE[1])
    for name, (good, refused) in OF_LAYERS.items():
        table[name] = (placed, good, refused)
    for name, (good, refused) in OF_STIMULI.items():
        good = {"target": "E"} | WINDOW[0] | good
        table[name] = (reaching, good, {"target": NAME} | WINDOW[1] | refused)
    for name, (good, refused) in (OF_PLASTICITY | OF_ENGINE | OF_VALUES).items():
        table[name] = (plain, good, refused)
    for name in ("Gaussian", "Exponential", "Disc"):
        names = list(inspect.signature(getattr(wiring, name)).parameters)
        table[name] = (plain, dict.fromkeys(names, 0.5), dict.fromkeys(names, NUMBER))
    for name, (good, refused) in DRAWS.items():
        table[name] = (plain, good, dict.fromkeys(good, NUMBER) | refused)
    return table | OF_CALLS


CASES = cases()
ROOMS = (wiring, stimuli, plasticity, engine, network)
BAD = [
    (name, argument, case)
    for name, (_, _, refused) in CASES.items()
    for argument, values in refused.items()
    for case in values
]


def kind_of(name):
    return next(getattr(room, name) for room in (*ROOMS, neurons) if hasattr(room, name))


@pytest.mark.parametrize("name", CASES)
def test_what_is_accepted(name):
    act, good, _ = CASES[name]
    act(kind_of(name)(**good))


@pytest.mark.parametrize(("name", "argument", "case"), BAD)
def test_what_is_refused(name, argument, case):
    act, good, refused = CASES[name]
    value = refused[argument][case]
    with pytest.raises((TypeError, ValueError), match=rf"\b{argument}\b.*: got .*, wants "):
        act(kind_of(name)(**good | {argument: value}))


# what nobody makes by hand: records, traces and coefficients, and what a rule of one's own inherits
MADE_BY_OTHERS = {
    "BCMStep",
    "LearningState",
    "PairRates",
    "PairTraces",
    "PopulationSummary",
    "ProjectionSummary",
    "StimulusSummary",
    "Summary",
    "Tally",
    "WiringRule",
}
# tests/engine/test_simulator_bad_input.py, test_backends.py, tests/plasticity/test_composed.py
ELSEWHERE = {"Composed", "Network", "OnDevice", "Simulator"}


def test_nothing_public_is_left_out():
    public = {
        name
        for room in ROOMS
        for name in room.__all__
        if inspect.isclass(getattr(room, name))
        and not issubclass(getattr(room, name), tuple)
        and not getattr(getattr(room, name), "_is_protocol", False)
    }
    sources = {"PoissonSource", "SpikeSource"}
    assert public - MADE_BY_OTHERS - ELSEWHERE == set(CASES) - sources
