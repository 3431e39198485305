"""Gradients that have none themselves say so, in every way that asks for them."""

import pytest
import torch

from neurosparse.kernels.base.autograd import once


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    @once("cube")
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.from_numpy(3 * x.numpy() ** 2 * grad.numpy()), None


def test_a_first_gradient_is_given_with_and_without_a_graph():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    for graph in (False, True):
        (slope,) = torch.autograd.grad(Cube.apply(x, 2).sum(), x, create_graph=graph)
        assert slope.tolist() == [3.0, 12.0]
        assert slope.requires_grad == graph


@pytest.mark.parametrize("outside", [lambda y, x: y.sum(), lambda y, x: (y * x).sum()])
def test_a_second_gradient_is_an_error(outside):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = Cube.apply(2 * x, 2)
    (slope,) = torch.autograd.grad(outside(y, x), x, create_graph=True)
    with pytest.raises(RuntimeError, match="cube is differentiable once"):
        ((slope**2).sum() + x.sum()).backward()
