"""A connectome: its table, neurons by id, and what is refused."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.connectome import Connectome
from neurosparse.datasets import c_elegans, larva_brain

WIRING = Connectivity.from_dense([[0, -2, 0], [1, 0, 3], [0, 0, 0]])


def test_neurons_by_id_and_number() -> None:
    brain = Connectome(
        WIRING, {"id": [30, 10, 20], "type": ["a", "b", "a"]}, {"version": "9"}
    )
    assert brain.neurons([20, 30]).indices.tolist() == [0, 2]
    assert brain.places(np.array([10, 11, 30])).tolist() == [1, -1, 0]
    for kind in (np.uint64, object):
        assert brain.places(np.array([10, 11, 30], kind)).tolist() == [1, -1, 0]
    assert brain.inhibits().tolist() == [True, False, False]
    assert brain.counts("type") == {"a": 2, "b": 1}
    with pytest.raises(ValueError, match="ids: got 11, wants .*the table is of version 9"):
        brain.neurons([10, 11])
    with pytest.raises(ValueError, match="ids: got a"):
        brain.neurons("a")
    with pytest.raises(
        ValueError, match="numbers: got .* wants neuron numbers from 0 to 2"
    ):
        brain.numbered([3])
    with pytest.raises(ValueError, match="numbers: got .* wants a mask of length 3"):
        brain.numbered([True])
    with pytest.raises(ValueError, match="set: got none"):
        brain.numbered([])
    with pytest.raises(TypeError, match="predicate: got 'a'"):
        brain.where("a")


def test_a_rewired_connectome_has_the_same_sets() -> None:
    brain = larva_brain()
    wiring = brain.connectivity.with_weight(1.0)
    twin = brain.rewired(wiring, "all weights 1")
    assert len(brain.where(type="KCs") & twin.where(side="left")) == 73
    assert twin.connectivity.nnz == brain.connectivity.nnz
    assert twin.about["control"] == "all weights 1"
    assert "control" not in brain.about
    with pytest.raises(TypeError, match="read only"):
        brain.table["type"] = brain.table["side"]


def test_the_worm_is_one_too() -> None:
    worm = c_elegans("varshney_chem")
    assert worm.where(type="AVA*").ids.tolist() == ["AVAL", "AVAR"]
    assert worm.neurons(["AVAL"]) == worm.where(type="AVAL")
    assert worm.about["version"] == "varshney_chem"


@pytest.mark.parametrize(
    ("wiring", "table", "words"),
    [
        (Connectivity.from_dense([[1, 0]]), {}, "as many neurons on both sides"),
        (WIRING, {"type": ["a"]}, r"table\['type'\]: got \['a'\]"),
        (WIRING, {"x": [1j, 2, 3]}, r"table\['x'\]"),
        (WIRING, {"id": [1, 2, 1]}, r"table\['id'\]: got 1 twice"),
    ],
)
def test_a_table_that_does_not_fit(wiring, table, words) -> None:
    with pytest.raises(ValueError, match=words):
        Connectome(wiring, table)
