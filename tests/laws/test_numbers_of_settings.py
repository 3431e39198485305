"""Every number of every frozen setting: NaN, infinity, text and the like are refused by name."""

import dataclasses
import importlib
import inspect
import math

import numpy as np
import pytest

ROOMS = ("encoders", "htm", "memory", "sdr", "models", "analysis")
PARTS = {"models": ".memory.", "analysis": ".anomaly."}
SIZES = {"size": 100, "n_keys": 64, "degree": 3, "gamma": 2.0}
SIZES |= {"low": 0.0, "high": 10.0, "categories": ("a", "b"), "resolution": 0.5}
WRONG = {
    "int": [2.5, math.nan, "3", True, None, -(2**70), np.ones(2)],
    "float": [math.nan, math.inf, -math.inf, "3", True, np.ones(2)],
    "bool": ["x", None, 2],
}
EXTREMES = {("RunningMean", "min"), ("RunningMean", "max")}  # infinite before the first


def settings():
    """Each public frozen dataclass with values for the fields that have no default."""
    for room in ROOMS:
        face = importlib.import_module(f"neurosparse.{room}")
        for name in dir(face):
            kind = getattr(face, name)
            if not (inspect.isclass(kind) and dataclasses.is_dataclass(kind)):
                continue
            # the parameters of a neuron model may be arrays
            if PARTS.get(room, "") not in kind.__module__ or hasattr(kind, "State"):
                continue
            empty = [
                field.name
                for field in dataclasses.fields(kind)
                if field.init
                and field.default is field.default_factory is dataclasses.MISSING
            ]
            values = {field: SIZES.get(field, 1) for field in empty}
            values |= {"season": 3} if name == "DateEncoder" else {}
            yield pytest.param(kind, values, id=name)


@pytest.mark.parametrize(("kind", "values"), list(settings()))
def test_what_is_no_such_number_is_refused_by_name(kind, values):
    kind(**values)
    for field in dataclasses.fields(kind):
        annotation = getattr(field.type, "__name__", field.type)
        if not field.init or (kind.__name__, field.name) in EXTREMES:
            continue
        for wrong in WRONG.get(annotation, []):
            with pytest.raises((TypeError, ValueError), match=r": got .*, wants"):
                kind(**(values | {field.name: wrong}))
