"""Every way to complete a message."""

from typing import Any

import pytest

from neurosparse.memory import (
    ClusterKWinners,
    ConcurrentWinners,
    Elimination,
    GlobalKBest,
    GlobalLosersOut,
    GlobalWinner,
    GlobalWinners,
    Iterated,
    KickOut,
    LosersOut,
    NormalisedSum,
    SumOfMax,
    SumOfSum,
    WinnersTakeAll,
    WinnerTakesAll,
)
from tests.memory.binary.messages import erased, filled

EVERY_RULE = [
    Elimination(),
    *(
        Iterated(p, s)
        for p in (SumOfSum(), NormalisedSum(), SumOfMax())
        for s in (WinnerTakesAll(), GlobalWinners(6))
    ),
    Iterated(selection=ClusterKWinners(1)),
    Iterated(selection=WinnersTakeAll(1)),
    Iterated(selection=GlobalWinner()),
    Iterated(SumOfMax(), GlobalKBest(1)),
    Iterated(selection=ConcurrentWinners(1, size=6)),
    KickOut(),
    KickOut(GlobalLosersOut(2), SumOfMax()),
    KickOut(LosersOut(), first=GlobalWinners(6)),
]


@pytest.mark.parametrize("decoder", EVERY_RULE, ids=repr)
def test_every_rule_completes_at_low_load(decoder: Any) -> None:
    memory, messages = filled(200, 6, 40, 3)
    cue = erased(messages, 2)
    assert (memory.retrieve(messages, decoder).messages == messages).all()
    got = memory.retrieve(cue, decoder)
    assert (got.messages == messages).all(axis=1).mean() > 0.9
    assert not (cue == messages).all(axis=1).any()
    assert got.steps.max() <= 20


def test_sum_of_max_never_drops_a_right_symbol_and_sum_of_sum_does() -> None:
    memory, messages = filled(25_000, 8, 256, 7)
    asked = messages[:200]
    cue = erased(asked, 4)
    units = memory.units_of(asked)
    assert (memory.retrieve(cue).active >= units).all()
    assert not (memory.retrieve(cue, Iterated(steps=4)).active >= units).all()
