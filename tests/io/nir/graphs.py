"""Small NIR graphs as others write them."""

from typing import Any

import numpy as np
import pytest

nir = pytest.importorskip("nir")

N = 5


def lif(n: int = N, **other: Any) -> Any:
    parts = {
        "tau": 0.01,
        "r": 2.0,
        "v_leak": 0.0,
        "v_threshold": 1.0,
        "v_reset": 0.0,
    } | other
    return nir.LIF(**{name: np.full(n, value) for name, value in parts.items()})


def graph(edges: str, **more: Any) -> Any:
    """Input i, affine a, neurons l, readout r, output o and more; edges such as "i>a a>l"."""
    rng = np.random.default_rng(0)
    nodes = {
        "i": nir.Input({"input": np.array([3])}),
        "a": nir.Affine(rng.normal(size=(N, 3)), np.zeros(N)),
        "l": lif(),
        "r": nir.Affine(rng.normal(size=(2, N)), np.zeros(2)),
        "o": nir.Output({"output": np.array([2])}),
    } | more
    pairs = [tuple(edge.split(">")) for edge in edges.split()]
    used = {name for pair in pairs for name in pair} | set(more)
    return nir.NIRGraph(
        {name: node for name, node in nodes.items() if name in used},
        pairs,
        type_check=False,
    )


CHAIN = "i>a a>l l>r r>o"
