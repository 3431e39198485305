"""Parts of a pooler: duties, pools, radius."""

import numpy as np
import pytest

from neurosparse.htm import (
    Boosting,
    PotentialPool,
)
from neurosparse.htm.pooler_parts import draw_pools, duty, inhibition_radius
from neurosparse.htm.topology import (
    columns_per_input,
)


def test_duty_average() -> None:
    assert duty(np.array([1, 0.8, 0.6, 0.4, 0.2]), np.zeros(5), 2) == pytest.approx(
        [0.5, 0.4, 0.3, 0.2, 0.1]
    )


@pytest.mark.parametrize(
    ("column", "wrap", "cells"),
    [
        (0, False, [0, 1, 2, 3]),
        (2, False, [5, 6, 7, 8, 9]),
        (0, True, [0, 1, 2, 3, 11]),
        (3, True, [0, 8, 9, 10, 11]),
    ],
)
def test_potential_pool(column: int, wrap: bool, cells: list[int]) -> None:
    rng = np.random.default_rng(0)
    pools = draw_pools((12,), (4,), PotentialPool(2, 1.0, wrap), rng)
    assert pools.indices[pools.indptr[column] : pools.indptr[column + 1]].tolist() == cells
    half = draw_pools((12,), (4,), PotentialPool(2, 0.5, wrap), rng)
    some = half.indices[half.indptr[column] : half.indptr[column + 1]]
    assert set(some) <= set(cells)
    assert some.size == (len(cells) + 1) // 2


def test_radius_of_inhibition() -> None:
    assert inhibition_radius(3, columns_per_input((3,), (12,))) == 6
    assert inhibition_radius(2, columns_per_input((5,), (12,))) == 2
    assert inhibition_radius(0.5, columns_per_input((5,), (6,))) == 1
    assert columns_per_input((7, 5, 1, 3), (2, 2, 2, 2)) == pytest.approx(
        (2 / 7 + 2 / 5 + 2 + 2 / 3) / 4
    )


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["strength", "least_share"])
def test_boosting_that_is_no_number_is_refused(name: str, bad: float) -> None:
    with pytest.raises(ValueError, match=f"{name}: got"):
        Boosting(**{name: bad})
