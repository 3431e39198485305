"""Wiring that was measured, or made elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.quantities import refuse_units
from neurosparse.typing import Seed
from neurosparse.wiring import values
from neurosparse.wiring._rule import DelayInSteps, check_sizes

# by which SciPy matrices, graphs of igraph and networkx, and tables are known
_MARKS = ("tocoo", "get_edgelist", "is_directed", "columns")


@dataclass(frozen=True, eq=False)
class FromData(DelayInSteps):
    """Take the wiring as it is: a Connectivity, matrix, graph, table or file.

    Args:
        source: a `Connectivity`; a SciPy or full matrix `[n_pre, n_post]`; a networkx or igraph
            graph; a pandas table with columns pre, post, weight, delay (steps); a dict of lists
            pre, post, weight, delay_steps; the path of a CSV or Parquet edge list.
        weight, delay_steps: put in place of those of the source, unless None; a number, an array
            `[nnz]`, or a draw as in the rules, such as `LogNormal(median=1.0, sigma=0.5)`.

    >>> FromData([[0, 2], [0, 0]]).build(2, 2).weights_array().tolist()
    [2.0]
    >>> from neurosparse.wiring import Uniform
    >>> wiring = FromData([[0, 2], [0, 0]], weight=Uniform(3.0, 3.0))
    >>> wiring.build(2, 2, rng=1).weights_array().tolist()
    [3.0]
    """

    source: Any
    weight: Any = None
    delay_steps: Any = None

    def __post_init__(self) -> None:
        checks.keep_fields(self, "source")
        object.__setattr__(self, "source", _source(self.source))

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Read the source and check that it has these sizes; only weights and delays are drawn.

        Raises:
            ValueError: the source connects populations of other sizes.
        """
        check_sizes(n_pre, n_post)
        connectivity = _read(self.source, n_pre, n_post)
        if connectivity.shape != (n_pre, n_post):
            received = Said(
                f"a wiring of {connectivity.n_pre} -> {connectivity.n_post} neurons"
            )
            remedy = "make the populations as large as the data"
            raise bad_argument("source", received, f"{n_pre} -> {n_post}", remedy)
        generator = checks.generator(rng)
        rows = (connectivity.indptr, connectivity.indices)
        if self.weight is not None:
            weights = values.weights(self.weight, rows, generator)
            connectivity = connectivity.with_weight(weights)
        if self.delay_steps is not None:
            delay_steps = values.delay_steps(self.delay_steps, rows, generator)
            connectivity = connectivity.with_delay_steps(delay_steps)
        return connectivity


def _source(source: Any) -> Any:
    """What later changes of the caller do not reach: of a matrix, a graph or a table a copy."""
    if isinstance(source, Connectivity | str | Path):
        return source
    if isinstance(source, Mapping):
        return {name: checks.kept(column) for name, column in source.items()}
    if any(hasattr(source, mark) for mark in _MARKS):
        return source.copy() if hasattr(source, "copy") else source
    refuse_units("FromData.source", source)
    # numbers, and words of one table, which from_dense looks at
    matrix = np.asarray(source)
    if matrix.ndim != 2:
        expected = "a Connectivity, a matrix [n_pre, n_post], a graph, a table or a path"
        raise bad_type("FromData.source", source, expected)
    return checks.unchangeable(matrix)


def _read(source: Any, n_pre: int, n_post: int) -> Connectivity:
    """Recognise what the source is by what it can do."""
    sizes: dict[str, Any] = {"n_pre": n_pre, "n_post": n_post}
    if isinstance(source, Connectivity):
        return source
    if isinstance(source, str | Path):
        return Connectivity.from_file(source, **sizes)
    if hasattr(source, "tocoo"):
        return Connectivity.from_scipy(source)
    if hasattr(source, "get_edgelist"):
        return Connectivity.from_igraph(source)
    if hasattr(source, "is_directed"):
        return Connectivity.from_networkx(source)
    if hasattr(source, "columns"):
        return Connectivity.from_pandas(source, **sizes)
    if isinstance(source, Mapping):
        return Connectivity.from_edges(**source, **sizes, duplicates="keep")
    return Connectivity.from_dense(np.asarray(source))
