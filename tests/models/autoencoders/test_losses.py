"""Losses: worked examples, slopes, dead latents."""

import numpy as np
import pytest
import torch

from neurosparse.models import (
    AuxK,
    Hierarchical,
    Matryoshka,
    Sae,
    TopK,
)
from tests.models.autoencoders.helpers import random_net, worst_slope


def prefix_net(loss):
    """Atoms and a sample whose code is (2, 1, .5)."""
    sae = Sae(2, 3, select=TopK(3), losses=[loss])
    sae.decoder.data = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    sae.encoder.data.zero_()
    sae.bias.data = torch.tensor([2.0, 1.0, 0.5])
    return sae, torch.tensor([[2.5, 1.2]])


@pytest.mark.parametrize(
    ("loss", "value"),
    [
        (Matryoshka((1, 2, 3)), 2.06),
        (Hierarchical(), 0.68666667),
        (Hierarchical((1, 3)), (1.69 + 0.08) / 2),
        (Hierarchical((2,), (2.0,)), 0.58),
    ],
    ids=str,
)
def test_prefixes_of_a_code(loss, value):
    sae, x = prefix_net(loss)
    assert sae.losses_of(x)[0][loss.name].tolist() == pytest.approx(value)


@pytest.mark.parametrize(
    "loss",
    [Matryoshka((2, 5, 7)), Hierarchical(), Hierarchical((1, 3), (1.0, 0.5))],
    ids=str,
)
def test_slopes_of_prefixes_are_those_of_finite_differences(loss):
    assert worst_slope(*random_net(TopK(4), [loss])) < 1e-7


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match=r"widths: got .*, wants widths that end in 4"):
        Sae(2, 4, select=TopK(1), losses=[Matryoshka((1, 2))])
    with pytest.raises(ValueError, match="widths"):
        Matryoshka((2, 1))
    with pytest.raises(ValueError, match="weights"):
        Hierarchical((1, 2), (1.0,))
    with pytest.raises(ValueError, match="losses"):
        Sae(2, 4, select=TopK(1), losses=[])
    with pytest.raises(TypeError, match="losses"):
        Sae(2, 4, select=TopK(1), losses=[AuxK])


def test_the_default_widths_halve():
    assert Matryoshka().prefixes(64) == [8, 16, 32, 64]
    assert np.all(np.diff(Matryoshka().prefixes(3)) > 0)
