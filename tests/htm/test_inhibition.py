"""Competition between columns: published cases."""

import numpy as np
import pytest

from neurosparse.htm import (
    GlobalInhibition,
    Hood,
    LocalInhibition,
)
from neurosparse.htm.topology import (
    neighbourhoods,
)

LIST = np.array([1, 2, 7, 0, 3, 4, 16, 1, 1.5, 1.7])


DUTY = np.array([0.1, 0.3, 0.02, 0.04, 0.7, 0.12])


@pytest.mark.parametrize(
    ("overlaps", "density", "winners"),
    [
        ([1, 2, 1, 4, 8, 3, 12, 5, 4, 1], 0.3, [4, 6, 7]),
        (range(1, 11), 0.5, [5, 6, 7, 8, 9]),
    ],
)
def test_global_inhibition(
    overlaps: list[int], density: float, winners: list[int], backend: str
) -> None:
    assert (
        GlobalInhibition(density)(np.array(overlaps, float), None, backend).tolist()
        == winners
    )


@pytest.mark.parametrize(
    ("wrap", "radius", "density", "overlaps", "winners"),
    [
        (False, 2, 0.5, LIST, [1, 2, 5, 6, 9]),
        (False, 3, 0.5, LIST, [1, 2, 4, 5, 6, 9]),
        (False, 3, 0.25, np.ones(10), [0, 2, 4, 6]),
        (True, 2, 0.5, LIST, [1, 2, 5, 6, 8, 9]),
        (True, 3, 0.5, LIST, [1, 2, 4, 5, 6, 9]),
        (True, 3, 0.25, np.ones(10), [0, 1, 4, 5]),
    ],
)
def test_local_inhibition(
    wrap: bool,
    radius: int,
    density: float,
    overlaps: np.ndarray,
    winners: list[int],
    backend: str,
) -> None:
    hood = Hood(*neighbourhoods((10,), radius, wrap))
    assert LocalInhibition(density, 1)(overlaps, hood, backend).tolist() == winners


def boosts(inhibition: GlobalInhibition | LocalInhibition) -> np.ndarray:
    hood = Hood(*neighbourhoods((6,), 10, wrap=False))
    return np.exp((inhibition.target(DUTY, hood) - DUTY) * 10)


def test_boost_factors() -> None:
    local = [3.10599, 0.42035, 6.91251, 5.65949, 0.00769898, 2.54297]
    everywhere = [54.598148, 7.38906, 121.51038, 99.4843, 0.135335, 44.70118]
    assert boosts(LocalInhibition(0.5)) == pytest.approx(local, rel=1e-4)
    assert boosts(GlobalInhibition(0.5)) == pytest.approx(everywhere, rel=1e-5)


@pytest.mark.parametrize(("wrap", "last"), [(False, 0.02), (True, 0.14)])
def test_least_duty_of_neighbours(wrap: bool, last: float) -> None:
    duties = np.array([0.7, 0.1, 0.5, 0.01, 0.78, 0.55, 0.1, 0.001])
    hood = Hood(*neighbourhoods((8,), 1, wrap))
    least = 0.2 * LocalInhibition(0.5).peak(duties, hood)
    assert least == pytest.approx([0.14, 0.14, 0.1, 0.156, 0.156, 0.156, 0.11, last])


@pytest.mark.parametrize(
    ("share", "duties", "least"),
    [(0.01, [0.06, 1, 3, 6, 0.5], 0.06), (0.015, [0.86, 2.4, 0.03, 1.6, 1.5], 0.036)],
)
def test_least_duty_of_all(share: float, duties: list[float], least: float) -> None:
    assert share * GlobalInhibition(0.5).peak(np.array(duties), None) == pytest.approx(
        np.full(5, least)
    )
