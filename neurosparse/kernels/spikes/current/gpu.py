"""Injected currents on a GPU (Triton): one kernel a stimulus adds to the drive, the first begins
from its base.
"""

import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.spikes.current import NOISE, RAMP, SINE, normal
from neurosparse.kernels.spikes.poisson.gpu import neuron_word

BLOCK = 256
SLACK = tl.constexpr(1e-6)  # of a step, as on the CPU
TURN = tl.constexpr(6.283185307179586)
UNIT = tl.constexpr(normal.UNIT)
MIDDLE = tl.constexpr(normal.MIDDLE)
CENTRE = tl.constexpr(normal.CENTRE)
UNDER_CENTRE = tl.constexpr(normal.UNDER_CENTRE)
TAIL = tl.constexpr(normal.TAIL)
UNDER_TAIL = tl.constexpr(normal.UNDER_TAIL)
KIND_RAMP = tl.constexpr(RAMP)
KIND_SINE = tl.constexpr(SINE)
KIND_NOISE = tl.constexpr(NOISE)


@triton.jit
def _centre(r):  # type: ignore[no-untyped-def]
    over = r * 0.0 + CENTRE[0]
    under = r * 0.0 + UNDER_CENTRE[0]
    for k in tl.static_range(1, 8):
        over = over * r + CENTRE[k]
        under = under * r + UNDER_CENTRE[k]
    return over / under


@triton.jit
def _tail(r):  # type: ignore[no-untyped-def]
    over = r * 0.0 + TAIL[0]
    under = r * 0.0 + UNDER_TAIL[0]
    for k in tl.static_range(1, 8):
        over = over * r + TAIL[k]
        under = under * r + UNDER_TAIL[k]
    return over / under


@triton.jit
def _normal(word):  # type: ignore[no-untyped-def]
    # see kernels.spikes.current.normal
    q = (word.to(tl.float64) + 0.5) * UNIT - 0.5
    far = tl.sqrt(-tl.log(0.5 - tl.abs(q))) - 1.6
    tail = tl.where(q < 0, -1.0, 1.0) * _tail(far)
    return tl.where(tl.abs(q) > MIDDLE, tail, q * _centre(MIDDLE * MIDDLE - q * q))


@triton.jit
def _waveform(t, dt, start, stop, one, two, KIND: tl.constexpr):  # type: ignore[no-untyped-def]
    slack = dt * SLACK
    if KIND == KIND_RAMP:
        f = tl.minimum(tl.maximum(t - start, 0.0) / (stop - start), 1.0)
    else:
        f = t * 0.0 + 1.0
        if KIND == KIND_SINE:
            f = tl.sin(one * TURN * (t - start) / 1000.0 + two)
        f = tl.where(t >= stop - slack, 0.0, f)
    return tl.where(t < start - slack, 0.0, f)


@triton.jit
def _current(  # type: ignore[no-untyped-def]
    drive, base, n, gain, amplitude, shape, x, seed, stream, now,
    GAINS: tl.constexpr, EACH: tl.constexpr, KIND: tl.constexpr, FIRST: tl.constexpr,
    BLOCK: tl.constexpr,
):  # fmt: skip
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    here = i < n
    step = tl.load(now)
    start = tl.load(shape)
    stop = tl.load(shape + 1)
    dt = tl.load(shape + 4)
    one = tl.load(shape + 2)
    two = tl.load(shape + 3)
    level = tl.load((base if FIRST else drive) + i, mask=here, other=0.0)
    scale = tl.load(gain + i * GAINS, mask=here, other=0.0) * tl.load(
        amplitude + i * EACH, mask=here, other=0.0
    )
    if KIND == KIND_NOISE:
        time = (step.to(tl.float64) + SLACK) * dt
        on = (time >= start) & (time < stop)
        drawn = _normal(neuron_word(seed, stream, step, i, 16))
        before = tl.load(x + i, mask=here, other=0.0)
        f = tl.where(on, one * before + two * drawn, before)
        tl.store(x + i, f, mask=here)
        f = tl.where(on, f, 0.0)
    else:
        f = _waveform(step.to(tl.float64) * dt, dt, start, stop, one, two, KIND)
    tl.store(drive + i, level + (scale * f).to(drive.dtype.element_ty), mask=here)


def add_current(
    drive: Tensor,
    base: Tensor,
    n: int,
    gain: Tensor,
    amplitude: Tensor,
    shape: Tensor,
    kind: int,
    first: bool,
    noise: tuple[Tensor, int, int],
    now: Tensor,
) -> None:
    """Add gain amplitude f(t) of the step `now` to drive [n], or to `base` where this is the
    `first` of its target.

    `shape` is float64 [5]: start, stop, two numbers of the waveform, dt; `noise` is (processes
    float64 [n], seed, stream), used by that kind alone. `gain` and `amplitude` are [1] or [n].
    """
    x, seed, stream = noise
    _current[(triton.cdiv(n, BLOCK),)](
        drive, base, n, gain, amplitude, shape, x, seed, stream, now,
        GAINS=int(len(gain) > 1), EACH=int(len(amplitude) > 1), KIND=kind, FIRST=first, BLOCK=BLOCK,
    )  # fmt: skip
