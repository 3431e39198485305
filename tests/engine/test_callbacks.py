"""Functions called between steps: periods and lists that cannot be meant."""

import pytest

from neurosparse.engine import Every
from neurosparse.engine.callbacks import periods
from tests.engine.refused import refuse, simulator

REFUSED = {
    "period between steps": (
        lambda: simulator().run(1.0, callbacks=[Every(0.25, print)]),
        "Every.period: got 0.25",
    ),
    "period 0": (
        lambda: simulator().run(1.0, callbacks=[Every(0.0, print)]),
        "Every.period: got 0.0, wants a number above 0",
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


def test_functions_are_called_at_multiples_of_their_periods_in_the_order_given():
    calls = []
    callbacks = (
        Every(0.5, lambda s: calls.append(("slow", s.now))),
        Every(0.2, lambda s: calls.append(("fast", s.now))),
    )
    assert [period for period, _ in periods(callbacks, 0.1)] == [5, 2]
    simulation = simulator()
    for duration in (0.3, 0.9):
        simulation.run(duration, callbacks=callbacks)
    steps = {"slow": 5, "fast": 2}
    expected = [(name, k) for k in range(1, 13) for name, n in steps.items() if k % n == 0]
    assert calls == expected


def test_a_callback_that_is_no_function_is_refused():
    with pytest.raises(TypeError, match="Every.function: got 'print', wants a function"):
        Every(1.0, "print")
