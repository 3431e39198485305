"""Gradients of gradients, `torch.func` and forward mode of the sparse products: the dense twin."""

import pytest
import torch
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, vmap

from neurosparse.kernels.layers.condensed_matmul.autograd import condensed_matmul
from neurosparse.kernels.layers.csr_matmul.autograd import csr_matmul
from neurosparse.kernels.layers.recurrent_scan.autograd import recurrent_scan
from neurosparse.kernels.layers.recurrent_scan.autograd_streamed import (
    InputLayer,
    streamed_scan,
)
from neurosparse.kernels.layers.recurrent_scan.parts import Neurons, by_delay
from neurosparse.models import CondensedLinear, SparseLinear
from neurosparse.wiring import FixedInDegree

# torch itself, where forward mode is loaded
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script:DeprecationWarning")

N_PRE, N_POST, BATCH = 5, 4, 3


def drawn(*shape, seed=0):
    g = torch.Generator().manual_seed(seed + sum(shape))
    return torch.randn(*shape, generator=g, dtype=torch.float64)


def csr():
    """A product by rows, and the dense matrix of its values; one edge stands twice."""
    indptr = torch.tensor([0, 2, 2, 5, 7, 8])
    indices = torch.tensor([0, 3, 1, 1, 2, 0, 3, 1], dtype=torch.int32)
    pre = torch.repeat_interleave(torch.arange(N_PRE), indptr.diff())

    def sparse(x, values, bias):
        return csr_matmul(x, values, bias, indptr, indices, N_POST)

    def dense(x, values, bias):
        flat = torch.zeros(N_PRE * N_POST, dtype=x.dtype)
        matrix = flat.index_add(0, pre * N_POST + indices, values).reshape(N_PRE, N_POST)
        return x @ matrix + bias

    return sparse, dense, drawn(8)


def condensed():
    indices = torch.tensor([[0, 2], [1, 1], [4, 2], [3, 0]], dtype=torch.int32)
    post = torch.arange(N_POST).repeat_interleave(2)

    def sparse(x, values, bias):
        return condensed_matmul(x, values, bias, indices)

    def dense(x, values, bias):
        flat = torch.zeros(N_PRE * N_POST, dtype=x.dtype)
        at = indices.flatten() * N_POST + post
        return x @ flat.index_add(0, at, values.flatten()).reshape(N_PRE, N_POST) + bias

    return sparse, dense, drawn(4, 2)


KINDS = pytest.mark.parametrize("kind", [csr, condensed], ids=lambda f: f.__name__)


def close(ours, theirs):
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


@KINDS
def test_slopes_of_slopes(kind):
    sparse, _, values = kind()
    arguments = drawn(BATCH, N_PRE), values, drawn(N_POST)
    arguments = tuple(part.requires_grad_() for part in arguments)
    assert torch.autograd.gradcheck(sparse, arguments, check_forward_ad=True)
    assert torch.autograd.gradgradcheck(sparse, arguments, check_fwd_over_rev=True)


@KINDS
@pytest.mark.parametrize("fixed", [0, 1])
def test_a_gradient_penalty(kind, fixed):
    sparse, dense, values = kind()
    answers = []
    for product in (sparse, dense):
        arguments = [drawn(BATCH, N_PRE), values.clone(), drawn(N_POST)]
        weight = drawn(BATCH, N_POST)
        arguments[1 - fixed].requires_grad_()
        arguments[fixed].requires_grad_(fixed == 0)
        y = product(*arguments).tanh()
        (slope,) = torch.autograd.grad(
            (y * weight).sum(), arguments[1 - fixed], create_graph=True
        )
        (slope**3).sum().backward()
        answers.append([a.grad for a in arguments if a.requires_grad])
    close(*answers)


@KINDS
def test_torch_func(kind):
    sparse, dense, values = kind()
    x = drawn(BATCH, N_PRE)
    bias = drawn(N_POST)

    def loss(product):
        return lambda *arguments: product(*arguments).tanh().pow(2).sum()

    for at in (0, 1, 2):
        ours, theirs = (grad(loss(f), at)(x, values, bias) for f in (sparse, dense))
        close(ours, theirs)
        for transform in (jacrev, jacfwd):
            ours, theirs = (transform(f, at)(x, values, bias) for f in (sparse, dense))
            close(ours, theirs)
        ours, theirs = (hessian(loss(f), at)(x, values, bias) for f in (sparse, dense))
        close(ours, theirs)
    primals = x, values, bias
    tangents = tuple(drawn(*part.shape, seed=7) for part in primals)
    ours, theirs = (jvp(f, primals, tangents) for f in (sparse, dense))
    close(ours, theirs)
    # slopes for each sample
    ours, theirs = (
        vmap(grad(loss(f), (1, 2)), (0, None, None))(x, values, bias)
        for f in (sparse, dense)
    )
    close(ours, theirs)


@KINDS
@pytest.mark.parametrize(
    "in_dims", [(0, None, None), (1, 0, 0), (None, 1, None), (2, None, 0)]
)
def test_vmap_over_any_of_them(kind, in_dims):
    sparse, dense, values = kind()
    arguments = []
    for part, dim in zip(
        (drawn(BATCH, N_PRE), values, drawn(N_POST)), in_dims, strict=True
    ):
        stacked = torch.stack([part, 2 * part, part - 1], -1)
        arguments.append(part if dim is None else stacked.movedim(-1, min(dim, part.dim())))
    in_dims = tuple(
        None if dim is None else min(dim, part.dim() - 1)
        for dim, part in zip(in_dims, arguments, strict=True)
    )
    close(*(vmap(f, in_dims)(*arguments) for f in (sparse, dense)))


@pytest.mark.parametrize("layer", [SparseLinear, CondensedLinear])
def test_layers_in_torch_func(layer):
    torch.manual_seed(0)
    module = layer(FixedInDegree(3).build(6, 4, 0), rng=0).double()
    parameters = dict(module.named_parameters())
    x = drawn(5, 6)

    def loss(parameters, row):
        return functional_call(module, parameters, (row,)).pow(2).sum()

    each = vmap(grad(loss), (None, 0))(parameters, x)
    for number in range(len(x)):
        module.zero_grad()
        loss(dict(module.named_parameters()), x[number]).backward()
        for name, parameter in module.named_parameters():
            close(each[name][number], parameter.grad)


def scans():
    pair = by_delay(torch.tensor([0, 1, 1]).numpy(), torch.tensor([1]).int().numpy())
    cells = Neurons(torch.zeros(2), torch.full((2,), 0.5), torch.ones(2))
    u = torch.tensor([[[2.0, 0.5]], [[0.3, 0.1]]])
    layer = InputLayer(torch.eye(2))
    yield lambda w: recurrent_scan(u * w, torch.tensor([1.5]), cells, pair)[0]
    yield lambda w: recurrent_scan(
        u * w, torch.tensor([1.5]), cells, pair, checkpoint=True
    )[0]
    yield lambda w: streamed_scan(u * w, layer, torch.tensor([1.5]), cells, pair)[0]


@pytest.mark.parametrize("scan", list(scans()))
def test_a_scan_refuses_what_it_would_leave_out(scan):
    w = torch.ones((), requires_grad=True)
    out = scan(w)
    # constant in the incoming slope: PyTorch's `once_differentiable` says nothing
    (slope,) = torch.autograd.grad(out.sum(), w, create_graph=True)
    again = torch.ones((), requires_grad=True)
    (plain,) = torch.autograd.grad(scan(again).sum(), again)
    torch.testing.assert_close(slope.detach(), plain)
    with pytest.raises(RuntimeError, match="scan is differentiable once"):
        (slope**2 + w).backward()
