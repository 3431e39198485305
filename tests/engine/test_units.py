"""Milliseconds to steps: what is a whole number of them, and what is refused."""

import pytest

from neurosparse.engine import Simulator
from tests.engine.refused import net, refuse, simulator

REFUSED = {
    "duration beyond int64": (
        lambda: Simulator(net()).run(1e300),
        "got 1e[+]300 ms, wants fewer than 2.62",
    ),
    "dt 0": (lambda: simulator(dt=0.0), "dt: got 0.0.*write dt=0.1"),
    "dt text": (lambda: simulator(dt="0.1"), "dt: got '0.1'"),
    "duration between steps": (
        lambda: simulator().run(0.25),
        "duration: got 0.25 ms.*0.2 or 0.3",
    ),
    "long duration between steps": (
        lambda: simulator().run(3_600_000.05),
        "duration: got 3600000.05 ms.*3600000.1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])
