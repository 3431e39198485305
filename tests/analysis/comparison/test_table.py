"""The table of a comparison."""

import pytest

from neurosparse.analysis import comparison_markdown, comparison_summary
from neurosparse.analysis.comparison.contestant import EQUAL, REFERENCE
from neurosparse.analysis.comparison.table import MEANS


def test_of_one_seed_there_is_no_interval():
    base = dict.fromkeys(MEANS, 1.0) | {"kernel": "dense", "density": 1.0}
    runs = [
        {"name": REFERENCE, "seed": k, "accuracy": 0.8 + k / 10, **base} for k in range(2)
    ]
    assert "| 80.00 |" in comparison_markdown(runs[:1])
    assert "| 85.00 [80.00, 90.00] |" in comparison_markdown(runs)


def test_the_table_is_readable_without_records():
    assert comparison_markdown([]).startswith("| sparsity")


def test_the_dense_net_of_equal_parameters_comes_first_and_is_what_others_beat():
    base = dict.fromkeys(MEANS, 1.0) | {"kernel": "dense", "seed": 0}
    accuracies = {"SET": 0.9, "random static": 0.8, EQUAL: 0.7}
    runs = [
        {"name": name, "density": density, "accuracy": accuracy - density / 10, **base}
        for density in (0.1, 0.5)
        for name, accuracy in accuracies.items()
    ]
    runs.append({"name": REFERENCE, "density": 1.0, "accuracy": 0.95, **base})
    rows = comparison_summary(runs)
    order = [EQUAL, "SET", "random static"]
    assert [row["method"] for row in rows] == [REFERENCE, *order, *order]
    assert rows[2][f"against {EQUAL}"][0] == pytest.approx(0.2)
    assert rows[1][f"against {EQUAL}"] is None
    first = comparison_markdown(runs).splitlines()[0].split(" | ")
    assert first.index(f"− {EQUAL}") == 1 + first.index("accuracy %")
