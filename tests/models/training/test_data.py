"""Samples in batches, and what is no data."""

import numpy as np
import pytest
import torch

from neurosparse.models import (
    Data,
)
from tests.models.training.helpers import hundred_digits, samples


def test_an_epoch_may_see_a_part_of_the_samples():
    whole = hundred_digits()
    data = Data(whole.x, whole.y, batch=25, samples=60)
    assert (data.steps, data.seen) == (3, 60)
    first, second = ([x for x, _ in data.batches(np.random.default_rng(k))] for k in (0, 1))
    assert [len(x) for x in first] == [25, 25, 10]
    assert not torch.equal(first[0], second[0])
    with pytest.raises(ValueError, match="samples: got 101"):
        Data(whole.x, whole.y, samples=101)


@pytest.mark.parametrize("tests", [(20, 10), (0, 0)])
def test_test_samples_need_a_target_each(tests):
    data = samples()
    with pytest.raises(ValueError, match="test_y: got"):
        Data(data.x, data.y, data.x[: tests[0]], data.y[: tests[1]])


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: Data(torch.ones(2, 1), torch.ones(3)), ValueError, "y: got 3 targets"),
        (lambda: Data(torch.ones(0, 1), torch.ones(0)), ValueError, "above 0"),
        (lambda: Data(torch.tensor([[np.nan]]), torch.ones(1)), ValueError, "x: got NaN"),
        (
            lambda: Data(torch.ones(1, 1), torch.ones(1), batch=0),
            ValueError,
            "batch: got 0",
        ),
        (
            lambda: Data(torch.ones(1, 1), torch.ones(1), batch=5.0),
            ValueError,
            "batch: got 5.0",
        ),
        (
            lambda: Data(torch.ones(1, 1), torch.ones(1), batch="5"),
            TypeError,
            "batch: got '5'",
        ),
        (
            lambda: Data(torch.ones(1, 1), torch.ones(1), test_x=torch.ones(1, 1)),
            ValueError,
            "test_y: got only one",
        ),
        (
            lambda: Data(
                torch.ones(1, 1), torch.ones(1), torch.tensor([[np.inf]]), torch.ones(1)
            ),
            ValueError,
            "test_x: got NaN or infinite",
        ),
        (
            lambda: Data(np.ones((2, 1)), torch.ones(2)),
            TypeError,
            "x: got ndarray, wants a tensor; torch.as_tensor",
        ),
        (lambda: Data(torch.ones(2, 1), [1, 2]), TypeError, "y: got list"),
    ],
)
def test_what_is_no_data_is_refused(make, kind, words):
    with pytest.raises(kind, match=words):
        make()
