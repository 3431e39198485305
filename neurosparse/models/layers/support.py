"""The synapses of a layer: what they are made of, and what is refused as synapses."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.checks import fraction as checked_share
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.wiring import RandomEdges, Wiring
from neurosparse.wiring._rule import built


def refuse_repeated(connectivity: Connectivity) -> None:
    """Refuse several synapses between two neurons: a weight matrix has one place for them."""
    pre, post = connectivity.edges()
    again = (pre[1:] == pre[:-1]) & (post[1:] == post[:-1])
    if again.any():
        first = int(np.flatnonzero(again)[0])
        several = Said(f"several synapses {pre[first]} -> {post[first]}")
        merge = 'merge them with from_edges(..., duplicates="sum")'
        remedy = f"{merge}, and grow only edges that are absent"
        raise bad_argument(
            "connectivity", several, "at most one between two neurons", remedy
        )


def rule_of(
    density: float | None, sparsity: float | None, wiring: Wiring | None
) -> Wiring | None:
    """The rule that is meant by one of the three."""
    if density is None and sparsity is None:
        return wiring
    if wiring is not None or (density is not None and sparsity is not None):
        raise bad_argument("wiring", wiring, "one of density, sparsity and wiring")
    if density is not None and callable(getattr(density, "build", None)):
        remedy = "SparseLinear(784, 100, wiring=rule)"
        raise bad_type("density", density, "a share of the places", remedy)
    if density is not None:
        return RandomEdges(density)
    return RandomEdges(1 - checked_share("sparsity", sparsity))


def wired(
    connectivity: Connectivity | int,
    out_features: int | None,
    wiring: Wiring | None,
    rng: np.random.Generator,
) -> Connectivity:
    """The synapses that are given, or those that a rule draws between so many neurons."""
    match connectivity:
        case Connectivity():
            if out_features is not None or wiring is not None:
                expected = "nothing beside a connectivity"
                raise bad_argument("out_features", out_features, expected)
            refuse_repeated(connectivity)
            return connectivity
        case int() | np.integer() if out_features is not None and wiring is not None:
            synapses = built(as_rule(wiring), int(connectivity), int(out_features), rng)
            return wired(synapses, None, None, rng)
        case int() | np.integer():
            remedy = (
                "SparseLinear(784, 100, density=0.1) or SparseLinear(784, 100, wiring=…)"
            )
            raise bad_argument("wiring", wiring, "a wiring rule, with both sizes", remedy)
    matrix = "Connectivity.from_dense or from_scipy makes one of a matrix"
    remedy = matrix if hasattr(connectivity, "shape") else ""
    raise bad_type(
        "connectivity", connectivity, "a Connectivity or a number of inputs", remedy
    )


def as_rule(wiring: Any) -> Wiring:
    """Give a wiring rule as it is.

    Raises:
        TypeError: it is none, such as a density.

    >>> as_rule(0.1)
    Traceback (most recent call last):
    TypeError: wiring: got 0.1, wants a wiring rule or a Connectivity; RandomEdges(0.1) of
    neurosparse.wiring is one
    """
    if isinstance(wiring, type) or not callable(getattr(wiring, "build", None)):
        remedy = "RandomEdges(0.1) of neurosparse.wiring is one"
        raise bad_type("wiring", wiring, "a wiring rule or a Connectivity", remedy)
    rule: Wiring = wiring
    return rule


def same_numbers(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors hold the same, on whatever devices.

    >>> same_numbers(torch.arange(3), torch.arange(2))
    False
    """
    return one.shape == other.shape and torch.equal(one.to(other.device), other)


def refuse_part_of(names: list[str], state_dict: dict[str, Any]) -> None:
    """Refuse weights without their synapses, and synapses without their weights."""
    missing = [name for name in names if name not in state_dict]
    if 0 < len(missing) < len(names):
        received = Said(f"none, though the state has others of {', '.join(names)}")
        expected = "the synapses and their weights together"
        raise bad_argument(missing[0], received, expected, "save the whole state_dict()")


def refuse_dropped_twice(drop: Any) -> None:
    """Refuse positions in which one stands twice."""
    positions = np.asarray(drop)
    if positions.dtype != bool and len(np.unique(positions)) != positions.size:
        raise bad_argument("drop", drop, "every position once")
