"""Conditions on a table of neurons: each kind, and what is refused by name."""

import numpy as np
import pytest

from neurosparse.connectome.conditions import describe, mask_of

TABLE = {
    "type": np.array(["KCab", "MBON", "KCg", ""]),
    "x": np.array([1.0, 2.0, 3.0, np.nan]),
}


def mask(predicate=None, **conditions):
    return mask_of(TABLE, predicate, conditions).tolist()


def test_each_kind_of_condition() -> None:
    assert mask(type="MBON") == [False, True, False, False]
    assert mask(type=["MBON", "KCg"]) == [False, True, True, False]
    assert mask(type="KC*") == [True, False, True, False]
    assert mask(type="") == [False, False, False, True]
    assert mask(x=2) == [False, True, False, False]
    assert mask(type="KC*", x=lambda x: x > 1) == [False, False, True, False]
    assert mask(lambda table: table["x"] < 3, type="KC*") == [True, False, False, False]
    assert mask() == [True] * 4


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"typ": "KCg"}, "column: got 'typ', wants one of type, x; did you mean 'type'"),
        ({"type": "MBONN"}, "type: got 'MBONN', wants one of .*; did you mean 'MBON'"),
        ({"type": ["MBON", "PN"]}, "type: got 'PN'"),
        ({"type": "DAN*"}, r"type: got 'DAN\*'"),
        ({"type": 3}, "type: got 3, wants text"),
        ({"type": []}, "wants at least one value"),
        ({"x": "2"}, "x: got '2', wants a number"),
        ({"x": 7}, "x: got 7, wants a value that a neuron has"),
        ({"x": lambda x: x}, r"x: got an array of float64 \[4\], wants a function"),
    ],
)
def test_what_is_no_condition_is_named(conditions, words) -> None:
    with pytest.raises(ValueError, match=words):
        mask(**conditions)


def test_of_many_names_only_the_nearest_is_shown() -> None:
    table = {"type": np.array([f"cell{k}" for k in range(1000)])}
    with pytest.raises(ValueError, match="one of the 1000 that neurons have; did you mean"):
        mask_of(table, None, {"type": "cel17"})
    with pytest.raises(ValueError, match=r"see connectome\.counts\('type'\)"):
        mask_of(table, None, {"type": "?"})


def test_words_for_conditions() -> None:
    assert describe(np.isfinite, {"x": lambda x: x > 0}) == "by isfinite, x by a function"
