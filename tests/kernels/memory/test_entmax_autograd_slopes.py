"""Gradients of gradients through sparse weights, against finite differences."""

import pytest
import torch
from torch.func import grad, hessian, jacrev, vmap

from neurosparse.kernels.memory.entmax.autograd import entmax, normmax
from neurosparse.kernels.memory.retrieve.autograd import retrieve

# torch itself, where forward mode is loaded
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script:DeprecationWarning")


def drawn(*shape, seed=0):
    g = torch.Generator().manual_seed(seed + sum(shape))
    return torch.randn(*shape, generator=g, dtype=torch.float64)


@pytest.mark.parametrize("alpha", [1.0, 1.0001, 1.2, 1.5, 2.0, 2.5, 4.0])
def test_entmax_twice(alpha):
    z = drawn(3, 6).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda z: entmax(z, alpha), (z,))


@pytest.mark.parametrize("alpha", [1.2, 1.5, 2.0])
def test_entmax_twice_with_alpha(alpha):
    z = drawn(3, 6).requires_grad_()
    a = torch.tensor([[alpha], [alpha + 0.1], [alpha + 0.3]], dtype=torch.float64)
    assert torch.autograd.gradgradcheck(entmax, (z, a.requires_grad_()))


@pytest.mark.parametrize("gamma", [1.5, 2.0, 3.0])
def test_normmax_twice(gamma):
    z = drawn(3, 6).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda z: normmax(z, gamma), (z,))


def test_a_gradient_penalty_with_a_constant_slope():
    """The case that lost its second derivative without a word."""
    torch.manual_seed(0)
    lin = torch.nn.Linear(4, 6).double()
    x = drawn(3, 4).requires_grad_()
    w = drawn(3, 6)

    def penalty(weight):
        y = entmax(torch.nn.functional.linear(x, weight, lin.bias), 1.5)
        (g,) = torch.autograd.grad((y * w).sum(), x, create_graph=True)
        return (g**2).sum()

    assert torch.autograd.gradcheck(penalty, (lin.weight,))


def test_slopes_with_and_without_a_graph_agree():
    z = drawn(4, 7)
    z[1, 2:] = -torch.inf
    z[2] = -torch.inf
    for alpha in (1.0, 1.3, 1.5, 2.0, 6.0):
        slopes = []
        for graph in (False, True):
            scores = z.clone().requires_grad_()
            a = torch.full((4, 1), alpha, dtype=torch.float64, requires_grad=True)
            loss = (entmax(scores, a) * drawn(4, 7, seed=3)).sum()
            slopes.append(torch.autograd.grad(loss, (scores, a), create_graph=graph))
        for plain, graphed in zip(*slopes, strict=True):
            torch.testing.assert_close(plain, graphed.detach(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("alpha", [1.2, 1.5, 2.0])
@pytest.mark.parametrize("tied", [False, True])
def test_retrieve_twice(alpha, tied):
    q = drawn(2, 3).requires_grad_()
    k = drawn(5, 3).requires_grad_()
    v = k if tied else drawn(5, 2).requires_grad_()
    b = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    a = torch.tensor(alpha, dtype=torch.float64, requires_grad=True)
    if tied:
        assert torch.autograd.gradgradcheck(
            lambda q, k, b, a: retrieve(q, k, k, b, a), (q, k, b, a)
        )
    else:
        assert torch.autograd.gradgradcheck(retrieve, (q, k, v, b, a))
        # each alone, or together with what it came from
        assert torch.autograd.gradgradcheck(lambda q: retrieve(q, k, v, b, a), (q,))
        assert torch.autograd.gradgradcheck(lambda k: retrieve(2 * k, k, v, b, a), (k,))


@pytest.mark.parametrize("weigh", [lambda z: entmax(z, 1.5), normmax])
def test_torch_func(weigh):
    z = drawn(4, 6)
    w = drawn(6)

    def loss(z):
        return (weigh(z) * w).sum()

    torch.testing.assert_close(vmap(weigh)(z), weigh(z))
    torch.testing.assert_close(vmap(weigh, 1)(z), weigh(z.T))
    ours = vmap(grad(loss))(z)
    leaf = z.clone().requires_grad_()
    loss(leaf).backward()
    torch.testing.assert_close(ours, leaf.grad)
    jacobian = jacrev(weigh)(z[0])
    torch.testing.assert_close(w @ jacobian, ours[0])
    with pytest.raises(RuntimeError):  # forward mode
        hessian(loss)(z[0])
    second = jacrev(jacrev(loss))(z[0])
    torch.testing.assert_close(
        second, torch.autograd.functional.hessian(loss, z[0]), rtol=1e-7, atol=1e-9
    )
