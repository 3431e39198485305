"""Matching pursuit as an encoder: steps, slopes through all of them."""

import numpy as np
import pytest
import torch

from neurosparse.models import Pursuit, Reconstruction, Sae
from neurosparse.models.autoencoders import pursuit
from tests.models.autoencoders.helpers import random_net, worst_slope

ATOMS = np.array([[1.0, 0.0], [0.6, 0.8]])
X = torch.tensor([[1.0, 0.6]])


def test_steps_of_pursuit_stop_where_no_product_is_positive():
    sae = Sae(2, 2, select=Pursuit(5), losses=[Reconstruction()], atoms=ATOMS)
    seen = sae.pass_on(X)
    # non-negative: 1.08 of the second, .352 of the first, then nothing
    assert seen.code.indices[:2].tolist() == [1, 0]
    np.testing.assert_allclose(seen.code.values.detach(), [1.08, 0.352, 0, 0, 0], atol=1e-6)
    assert float(torch.linalg.vector_norm(seen.residual)) == pytest.approx(0.264)
    codes = sae.encode(X)
    assert codes.counts.tolist() == [2]


def test_a_length_ends_a_sample():
    sae = Sae(2, 2, select=Pursuit(5, least=0.5), atoms=ATOMS)
    assert sae.encode(X).indices.tolist() == [1]


def test_products_kept_up_to_date_are_products_made_anew(monkeypatch):
    sae = Sae(6, 20, select=Pursuit(5), rng=0)
    x = torch.randn(7, 6, generator=torch.Generator().manual_seed(0))
    kept = sae.encode(x)
    monkeypatch.setattr(pursuit, "LARGEST_GRAM", 0)
    anew = sae.encode(x)
    np.testing.assert_array_equal(kept.indices, anew.indices)
    np.testing.assert_allclose(kept.values, anew.values, rtol=1e-4, atol=1e-6)


def test_a_latent_chosen_again_counts_twice():
    atoms = torch.tensor([[1.0, 0.0], [0.8, 0.6], [-0.6, 0.8]])
    sae = Sae(2, 3, select=Pursuit(4), atoms=atoms)
    seen = sae.pass_on(torch.tensor([[1.0, 1.1]]))
    codes = sae.encode(torch.tensor([[1.0, 1.1]]))
    assert len(set(codes.indices.tolist())) == codes.nnz
    np.testing.assert_allclose(sae.decode(codes), seen.output.detach(), atol=1e-6)


def test_slopes_run_through_all_steps():
    assert worst_slope(*random_net(Pursuit(4), [Reconstruction()])) < 1e-7


def test_an_empty_batch_gives_no_codes():
    assert len(Sae(2, 2, select=Pursuit(2), atoms=ATOMS).encode(X[:0])) == 0
    with pytest.raises(ValueError, match="least"):
        Pursuit(1, least=-1.0)
