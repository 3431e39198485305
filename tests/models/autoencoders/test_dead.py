"""Latents that fire too little: who they are, what they are taught."""

import pytest
import torch

from neurosparse.models import AuxK, AuxZipf, Reconstruction
from neurosparse.models.autoencoders.dead import auxiliary
from tests.models.autoencoders.helpers import X, worked_example


def test_dead_latents_are_taught_what_is_left():
    sae = worked_example(losses=[Reconstruction(), AuxK(1.0)])
    sae.dead_after = 5
    sae.silent[3] = 5
    _, seen = sae.eval().losses_of(X)
    # the residual is (.36, −1.62), (0, −1); latent 3 gives 0 and .5 along (−1, 0)
    value = auxiliary(seen, torch.tensor([3]))
    assert value.tolist() == pytest.approx(15.57976654)
    values, _ = sae.losses_of(X)
    assert values["aux"].tolist() == pytest.approx(15.57976654)
    values["aux"].backward()
    assert sae.decoder.grad[3].any()
    assert not sae.decoder.grad[:3].any()


def test_where_none_is_dead_nothing_is_added():
    values, _ = worked_example(losses=[Reconstruction(), AuxK()]).losses_of(X)
    assert values["aux"].tolist() == 0.0


def test_training_counts_who_is_silent():
    sae = worked_example().train()
    sae.losses_of(X)
    assert sae.silent.tolist() == [2, 0, 0, 0]
    assert sae.fired.tolist() == [0, 1, 1, 1]
    sae.dead_after = 2
    assert sae.dead().tolist() == [True, False, False, False]
    assert int(sae.batches) == 1


def test_latents_that_fire_too_little_are_taught_too():
    sae = worked_example(losses=[AuxZipf(1.0)]).eval()
    sae.fired += torch.tensor([1200, 600, 400, 1])
    values, _ = sae.losses_of(X)
    assert values["aux"].tolist() == pytest.approx(15.57976654)
