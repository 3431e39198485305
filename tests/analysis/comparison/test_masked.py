"""A mask is the same function as a sparse layer."""

import numpy as np
import pytest
import torch

from neurosparse.analysis import (
    ComparisonTrial,
    MaskedLinear,
    masked_twin,
    random_sparse_mlp,
)
from neurosparse.models import dense_twin
from tests.analysis.comparison.helpers import SMALL, WIDTHS, here

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_a_mask_is_the_same_function_and_stays_so():
    sparse = random_sparse_mlp(WIDTHS, 0.2, 0)
    mask = masked_twin(sparse)
    x = torch.randn(7, 20)
    assert torch.allclose(mask(x), dense_twin(sparse)(x), atol=1e-6)
    torch.optim.SGD(mask.parameters(), 0.1, weight_decay=0.1).step()
    assert int(mask[0].mask.sum()) == sparse[0].nnz
    assert isinstance(mask[0], MaskedLinear)
    same = [
        here(SMALL, ComparisonTrial(name, 0.3, 0))["curve"]
        for name in ("random static", "random static, mask")
    ]
    assert np.abs(np.subtract(*same)).max() < 0.02
