"""Plasticity on a GPU (Triton): each program takes spikes of the step and changes their rows or
columns.

The kernels of a rule are written from the rule's own functions (`translate`), so a user's rule runs
here too. A synapse lies in one row and one column, and rows are done before columns: every change
has one author, so the weights are the same in every run. Traces and weights are float32, as on the
CPU.
"""

from typing import Any, NamedTuple

import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.base.machine.operation import memoised
from neurosparse.kernels.spikes.neuron_update.translate import translate
from neurosparse.kernels.spikes.neuron_update.written import written_kernels

BLOCK = 128  # synapses at once, one a thread: a rule's numbers fill the registers
PROGRAMS = 1024  # share the spikes of a step, whose number the host does not know

ROWS = """

@triton.jit
def change_rows(
    log, capacity, ends, now, delay, segments, indices, weights, changed, x, n_pre, y, n_alloc,
    coefficients, scale, target, epoch, age,
    AGED: tl.constexpr, FIXED: tl.constexpr, BLOCK: tl.constexpr,
):
    slot = tl.load(now + 1) - delay
    first = tl.load(ends + slot)
    last = tl.minimum(tl.load(ends + slot + 1), capacity)
    back = epoch - (tl.load(now) - delay)
    if not AGED:
        last = tl.where(back <= 0, last, first)
{p}
    for k in range(first + tl.program_id(0), last, tl.num_programs(0)):
        i = tl.load(log + k).to(tl.int64)
{x_one}
        end = tl.load(segments + i + 1)
        for start in range(tl.load(segments + i), end, BLOCK):
            j = start + tl.arange(0, BLOCK)
            here = j < end
            if AGED:
                if back > 0:
                    here = here & (tl.load(age + j, mask=here, other=0) >= back)
            other = tl.load(indices + j, mask=here, other=0)
            w = tl.load(weights + j, mask=here, other=0.0)
            if FIXED:
                units = (w.to(tl.float64) * scale).to(tl.int64)
                tl.atomic_add(target + other, units, mask=here, sem="relaxed")
            else:
                amount = w.to(target.dtype.element_ty)
                tl.atomic_add(target + other, amount, mask=here, sem="relaxed")
            before = tl.load(changed + j, mask=here, other=0.0)
{y_each}
            after, = on_pre({arguments})
            tl.store(changed + j, after.to(tl.float32), mask=here)
"""

COLUMNS = """

@triton.jit
def change_columns(
    log, capacity, ends, now, columns, of, places, changed, x, n_pre, y, n_alloc, coefficients,
    BLOCK: tl.constexpr,
):
    slot = tl.load(now + 1)
    first = tl.load(ends + slot)
    last = tl.minimum(tl.load(ends + slot + 1), capacity)
{p}
    for k in range(first + tl.program_id(0), last, tl.num_programs(0)):
        i = tl.load(log + k).to(tl.int64)
{y_one}
        end = tl.load(columns + i + 1)
        for start in range(tl.load(columns + i), end, BLOCK):
            j = start + tl.arange(0, BLOCK)
            here = j < end
            place = tl.load(places + j, mask=here, other=0).to(tl.int64)
            other = tl.load(of + j, mask=here, other=0)
            before = tl.load(changed + place, mask=here, other=0.0)
{x_each}
            after, = on_post({arguments})
            tl.store(changed + place, after.to(tl.float32), mask=here)
"""

ENTER = """

@triton.jit
def enter_{side}(log, capacity, ends, now, delay, traces, width, coefficients, BLOCK: tl.constexpr):
    slot = tl.load(now + 1) - delay
    first = tl.load(ends + slot)
    last = tl.minimum(tl.load(ends + slot + 1), capacity)
{p}
    for start in range(first + tl.program_id(0) * BLOCK, last, tl.num_programs(0) * BLOCK):
        k = start + tl.arange(0, BLOCK)
        here = k < last
        i = tl.load(log + k, mask=here, other=0).to(tl.int64)
{loads}
        {new} = {side}_spike({arguments})
{stores}
"""


class Kernels(NamedTuple):
    """The compiled kernels of a rule, in the order of a step."""

    change_rows: Any
    enter_pre: Any
    change_columns: Any
    enter_post: Any


@triton.jit
def _fade(traces, width, n, factors, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    row = tl.program_id(1).to(tl.int64)
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    here = i < n
    old = tl.load(traces + row * width + i, mask=here, other=0.0)
    tl.store(traces + row * width + i, old * tl.load(factors + row), mask=here)


def kernel_source(rule: Any) -> str:
    """Write the module that holds the kernels of a rule class.

    >>> from neurosparse.plasticity import PairSTDP
    >>> source = kernel_source(PairSTDP)
    >>> "y_recent = tl.load(y + 0 * n_alloc + other, mask=here, other=0.0)" in source
    True
    """
    pre = rule.Pre._fields
    post = rule.Post._fields
    levels = rule.Coefficients._fields
    x = [f"x_{k}" for k in pre]
    y = [f"y_{k}" for k in post]
    p = [f"p_{k}" for k in levels]
    parts = {
        "p": _lines(
            4, (f"{name} = tl.load(coefficients + {j})" for j, name in enumerate(p))
        ),
        "x_one": _lines(
            8, (f"{name} = tl.load(x + {j} * n_pre + i)" for j, name in enumerate(x))
        ),
        "y_one": _lines(
            8, (f"{name} = tl.load(y + {j} * n_alloc + i)" for j, name in enumerate(y))
        ),
        "x_each": _lines(12, (_each(name, "x", j, "n_pre") for j, name in enumerate(x))),
        "y_each": _lines(12, (_each(name, "y", j, "n_alloc") for j, name in enumerate(y))),
        "arguments": ", ".join(["before", *x, *y, *p]),
    }
    changes = [
        translate(function, function.__name__, ["w", *x, *y, *p], (), ("w", "x", "y", "p"))
        for function in (rule.on_pre, rule.on_post)
    ]
    enters = [
        _enter("pre", rule.pre_spike, pre, p, parts["p"]),
        _enter("post", rule.post_spike, post, p, parts["p"]),
    ]
    return (
        "\n\n\n".join([*changes, *enters]) + ROWS.format(**parts) + COLUMNS.format(**parts)
    )


def _enter(
    side: str, spike: Any, fields: tuple[str, ...], p: list[str], loaded: str
) -> str:
    s = [f"s_{k}" for k in fields]
    loads = []
    stores = []
    for j, field in enumerate(fields):
        place = f"traces + {j} * width + i"
        loads.append(f"s_{field} = tl.load({place}, mask=here, other=0.0)")
        stores.append(f"tl.store({place}, n_{field}.to(tl.float32), mask=here)")
    frame = ENTER.format(
        side=side,
        p=loaded,
        loads=_lines(8, loads),
        new=" ".join(f"n_{k}," for k in fields),
        arguments=", ".join([*s, *p]),
        stores=_lines(8, stores),
    )
    return translate(spike, f"{side}_spike", [*s, *p], fields) + "\n" + frame


def _each(name: str, traces: str, row: int, width: str) -> str:
    return f"{name} = tl.load({traces} + {row} * {width} + other, mask=here, other=0.0)"


def _lines(indent: int, lines: Any) -> str:
    return "\n".join(" " * indent + line for line in lines)


@memoised
def rule_kernels(rule: Any) -> Kernels:
    """Compile the kernels of a rule class."""
    names = written_kernels(rule, kernel_source(rule))
    return Kernels(*(names[field] for field in Kernels._fields))


def fade(traces: Tensor, n: int, factors: Tensor) -> None:
    """Multiply each row of traces [rows, width] by its factor [rows], in the first n columns."""
    if len(traces):
        _fade[(triton.cdiv(n, 4 * BLOCK), len(traces))](
            traces, traces.stride(0), n, factors, BLOCK=4 * BLOCK
        )


def plastic_step(
    rule: Any,
    arrived: tuple[Any, ...],
    fired: tuple[Any, ...],
    delay: int,
    rows: Any,
    target: Tensor,
    scale: float,
    programs: int | None = None,
    epoch: int = 0,
) -> None:
    """Do the step `now` of one projection in place: traces fade, then rows of arrived spikes and
    columns of those fired change.

    `arrived` and `fired` are (log, ends, now) of the pre- and postsynaptic population; `rows` gives
    segments int64 [n_pre + 1], indices, weights, changed (the weights, or eligibilities) [nnz],
    columns int64 [n_post + 1], of, places [nnz], traces x [n_x, n_pre] and y [n_y, n_alloc],
    factors of each and coefficients. `target` is int64 for fixed point, the weights then being
    multiplied by `scale`. Spikes of `back` steps before `epoch` go through synapses whose age int32
    [nnz] is at least that, or through none where `rows.age` is empty.
    """
    kernels = rule_kernels(rule)
    x = rows.x
    y = rows.y
    programs = programs or PROGRAMS
    fade(x, x.shape[1], rows.x_factors)
    fade(y, y.shape[1], rows.y_factors)
    log, *when = arrived
    kernels.change_rows[(programs,)](
        log, len(log), *when, delay, rows.segments, rows.indices, rows.weights, rows.changed,
        x, x.shape[1], y, y.shape[1], rows.coefficients, scale, target, epoch, rows.age,
        AGED=len(rows.age) > 0, FIXED=not target.is_floating_point(), BLOCK=BLOCK,
    )  # fmt: skip
    kernels.enter_pre[(programs,)](
        log, len(log), *when, delay, x, x.shape[1], rows.coefficients, BLOCK=BLOCK
    )
    log, *when = fired
    kernels.change_columns[(programs,)](
        log, len(log), *when, rows.columns, rows.of, rows.places, rows.changed,
        x, x.shape[1], y, y.shape[1], rows.coefficients, BLOCK=BLOCK,
    )  # fmt: skip
    kernels.enter_post[(programs,)](
        log, len(log), *when, 0, y, y.shape[1], rows.coefficients, BLOCK=BLOCK
    )
