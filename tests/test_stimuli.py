"""Stimuli as declared: shapes and numbers that cannot be meant are refused."""

import math

import numpy as np
import pytest

from neurosparse.neurons import PoissonSource
from neurosparse.stimuli import (
    OUCurrent,
    PoissonInput,
    RampCurrent,
    SineCurrent,
    StepCurrent,
)
from tests.engine.driven import MODEL
from tests.neurons.harness import alone


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (
            RampCurrent,
            {},
            "RampCurrent.stop: got inf, wants the time in ms at which the ramp ends",
        ),
        (
            OUCurrent,
            {"tau": -1.0},
            "OUCurrent.tau: got -1.0, wants a number, 0 or more, in ms",
        ),
        (OUCurrent, {"tau": math.nan}, "OUCurrent.tau"),
        (SineCurrent, {"frequency": -1.0}, "SineCurrent.frequency: got -1.0"),
        (SineCurrent, {"frequency": math.nan}, "SineCurrent.frequency"),
        (SineCurrent, {"phase": math.inf}, "SineCurrent.phase"),
        (StepCurrent, {"start": 2.0, "stop": 2.0}, "StepCurrent.start: got 2.0"),
        (StepCurrent, {"start": -1.0}, "StepCurrent.start: got -1.0"),
        (SineCurrent, {"start": math.nan}, "SineCurrent.start: got nan"),
    ],
)
def test_shapes_that_cannot_be_meant_are_refused(kind, given, words):
    with pytest.raises(ValueError, match=words):
        kind("a", amplitude=1.0, **given)


@pytest.mark.parametrize(
    ("stimulus", "words"),
    [
        (StepCurrent("b", amplitude=1.0), "StepCurrent.target: got 'b', wants one of a"),
        (StepCurrent("a", amplitude=[1.0, 2.0]), r"StepCurrent.amplitude: .*\[3\]"),
        (StepCurrent("a", amplitude=math.nan), "StepCurrent.amplitude: .*finite"),
        (
            StepCurrent("a", amplitude=1.0, start=0.04, stop=0.06),
            r"StepCurrent.start: got 0.04 ms, wants a multiple of dt",
        ),
        (RampCurrent("a", amplitude=1.0, stop=0.25), "RampCurrent.stop: got 0.25 ms"),
    ],
)
def test_stimuli_that_do_not_fit_are_refused(stimulus, words):
    with pytest.raises(ValueError, match=words):
        alone(MODEL, 3, stimuli=[stimulus])


def test_a_source_takes_neither_currents_nor_events():
    for stimulus in (
        StepCurrent("a", amplitude=1.0),
        PoissonInput("a", rate=1.0, weight=1.0),
    ):
        with pytest.raises(ValueError, match=type(stimulus).__name__):
            alone(PoissonSource(rate=1.0), 3, stimuli=[stimulus])


BAD = [
    ({"rate": -1.0}, "rate: got -1.0 .. -1.0 Hz, wants rates in Hz, 0 or more"),
    ({"rate": np.nan}, "rate"),
    ({"rate": []}, "rate: got no rate at all"),
    ({"rate": [[1.0]]}, "rate: .* with bin"),
    ({"rate": 1.0, "bin": 5.0}, r"rate: .* with bin: \[n_bins\] or"),
    ({"rate": [1.0], "bin": 0.0}, "bin: got 0.0, wants a number above 0 in ms"),
    ({"rate": [1.0], "bin": -1.0}, "bin"),
    ({"rate": 1.0, "start": -1.0}, "start: got -1.0, wants a time in ms from 0 to stop"),
    ({"rate": 1.0, "start": 2.0, "stop": 1.0}, "start: got 2.0"),
    ({"rate": 1.0, "stop": np.nan}, "stop"),
]


@pytest.mark.parametrize(("given", "words"), BAD)
def test_bad_input_is_refused_when_declared(given, words):
    with pytest.raises(ValueError, match="PoissonInput." + words):
        PoissonInput("a", weight=1.0, **given)
    with pytest.raises(ValueError, match="PoissonSource." + words):
        PoissonSource(**given)
