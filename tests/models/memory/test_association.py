"""One association of queries with keys."""

import pytest
import torch

from neurosparse.models import Associate, Association, Hopfield
from tests.models.memory.tensors import inputs


def test_steps_replace_the_query_by_keys():
    unit = Associate(1, 4, Association(2.0, 1.0, 2, learn_alpha=False))
    q = inputs(1, 2, 4)
    k = inputs(1, 6, 4, seed=1)
    v = inputs(1, 6, 3, seed=2)
    once = Associate(1, 4, Association(2.0, 1.0, learn_alpha=False))
    torch.testing.assert_close(unit(q, k, v)[0], once(once(q, k, k)[0], k, v)[0])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Association(alpha=0.9), "alpha: got 0.9"),
        (lambda: Association(alpha=1.0), "learn_alpha=False"),
        (lambda: Association(beta=0.0), "beta: got 0.0"),
        (lambda: Association(steps=0), "steps: got 0"),
    ],
)
def test_bad_associations(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_alpha_far_from_one_does_not_overflow():
    torch.testing.assert_close(
        Hopfield(8, 2, Association(alpha=1000.0)).alpha, torch.full((2,), 1000.0)
    )
    torch.testing.assert_close(
        Hopfield(8, 2, Association(alpha=1.25)).alpha, torch.full((2,), 1.25)
    )
