"""Which weights of several layers stay for a density, over all layers or in each."""

from collections.abc import Sequence
from typing import Literal

from neurosparse.checks import density as checked_density
from neurosparse.errors import unknown_name
from neurosparse.selection import highest_of_all
from neurosparse.typing import Array, Bool

Scope = Literal["global", "layer"]


def to_density(
    scores: Sequence[Array], density: float, scope: Scope, places: Sequence[int]
) -> list[Bool]:
    """Mark what stays for `density` of the places, over all layers ("global") or in each ("layer").

    The highest scores stay, exactly so many; of equal ones the earlier.

    Args:
        scores: of the weights of each layer.
        density: share of the places that stay.
        scope: "global" or "layer".
        places: possible weights of each layer; more than its scores where it is sparse already.

    Raises:
        ValueError: no share, another scope, or scores that are not numbers.

    >>> import numpy as np
    >>> scores = [np.array([9.0, 8.0]), np.array([1.0, 2.0])]
    >>> [mask.tolist() for mask in to_density(scores, 0.5, "global", [2, 2])]
    [[True, True], [False, False]]
    >>> [mask.tolist() for mask in to_density(scores, 0.5, "layer", [2, 2])]
    [[True, False], [False, True]]
    """
    checked_density("density", density)
    if scope not in ("global", "layer"):
        raise unknown_name("scope", scope, ["global", "layer"])
    if scope == "global":
        present = sum(part.size for part in scores)
        return highest_of_all(scores, min(round(density * sum(places)), present))
    masks = []
    for part, number in zip(scores, places, strict=True):
        masks += highest_of_all([part], min(round(density * number), part.size))
    return masks
