"""What cannot be meant is refused by name in the rooms that describe and measure."""

import inspect

import pytest

from neurosparse import (
    connectome,
    distributed,
    experiment,
    oscillators,
    sparse_coding,
    studies,
)
from neurosparse.analysis import compare_graphs
from tests.laws.bad_rooms import CASES, GRAPH, RNG
from tests.laws.test_bad_values import COUNT, NO_NUMBERS

BAD = [(name, argument) for name in CASES for argument in CASES[name][2]]


def refused(call, argument, value):
    """Whether a call names the argument, what it got and what it wants."""
    with pytest.raises((TypeError, ValueError), match=rf"\b{argument}\b.*: got .*, wants "):
        call(value)
    return True


@pytest.mark.parametrize(("name", "argument"), BAD)
def test_what_is_refused(name, argument):
    act, good, table = CASES[name]
    for value in table[argument].values():
        assert refused(lambda value: act(**good | {argument: value}), argument, value)


def test_several_graphs_are_refused_alike():
    for value in NO_NUMBERS.values():
        assert refused(lambda value: compare_graphs(value, nulls=1), "connectivity", value)
    for value in COUNT.values():
        assert refused(lambda value: compare_graphs(GRAPH, nulls=value), "nulls", value)
    for value in RNG.values():
        assert refused(
            lambda value: compare_graphs(GRAPH, rng=value, nulls=0), "rng", value
        )


# what a run returns, and what nobody but its room makes
MADE_BY_OTHERS = {
    "ConvolutionalCodes",
    "Effect",
    "Evidence",
    "KernelStep",
    "LearnedDictionary",
    "LearnedKernels",
    "LearningProgress",
    "LearningRule",
    "Measured",
    "NeuronSet",
    "OscillatorEnd",
    "OscillatorRun",
    "RankReport",
    "RanksError",
    "RanksReport",
    "Solution",
    "StudyTable",
    "SupervisedModel",
    "Trial",
}
# tests/distributed/test_mpi.py, tests/studies/test_clusters.py
ELSEWHERE = {"Here", "Mpi", "Ranks"}
ROOMS = (connectome, distributed, experiment, oscillators, sparse_coding, studies)


def test_no_class_is_left_out():
    public = {
        name
        for room in ROOMS
        for name in room.__all__
        if inspect.isclass(getattr(room, name))
        and not getattr(getattr(room, name), "_is_protocol", False)
    }
    assert public - MADE_BY_OTHERS - ELSEWHERE - set(CASES) == set()
