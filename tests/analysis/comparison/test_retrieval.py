"""Ways to retrieve from one memory agree where they must."""

import numpy as np

from neurosparse.analysis import compare_retrieval
from neurosparse.analysis.comparison.retrieval import measure_retrieval
from neurosparse.memory import HopfieldMemory


def test_all_ways_find_a_memory_that_stands_apart():
    memory = HopfieldMemory(np.eye(8))
    rules = {"softmax": 1.0, "sparsemax": 2.0}
    rows = compare_retrieval(memory, np.eye(8), beta=50.0, rules=rules, repeats=1)
    assert [row.name for row in rows[:3]] == ["softmax", "sparsemax", "numpy argmax"]
    assert all(row.exact == 1.0 for row in rows)
    support = {row.name: row.support for row in rows}
    assert (support["softmax"], support["sparsemax"]) == (8.0, 1.0)


def test_a_mixture_is_not_the_memory():
    memory = HopfieldMemory(np.eye(4))
    row = measure_retrieval(memory, np.eye(4), (0.1, 1.0, 1), np.eye(4))
    assert row.name == "softmax"
    assert row.exact == 0.0
    assert row.error > 0.5
