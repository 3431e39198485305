"""Names of other programs for weights and delays."""

import pytest

from neurosparse.store.names import other_names, plain_name, refuse_other_names


@pytest.mark.parametrize("name", ["weight", "Weight", " WEIGHT "])
def test_a_weight_is_one_however_it_is_spelled(name):
    assert plain_name(name) == "weight"


@pytest.mark.parametrize("name", ["length", "weights", "Weighting"])
def test_others_stay_as_they_are(name):
    assert plain_name(name) == name


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        ("weight", "Edge Weight"),
        ("weight", "n-syn"),
        ("delay", "Delay_ms"),
        ("delay", "latency"),
    ],
)
def test_what_looks_like_one_is_refused_where_there_is_none(ours, name):
    with pytest.raises(ValueError, match=f"{ours}: got '{name}', .*; say it"):
        refuse_other_names(["pre", name], [ours], "say it")
    refuse_other_names(["pre", name], [], "say it")
    refuse_other_names(["pre", "length", "type"], [ours], "say it")


def test_all_that_look_like_one_are_listed():
    assert other_names(["Weight", "length", "edge-weight"], "weight") == [
        "Weight",
        "edge-weight",
    ]
    assert other_names(["Weight", "delay"], "delay") == ["delay"]
