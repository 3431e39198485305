"""Runs that are interrupted, or cannot write, keep what was and go on to the same bits."""

import errno
import os
import signal

import numpy as np
import pytest

from neurosparse.engine import Every, Rates, Simulator, Spikes, States, Weights
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import Bernoulli


def busy():
    return Network(
        Population("S", 40, PoissonSource(50.0)),
        Population("A", 50, LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0)),
        Projection(
            "S",
            "A",
            Bernoulli(0.4, weight=1.5),
            delay=1.0,
            plasticity=PairSTDP(0.1, 0.1, w_max=3.0),
        ),
    )


def same(a, b):
    assert np.array_equal(a.spikes("A").step, b.spikes("A").step)
    assert np.array_equal(a.spikes("A").i, b.spikes("A").i)
    assert a.weights("S->A").tobytes() == b.weights("S->A").tobytes()
    assert a.state("A", "v").tobytes() == b.state("A", "v").tobytes()
    assert len(a.spikes("A").i) > 50


def test_interrupted_runs_keep_what_was_and_go_on_to_the_same_bits():
    whole = Simulator(busy(), seed=1)
    stopped = Simulator(busy(), seed=1)
    calls = []
    before = signal.getsignal(signal.SIGINT)
    whole.run(200.0)

    def interrupt(s):
        calls.append(s.now)
        if s.now == 730:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(
        KeyboardInterrupt, match="stopped at 73 ms; everything until then is kept"
    ):
        stopped.run(200.0, callbacks=[Every(7.3, interrupt)])
    assert stopped.now == calls[-1] == 730
    assert np.array_equal(
        stopped.spikes("A").i, whole.spikes("A").i[whole.spikes("A").step < 730]
    )
    assert signal.getsignal(signal.SIGINT) is before
    stopped.run(127.0)
    same(whole, stopped)


def test_a_full_disk_keeps_the_simulation_whole(monkeypatch):
    """The first sink fails: the others, the callbacks and the simulation are as if it had not."""
    record = [
        Spikes("S"),
        Spikes("A"),
        Rates("A"),
        States("A", "v", every=1.0),
        Weights("S->A", every=10.0),
    ]
    whole = Simulator(busy(), seed=1, record=record)
    failing = Simulator(busy(), seed=1, record=record)
    called = []
    whole.run(200.0)
    sink = failing.recorders.spikes["S"]
    room = [2]
    append = sink.append

    def full(step, index):
        append(step, index)  # a sink keeps what it could not write
        room[0] -= 1
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sink, "append", full)
    callbacks = [Every(10.0, lambda s: called.append(s.now))]
    with pytest.raises(OSError, match="No space left"):
        failing.run(200.0, callbacks=callbacks)
    assert 0 < failing.now < 2000
    failing.run(200.0 - failing.time, callbacks=callbacks)
    assert called == list(range(100, 2001, 100))
    same(whole, failing)
    assert np.array_equal(whole.spikes("S").i, failing.spikes("S").i)
    for request in record[2:]:
        a, b = (s.recorded(request) for s in (whole, failing))
        kept = "counts" if isinstance(request, Rates) else "values"
        assert np.array_equal(getattr(a, kept), getattr(b, kept))
