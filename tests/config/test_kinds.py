"""The names a model file may use: each leads to a class, wrong ones to the nearest."""

import inspect
from importlib import import_module

import numpy as np
import pytest

from neurosparse.cli.model_file.kinds import (
    NEURONS,
    PARAMETERS,
    PLASTICITY,
    RECORDERS,
    STIMULI,
    WIRING,
    make,
)
from neurosparse.cli.model_file.strict import ConfigError, Kind

ROOMS = (NEURONS, WIRING, STIMULI, PLASTICITY, RECORDERS, PARAMETERS)
ALL = [(kind, module) for known in ROOMS for kind, module in known.items()]


@pytest.mark.parametrize(("kind", "module"), ALL, ids=[kind for kind, _ in ALL])
def test_every_kind_is_there(kind: str, module: str) -> None:
    made = getattr(import_module(module), kind)
    assert inspect.signature(made).parameters is not None


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
        (Kind("LIF", {"tau_mem": 0.0}), "here: LIF.tau_mem: got 0.0, wants a value above 0"),
        (Kind("LIF", {"tau_mem": "x"}), "here: "),
    ],
)
def test_bad_kinds_are_named(kind: Kind, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make(kind, NEURONS, "here")
    assert says in str(caught.value)
