"""The recurrent scan on the CPU: threads own slabs of samples, each of which runs by itself."""

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from neurosparse.kernels.base.vector.lanes import lanes_of
from neurosparse.kernels.base.vector.threads import run_shares
from neurosparse.kernels.base.vector.tiles import pack, slabs, store_tile
from neurosparse.kernels.layers.recurrent_scan.parts import (
    Gradients,
    Neurons,
    Reset,
    State,
    Synapses,
)
from neurosparse.kernels.layers.recurrent_scan.steps import (
    advance,
    ask,
    read,
    retreat,
    show,
    speak,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import Surrogate
from neurosparse.typing import Array


class Tape(NamedTuple):
    """What the way back needs of the way there.

    Attributes:
        kept: membranes `[slabs, time, n, lanes]`; none of them when checkpointed.
        marks: v and i before each segment, `[slabs, segments, 2, n, lanes]`.
        bits: spikes, `[slabs, memory + time, n]`, the 32 (float64: 16) samples of a slab in one
            word.
        span: steps of a segment.
    """

    kept: Array
    marks: Array
    bits: Array
    span: int


def segments(steps: int, span: int) -> list[tuple[int, int]]:
    """Cut steps into segments.

    >>> segments(5, 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    return list(pairwise([*range(0, steps, max(span, 1)), steps]))


def _packed(batch: Array) -> Array:
    """Turn `[batch, n]` into slabs of rows `[slab, n, lanes]`."""
    lanes = lanes_of(batch.dtype)
    out = np.empty((slabs(len(batch), lanes), batch.shape[1], lanes), batch.dtype)
    pack(np.ascontiguousarray(batch), 0, len(out), out)
    return out


def _unpacked(rows: Array, batch: int) -> Array:
    """Turn slabs of rows `[slab, n, lanes]` back into `[batch, n]`."""
    out = np.empty((batch, rows.shape[1]), rows.dtype)
    for s, row in enumerate(rows):
        for i0 in range(0, rows.shape[1], 16):
            store_tile(row, i0, out, s * rows.shape[2], i0, min(16, rows.shape[1] - i0))
    return out


def _numbers(reset: Reset, dtype: Any) -> tuple[Any, ...]:
    return tuple(dtype.type(part) for part in reset)


def forward(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    reset: Reset,
    x: Array,
    state: State,
    *,
    keep: str = "all",
    threads: int = 1,
    readout: Array | None = None,
) -> tuple[Array, Tape, State]:
    """Return spikes `[time, batch, n]`, the tape and the last state.

    keep is "all", "marks" or "none". With a readout R `[n, n_out]` return Σ_j z_j R[j] `[time,
    batch, n_out]` in place of the spikes, which then are never written out.
    """
    steps, batch, n = x.shape
    lanes = lanes_of(x.dtype)
    memory = synapses.memory
    count = slabs(batch, lanes)
    span = max(math.isqrt(max(steps - 1, 0)) + 1, 1) if keep == "marks" else max(steps, 1)
    parts = segments(steps, span)
    v = _packed(state.v)
    i = _packed(state.i)
    kept = np.empty((count, steps if keep == "all" else 0, n, lanes), x.dtype)
    marks = np.empty((count, len(parts) if keep != "none" else 0, 2, n, lanes), x.dtype)
    bits = np.zeros((count, memory + steps, n), np.uint32)
    out = np.empty((steps, batch, n if readout is None else readout.shape[1]), x.dtype)
    past = np.empty((memory, batch, n), x.dtype)
    outlet = _outlet(readout, x.dtype)
    grouped = values[synapses.order]
    numbers = _numbers(reset, x.dtype)

    def share(lo: int, hi: int) -> None:
        for s in range(lo, hi):
            read(state.z, s * lanes, bits[s, :memory], lanes)
            for p, part in enumerate(parts):
                if keep != "none":
                    marks[s, p, 0] = v[s]
                    marks[s, p, 1] = i[s]
                law = synapses, grouped, neurons, numbers
                advance(*law, x, s * lanes, part, (v[s], i[s]), (kept[s], bits[s]))
            show(bits[s, steps:], s * lanes, 0, past, lanes)
            if readout is None:
                show(bits[s], s * lanes, memory, out, lanes)
            else:
                speak(bits[s], s * lanes, memory, outlet, out, lanes)

    run_shares(share, _bounds(count, threads))
    return (
        out,
        Tape(kept, marks, bits, span),
        State(_unpacked(v, batch), _unpacked(i, batch), past),
    )


def _outlet(readout: Array | None, dtype: Any) -> tuple[Array, Array, Array]:
    """Give targets, weights and gradients of a dense readout, flat; empty without one."""
    if readout is None:
        return np.empty(0, np.int32), np.empty(0, dtype), np.empty(0, dtype)
    n, n_out = readout.shape
    return (
        np.tile(np.arange(n_out, dtype=np.int32), n),
        np.ascontiguousarray(readout).ravel(),
        np.zeros(n * n_out, dtype),
    )


def _bounds(count: int, threads: int) -> list[int]:
    return [count * k // max(threads, 1) for k in range(max(threads, 1) + 1)]


def backward(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    reset: Reset,
    surrogate: Surrogate,
    x: Array,
    tape: Tape,
    grad: tuple[Array, State],
    *,
    needs: tuple[bool, bool] = (True, True),
    threads: int = 1,
    readout: Array | None = None,
) -> Gradients:
    """Give gradients from those of the spikes `[time, batch, n]` and of the last v and i.

    needs = (gradient of x, gradient of alpha); what is not needed is empty or 0. With a readout
    `[n, n_out]` the first gradient is that of what it said, `[time, batch, n_out]`.
    """
    law = synapses, values[synapses.order], neurons, _numbers(reset, x.dtype)
    way = _Back(law, surrogate, x, tape, grad, needs, readout)
    return way.run(threads)


def _sum(parts: list[Array]) -> Array:
    """Add arrays in their order."""
    total = np.zeros_like(parts[0])
    for part in parts:
        total += part
    return total


class _Back:
    """The arrays of one way back."""

    def __init__(
        self,
        law: tuple[Synapses, Array, Neurons, tuple[Any, ...]],
        surrogate: Surrogate,
        x: Array,
        tape: Tape,
        grad: tuple[Array, State],
        needs: tuple[bool, bool],
        readout: Array | None,
    ) -> None:
        self.law = (
            law  # (synapses, values by delay, neurons, reset), as compiled code takes them
        )
        self.x = x
        self.tape = tape
        self.needs_alpha = needs[1]
        self.readout = readout
        steps, self.batch, self.n = x.shape
        self.lanes = lanes_of(x.dtype)
        self.memory = law[0].memory
        self.surrogate = (surrogate.kind, x.dtype.type(surrogate.slope))
        self.slopes = np.ascontiguousarray(grad[0])
        self.on_v = _packed(grad[1].v)
        self.on_i = _packed(grad[1].i)
        self.dx = np.empty((steps if needs[0] else 0, self.batch, self.n), x.dtype)
        self.dz = np.zeros((self.memory, self.batch, self.n), x.dtype)

    def run(self, threads: int) -> Gradients:
        """Go back over all slabs; their sums are added in one order, whatever the threads."""
        synapses, values, *_ = self.law
        dtype = self.x.dtype
        count = len(self.on_v)
        threads = max(min(threads, count), 1)
        sums = np.zeros((threads, len(values)), dtype)
        totals = np.zeros((count, self.n, 2), dtype)
        alphas = np.zeros((count, self.n, 1), dtype)
        total = np.zeros(len(values), dtype)
        outlets = [_outlet(self.readout, dtype) for _ in range(max(count, 1))]
        for wave in range(0, count, threads):

            def share(lo: int, hi: int, wave: int = wave) -> None:
                for k in range(lo, hi):
                    s = wave + k
                    sums[k] = 0
                    self._slab(s, sums[k], totals[s], alphas[s], outlets[s])

            size = min(threads, count - wave)
            run_shares(share, list(range(size + 1)))
            for part in sums[:size]:
                total += part
        dvalues = np.empty_like(total)
        dvalues[synapses.order] = total
        d_beta, d_threshold = totals.sum(0).T
        cells = Neurons(alphas.sum(0)[:, 0], d_beta, d_threshold)
        first = State(
            _unpacked(self.on_v, self.batch), _unpacked(self.on_i, self.batch), self.dz
        )
        on_readout = None
        if self.readout is not None:
            on_readout = _sum([outlet[2] for outlet in outlets]).reshape(self.readout.shape)
        return Gradients(self.dx, dvalues, cells, first, on_readout)

    def _slab(
        self, s: int, dvalues: Array, totals: Array, alphas: Array, outlet: Any
    ) -> None:
        tape = self.tape
        first = s * self.lanes
        steps = len(self.x)
        later = np.zeros((self.memory, self.n, self.lanes), self.x.dtype)
        carried = (self.on_v[s], self.on_i[s], later)
        grads = (self.dx, dvalues, totals, alphas, self.needs_alpha)
        for p, part in reversed(list(enumerate(segments(steps, tape.span)))):
            kept = tape.kept[s]
            start = (tape.marks[s, p, 0], tape.marks[s, p, 1])
            if not len(kept):
                kept = np.empty((part[1] - part[0], self.n, self.lanes), self.x.dtype)
                again = (start[0].copy(), start[1].copy())
                advance(*self.law, self.x, first, part, again, (kept, tape.bits[s]))
            segment = (part, start, kept, tape.bits[s])
            law = *self.law, self.surrogate
            retreat(*law, segment, self.slopes, first, carried, grads, outlet)
        self._past(s, later, dvalues)

    def _past(self, s: int, later: Array, dvalues: Array) -> None:
        """Go on to the spikes that were under way when the scan began."""
        out = np.empty((self.n, self.lanes), self.x.dtype)
        for t in range(-1, -self.memory - 1, -1):
            words = self.tape.bits[s, t + self.memory]
            ask(*self.law[:2], later, words, t, out, dvalues)
            # no step before 0 fills this slot of the ring: it must not be read as if one had
            later[t % self.memory] = 0
            for i0 in range(0, self.n, 16):
                count = min(16, self.n - i0)
                store_tile(out, i0, self.dz[t + self.memory], s * self.lanes, i0, count)
