"""Recording of a state variable on a GPU (Triton)."""

import triton
import triton.language as tl
from torch import Tensor

BLOCK = 256


@triton.jit
def _record(  # type: ignore[no-untyped-def]
    row, chosen, n, out, every, origin, now, BLOCK: tl.constexpr
):
    step = tl.load(now)
    if step % every == 0:
        k = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
        line = step // every - (tl.load(origin) + every - 1) // every
        value = tl.load(
            row + tl.load(chosen + k, mask=k < n, other=0), mask=k < n, other=0.0
        )
        tl.store(out + line * n + k, value, mask=k < n)


def record(
    row: Tensor, chosen: Tensor, out: Tensor, every: int, origin: Tensor, now: Tensor
) -> None:
    """Write row[chosen] to the line of `out` [lines, n_chosen] that belongs to this step, if it is
    a recorded one.

    `origin` [1] is the first step of the chunk, whose first recorded step has line 0.
    """
    if len(chosen):
        _record[(triton.cdiv(len(chosen), BLOCK),)](
            row, chosen, len(chosen), out, every, origin, now, BLOCK=BLOCK
        )
