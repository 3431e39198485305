"""Settings of a comparison: bad ones are named."""

import pytest

from neurosparse.analysis import (
    ComparisonSettings,
)


def test_bad_input_names_the_argument():
    cases = {
        "dataset": "digitz",
        "hidden": (),
        "sparsities": (1.0,),
        "methods": ("SETT",),
        "seeds": 0,
        "rate": float("nan"),
        "batch": 0,
    }
    for name, value in cases.items():
        with pytest.raises(ValueError, match=name):
            ComparisonSettings(**{name: value})
    with pytest.raises(ValueError, match="each of them once"):
        ComparisonSettings(methods=("SET", "SET"))
