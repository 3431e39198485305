"""Which weights of several layers stay: exactly so many of the best, over all layers or in each."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument, unknown_name

Scope = Literal["global", "layer"]
Masks = list[NDArray[np.bool_]]


def best(scores: Sequence[NDArray[Any]], keep: int) -> Masks:
    """Mark exactly `keep` of the highest scores of all arrays together; ties go to the earlier one.

    Raises:
        ValueError: more to keep than there are, or scores that are not numbers.

    >>> [mask.tolist() for mask in best([np.array([3.0, 1.0]), np.array([2.0, 2.0])], 2)]
    [[True, False], [True, False]]
    """
    sizes = [part.size for part in scores]
    flat = np.concatenate([np.ravel(part) for part in scores]) if scores else np.empty(0)
    if np.isnan(flat).any():
        raise bad_argument(
            "scores", Said("NaN"), "numbers", "look for the step at which training diverged"
        )
    if not 0 <= keep <= flat.size:
        raise bad_argument("keep", keep, f"0..{flat.size}, the number of weights")
    chosen = np.zeros(flat.size, np.bool_)
    if keep:
        edge = np.partition(flat, flat.size - keep)[flat.size - keep]
        above = flat > edge
        chosen[above] = True
        chosen[np.flatnonzero(flat == edge)[: keep - int(above.sum())]] = True
    parts = np.split(chosen, np.cumsum(sizes)[:-1]) if scores else []
    return [part.reshape(np.shape(array)) for part, array in zip(parts, scores, strict=True)]


def to_density(
    scores: Sequence[NDArray[Any]], density: float, scope: Scope, places: Sequence[int]
) -> Masks:
    """Mark what stays for `density` of the places, over all layers ("global") or in each ("layer").

    >>> scores = [np.array([9.0, 8.0]), np.array([1.0, 2.0])]
    >>> [m.tolist() for m in to_density(scores, 0.5, "global", [2, 2])]
    [[True, True], [False, False]]
    >>> [m.tolist() for m in to_density(scores, 0.5, "layer", [2, 2])]
    [[True, False], [False, True]]
    """
    if not 0 < density <= 1:
        raise bad_argument("density", density, "a share in (0, 1]", "density is 1 - sparsity")
    match scope:
        case "global":
            return best(
                scores, min(round(density * sum(places)), sum(part.size for part in scores))
            )
        case "layer":
            keeps = [
                min(round(density * n), part.size) for part, n in zip(scores, places, strict=True)
            ]
            return [best([part], keep)[0] for part, keep in zip(scores, keeps, strict=True)]
    raise unknown_name("scope", scope, ["global", "layer"])
