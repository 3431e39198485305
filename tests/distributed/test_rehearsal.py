"""Threads that rehearse: nobody waits for ever."""

import time

import pytest

from neurosparse.distributed import RanksError, rehearse


def test_each_rank_gives_what_it_returns():
    assert rehearse(3, lambda ranks: (ranks.rank, ranks.size)) == [(0, 3), (1, 3), (2, 3)]


def test_a_rank_that_ends_lets_the_others_go():
    def of(ranks):
        if ranks.rank == 0:
            raise KeyError("gone")
        ranks.total(1)

    with pytest.raises(KeyError, match="gone"):
        rehearse(3, of, timeout=30.0)


def test_waiting_has_an_end():
    begun = time.monotonic()
    with pytest.raises(RanksError, match="waited in vain"):
        rehearse(2, lambda ranks: ranks.rank or ranks.total(1), timeout=0.2)
    assert time.monotonic() - begun < 10


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="timeout"):
        rehearse(2, lambda ranks: None, timeout=0.0)
