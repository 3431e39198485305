"""What a value was made of may change afterwards: the value does not."""

import copy
import pickle

import numpy as np
import pytest
import scipy.sparse as sp

from neurosparse import neurons, stimuli, wiring
from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator, States, SynapseStates, Traces, Weights
from neurosparse.network import Network, Population, Projection
from neurosparse.plasticity import SynapticScaling, WeightNormalisation
from tests.laws.test_bad_values import CASES, OF_WIRING

N = 6
RNG = np.random.default_rng(3)


def ints(*numbers, kind=np.int32):
    return np.array(numbers, kind)


def floats(n=N, kind=np.float64, low=1.0):
    return (low + RNG.random(n)).astype(kind)


def rows(kind=np.int64):
    return np.arange(N + 1, dtype=kind)


# name -> (how to make it, its arrays by argument)
MADE = {
    "Connectivity": (
        lambda **a: Connectivity(n_post=N, **a),
        {
            "indptr": rows(),
            "indices": np.arange(N, dtype=np.int32),
            "weight": floats(kind=np.float32),
            "delay_steps": ints(*range(N), kind=np.uint8),
            "edge_order": ints(*range(N)),
        },
    ),
    "from_csr": (
        lambda **a: Connectivity.from_csr(n_post=N, **a),
        {
            "indptr": rows(),
            "indices": np.arange(N, dtype=np.int32),
            "weight": floats(kind=np.float32),
            "delay_steps": ints(*range(N), kind=np.uint16),
        },
    ),
    "from_edges": (
        lambda **a: Connectivity.from_edges(n_pre=N, n_post=N, **a),
        {
            "pre": np.arange(N, dtype=np.int32),
            "post": np.arange(N, dtype=np.int32),
            "weight": floats(kind=np.float32),
            "delay_steps": ints(*range(N), kind=np.uint8),
        },
    ),
    "from_edges, unsorted": (
        lambda **a: Connectivity.from_edges(n_pre=N, n_post=N, **a),
        {
            "pre": np.arange(N, dtype=np.int32)[::-1].copy(),
            "post": np.arange(N, dtype=np.int32),
            "weight": floats(kind=np.float32),
        },
    ),
    "from_dense": (Connectivity.from_dense, {"matrix": floats((N, N), np.float32)}),
    "with_weight": (
        lambda weight: Connectivity.from_dense(np.eye(N)).with_weight(weight),
        {"weight": floats(kind=np.float32)},
    ),
    "with_delay_steps": (
        lambda delay_steps: Connectivity.from_dense(np.eye(N)).with_delay_steps(
            delay_steps
        ),
        {"delay_steps": ints(*range(N), kind=np.uint8)},
    ),
    "with_edges": (
        lambda **a: Connectivity.empty(N, N).with_edges(**a),
        {
            "pre": ints(0, 1),
            "post": ints(2, 3),
            "weight": floats(2, np.float32),
            "delay_steps": ints(1, 2, kind=np.uint8),
        },
    ),
    "AllToAll": (
        lambda **a: wiring.AllToAll(**a),
        {"weight": floats(N * N, np.float32), "delay_steps": ints(*[1] * N * N)},
    ),
    "FixedInDegree": (wiring.FixedInDegree, {"k": ints(*[2] * N)}),
    "FixedOutDegree": (wiring.FixedOutDegree, {"k": ints(*[2] * N)}),
    "ConfigurationModel": (
        wiring.ConfigurationModel,
        {"in_degrees": ints(*[2] * N), "out_degrees": ints(*[2] * N)},
    ),
    "DistanceDependent": (
        lambda **a: wiring.DistanceDependent(kernel=wiring.Disc(0.5, 0.6), **a),
        {"positions": RNG.random((N, 2)), "post_positions": RNG.random((N, 2))},
    ),
    "Groups": (
        lambda **a: wiring.Groups(p_intra=0.8, p_inter=0.1, **a),
        {"groups": ints(2, 4), "post_groups": ints(3, 3)},
    ),
    "FromData": (wiring.FromData, {"source": floats((N, N)), "weight": floats(N * N)}),
    "FromData, of a table": (
        lambda **columns: wiring.FromData(columns),
        {"pre": ints(*range(N)), "post": ints(*range(N)), "weight": floats()},
    ),
    "States": (
        lambda indices: States("E", "v", indices=indices),
        {"indices": ints(0, 1)},
    ),
    "Weights": (
        lambda positions: Weights("E->E", 1.0, positions=positions),
        {"positions": ints(0, 1)},
    ),
    "SynapseStates": (
        lambda positions: SynapseStates("E->E", "tag", 1.0, positions=positions),
        {"positions": ints(0, 1)},
    ),
    "Traces": (
        lambda indices: Traces("E->E", "pre", "recent", 1.0, indices=indices),
        {"indices": ints(0, 1)},
    ),
    "SynapticScaling": (
        lambda target: SynapticScaling("E->E", target),
        {"target": floats()},
    ),
    "WeightNormalisation": (
        lambda total: WeightNormalisation("E->E", total),
        {"total": floats()},
    ),
    "BlockLayer": (
        wiring.BlockLayer,
        {"p": RNG.random((2, 2)), "sizes": floats(2)},
    ),
    "GroupLayer": (
        lambda **a: wiring.GroupLayer(p_inter=0.0, **a),
        {"groups": ints(2, 4)},
    ),
    "Copies": (
        lambda **a: wiring.Copies(wiring.OneToOne(), 2, **a),
        {"weight": floats(2)},
    ),
    "CorrelatedInputs": (
        lambda **a: wiring.CorrelatedInputs(density=0.2, **a),
        {"samples": floats((9, N))},
    ),
    "Population": (
        lambda v, positions: Population(
            "E", N, neurons.LIF(), initial={"v": v}, positions=positions
        ),
        {"v": -floats(low=60.0), "positions": floats((N, 2))},
    ),
    "Projection": (
        lambda **a: Projection("E", "E", wiring.OneToOne(), **a),
        {"weight": floats(kind=np.float32), "delay": floats()},
    ),
    "PoissonSource": (neurons.PoissonSource, {"rate": floats()}),
    "SpikeSource": (neurons.SpikeSource, {"times": floats(3), "indices": ints(0, 1, 2)}),
    "PoissonInput": (
        lambda **a: stimuli.PoissonInput("E", **a),
        {"rate": floats(), "weight": floats()},
    ),
    **{
        kind.__name__: (
            lambda kind=kind, **a: kind("E", stop=9.0, **a),
            {"amplitude": floats()},
        )
        for kind in (
            stimuli.StepCurrent,
            stimuli.RampCurrent,
            stimuli.SineCurrent,
            stimuli.OUCurrent,
        )
    },
    "LIF": (
        neurons.LIF,
        {"tau_mem": floats(low=9.0), "v_rest": -floats(low=60.0), "t_ref": floats()},
    ),
    "LIFCond": (neurons.LIFCond, {"g_leak": floats(low=9.0)}),
    "Izhikevich": (neurons.Izhikevich, {"a": floats(), "b": floats()}),
}


def with_values(name):
    """A rule of wiring with a weight and a delay for each synapse that it will draw."""
    kind = getattr(wiring, name)
    good = OF_WIRING[name][0]
    nnz = kind(**good).build(N, N, 1).nnz
    arrays = {
        "weight": floats(nnz, np.float32),
        "delay_steps": np.arange(nnz, dtype=np.uint8),
    }
    return lambda **a: kind(**good, **a), arrays


MADE |= {f"{name}, with values": with_values(name) for name in OF_WIRING}


def content(value):
    """Everything a value holds, as bytes; what a rule draws is part of it."""
    if hasattr(value, "build"):
        return pickle.dumps((value, value.build(N, N, 1)))
    return pickle.dumps(value)


def change(array):
    if isinstance(array, list):
        array[:] = change(np.array(array)).tolist()
    else:
        array[...] = 1 + np.arange(array.size).reshape(array.shape) % 2
    return array


@pytest.mark.parametrize("form", [np.array, lambda a: np.asarray(a).tolist()])
@pytest.mark.parametrize("name", MADE)
def test_a_value_does_not_follow_the_arrays_it_was_made_of(name, form):
    make, arrays = MADE[name]
    mine = {argument: form(array) for argument, array in arrays.items()}
    value = make(**mine)
    before = content(value)
    for array in mine.values():
        change(array)
    assert content(value) == before


@pytest.mark.parametrize("kind", ["csr", "csc", "coo"])
def test_a_connectivity_does_not_follow_the_matrix_it_was_made_of(kind):
    matrix = sp.random(50, 50, 0.2, format=kind, dtype=np.float32, random_state=1)
    made = Connectivity.from_scipy(matrix)
    rule = wiring.FromData(matrix)
    before = made.to_dense().copy()
    matrix.data *= 10
    assert (made.to_dense() == before).all()
    assert (rule.build(50, 50).to_dense() == before).all()


def test_a_running_simulation_does_not_follow_the_weights_it_was_given():
    weight = np.full(2, 0.2, np.float32)
    net = Network(
        Population("in", 2, neurons.SpikeSource([1.0], [0])),
        Population("out", 2, neurons.LIF(v_rest=0.0, v_threshold=100.0, v_reset=0.0)),
        Projection("in", "out", wiring.OneToOne(), weight=weight),
    )
    simulation = Simulator(net)
    weight[:] = 5
    simulation.run(1.2)
    assert simulation.state("out", "v")[0] == pytest.approx(0.2, abs=0.01)


def test_what_a_population_starts_from_is_read_only():
    population = Population("E", N, neurons.LIF(), initial={"v": -60.0})
    for act in (
        lambda d: d.update(v=1.0),
        lambda d: d.__setitem__("v", 1.0),
        lambda d: d.pop("v"),
        lambda d: d.clear(),
        lambda d: d.setdefault("jump", 1.0),
    ):
        with pytest.raises(TypeError, match="read only"):
            act(population.initial)
    for twin in (pickle.loads(pickle.dumps(population)), copy.deepcopy(population)):
        assert twin.initial == {"v": -60.0}
        with pytest.raises(TypeError, match="read only"):
            twin.initial["v"] = 1.0


def test_every_class_that_takes_arrays_is_tried():
    taking = {
        name
        for name, (_, _, refused) in CASES.items()
        if any("list of NaN" in values for values in refused.values())
    }
    assert taking <= {key.partition(",")[0] for key in MADE}
