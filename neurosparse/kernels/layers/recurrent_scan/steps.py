"""The steps of a slab of samples, forward and backward, compiled.

Arrays are rows of lanes `[n, lanes]`. A slab runs through all its steps at a stretch, so its state
stays in the cache. Spikes are bits, a word a neuron and step: 1/32 float. A presynaptic neuron
whose word is 0 is passed over, forward and in the gradient of its weights.
"""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.lanes import gather_dot_row, gather_row, scatter_row
from neurosparse.kernels.base.vector.tiles import TILE, load_tile, store_tile
from neurosparse.kernels.layers.recurrent_scan.rows import (
    charge_row,
    current_row,
    gated_row,
    release_row,
    spikes_row,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import (
    ATAN,
    BOX,
    FAST_SIGMOID,
    SIGMOID,
    TRIANGLE,
)
from neurosparse.typing import Array

FAST = {"nsz", "arcp", "contract", "afn"}


@njit(cache=True, nogil=True)
def _arrive(
    synapses: Any,
    values: Array,
    bits: Array,
    t: int,
    memory: int,
    row: Array,
    arriving: Array,
) -> None:
    """Add what spikes of earlier steps bring in step t."""
    arriving[:] = 0
    for g in range(synapses.delays.shape[0]):
        words = bits[t - 1 - synapses.delays[g] + memory]
        indptr = synapses.indptr[g]
        for i in range(arriving.shape[0]):
            if words[i]:
                spikes_row(words, i, row)
                scatter_row(
                    row, arriving, synapses.indices, values, indptr[i], indptr[i + 1]
                )


@njit(cache=True, nogil=True)
def advance(
    synapses: Any,
    values: Array,
    neurons: Any,
    reset: Any,
    x: Array,
    first: int,
    span: Any,
    state: Any,
    out: Any,
) -> None:
    """Run steps span[0]..span[1]-1 of samples first..; state = (v, i) `[n, lanes]` in place.

    out = (membranes `[steps, n, lanes]` or none of them, spikes as bits `[memory + time, n]`, of
    which those of the past are there).
    """
    v, i = state
    kept, bits = out
    n, lanes = v.shape
    memory = bits.shape[0] - x.shape[0]
    arriving = np.empty_like(v)
    spare = np.empty_like(v)
    tile = np.empty((TILE, lanes), v.dtype)
    row = np.empty(lanes, v.dtype)
    for t in range(span[0], span[1]):
        _arrive(synapses, values, bits, t, memory, row, arriving)
        before = bits[t - 1 + memory]
        after = bits[t + memory]
        charged = kept[t - span[0]] if kept.shape[0] else spare
        for i0 in range(0, n, TILE):
            for k in range(load_tile(x[t], first, i0, n, tile)):
                j = i0 + k
                numbers = (neurons.alpha[j], neurons.beta[j], neurons.threshold[j])
                charge_row(
                    v[j],
                    i[j],
                    tile[k],
                    arriving[j],
                    charged[j],
                    before,
                    after,
                    j,
                    numbers,
                    reset,
                )


@njit(cache=True, nogil=True)
def show(bits: Array, first: int, memory: int, spikes: Array, lanes: int) -> None:
    """Write the spikes of a slab as 0 and 1 into `spikes [time, batch, n]`."""
    tile = np.empty((TILE, lanes), spikes.dtype)
    n = spikes.shape[2]
    for t in range(spikes.shape[0]):
        for i0 in range(0, n, TILE):
            count = min(TILE, n - i0)
            for k in range(count):
                spikes_row(bits[t + memory], i0 + k, tile[k])
            store_tile(tile, 0, spikes[t], first, i0, count)


@njit(cache=True, nogil=True)
def speak(
    bits: Array, first: int, memory: int, outlet: Any, out: Array, lanes: int
) -> None:
    """Write the readout `out[t, b, o] = Σ_j z_t[b, j] R[j, o]` of a slab.

    outlet = (targets, R, gradient of R), each flat.
    """
    targets, values, _ = outlet
    n_out = out.shape[2]
    rows = np.empty((n_out, lanes), out.dtype)
    z = np.empty(lanes, out.dtype)
    for t in range(out.shape[0]):
        rows[:] = 0
        for j in range(bits.shape[1]):
            if bits[t + memory, j]:
                spikes_row(bits[t + memory], j, z)
                scatter_row(z, rows, targets, values, j * n_out, (j + 1) * n_out)
        for o in range(0, n_out, TILE):
            store_tile(rows, o, out[t], first, o, min(TILE, n_out - o))


@njit(cache=True, nogil=True)
def _listen(words: Array, outlet: Any, slopes: Array, first: int, on_z: Array) -> None:
    """Add the gradient that the readout gives each spike, and that of its matrix.

    slopes `[batch, n_out]` are the gradients of what it said.
    """
    targets, values, dvalues = outlet
    n_out = slopes.shape[1]
    lanes = on_z.shape[1]
    rows = np.empty((n_out, lanes), on_z.dtype)
    z = np.empty(lanes, on_z.dtype)
    part = np.empty(lanes, on_z.dtype)
    for o in range(0, n_out, TILE):
        load_tile(slopes, first, o, n_out, rows[o : o + TILE])
    for j in range(on_z.shape[0]):
        if words[j]:
            spikes_row(words, j, z)
            gather_dot_row(
                z, rows, part, targets, values, dvalues, j * n_out, (j + 1) * n_out
            )
        else:
            gather_row(rows, part, targets, values, j * n_out, (j + 1) * n_out)
        _add(on_z[j], part)


@njit(cache=True, nogil=True)
def read(spikes: Array, first: int, bits: Array, lanes: int) -> None:
    """Read `spikes [time, batch, n]` (0 and 1) of a slab as bits `[time, n]`."""
    n = spikes.shape[2]
    samples = min(lanes, spikes.shape[1] - first)
    bits[:] = 0
    for t in range(spikes.shape[0]):
        for k in range(samples):
            for j in range(n):
                if spikes[t, first + k, j] > 0:
                    bits[t, j] |= np.uint32(1) << np.uint32(k)


@njit(cache=True, nogil=True, fastmath=FAST)
def _times_surrogate(u: Array, out: Array, threshold: Any, kind: int, slope: Any) -> None:
    """Multiply `out` by the surrogate derivative at u - threshold."""
    # 1 and 0 of the type of the slope: a literal would make float32 wide
    unit = slope / slope
    zero = slope - slope
    if kind == FAST_SIGMOID:
        for k in range(u.shape[0]):
            d = unit + slope * abs(u[k] - threshold)
            out[k] = out[k] / (d * d)
    elif kind == ATAN:
        half = slope / 2
        bent = slope * u.dtype.type(np.pi / 2)
        for k in range(u.shape[0]):
            d = bent * (u[k] - threshold)
            out[k] = out[k] * half / (unit + d * d)
    elif kind == TRIANGLE:
        for k in range(u.shape[0]):
            out[k] = out[k] * max(unit - slope * abs(u[k] - threshold), zero)
    elif kind == SIGMOID:
        for k in range(u.shape[0]):
            fall = np.exp(-slope * abs(u[k] - threshold))
            out[k] = out[k] * slope * fall / ((unit + fall) * (unit + fall))
    elif kind == BOX:
        for k in range(u.shape[0]):
            out[k] = out[k] * slope if 2 * slope * abs(u[k] - threshold) < unit else zero


@njit(cache=True, nogil=True, fastmath=FAST)
def _add(x: Array, y: Array) -> None:
    for k in range(x.shape[0]):
        x[k] += y[k]


@njit(cache=True, nogil=True)
def ask(
    synapses: Any,
    values: Array,
    later: Array,
    words: Array,
    t: int,
    out: Array,
    dvalues: Array,
) -> None:
    """Compute `out[i] = Σ_e w_e δi_(t+1+d)[post(e)]`, the gradient that synapses give each spike.

    Add `<z_t[i], δi>` to the gradient of each synapse. later `[memory, n, lanes]` is the ring of
    δi, words `[n]` the spikes of step t.
    """
    z = np.empty(later.shape[2], out.dtype)
    part = np.empty(later.shape[2], out.dtype)
    out[:] = 0
    for g in range(synapses.delays.shape[0]):
        slopes = later[(t + 1 + synapses.delays[g]) % later.shape[0]]
        indptr = synapses.indptr[g]
        for i in range(out.shape[0]):
            lo = indptr[i]
            hi = indptr[i + 1]
            if words[i]:
                spikes_row(words, i, z)
                gather_dot_row(z, slopes, part, synapses.indices, values, dvalues, lo, hi)
            else:
                gather_row(slopes, part, synapses.indices, values, lo, hi)
            _add(out[i], part)


@njit(cache=True, nogil=True)
def _membrane(
    start: Array, kept: Array, k: int, j: int, words: Array, gate: Any, out: Array
) -> None:
    """Write the membrane of neuron j after step k of the segment (-1: before it) to `out`.

    words are the spikes before that step.
    """
    if k < 0:
        out[:] = start[j]
    else:
        gated_row(kept[k, j], words, j, gate, out)


@njit(cache=True, nogil=True)
def retreat(
    synapses: Any,
    values: Array,
    neurons: Any,
    reset: Any,
    surrogate: Any,
    segment: Any,
    slopes: Array,
    first: int,
    carried: Any,
    grads: Any,
    outlet: Any,
) -> None:
    """Go back over a segment of steps from the gradients of its spikes, slopes `[time, batch, n]`.

    With an outlet (see `speak`) slopes are `[time, batch, n_out]`, the gradients of what it said.

    segment = (span, (v, i) before it, membranes, bits); carried = (gradient on v from later, on i,
    ring of δi), in place; grads = (dx `[time, batch, n]` or none of it, dvalues, those of beta and
    threshold `[n, 2]`, of alpha `[n, 1]`, whether that one is wanted), added to; surrogate = (kind,
    slope).
    """
    span, start, kept, bits = segment
    on_v, on_i, later = carried
    dx, dvalues, totals, alphas, needs_alpha = grads
    memory, n, lanes = later.shape
    past = bits.shape[0] - slopes.shape[0]
    spoken = outlet[0].shape[0] > 0
    on_z = np.empty_like(on_v)
    work = np.empty((2, lanes), on_v.dtype)
    tile = np.empty((TILE, lanes), on_v.dtype)
    v = work[0]
    earlier = work[1]
    for t in range(span[1] - 1, span[0] - 1, -1):
        k = t - span[0]
        ask(synapses, values, later, bits[t + past], t, on_z, dvalues)
        if spoken:
            _listen(bits[t + past], outlet, slopes[t], first, on_z)
        delta = later[t % memory]
        words = bits[t - 1 + past]
        before = bits[max(t - 2 + past, 0)]
        for i0 in range(0, n, TILE):
            if spoken:
                tile[:] = 0
            count = (
                min(TILE, n - i0) if spoken else load_tile(slopes[t], first, i0, n, tile)
            )
            for m in range(count):
                j = i0 + m
                numbers = (neurons.alpha[j], neurons.beta[j], neurons.threshold[j])
                gated_row(kept[k, j], words, j, reset[1], v)
                _add(tile[m], on_z[j])
                _times_surrogate(v, tile[m], numbers[2], surrogate[0], surrogate[1])
                _membrane(start[0], kept, k - 1, j, before, reset[1], earlier)
                release_row(
                    tile[m],
                    on_v[j],
                    on_i[j],
                    delta[j],
                    earlier,
                    words,
                    j,
                    numbers,
                    reset,
                    totals[j],
                )
                if needs_alpha and k == 0:
                    alphas[j, 0] += np.sum(delta[j] * start[1][j])
                elif needs_alpha:
                    _membrane(
                        start[0],
                        kept,
                        k - 2,
                        j,
                        bits[max(t - 3 + past, 0)],
                        reset[1],
                        earlier,
                    )
                    current_row(
                        delta[j],
                        kept[k - 1, j],
                        earlier,
                        before,
                        j,
                        numbers,
                        reset,
                        alphas[j],
                    )
            if dx.shape[0]:
                store_tile(delta, i0, dx[t], first, i0, count)
