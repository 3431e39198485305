"""Injected currents on a GPU (Triton): one kernel a stimulus adds to the drive, the first begins
from its base.
"""

import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.spikes.current import NOISE, RAMP, SINE

BLOCK = 256
SLACK = tl.constexpr(1e-6)  # of a step, as on the CPU
TURN = tl.constexpr(6.283185307179586)
UNIT = tl.constexpr(2.0**-53)
KIND_RAMP = tl.constexpr(RAMP)
KIND_SINE = tl.constexpr(SINE)
KIND_NOISE = tl.constexpr(NOISE)


@triton.jit
def _unit53(high, low):  # type: ignore[no-untyped-def]
    return (
        (high >> 5).to(tl.float64) * 67108864.0 + (low >> 6).to(tl.float64) + 1.0
    ) * UNIT


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
        # numbers given by the host may come as any integer type: sums with int64 make int64 of them
        low = i * 0 + step
        high = i * 0 + (step >> 32)
        lane = i * 0 + stream
        a, b, c, d = tl.philox(
            step * 0 + seed,
            i.to(tl.uint32),
            low.to(tl.uint32),
            high.to(tl.uint32),
            lane.to(tl.uint32),
        )
        drawn = tl.sqrt(-2.0 * tl.log(_unit53(a, b))) * tl.cos(_unit53(c, d) * TURN)
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
