"""Update of a population on a GPU (Triton): one kernel advances, compares, resets and lists who
fired.

The kernel of a model is written from the model's own functions (`translate`), so a user's model
runs here too. Each neuron belongs to one program; spikes are appended behind a counter in memory,
in any order within a step.
"""

from typing import Any

from neurosparse.kernels.base.machine.operation import memoised
from neurosparse.kernels.spikes.neuron_update.translate import translate
from neurosparse.kernels.spikes.neuron_update.written import written_kernels

BLOCK = 256

FRAME = """

@triton.jit
def update_population(
    rows, n_alloc, n, coefficients, wide, ready, refractory, log, capacity, ends, now,
    EACH: tl.constexpr, PAUSES: tl.constexpr, BLOCK: tl.constexpr,
):
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    here = i < n
    step = tl.load(now)
    slot = tl.load(now + 1)
    since = (step - tl.load(ready + i, mask=here, other=0)).to(tl.int32)
{loads}
    {new}, over = advance({advance})
    over = over & (since >= 0) & here
    {left} = settle({settle})
{stores}
    pause = tl.load(refractory + i * PAUSES, mask=here, other=0)
    tl.store(ready + i, (step + tl.maximum(pause, 1)).to(tl.int32), mask=over)
    fired = over.to(tl.int32)
    count = tl.sum(fired, 0)
    first = tl.atomic_add(ends + slot + 1, count.to(tl.int64), sem="relaxed")
    place = first + tl.cumsum(fired, 0) - fired
    tl.store(log + place, i.to(tl.int32), mask=over & (place < capacity))
"""


def kernel_source(model: Any) -> str:
    """Write the module that holds the kernel of a model class.

    >>> from neurosparse.neurons import LIF
    >>> "tl.where(since > 0, s_jump, 0.0)" in kernel_source(LIF)
    True
    """
    state = model.State._fields
    levels = model.Coefficients._fields
    s = [f"s_{k}" for k in state]
    p = [f"p_{k}" for k in levels]
    loads = [
        f"    s_{k} = tl.load(rows + {j} * tl.cast(n_alloc, tl.int64) + i, mask=here, other=0)"
        for j, k in enumerate(state)
    ]
    loads += [
        f"    p_{k} = tl.load({_level(j)}, mask=here, other=1)"
        for j, k in enumerate(levels)
    ]
    stores = [
        f"    tl.store({_row(j)}, tl.where(over, r_{k}, n_{k}), mask=here)"
        for j, k in enumerate(state)
    ]
    frame = FRAME.format(
        loads="\n".join(loads),
        new=", ".join(f"n_{k}" for k in state),
        left=", ".join(f"r_{k}" for k in state) + ("," if len(state) == 1 else ""),
        advance=", ".join([*s, *p, "since"]),
        settle=", ".join([*(f"n_{k}" for k in state), *p]),
        stores="\n".join(stores),
    )
    advance = translate(model.update, "advance", [*s, *p, "since"], state)
    return f"{advance}\n\n\n{translate(model.reset, 'settle', [*s, *p], state)}\n{frame}"


def _row(j: int) -> str:
    """Where state j of the neurons lies; a large population has more numbers than int32 counts."""
    return f"rows + {j} * tl.cast(n_alloc, tl.int64) + i"


def _level(j: int) -> str:
    """Where coefficient j lies; a column for each neuron where bit j of EACH says so."""
    return f"coefficients + {j} * tl.cast(wide, tl.int64) + i * ((EACH >> {j}) & 1)"


@memoised
def population_kernel(model: Any) -> Any:
    """Compile the kernel of a model class."""
    names = written_kernels(model, kernel_source(model))
    return names["update_population"]
