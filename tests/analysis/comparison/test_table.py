"""The table of a comparison."""

from neurosparse.analysis import (
    comparison_markdown,
)
from neurosparse.analysis.comparison.contestant import (
    REFERENCE,
)
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
