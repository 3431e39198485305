"""Layers of constant fan-in; what they share with `SparseLinear` is tested in its file."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models import CondensedLinear
from tests.models.layers.helpers import condensed

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_from_dense_keeps_the_largest_of_each_output():
    linear = nn.Linear(30, 20)
    per_row = CondensedLinear.from_dense(linear, fan_in=3).to_dense().weight
    assert ((per_row != 0).sum(1) == 3).all()
    left_out = linear.weight.abs()[per_row == 0].reshape(20, 27)
    assert (per_row.abs().sort(1).values[:, 27] >= left_out.max(1).values).all()
    with pytest.raises(ValueError, match="fan_in"):
        CondensedLinear.from_dense(linear, fan_in=31)


def test_indices_outside_the_input_are_not_loaded():
    layer = condensed()
    state = layer.state_dict()
    state["indices"][0, 0] = 20
    with pytest.raises(ValueError, match=r"indices: got .*20, wants 0..19"):
        layer.load_state_dict(state)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: CondensedLinear(Connectivity.from_dense([[1, 1], [0, 1]])),
            "1 to 2 inputs",
        ),
        (
            lambda: CondensedLinear(Connectivity([0, 2, 4], [0, 0, 1, 1], 2)),
            "several synapses 0 -> 0",
        ),
        (
            lambda: condensed().bfloat16()(torch.ones(2, 20).bfloat16()),
            "values: got torch.bfloat16 on the CPU",
        ),
        (lambda: condensed()(torch.ones(2, 19)), r"\[\.\.\., 20\]"),
    ],
)
def test_bad_input_names_the_argument(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_array_is_no_tensor():
    with pytest.raises(TypeError, match="x: got ndarray, wants a tensor"):
        condensed()(np.ones((2, 20), np.float32))


def test_an_input_twice_in_a_row_is_not_loaded():
    layer = condensed()
    state = {name: value.clone() for name, value in layer.state_dict().items()}
    state["indices"][3] = torch.tensor([1, 7, 2, 7])
    with pytest.raises(ValueError, match=r"indices: got input 7 twice in row 3"):
        layer.load_state_dict(state)
