"""Wiring that was measured, from every form."""

import pytest

from neurosparse.wiring import (
    FixedTotal,
    FromData,
    Uniform,
)


@pytest.mark.parametrize(
    "form", ["connectivity", "scipy", "networkx", "igraph", "pandas", "dense", "csv"]
)
def test_from_data(form, tmp_path):
    c = FixedTotal(6, weight=Uniform(1, 2)).build(5, 5, rng=1)
    c.to_pandas().to_csv(tmp_path / "edges.csv", index=False)
    source = {
        "connectivity": lambda: c,
        "scipy": c.to_scipy,
        "networkx": c.to_networkx,
        "igraph": c.to_igraph,
        "pandas": c.to_pandas,
        "dense": c.to_dense,
        "csv": lambda: tmp_path / "edges.csv",
    }[form]()
    assert FromData(source).build(5, 5) == c
    assert FromData(source, weight=2.0, delay_steps=3).build(5, 5) == c.with_weight(
        2.0
    ).with_delay_steps(3)
