"""What a program of the recurrent scan does on a GPU (Triton): a step of a neuron, there and back.

Arrays are feature-major, `[time, n, batch]`; spikes are bytes.
"""

import triton
import triton.language as tl


@triton.jit(do_not_specialize=["t"])
def advance(  # type: ignore[no-untyped-def]
    starts, ends, others, delays, places, values, x, alpha, beta, threshold, rule, v, i, kept,
    spikes, t, memory, n, batch,
    KEEP: tl.constexpr, EDGES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Advance a neuron by a step, v and i in place.

    Its membrane goes to kept[t + 1], its spikes to spikes[memory + t].
    """
    j = tl.program_id(0).to(tl.int64)
    b = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = b < batch
    cell = j * batch + b
    step = t.to(tl.int64)
    plane = (j - j + n) * batch  # by way of an int64 0: n * batch may pass int32
    arrived = tl.zeros([EDGES, BLOCK], dtype=x.dtype.element_ty)
    last = tl.load(ends + j)
    for first in range(tl.load(starts + j), last, EDGES):
        e = first + tl.arange(0, EDGES)
        on = e < last
        w = tl.load(values + tl.load(places + e, mask=on, other=0), mask=on, other=0.0)
        source = (step - 1 - tl.load(delays + e, mask=on, other=0) + memory) * plane
        source += tl.load(others + e, mask=on, other=0).to(tl.int64) * batch
        wide = on[:, None] & inside[None, :]
        z = tl.load(spikes + source[:, None] + b[None, :], mask=wide, other=0)
        arrived += w[:, None] * z.to(x.dtype.element_ty)
    arriving = tl.sum(arrived, 0)
    last_spikes = spikes + (step - 1 + memory) * plane + cell
    z = tl.load(last_spikes, mask=inside, other=0).to(x.dtype.element_ty)
    level = tl.load(threshold + j)
    drive = tl.load(x + step * plane + cell, mask=inside, other=0.0)
    past_i = tl.load(i + cell, mask=inside, other=0.0)
    current = tl.load(alpha + j) * past_i + drive + arriving
    past_v = tl.load(v + cell, mask=inside, other=0.0)
    left = tl.load(beta + j) * past_v * (1 - tl.load(rule) * z)
    charged = left + current - tl.load(rule + 2) * level * z
    now = charged * (1 - tl.load(rule + 1) * z)
    if KEEP:
        tl.store(kept + (step + 1) * plane + cell, charged, mask=inside)
    tl.store(i + cell, current, mask=inside)
    tl.store(v + cell, now, mask=inside)
    tl.store(
        spikes + (step + memory) * plane + cell, (now > level).to(tl.int8), mask=inside
    )


@triton.jit
def _derivative(u, slope, KIND: tl.constexpr):  # type: ignore[no-untyped-def]
    """The surrogate of that kind, numbered as in `surrogates`, at u = v - threshold."""
    if KIND == 0:
        d = 1 + slope * tl.abs(u)
        out = 1 / (d * d)
    elif KIND == 1:
        d = slope * 1.5707963267948966 * u
        out = slope / 2 / (1 + d * d)
    elif KIND == 2:
        rise = 1 - slope * tl.abs(u)
        out = tl.where(rise > 0, rise, 0.0)
    elif KIND == 3:
        fall = tl.exp(-slope * tl.abs(u))
        out = slope * fall / ((1 + fall) * (1 + fall))
    else:
        out = tl.where(2 * slope * tl.abs(u) < 1, slope, 0.0)
    return out


@triton.jit
def _add(target, part, inside):  # type: ignore[no-untyped-def]
    tl.store(target, tl.load(target, mask=inside, other=0.0) + part, mask=inside)


@triton.jit(do_not_specialize=["t", "row"])
def gather(  # type: ignore[no-untyped-def]
    starts, ends, others, delays, places, values, delta, out, t, row, steps, n, batch,
    EDGES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Add `Σ_e w_e δ_(t+1+d)[post(e)]` of one neuron to out[row], of steps within the scan."""
    j = tl.program_id(0).to(tl.int64)
    b = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = b < batch
    plane = (j - j + n) * batch  # int64
    target = out + row * plane + j * batch + b
    arrived = tl.zeros([EDGES, BLOCK], dtype=out.dtype.element_ty)
    last = tl.load(ends + j)
    for first in range(tl.load(starts + j), last, EDGES):
        e = first + tl.arange(0, EDGES)
        place = tl.load(places + e, mask=e < last, other=0)
        w = tl.load(values + place, mask=e < last, other=0.0)
        at = t.to(tl.int64) + 1 + tl.load(delays + e, mask=e < last, other=0)
        on = (e < last) & (at >= 0) & (at < steps)
        source = at * plane + tl.load(others + e, mask=on, other=0).to(tl.int64) * batch
        wide = on[:, None] & inside[None, :]
        slope = tl.load(delta + source[:, None] + b[None, :], mask=wide, other=0.0)
        arrived += w[:, None] * slope
    _add(target, tl.sum(arrived, 0), inside)


@triton.jit(do_not_specialize=["t"])
def retreat(  # type: ignore[no-untyped-def]
    slopes, alpha, beta, threshold, rule, kept, spikes, delta, on_v, on_i, sums, t, steps, memory,
    n, batch, KIND: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Go back a step of one neuron, slopes[t] the whole gradient of its spike.

    Gradients of its numbers are added to sums `[3, n, batch]`.
    """
    j = tl.program_id(0).to(tl.int64)
    b = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = b < batch
    cell = j * batch + b
    step = t.to(tl.int64)
    plane = (j - j + n) * batch  # int64
    membrane = tl.load(rule)
    gate = tl.load(rule + 1)
    level = tl.load(rule + 2)
    slope = tl.load(rule + 3)
    share = tl.load(beta + j)
    height = tl.load(threshold + j)
    number = slopes.dtype.element_ty
    last = spikes + (step - 1 + memory) * plane + cell
    z = tl.load(last, mask=inside, other=0).to(number)
    # the membrane that the scan began with is past its gate already
    gated = b < tl.where(step > 0, batch, 0)
    sooner = tl.load(last - plane, mask=gated, other=0).to(number)
    before = tl.load(kept + step * plane + cell, mask=inside, other=0.0)
    left = before * (1 - gate * sooner) * (1 - membrane * z)
    charged = tl.load(kept + (step + 1) * plane + cell, mask=inside, other=0.0)
    on_z = tl.load(slopes + step * plane + cell, mask=inside, other=0.0)
    through = _derivative(charged * (1 - gate * z) - height, slope, KIND) * on_z
    on = (tl.load(on_v + cell, mask=inside, other=0.0) + through) * (1 - gate * z)
    mine = on + tl.load(on_i + cell, mask=inside, other=0.0)
    following = b < tl.where(step + 1 < steps, batch, 0)
    later = tl.load(delta + (step + 1) * plane + cell, mask=following, other=0.0)
    current = charged - share * left + level * height * z
    _add(sums + cell, current * later, inside)
    _add(sums + plane + cell, on * left, inside)
    _add(sums + 2 * plane + cell, -through - level * z * on, inside)
    tl.store(delta + step * plane + cell, mine, mask=inside)
    tl.store(on_v + cell, on * share * (1 - membrane * z), mask=inside)
    tl.store(on_i + cell, tl.load(alpha + j) * mine, mask=inside)


@triton.jit
def pair(  # type: ignore[no-untyped-def]
    pre, post, delays, places, spikes, delta, out, steps, memory, n, batch,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """Write out[place] = Σ_t <z_(t-1-d)[pre], δ_t[post]> of one synapse."""
    e = tl.program_id(0).to(tl.int64)
    i = tl.load(pre + e).to(tl.int64)
    j = tl.load(post + e).to(tl.int64)
    back = memory - 1 - tl.load(delays + e).to(tl.int64)
    total = tl.zeros([BLOCK], dtype=out.dtype.element_ty)
    count = (e - e + steps) * batch  # int64, as the range that it ends
    for start in range(e - e, count, BLOCK):
        at = start + tl.arange(0, BLOCK)
        t = at // batch
        b = at % batch
        inside = at < count
        z = tl.load(spikes + ((back + t) * n + i) * batch + b, mask=inside, other=0)
        z = z.to(out.dtype.element_ty)
        total += z * tl.load(delta + (t * n + j) * batch + b, mask=inside, other=0.0)
    tl.store(out + tl.load(places + e), tl.sum(total))
