"""The recurrent scan with its input layer inside: currents exist for a few steps at a time.

These are x_t = u_t W + c, of a slab of samples. Neither the currents `[time, batch, n]` nor their
gradient are ever there as a whole; the gradient goes into that of W segment by segment. Membranes
are kept at the beginnings of segments only and computed again in between.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from neurosparse.kernels.base.vector.lanes import lanes_of
from neurosparse.kernels.base.vector.threads import run_shares
from neurosparse.kernels.base.vector.tiles import slabs, store_tile
from neurosparse.kernels.layers.recurrent_scan.cpu import (
    _bounds,
    _numbers,
    _outlet,
    _packed,
    _unpacked,
    segments,
)
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


class Inlet(NamedTuple):
    """An input layer.

    Attributes:
        weight: W `[n_in, n]`, any strides.
        offset: c `[n]`.
        product: what multiplies two matrices, so that its threads are those of whoever calls.
    """

    weight: Array
    offset: Array
    product: Callable[[Array, Array], Array] = np.matmul

    def currents(self, u: Array) -> Array:
        """Return `u W + c`, `[steps, samples, n]`, of inputs `u [steps, samples, n_in]`."""
        flat = self.product(u.reshape(-1, u.shape[2]), self.weight)
        flat += self.offset
        return flat.reshape(*u.shape[:2], -1)


class Marks(NamedTuple):
    """What the way back needs.

    Attributes:
        states: v and i before each segment, `[slabs, segments, 2, n, lanes]`.
        bits: spikes, `[slabs, memory + time, n]`, the samples of a slab in one word.
        span: steps of a segment.
    """

    states: Array
    bits: Array
    span: int


class Back(NamedTuple):
    """Gradients of the scan, those of u in place of those of x, and those of the input layer."""

    scan: Gradients
    weight: Array
    offset: Array


def span_of(steps: int, memory: int) -> int:
    """Count the steps of a segment: about √time, and whole turns of the ring of `memory` steps.

    >>> span_of(50, 1), span_of(50, 3), span_of(0, 2)
    (8, 9, 2)
    """
    return -(-max(math.isqrt(max(steps - 1, 0)) + 1, 1) // memory) * memory


def forward(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    reset: Reset,
    u: Array,
    state: State,
    inlet: Inlet,
    **more: Any,
) -> tuple[Array, Marks, State]:
    """Return spikes `[time, batch, n]`, marks and the last state.

    more: `keep` (False: no marks), `threads`, `readout [n, n_out]`, whose products with the spikes
    come in their place.
    """
    keep = more.get("keep", True)
    threads = more.get("threads", 1)
    readout = more.get("readout")
    steps, batch = u.shape[:2]
    n = synapses.n
    lanes = lanes_of(u.dtype)
    memory = synapses.memory
    count = slabs(batch, lanes)
    span = span_of(steps, memory)
    parts = segments(steps, span)
    v = _packed(state.v)
    i = _packed(state.i)
    marks = np.empty((count, len(parts) if keep else 0, 2, n, lanes), u.dtype)
    bits = np.zeros((count, memory + steps, n), np.uint32)
    out = np.empty((steps, batch, n if readout is None else readout.shape[1]), u.dtype)
    past = np.empty((memory, batch, n), u.dtype)
    outlet = _outlet(readout, u.dtype)
    grouped = values[synapses.order]
    numbers = _numbers(reset, u.dtype)
    nothing = np.empty((0, n, lanes), u.dtype)

    def share(lo: int, hi: int) -> None:
        for s in range(lo, hi):
            read(state.z, s * lanes, bits[s, :memory], lanes)
            for p, (a, b) in enumerate(parts):
                if keep:
                    marks[s, p, 0] = v[s]
                    marks[s, p, 1] = i[s]
                x = inlet.currents(u[a:b, s * lanes : (s + 1) * lanes])
                tape = nothing, bits[s, a : b + memory]
                advance(
                    synapses,
                    grouped,
                    neurons,
                    numbers,
                    x,
                    0,
                    (0, b - a),
                    (v[s], i[s]),
                    tape,
                )
            show(bits[s, steps:], s * lanes, 0, past, lanes)
            if readout is None:
                show(bits[s], s * lanes, memory, out, lanes)
            else:
                speak(bits[s], s * lanes, memory, outlet, out, lanes)

    run_shares(share, _bounds(count, threads))
    return (
        out,
        Marks(marks, bits, span),
        State(_unpacked(v, batch), _unpacked(i, batch), past),
    )


class _Slab(NamedTuple):
    """Where the gradients of one slab are added up."""

    values: Array
    totals: Array
    alphas: Array
    outlet: Any
    weight: Array
    offset: Array

    def add(self, other: "_Slab") -> None:
        """Add the sums of another slab, in place."""
        for name in ("values", "totals", "alphas", "weight", "offset"):
            total = getattr(self, name)
            total += getattr(other, name)
        on_readout = self.outlet[2]
        on_readout += other.outlet[2]


def backward(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    reset: Reset,
    surrogate: Surrogate,
    u: Array,
    inlet: Inlet,
    marks: Marks,
    grad: tuple[Array, State],
    **more: Any,
) -> Back:
    """Give gradients from those of the spikes (of what the readout said) and of the last v and i.

    more: `needs` (gradient of u, of alpha), `threads`, `readout`. Sums are added slab by slab,
    whatever the threads.
    """
    law = synapses, values[synapses.order], neurons, _numbers(reset, u.dtype)
    way = _Way(law, surrogate, u, inlet, marks, grad, more)
    return way.run(more.get("threads", 1))


class _Way:
    """The arrays of one way back."""

    def __init__(
        self,
        law: tuple[Synapses, Array, Neurons, tuple[Any, ...]],
        surrogate: Surrogate,
        u: Array,
        inlet: Inlet,
        marks: Marks,
        grad: tuple[Array, State],
        more: dict[str, Any],
    ) -> None:
        self.law = (
            law  # (synapses, values by delay, neurons, reset), as compiled code takes them
        )
        self.u = u
        self.inlet = inlet
        self.marks = marks
        self.needs_u, self.needs_alpha = more.get("needs", (True, True))
        self.readout = more.get("readout")
        self.n = law[0].n
        self.memory = law[0].memory
        self.lanes = lanes_of(u.dtype)
        self.surrogate = (surrogate.kind, u.dtype.type(surrogate.slope))
        self.slopes = grad[0]
        self.on_v = _packed(grad[1].v)
        self.on_i = _packed(grad[1].i)
        self.du = np.empty(u.shape if self.needs_u else (0, 0, 0), u.dtype)
        self.dz = np.zeros((self.memory, u.shape[1], self.n), u.dtype)

    def fresh(self) -> _Slab:
        """Make sums of nothing."""
        dtype = self.u.dtype
        return _Slab(
            values=np.zeros(len(self.law[1]), dtype),
            totals=np.zeros((self.n, 2), dtype),
            alphas=np.zeros((self.n, 1), dtype),
            outlet=_outlet(self.readout, dtype),
            weight=np.zeros(self.inlet.weight.shape, dtype),
            offset=np.zeros(self.n, dtype),
        )

    def run(self, threads: int) -> Back:
        """Go back over all slabs, as many at a time as there are threads."""
        count = len(self.on_v)
        total = self.fresh()
        for wave in range(0, count, max(threads, 1)):
            size = min(max(threads, 1), count - wave)
            sums = [self.fresh() for _ in range(size)]

            def share(lo: int, hi: int, wave: int = wave, sums: list[_Slab] = sums) -> None:
                for k in range(lo, hi):
                    self._slab(wave + k, sums[k])

            run_shares(share, list(range(size + 1)))
            for part in sums:
                total.add(part)
        dvalues = np.empty_like(total.values)
        dvalues[self.law[0].order] = total.values
        cells = Neurons(total.alphas[:, 0], total.totals[:, 0], total.totals[:, 1])
        batch = self.u.shape[1]
        first = State(_unpacked(self.on_v, batch), _unpacked(self.on_i, batch), self.dz)
        spoken = (
            None if self.readout is None else total.outlet[2].reshape(self.readout.shape)
        )
        return Back(
            Gradients(self.du, dvalues, cells, first, spoken), total.weight, total.offset
        )

    def _slab(self, s: int, sums: _Slab) -> None:
        dtype = self.u.dtype
        samples = slice(s * self.lanes, (s + 1) * self.lanes)
        later = np.zeros((self.memory, self.n, self.lanes), dtype)
        kept = np.empty((min(self.marks.span, len(self.u)), self.n, self.lanes), dtype)
        carried = (self.on_v[s], self.on_i[s], later)
        for p, (a, b) in reversed(list(enumerate(segments(len(self.u), self.marks.span)))):
            start = self.marks.states[s, p]
            bits = self.marks.bits[s, a : b + self.memory]
            u = np.ascontiguousarray(self.u[a:b, samples])
            x = self.inlet.currents(u)
            advance(
                *self.law,
                x,
                0,
                (0, b - a),
                (start[0].copy(), start[1].copy()),
                (kept, bits),
            )
            # the currents have done their duty: their gradient takes their place
            grads = x, sums.values, sums.totals, sums.alphas, self.needs_alpha
            segment = (0, b - a), (start[0], start[1]), kept, bits
            slopes = np.ascontiguousarray(self.slopes[a:b, samples])
            retreat(
                *self.law, self.surrogate, segment, slopes, 0, carried, grads, sums.outlet
            )
            self._inlet(u, x.reshape(-1, self.n), slice(a, b), samples, sums)
        self._past(s, later, sums.values)

    def _inlet(
        self, u: Array, dx: Array, steps: slice, samples: slice, sums: _Slab
    ) -> None:
        """Hand the gradient of the currents on to the input layer and, if needed, the inputs."""
        product = self.inlet.product
        on_weight = sums.weight
        on_weight += product(u.reshape(-1, u.shape[2]).T, dx)
        on_offset = sums.offset
        on_offset += dx.sum(0)
        if self.needs_u:
            self.du[steps, samples] = product(dx, self.inlet.weight.T).reshape(u.shape)

    def _past(self, s: int, later: Array, dvalues: Array) -> None:
        """Go on to the spikes that were under way when the scan began."""
        out = np.empty((self.n, self.lanes), self.u.dtype)
        for t in range(-1, -self.memory - 1, -1):
            words = self.marks.bits[s, t + self.memory]
            ask(*self.law[:2], later, words, t, out, dvalues)
            # no step before 0 fills this slot of the ring: it must not be read as if one had
            later[t % self.memory] = 0
            for i0 in range(0, self.n, 16):
                count = min(16, self.n - i0)
                store_tile(out, i0, self.dz[t + self.memory], s * self.lanes, i0, count)
