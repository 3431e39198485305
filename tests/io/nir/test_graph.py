"""NIR graphs of others: the wires count, sizes fit, parameters are possible."""

from typing import Any

import numpy as np
import pytest

from neurosparse.io import from_nir
from tests.io.nir.graphs import CHAIN, N, graph, lif

nir = pytest.importorskip("nir")


def leaky(*tau: float) -> Any:
    return nir.LI(np.array(tau), np.ones(len(tau)), np.zeros(len(tau)))


LOOP = {"w": nir.Linear(np.eye(N))}


WIRES = {
    "l -> l": lambda: graph(CHAIN + " l>l"),
    "i -> l": lambda: graph(CHAIN + " i>l"),
    "i -> r": lambda: graph(CHAIN + " i>r"),
    "r -> a": lambda: graph(CHAIN + " r>a"),
    "l -> o": lambda: graph(CHAIN + " l>o"),
    "j -> a": lambda: graph(CHAIN + " j>a", j=nir.Input({"input": np.array([3])})),
    "no r -> y": lambda: graph(CHAIN, y=leaky(0.02, 0.02)),
    "x -> a": lambda: graph("i>x x>a a>l l>r r>o", x=leaky(0.02, 0.02, 0.02)),
    "i -> w": lambda: graph(CHAIN + " l>w w>l i>w", **LOOP),
}


@pytest.mark.parametrize("wire", WIRES)
def test_a_wire_that_would_be_lost_is_named(wire: str) -> None:
    with pytest.raises(ValueError, match=f"other wires: .*{wire}.*nothing beside"):
        from_nir(WIRES[wire](), dt=1.0)


def test_the_wires_of_a_whole_network_are_taken() -> None:
    for edges, more in (
        (CHAIN, {}),
        ("i>a a>l l>o", {}),
        (CHAIN + " l>w w>l", LOOP),
        ("i>a a>l l>r r>y y>o", {"y": leaky(0.02, 0.02)}),
        ("i>l l>y y>o", {"y": leaky(*[0.02] * N)}),
    ):
        found = from_nir(graph(edges, **more), dt=1.0)
        assert found.recurrent.nnz == (N if "w" in more else 0)
        assert (found.kappa > 0) == ("y" in more)


def test_sizes_that_do_not_fit_are_named_together() -> None:
    odd = {
        "a": nir.Linear(np.ones((4, 3))),
        "w": nir.Linear(np.eye(3)),
        "r": nir.Linear(np.ones((2, 6))),
    }
    with pytest.raises(
        ValueError,
        match=r"a \[4, 3\], w \[3, 3\], r \[2, 6\], wants shapes that fit the 5 neurons of l",
    ):
        from_nir(graph(CHAIN + " l>w w>l", **odd), dt=1.0)
    with pytest.raises(ValueError, match="y of 3"):
        from_nir(graph("i>a a>l l>r r>y y>o", y=leaky(0.02, 0.02, 0.02)), dt=1.0)


def test_parameters_that_nothing_has_are_named_together() -> None:
    bad = {"l": lif(tau=0.0, v_threshold=np.nan), "y": leaky(0.01, 0.02)}
    says = r"l \(tau not above 0\), l \(v_threshold not finite\), y \(several tau"
    with pytest.raises(ValueError, match=says):
        from_nir(graph("i>a a>l l>r r>y y>o", **bad), dt=1.0)
    with pytest.raises(ValueError, match="method: got 'eule', .*did you mean 'euler'"):
        from_nir(graph(CHAIN), dt=1.0, method="eule")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match='dt: got 20.0, wants at most 10 ms with "euler"'):
        from_nir(graph(CHAIN), dt=20.0, method="euler")
    assert not from_nir(graph(CHAIN), dt=10.0, method="euler").beta.any()
    with pytest.raises(
        TypeError, match=r"graph: got 'file.nir', wants a nir.NIRGraph; read_nir"
    ):
        from_nir("file.nir")
