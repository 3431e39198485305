"""Random wiring straight into compressed rows.

Shapes: `indptr` int64 `[n_pre + 1]`, `indices` int32 `[nnz]`, rows sorted. Draws are counter-based
(Philox keyed by `key [2]`, counted by row and turn): the bits depend neither on `threads` nor on
the backend, `"naive"` (Python, the law) or `"cpu"` (Numba).
"""

from typing import Any, Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float64, Int32, Int64, UInt32

Rows = tuple[Int64, Int32]
Backend = Literal["naive", "cpu"]


def _run(backend: Backend, name: str, threads: int | None, *arguments: Any) -> Any:
    run = getattr(implementation(__name__, backend), name)
    return run(*arguments) if backend == "naive" else run(*arguments, threads)


def bernoulli(
    pre_bounds: Int64,
    post_bounds: Int64,
    p: Float64,
    skip_self: bool,
    key: UInt32,
    threads: int | None = None,
    backend: Backend = "cpu",
    span: tuple[int, int] | None = None,
) -> Rows:
    """Wire neurons of group a to neurons of group b with probability `p[a, b]`, independently.

    Pairs of a tile, some rows of one lane of 64 columns, are reached by geometric leaps,
    log(U) / log(1 - p), so the work is O(nnz), and that of some lanes alone is their share of it.

    Args:
        pre_bounds, post_bounds: group a holds neurons `pre_bounds[a]` to `pre_bounds[a + 1] - 1`;
            bounds go from 0 to the size of the population.
        p: probabilities `[groups, groups]`.
        skip_self: pairs (i, i) are left out.
        key: of the stream, `[2]`.
        threads: all processors unless given.
        backend: "cpu" or "naive".
        span: draw the synapses onto columns low..high-1 alone, as they are among all.

    Source: V. Batagelj, U. Brandes, "Efficient generation of large random networks", Phys. Rev. E
    71, 036113 (2005), doi:10.1103/PhysRevE.71.036113.

    >>> import numpy as np
    >>> bounds = np.array([0, 1000])
    >>> key = np.array([1, 2], np.uint32)
    >>> indptr, _ = bernoulli(bounds, bounds, np.array([[0.01]]), True, key, backend="naive")
    >>> bool(abs(indptr[-1] - 9990) < 500)
    True
    """
    arguments = (pre_bounds, post_bounds, p, skip_self, key, span)
    return cast(Rows, _run(backend, "bernoulli", threads, *arguments))


def fixed_rows(
    degree: Int64,
    n_post: int,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    threads: int | None = None,
    backend: Backend = "cpu",
    span: tuple[int, int] | None = None,
) -> Rows:
    """Draw `degree[i]` columns for each row i, different ones unless `repeat`.

    Of a `span` of columns low..high-1 alone, all are drawn, a few rows at a time, and the others
    dropped.

    Source: R. W. Floyd, in J. Bentley, "Programming pearls: a sample of brilliance", CACM 30(9),
    1987, doi:10.1145/30401.315746.
    """
    arguments = (degree, n_post, skip_self, repeat, key, span)
    return cast(Rows, _run(backend, "fixed_rows", threads, *arguments))


def fixed_columns(
    degree: Int64,
    n_pre: int,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    threads: int | None = None,
    backend: Backend = "cpu",
) -> Rows:
    """Draw `degree[j]` rows for each column j, different ones unless `repeat`.

    Source: as `fixed_rows`.
    """
    arguments = (degree, n_pre, skip_self, repeat, key)
    return cast(Rows, _run(backend, "fixed_columns", threads, *arguments))


def darts(
    total: int, n_rows: int, n_places: int, key: UInt32, backend: Backend = "cpu"
) -> Int64:
    """Count how many of `total` different cells of a board fall into each row, `[n_rows]`.

    The board has n_rows x n_places cells. A dart hits a row at random and sticks with the
    probability of a free place there: by symmetry every set of `total` cells is as likely as any
    other.
    """
    run = implementation(__name__, backend).darts
    return cast(Int64, run(total, n_rows, n_places, key))


def pair_words(
    rows: Rows,
    first: int,
    last: int,
    stream: int,
    key: UInt32,
    above: int = 0,
    backend: Backend = "cpu",
) -> UInt32:
    """A random word for each of the synapses first..last-1 of rows, as its pair of neurons has it.

    It depends on (key, stream, pre, post) alone, and on how many synapses of the same pair stand
    before, so that a rank draws for its own synapses what one process draws for them. `above` rows
    stand before those that are given.

    >>> import numpy as np
    >>> key = np.array([1, 2], np.uint32)
    >>> whole = (np.array([0, 2, 3]), np.array([0, 5, 5], np.int32))
    >>> part = (np.array([0, 1, 2]), np.array([5, 5], np.int32))
    >>> words = pair_words(whole, 0, 3, 1, key)
    >>> words[[1, 2]].tolist() == pair_words(part, 0, 2, 1, key).tolist()
    True
    """
    run = implementation(__name__, backend).pair_words
    return cast(UInt32, run(rows, first, last, stream, key, above))


def ring(
    n: int,
    k: int,
    rewired: float,
    key: UInt32,
    threads: int | None = None,
    backend: Backend = "cpu",
) -> Rows:
    """Wire each of n neurons to its k nearest on a ring, then move each edge with a probability.

    Source: D. J. Watts, S. H. Strogatz, Nature 393, 440 (1998), doi:10.1038/30918; directed here,
    so every out-degree stays k.
    """
    return cast(Rows, _run(backend, "ring", threads, n, k, rewired, key))


def preferential(
    n: int, m: int, appeal: float, key: UInt32, backend: Backend = "cpu"
) -> Rows:
    """Grow n neurons one by one, each to m earlier ones in proportion to in-degree + `appeal`.

    The in-degrees follow a power law with exponent 2 + appeal / m.

    Sources: A.-L. Barabási, R. Albert, Science 286, 509 (1999), doi:10.1126/science.286.5439.509;
    S. N. Dorogovtsev, J. F. F. Mendes, A. N. Samukhin, Phys. Rev. Lett. 85, 4633 (2000),
    doi:10.1103/PhysRevLett.85.4633.
    """
    run = implementation(__name__, backend).preferential
    return cast(Rows, run(n, m, appeal, key))
