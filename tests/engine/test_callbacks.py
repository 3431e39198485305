"""Functions called between steps: periods and lists that cannot be meant."""

import pytest

from neurosparse.engine import Every
from tests.engine.refused import refuse, simulator

REFUSED = {
    "period between steps": (
        lambda: simulator().run(1.0, callbacks=[Every(0.25, print)]),
        "Every.period: got 0.25",
    ),
    "period 0": (
        lambda: simulator().run(1.0, callbacks=[Every(0.0, print)]),
        "Every.period.*at least dt",
    ),
    "callback alone": (
        lambda: simulator().run(1.0, callbacks=Every(1.0, print)),
        r"callbacks: got Every.*\[Every\(",
    ),
    "callback bare": (
        lambda: simulator().run(1.0, callbacks=[print]),
        r"callbacks: got \[<built-in.*wants a list of Every",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])
