"""Rows of lanes: compiled statements do what their Python says."""

import numpy as np
import pytest
from numba import njit

from neurosparse.kernels.base.vector.lanes import (
    gather_dot_row,
    lanes_of,
    scatter_row,
)

LANES = 32
N = 7
INDICES = np.array([3, 0, 3, 6], np.int32)


@njit
def scatter(x, y, indices, values, lo, hi):
    scatter_row(x, y, indices, values, lo, hi)


@njit
def gather_dot(x, g, out, indices, values, dots, lo, hi):
    gather_dot_row(x, g, out, indices, values, dots, lo, hi)


@pytest.fixture
def parts() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = {"x": LANES, "rows": (N, LANES), "out": LANES, "values": 4, "dots": 4}
    return {
        name: rng.standard_normal(shape).astype(np.float32)
        for name, shape in shapes.items()
    }


@pytest.mark.parametrize(("lo", "hi"), [(0, 4), (1, 3), (2, 2)])
def test_compiled_rows_are_the_python(
    parts: dict[str, np.ndarray], lo: int, hi: int
) -> None:
    assert lanes_of(np.dtype(np.float32)) == LANES
    results = []
    for scatter_edges, gather_edges in (
        (scatter, gather_dot),
        (scatter_row, gather_dot_row),
    ):
        p = {name: part.copy() for name, part in parts.items()}
        scatter_edges(p["x"], p["rows"], INDICES, p["values"], lo, hi)
        gather_edges(p["x"], p["rows"], p["out"], INDICES, p["values"], p["dots"], lo, hi)
        results.append((p["rows"], p["out"], p["dots"]))
    for compiled, python in zip(*results, strict=True):
        np.testing.assert_allclose(compiled, python, rtol=1e-4, atol=1e-4)
