"""The synapses of projections as they are declared: wired by their rule, with what they draw."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.ranks import Columns
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.network import Network, Projection
from neurosparse.wiring import values
from neurosparse.wiring._rule import built

LONGEST_DELAY = 65_535  # steps; a ring of that many slots for each target
PIECE = 1 << 16  # delays that are rounded together
SEVERAL = 1 << 20  # synapses from which on several projections are drawn at once


def wire(
    projection: Projection, n_pre: int, n_post: int, rng: np.random.Generator, dt: float
) -> Connectivity:
    """Build or take the projection's connectivity, and put on it what the projection draws."""
    return draw(projection, connect(projection, n_pre, n_post, rng), rng, dt)


def connect(
    projection: Projection, n_pre: int, n_post: int, rng: np.random.Generator
) -> Connectivity:
    """Build or take the projection's connectivity."""
    wiring = projection.wiring
    connectivity: Any = wiring
    if hasattr(wiring, "build"):
        connectivity = built(wiring, n_pre, n_post, rng, f"{projection.name}.wiring")
    if tuple(connectivity.shape) != (n_pre, n_post):
        actual = Said(f"shape {tuple(connectivity.shape)}")
        expected = f"a connectivity of shape [{n_pre}, {n_post}]"
        raise bad_argument(f"{projection.name}.wiring", actual, expected)
    return connectivity  # type: ignore[no-any-return]


def draw(
    projection: Projection, connectivity: Connectivity, rng: np.random.Generator, dt: float
) -> Connectivity:
    """Put on a connectivity what the projection draws for each synapse."""
    drawn: dict[str, Any] = {}
    if callable(projection.weight):
        drawn["weight"] = _drawn_weights(projection, connectivity, rng)
    if callable(projection.delay):
        drawn["delay_steps"] = _drawn_steps(projection, connectivity, rng, dt)
    return replace(connectivity, **drawn) if drawn else connectivity


def draw_all(
    projections: list[Projection],
    connectivities: list[Connectivity],
    rngs: list[np.random.Generator],
    dt: float,
) -> list[Connectivity]:
    """Draw for several projections, each from its own generator, several at once where that is as
    good.
    """
    jobs = list(zip(projections, connectivities, rngs, strict=True))
    if sum(c.nnz for c in connectivities) < SEVERAL or not all(map(_own, projections)):
        return [draw(p, c, rng, dt) for p, c, rng in jobs]
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        return list(
            pool.map(lambda p, c, rng: draw(p, c, rng, dt), *zip(*jobs, strict=True))
        )
    finally:
        pool.shutdown(cancel_futures=True)


def _own(projection: Projection) -> bool:
    """Whether all that it draws comes from draws of the house."""
    draws = (projection.weight, projection.delay)
    return all(isinstance(v, values.OWN_DRAWS) for v in draws if callable(v))


def _drawn_weights(
    projection: Projection, connectivity: Connectivity, rng: np.random.Generator
) -> NDArray[Any]:
    """Draw a weight for each synapse."""
    weight: Any = projection.weight
    drawn: NDArray[Any] = values.drawn_weights(weight, _rows(connectivity), rng)
    if isinstance(weight, values.OWN_DRAWS):
        drawn.setflags(write=False)  # nobody else holds them: no copy is made
    return drawn


def _rows(connectivity: Connectivity) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    return connectivity.indptr, connectivity.indices


def _drawn_steps(
    projection: Projection, connectivity: Connectivity, rng: np.random.Generator, dt: float
) -> NDArray[Any]:
    """Draw a delay in ms for each synapse; to whole steps, halves up."""
    nnz = connectivity.nnz
    piece_of = values.drawn(projection.delay, _rows(connectivity), rng, values.DELAYS)
    whole = np.empty(nnz, np.uint16)
    longest = 0.0
    fits = True
    for first in range(0, nnz, PIECE):
        # a few at a time stay in the cache
        last = min(first + PIECE, nnz)
        part = np.asarray(piece_of(first, last), dtype=np.float64)
        exact = np.floor(part / dt + 0.5)
        fits = fits and bool(exact.min() >= 0 and exact.max() <= LONGEST_DELAY)
        whole[first:last] = exact if fits else 0
        longest = max(longest, exact.max())
    if not fits:
        expected = (
            f"nnz = {nnz} draws in ms, from 0 to {LONGEST_DELAY} steps of dt = {dt} ms"
        )
        remedy = "cut it, as in Normal(1.5, 0.5, low=0.1, high=4.0)"
        raise bad_argument(f"{projection.name}.delay", projection.delay, expected, remedy)
    narrow: NDArray[Any] = whole.astype(np.uint8) if longest < 256 else whole
    narrow.setflags(write=False)
    return narrow


def by_population(network: Network) -> list[list[Projection]]:
    """Projections by the population that they come from, those of most synapses first: so the least
    lies beside what is drawn while there is the most of it.
    """
    rows: dict[str, list[Projection]] = {}
    for projection in network.projections.values():
        rows.setdefault(projection.pre, []).append(projection)
    n = {name: population.n for name, population in network.populations.items()}

    def expected(projections: list[Projection]) -> float:
        return -sum(_expected_synapses(p, n[p.pre], n[p.post]) for p in projections)

    return sorted(rows.values(), key=expected)


def _expected_synapses(projection: Projection, n_pre: int, n_post: int) -> float:
    """How many synapses to expect, 0 where its wiring does not say."""
    wiring: Any = projection.wiring
    if hasattr(wiring, "expected_synapses"):
        return float(wiring.expected_synapses(n_pre, n_post))
    return float(getattr(wiring, "nnz", 0))


def weights_of(projection: Projection, connectivity: Connectivity) -> Any:
    """The weights of a projection, one or one for each synapse; draws are on its connectivity."""
    own = projection.weight is not None and not callable(projection.weight)
    own = own and not isinstance(connectivity, Columns)
    return projection.weight if own else connectivity.weight


def delay_steps(
    projection: Projection, connectivity: Connectivity, dt: float
) -> NDArray[Any]:
    """The delay of a projection in steps, one or one for each synapse."""
    name = f"{projection.name}.delay"
    drawn = isinstance(connectivity, Columns) or callable(projection.delay)
    if projection.delay is None or drawn:
        delays = np.asarray(connectivity.delay_steps)
    else:
        delays = np.asarray(steps(name, projection.delay, dt))
    if delays.max(initial=0) > LONGEST_DELAY:
        raise bad_argument(
            name, Said(f"{delays.max()} steps"), f"at most {LONGEST_DELAY} steps"
        )
    return delays
