"""A store of tensors against the memory of arrays."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.memory import HopfieldMemory
from neurosparse.models import HopfieldStore
from tests.models.memory.tensors import inputs


def test_the_memory_of_tensors_is_that_of_arrays():
    x = inputs(60, 5)
    q = inputs(2, 3, 5, seed=1)
    memory = HopfieldStore(x)
    law = HopfieldMemory(x.numpy())
    got = memory.retrieve(q, 2.0, 1.5, steps=3)
    np.testing.assert_allclose(
        got.reshape(-1, 5),
        law.retrieve(q.reshape(-1, 5).numpy(), 2.0, 1.5, 3).state,
        atol=1e-6,
    )
    assert memory.store(torch.ones(5)).tolist() == [60]
    memory.update(torch.tensor([0]), torch.full((1, 5), 2.0))
    memory.forget(torch.tensor([1]))
    assert (len(memory), memory.patterns[0, 0]) == (60, 2)
    assert "patterns" in memory.state_dict()
    assert memory.array.best(np.ones(5))[0].shape == (1, 1)


def test_gradients_reach_query_and_patterns_through_the_memory():
    memory = HopfieldStore(inputs(9, 4).double())
    q = inputs(2, 4, seed=1).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda q: memory.retrieve(q, 0.8, 1.5, steps=2), q)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: HopfieldStore(torch.zeros(2, 3)), "only zeros"),
        (
            lambda: HopfieldStore(torch.eye(3)).retrieve(torch.ones(2), 1.0),
            "query: got shape",
        ),
        (
            lambda: HopfieldStore(torch.eye(3)).retrieve(torch.ones(3), 1.0, steps=0),
            "steps: got 0",
        ),
        (lambda: HopfieldStore(torch.eye(3)).retrieve(torch.ones(3), 0.0), "beta: got 0.0"),
    ],
)
def test_bad_stores(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_memory_takes_up_as_many_patterns_as_were_saved():
    saved = HopfieldStore(inputs(7, 3))
    memory = HopfieldStore(torch.eye(3))
    memory.load_state_dict(saved.state_dict())
    assert torch.equal(memory.patterns, saved.patterns)
    memory.forget(torch.arange(7))
    nn.ModuleDict({"a": memory}).load_state_dict({"a.patterns": saved.patterns})
    assert len(memory) == 7
    assert len(copy.deepcopy(memory)) == 7
    with pytest.raises(RuntimeError, match="size mismatch for patterns"):
        memory.load_state_dict(HopfieldStore(torch.eye(4)).state_dict())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_memory_of_half_precision_is_kept_in_single(dtype):
    memory = HopfieldStore(torch.eye(3).to(dtype))
    assert memory.patterns.dtype == torch.float32
    assert memory.retrieve(torch.tensor([0.9, 0.2, 0.1]).to(dtype), 8.0).tolist() == [
        1,
        0,
        0,
    ]
    assert memory.to(dtype).retrieve(torch.tensor([0.9, 0.2, 0.1]), 8.0).tolist() == [
        1,
        0,
        0,
    ]
    assert memory.retrieve(torch.ones(0, 3), 8.0).shape == (0, 3)


def test_places_are_told_by_a_slice_or_a_mask() -> None:
    memory = HopfieldStore(torch.eye(6))
    memory.forget(slice(0, 2))
    memory.update(slice(-1, None), torch.ones(1, 6))
    assert memory.patterns[-1].tolist() == [1.0] * 6
    memory.forget(torch.tensor([True, False, False, True]))
    assert memory.patterns.argmax(dim=1).tolist() == [3, 4]
