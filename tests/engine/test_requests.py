"""What is asked for with record= comes back for that very request, or is refused before anything is
built.
"""

import numpy as np
import pytest

from neurosparse.engine import Rates, Simulator, Spikes, States, Weights
from tests.engine.networks import source_network
from tests.engine.refused import refuse, simulator


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ([Rates("S", 1.0), Rates("S", 2.0)], "every request once: one Rates a population"),
        ([Spikes("S"), Spikes("S")], "every request once: one Spikes a population"),
        ([States("E", "v", [0.5, 2.7])], "States.indices: got .*0.5, 2.7.*whole numbers"),
        ([States("E", "v", [False, False, True, True])], "np.flatnonzero"),
        ([States("E", "v", [[0, 1]])], "flat array"),
        ([States("E", "v", [1, 1])], "every number once"),
        ([Weights("S->E", 1.0, [1.5])], "Weights.positions"),
        ([Weights("S->E", 1.0, np.ones(16, bool))], "Weights.positions.*np.flatnonzero"),
    ],
)
def test_requests_that_cannot_be_meant(record, words):
    with pytest.raises(ValueError, match=words):
        Simulator(source_network(), record=record)


def test_a_request_alone_is_no_list():
    with pytest.raises(TypeError, match=r"write record=\[...\]"):
        Simulator(source_network(), record=Spikes("S"))


REFUSED = {
    "recorded out of range": (
        lambda: simulator(record=[States("A", "v", [2])]),
        "States.indices.*0 to 1",
    ),
    "spikes unknown": (
        lambda: simulator(record=[Spikes("AB")]),
        "Spikes.population: got 'AB'.*did you mean 'A'|'B'",
    ),
    "variable unknown": (
        lambda: simulator(record=[States("A", "u")]),
        "States.variable: got 'u', wants one of jump, v",
    ),
    "recorded never": (
        lambda: simulator(record=[States("A", "v", every=0.0)]),
        "States.every: got 0.0, wants a number above 0",
    ),
    "bin 0": (lambda: simulator(record=[Rates("A", bin=0.0)]), "Rates.bin: got 0.0"),
    "no request": (lambda: simulator(record=["A"]), "record: got 'A'"),
    "request twice": (
        lambda: simulator(record=[Spikes("A"), Spikes("A")]),
        "every request once",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])
