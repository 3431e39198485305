"""ISTA as a layer: the encoder that one step is, the coder that many steps are, LISTA, training."""

import numpy as np
import pytest
import torch

from neurosparse.models import IstaLayer, coding_rate
from neurosparse.sparse_coding import Dictionary, Ista, NonNegative, Soft

DICTIONARY = Dictionary.random(12, 5, rng=0)
X = np.random.default_rng(1).standard_normal((7, 5))


@pytest.mark.parametrize("tied", [True, False])
def test_one_step_is_the_relu_encoder(tied: bool) -> None:
    layer = IstaLayer.from_dictionary(DICTIONARY, step=0.3, lam=0.2, tied=tied)
    x = torch.tensor(X)
    linear = torch.nn.Linear(5, 12).double()
    linear.weight.data = 0.3 * torch.tensor(DICTIONARY.atoms)
    linear.bias.data.fill_(-0.3 * 0.2)
    torch.testing.assert_close(layer(x), torch.relu(linear(x)))
    assert 0 < (layer(x) > 0).sum() < layer(x).numel()


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("nonnegative", [True, False])
def test_steps_are_those_of_the_coder(tied: bool, nonnegative: bool) -> None:
    step = 0.9 / DICTIONARY.lipschitz
    layer = IstaLayer.from_dictionary(
        DICTIONARY, steps=40, step=step, lam=0.3, nonnegative=nonnegative, tied=tied
    )
    threshold = NonNegative(Soft(0.3)) if nonnegative else Soft(0.3)
    codes = Ista(threshold, steps=40, step=step, tol=0.0).encode(X, DICTIONARY)
    dense = layer.encode(torch.tensor(X)).to_dense()
    np.testing.assert_allclose(dense, codes.to_dense(), atol=1e-9)


def test_the_step_of_a_transformer() -> None:
    layer = IstaLayer(2, 2)
    layer.atoms.data = torch.tensor([[1.0, 0.0], [0.6, 0.8]])
    z = torch.tensor([[1.0, -0.5]])
    torch.testing.assert_close(layer(z, z), torch.tensor([[1.02, 0.0]]))


def test_coding_rate() -> None:
    z = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], dtype=torch.float64)
    assert float(coding_rate(z, 0.5)) == pytest.approx(1.45436045, abs=1e-8)
    with pytest.raises(ValueError, match="one sample or more"):
        coding_rate(z[:0])


@pytest.mark.parametrize("tied", [True, False])
def test_it_trains(tied: bool) -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    code = rng.uniform(0.5, 1, (256, 12)) * (rng.random((256, 12)) < 0.15)
    x = torch.tensor(code @ DICTIONARY.atoms, dtype=torch.float32)
    layer = IstaLayer(5, 12, steps=5, step=0.2, lam=0.05, tied=tied, rng=1)
    optimiser = torch.optim.Adam(layer.parameters(), 0.02)
    costs = []
    for _ in range(60):
        optimiser.zero_grad()
        cost = layer.cost(x, layer(x))
        cost.backward()
        optimiser.step()
        costs.append(float(cost.detach()))
    assert costs[-1] < 0.6 * costs[0]
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in layer.parameters())
    np.testing.assert_allclose(
        np.linalg.norm(layer.dictionary().atoms, axis=1), 1, rtol=1e-5
    )


def test_gradients_agree_with_differences() -> None:
    for tied in (True, False):
        layer = IstaLayer(
            3, 4, steps=3, lam=0.1, nonnegative=False, tied=tied, rng=0
        ).double()
        x = torch.randn(
            2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)
        )
        assert torch.autograd.gradcheck(layer, (x.requires_grad_(),))


def test_its_state_is_that_of_a_module() -> None:
    layer = IstaLayer(5, 12, tied=False, rng=0)
    other = IstaLayer(5, 12, tied=False, rng=1)
    other.load_state_dict(layer.state_dict())
    x = torch.tensor(X, dtype=torch.float32)
    assert torch.equal(layer(x), other(x))


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="lam: got -1"):
        IstaLayer(2, 3, lam=-1)
    with pytest.raises(ValueError, match="steps"):
        IstaLayer(2, 3, steps=0)
    with pytest.raises(ValueError, match="2 features on the last axis"):
        IstaLayer(2, 3)(torch.ones(1, 3))
    with pytest.raises(ValueError, match="3 long"):
        IstaLayer(2, 3)(torch.ones(1, 2), torch.ones(1, 2))
