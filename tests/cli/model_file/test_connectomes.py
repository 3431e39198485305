"""Wiring diagrams of the data sets, named by a model file."""

from typing import Any

from neurosparse.cli.model_file.build import build_network
from neurosparse.cli.model_file.files import parse_config


def document(**more: Any) -> dict[str, Any]:
    """A small model with `more` tables put in."""
    base = {
        "simulation": {"duration": 10.0},
        "population": [
            {"name": "E", "n": 8, "model": {"kind": "LIF"}, "initial": {"v": -60}},
            {
                "name": "I",
                "n": 2,
                "model": {"kind": "LIFExp", "tau_mem": [10.0, 20.0]},
                "mode": "clock",
            },
        ],
    }
    return base | more


def test_data_sets_are_wirings() -> None:
    model = {"kind": "LIF"}
    config = parse_config(
        document(
            population=[{"name": "worm", "n": 302, "model": model}],
            projection=[
                {
                    "pre": "worm",
                    "post": "worm",
                    "wiring": {"kind": "c_elegans", "which": "cook_chem"},
                }
            ],
        )
    )
    assert build_network(config).projections["worm->worm"].wiring.nnz == 3638
