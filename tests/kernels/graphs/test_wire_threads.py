"""Shares of rows over threads: pieces in small calls, and Ctrl-C between two of them."""

import os
import signal
import time
from typing import Any

import numpy as np
import pytest

from neurosparse.kernels.graphs import wire
from neurosparse.kernels.graphs.wire import threads
from neurosparse.kernels.graphs.wire.threads import run, shares

KEY = np.array([0x12345678, 0x9ABCDEF0], np.uint32)


@pytest.mark.parametrize("n_threads", [1, 2, 3])
@pytest.mark.parametrize("size", [0.0, 5.0 * threads.GRAIN, 1e6 * threads.GRAIN])
def test_calls_cover_their_piece_in_order(n_threads: int, size: float) -> None:
    calls: dict[int, list[tuple[int, int]]] = {}

    def work(part: int, low: int, high: int) -> None:
        calls.setdefault(part, []).append((low, high))

    parts = run(work, 100, n_threads, cuts=2, size=size)
    assert parts == len(calls) == (1 if n_threads == 1 else 2 * n_threads)
    pieces = dict(enumerate(shares(100, parts)))
    for part, called in calls.items():
        assert [low for low, _ in called][1:] == [high for _, high in called][:-1]
        assert (called[0][0], called[-1][1]) == pieces[part]
        most = 100 * threads.GRAIN / size if size else 100
        assert max(high - low for low, high in called) <= max(1.0, most)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_ctrl_c_is_heard_between_two_calls(n_threads: int) -> None:
    rows: list[int] = []

    def work(part: int, low: int, high: int) -> None:
        rows.append(high - low)
        if len(rows) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run(work, 10**6, n_threads, size=1e12 * threads.GRAIN)
    assert sum(rows) < 10**6


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("name", ["bernoulli", "fixed_rows", "fixed_columns", "ring"])
def test_small_calls_give_the_same_bits(
    name: str, n_threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = np.array([0, 41], np.int64)
    degree = np.arange(41, dtype=np.int64) % 7
    arguments = {
        "bernoulli": (bounds, bounds, np.array([[0.3]]), True),
        "fixed_rows": (degree, 41, True, False),
        "fixed_columns": (degree, 41, True, False),
        "ring": (41, 6, 0.2),
    }[name]
    law = getattr(wire, name)(*arguments, KEY, n_threads)
    monkeypatch.setattr(threads, "GRAIN", 20)
    for small, whole in zip(
        getattr(wire, name)(*arguments, KEY, n_threads), law, strict=True
    ):
        np.testing.assert_array_equal(small, whole)


def test_darts_and_growth_go_on_where_a_small_call_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hits = wire.darts(70, 7, 11, KEY, backend="naive")
    grown = wire.preferential(60, 3, 2.5, KEY, backend="naive")
    monkeypatch.setattr(threads, "GRAIN", 5)
    np.testing.assert_array_equal(wire.darts(70, 7, 11, KEY), hits)
    for small, whole in zip(wire.preferential(60, 3, 2.5, KEY), grown, strict=True):
        np.testing.assert_array_equal(small, whole)


@pytest.mark.parametrize(
    ("name", "few", "many"),
    [
        ("darts", (9, 9, 9), (10**10, 10**6, 10**6)),
        ("preferential", (9, 3, 1.0), (10**6, 100, 1.0)),
    ],
)
def test_ctrl_c_stops_draws_that_follow_each_other(
    name: str, few: tuple[Any, ...], many: tuple[Any, ...]
) -> None:
    draw = getattr(wire, name)
    draw(*few, KEY)  # compiled
    rung: list[float] = []

    def ring(_: int, __: object) -> None:
        rung.append(time.process_time())
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    begun = time.process_time()
    try:
        with pytest.raises(KeyboardInterrupt):
            draw(*many, KEY)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rung[0] - begun < 1.5
