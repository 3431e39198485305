"""The law, one synapse after the other in plain Python."""

from collections.abc import Callable
from typing import Any

from neurosparse.kernels.spikes.couple import GRADED, INTO, OUT_OF
from neurosparse.typing import Float64, Int64


def couple(
    kind: int,
    synapses: tuple[Any, Any, Any, Any],
    shown: Callable[[int], Any],
    facing: Any,
    total: Float64,
) -> Float64:
    """Add to `total` [n_post] what all synapses make of what is shown.

    Args:
        kind: GRADED, JUNCTION, INTO or OUT_OF.
        synapses: pre, post, weight, delay in steps, each [nnz], row after row.
        shown: gives what presynaptic neurons [n_pre] showed so many steps before the last one.
        facing: what the targets [n_post] showed in the last step; not read by GRADED.
        total: is changed and returned.
    """
    for i, j, weight, delay in zip(*synapses, strict=True):
        value = shown(int(delay))[i]
        if kind != GRADED:
            value = value - facing[j]
        if kind == INTO:
            value = max(value, 0.0)
        if kind == OUT_OF:
            value = min(value, 0.0)
        total[j] += weight * value
    return total


def turned(pre: Int64, post: Int64) -> tuple[Int64, Int64, Int64]:
    """The same synapses row after row of their targets: (post, pre, where they stood)."""
    order = post.argsort(kind="stable")
    return post[order], pre[order], order
