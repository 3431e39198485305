"""The names a model file may use: each leads to a class, wrong ones to the nearest."""

import inspect

import numpy as np
import pytest

from neurosparse.cli.model_file.build import RECORDERS
from neurosparse.network.tables.kinds import (
    NEURONS,
    PARAMETERS,
    PLASTICITY,
    STIMULI,
    TRANSMITS,
    WIRING,
    Kinds,
    make,
)
from neurosparse.network.tables.strict import ConfigError, Kind

# of each table some kinds that every file may name
EXAMPLES = (
    (
        NEURONS,
        ("LIF", "LIFExp", "AdEx", "DendriticSegment", "PoissonSource", "SpikeSource"),
    ),
    (
        WIRING,
        ("AllToAll", "FixedInDegree", "FromData", "Groups", "larva_brain", "c_elegans"),
    ),
    (STIMULI, ("PoissonInput", "StepCurrent", "RampCurrent", "SineCurrent", "OUCurrent")),
    (PLASTICITY, ("PairSTDP", "TripletSTDP", "MultiplicativeSTDP", "DopamineSTDP")),
    (RECORDERS, ("Spikes", "Rates", "States", "Weights")),
    (PARAMETERS, ("Normal", "LogNormal", "Uniform", "Gaussian", "Exponential", "Disc")),
    (PARAMETERS, ("Logistic", "ThresholdLinear")),
    (TRANSMITS, ("Graded", "GapJunction")),
)


@pytest.mark.parametrize(("known", "names"), EXAMPLES)
def test_every_kind_is_a_name_on_the_face_of_its_room(
    known: Kinds, names: tuple[str, ...]
) -> None:
    kinds = list(known)
    assert set(names) <= set(kinds)
    for kind in kinds:
        assert inspect.signature(known.find(kind)).parameters is not None


@pytest.mark.parametrize(
    ("known", "name"),
    [
        (NEURONS, "LIFState"),
        (NEURONS, "Membrane"),
        (NEURONS, "NeuronModel"),
        (NEURONS, "decay"),
        (WIRING, "WiringRule"),
        (WIRING, "Normal"),
        (PLASTICITY, "SpikeTimingRule"),
        (PLASTICITY, "Dopamine"),
        (RECORDERS, "Simulator"),
        (STIMULI, "Population"),
        (STIMULI, "_Current"),
        (PARAMETERS, "Bernoulli"),
        (PARAMETERS, "Projection"),
        (TRANSMITS, "Logistic"),
    ],
)
def test_other_names_of_a_face_are_no_kinds(known: Kinds, name: str) -> None:
    assert name not in known
    assert name not in list(known)


def test_lists_become_arrays() -> None:
    model = make(Kind("LIF", {"tau_mem": [10.0, 20], "v_rest": -60}), NEURONS, "here")
    assert isinstance(model.tau_mem, np.ndarray)
    assert model.tau_mem.tolist() == [10.0, 20.0]
    assert model.v_rest == -60


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (Kind("LIFF", {}), "here.kind: unknown kind 'LIFF'; did you mean 'LIF'?"),
        (Kind("Hodgkin", {}), "wants one of"),
        (Kind("LIF", {"tau": 3.0}), "here.tau: unknown key; did you mean"),
        (
            Kind("LIF", {"tau_mem": 0.0}),
            "here: LIF.tau_mem: got 0.0, wants a value above 0",
        ),
        (Kind("LIF", {"tau_mem": "x"}), "here: "),
    ],
)
def test_bad_kinds_are_named(kind: Kind, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make(kind, NEURONS, "here")
    assert says in str(caught.value)
