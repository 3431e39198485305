"""Dense layers as sparse ones: names, fused layers, modes."""

import pytest
import torch
from torch import nn

from neurosparse.models import (
    dense_mlp,
    prune,
    sparsified,
)
from tests.models.training.helpers import total

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_a_layer_with_two_names_stays_one_when_pruned():
    layer = nn.Linear(8, 8)
    small = prune(nn.Sequential(layer, nn.ReLU(), layer), 0.25)
    assert small[0] is small[2]
    assert small[0].nnz == 16


def test_layers_whose_weights_torch_reads_itself_are_refused():
    block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    with pytest.raises(
        ValueError, match=r"self_attn.out_proj of a MultiheadAttention.*keep_dense"
    ):
        prune(block, 0.5)
    with pytest.raises(
        ValueError, match=r"linear1 of a TransformerEncoderLayer.*set_fastpath_enabled"
    ):
        prune(block, 0.5, keep_dense=("self_attn.out_proj",))
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        small = prune(block, 0.5, keep_dense=("self_attn.out_proj",)).eval()
        with torch.no_grad():
            assert small(torch.ones(2, 3, 8)).shape == (2, 3, 8)
    finally:
        torch.backends.mha.set_fastpath_enabled(True)


def test_nothing_changes_but_the_kind_of_layer():
    dense = dense_mlp([20, 16, 4], rng=0).eval()
    twin = sparsified(dense, "2")
    x = torch.randn(5, 20)
    torch.testing.assert_close(twin(x), dense(x))
    assert isinstance(twin[2], nn.Linear)
    assert total(twin) == 320
    assert not twin[0].training
