"""Wiring diagrams of the data sets, named by a model file."""

from neurosparse.cli.model_file.build import build_network
from neurosparse.cli.model_file.files import parse_config
from tests.cli.model_file.models import document


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
