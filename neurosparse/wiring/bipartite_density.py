"""How dense each layer of a network becomes when all together have a given density."""

from collections.abc import Iterable, Sequence

import numpy as np

from neurosparse import checks
from neurosparse.errors import bad_argument, bad_type
from neurosparse.typing import Float64

Shapes = Sequence[tuple[int, int]]


def uniform_densities(shapes: Shapes, density: float) -> Float64:
    """Give every layer the same density.

    >>> uniform_densities([(4, 4), (4, 2)], 0.5).tolist()
    [0.5, 0.5]
    """
    _check(shapes, density)
    return np.full(len(shapes), float(density))


def erdos_renyi_densities(shapes: Shapes, density: float, power: float = 1.0) -> Float64:
    """Give small layers more: density_l = ε ((n_pre + n_post) / (n_pre n_post))^power, at most 1.

    ε is solved so that all layers together have the density exactly; layers that would exceed 1 are
    dense and the others share the rest.

    Source: for linear layers this is both ER (Mocanu et al. 2018, doi:10.1038/s41467-018-04316-3)
    and ERK (Evci et al. 2020, arXiv 1911.11134).

    >>> erdos_renyi_densities([(100, 100), (100, 10)], 0.2).round(4).tolist()
    [0.1419, 0.7806]
    """
    _check(shapes, density)
    checks.finite("power", power)
    sizes = np.array([a * b for a, b in shapes], np.float64)
    raw = np.array([((a + b) / (a * b)) ** power for a, b in shapes])
    dense = np.zeros(len(shapes), np.bool_)
    while True:
        left = density * sizes.sum() - sizes[dense].sum()
        epsilon = left / (raw * sizes)[~dense].sum() if not dense.all() else 0.0
        over = ~dense & (epsilon * raw > 1)
        if not over.any():
            return np.where(dense, 1.0, epsilon * raw)
        dense |= over


def _check(shapes: Shapes, density: float) -> None:
    checks.density("density", density)
    expected = "pairs (n_pre, n_post) of layers"
    if isinstance(shapes, str) or not isinstance(shapes, Iterable):
        raise bad_type("shapes", shapes, expected)
    for shape in shapes:
        if isinstance(shape, str) or np.shape(shape) != (2,):
            raise bad_argument("shapes", shape, expected)
        for n in shape:
            checks.whole_number("shapes", n, 1)
