"""Designs: arms, graphs, what is refused before anything runs, and their fingerprints."""

import numpy as np
import pytest

from neurosparse import LIF
from neurosparse.connectome import Connectome
from neurosparse.experiment import Lesion, Rewired, Silence
from tests.experiment.small import BRAIN, MODEL, experiment

A = BRAIN.where(type="relay")
B = BRAIN.where(type="out")


def test_arms_and_graphs() -> None:
    design = experiment(
        [Silence(A), [Silence(A), Silence(B)]], controls=[Rewired(graphs=2)]
    )
    assert [arm.name for arm in design.arms] == [
        "intact",
        "silence type relay",
        "silence type relay + silence type out",
    ]
    assert [graph.name for graph in design.graphs()] == [
        "connectome",
        "degrees kept 0",
        "degrees kept 1",
    ]
    assert repr(design).endswith("3 arms on 3 graphs, 4 trials of 100 ms)")
    assert list(experiment(readouts=()).sets) == ["all neurons"]
    assert list(experiment(readouts=[A, B]).sets) == ["type relay", "type out"]


def test_a_fingerprint_is_of_all_that_counts() -> None:
    same = experiment().fingerprint()
    assert same == experiment().fingerprint()
    others = [
        experiment(seed=1),
        experiment(weight=2.0),
        experiment([Silence(A)]),
        experiment([Silence(A, stop=50.0), Silence(BRAIN.where(type="inner"))]),
        experiment(readouts={"relay": B}),
        experiment(controls=[Rewired()]),
    ]
    assert len({same, *(other.fingerprint() for other in others)}) == 7


class Bare:
    """A control of one's own that is no dataclass."""

    name = "mine"
    graphs = 2

    def draw(self, connectome, rng):
        return connectome.connectivity


def test_a_control_of_ones_own_has_the_same_fingerprint_again() -> None:
    one = experiment(controls=[Bare()])
    assert one.fingerprint() == experiment(controls=[Bare()]).fingerprint()
    assert [graph.name for graph in one.graphs()][1:] == ["mine 0", "mine 1"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"interventions": [Silence(A), Silence(A)]},
            "interventions: got 'silence type relay' tw",
        ),
        ({"interventions": ["relay"]}, "interventions: got 'r', wants Silence, Lesion"),
        ({"interventions": [Silence(A, start=0.05)]}, "got 0.05, wants a multiple of dt"),
        ({"readouts": [A, A]}, "readouts: got 'type relay' twice"),
        ({"readouts": {"a": [1]}}, r"readouts\['a'\]"),
        ({"controls": ["degrees"]}, "controls: got 'degrees', wants controls, as Rewired"),
        ({"controls": [Rewired(), Rewired()]}, "'degrees kept' twice"),
        ({"trials": 0}, "trials: got 0"),
        ({"warmup": 100.0}, "warmup: got 100.0, wants less than 100 ms"),
        ({"duration": 100.05}, "duration: got 100.05, wants a multiple of dt"),
        ({"delay": -1.0}, "delay"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_is_refused(options, words) -> None:
    with pytest.raises((ValueError, TypeError), match=words):
        experiment(**options)


def test_sets_of_another_connectome_and_cuts_of_nothing() -> None:
    other = Connectome(BRAIN.connectivity, dict(BRAIN.table))
    with pytest.raises(ValueError, match="'type out', of another connectome"):
        experiment([Silence(other.where(type="out"))])
    pre, post = BRAIN.connectivity.edges()
    free = next(i for i in range(60) if not np.any((pre == 0) & (post == i)) and i)
    cut = Lesion(BRAIN.numbered([0]), BRAIN.numbered([free]))
    with pytest.raises(
        ValueError, match="none, wants an intervention that cuts some synapse"
    ):
        experiment([cut])
    with pytest.raises(TypeError, match="model: got <class"):
        type(experiment())(BRAIN, LIF, [])
    with pytest.raises(TypeError, match="drive: got Silence"):
        type(experiment())(BRAIN, MODEL, [Silence(A)])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"interventions": Silence(A)}, "interventions: got .*, wants a list"),
        ({"controls": Rewired()}, "controls: got .*, wants a list"),
        ({"controls": [Rewired]}, "controls: got .*Rewired"),
        ({"readouts": A}, "readouts: got .*, wants a list of sets"),
    ],
)
def test_a_list_that_is_none_is_named(options: dict, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        experiment(**options)
