"""Whatever traces tensors sees sparse layers: export, compilation, fake tensors, FLOP counters."""

import io

import pytest
import torch
from torch import nn
from torch._subclasses import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

from neurosparse.models import CondensedLinear, SparseLinear, dense_twin, prune, rewire
from neurosparse.rewiring import set_
from neurosparse.wiring import FixedInDegree

pytestmark = [
    pytest.mark.usefixtures("one_torch_thread"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

KINDS = [SparseLinear, CondensedLinear]
X = torch.randn(6, 12, generator=torch.Generator().manual_seed(0))


def network(kind, bias=True):
    """Two layers of fan-in 4 and 3."""
    first = kind(FixedInDegree(4).build(12, 8, 0), bias=bias, rng=0)
    second = kind(FixedInDegree(3).build(8, 5, 1), bias=bias, rng=1)
    return nn.Sequential(first, nn.ReLU(), second)


def arguments(kind):
    """What the operators of a layer of this kind are handed, by their names."""
    layer = network(kind)[0]
    x = X.clone().requires_grad_()
    values = layer.values.detach().requires_grad_()
    grad = torch.randn(6, 8, requires_grad=True)
    bias = torch.randn(8, requires_grad=True)
    if kind is CondensedLinear:
        return {
            "condensed_matmul": (x, values, bias, layer.indices),
            "condensed_slopes": (x, values, grad, layer.indices),
        }
    support = layer.indptr, layer.indices, 8
    return {
        "csr_matmul": (x, values, bias, *support),
        "csr_slopes": (x, values, grad, *support),
        "csr_outer": (x, grad, *support),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_operators_are_what_torch_expects_of_them(kind):
    """Schema, fake tensors and gradients; dynamic shapes stand in the test of export."""
    checks = "test_schema", "test_autograd_registration", "test_faketensor"
    for name, parts in arguments(kind).items():
        torch.library.opcheck(
            getattr(torch.ops.neurosparse, name), parts, test_utils=checks
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bias", [True, False])
def test_an_export_computes_the_same_for_any_batch_and_from_a_file(kind, bias):
    model = network(kind, bias).eval()
    shapes = ({0: torch.export.Dim("batch")},)
    exported = torch.export.export(model, (X,), dynamic_shapes=shapes)
    file = io.BytesIO()
    torch.export.save(exported, file)
    file.seek(0)
    again = torch.export.load(file).module()
    for x in (X, X[:3], torch.cat([X, X])):
        assert torch.equal(exported.module()(x), model(x))
        assert torch.equal(again(x), model(x))


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_of_more_axes(kind):
    model = network(kind).eval()
    x = torch.randn(2, 3, 12)
    assert torch.equal(torch.export.export(model, (x,)).module()(x), model(x))


@pytest.mark.parametrize("kind", KINDS)
def test_a_compiled_network_is_one_graph_with_the_same_gradients(kind):
    torch._dynamo.reset()
    model = network(kind)
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    slopes = []
    for net in (model, compiled):
        model.zero_grad()
        x = X.clone().requires_grad_()
        net(x).square().sum().backward()
        slopes.append([x.grad, *(part.grad.clone() for part in model.parameters())])
    torch.testing.assert_close(slopes[0], slopes[1])


def test_a_compiled_network_goes_on_behind_other_synapses():
    torch._dynamo.reset()
    model = network(SparseLinear)
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    for change in (lambda: rewire(model, set_(0.5), 0.0, rng=0), lambda: prune(model, 0.1)):
        compiled(X)
        change()
        torch.testing.assert_close(compiled(X), model(X))


@pytest.mark.parametrize("kind", KINDS)
def test_products_are_counted(kind):
    """Two a synapse and sample: forward, to the weights, and to the inputs but the first."""
    model = network(kind)
    with FlopCounterMode(display=False) as counter:
        model(X).sum().backward()
    first, second = (model[place].values.numel() for place in (0, 2))
    both_slopes = 3 if kind is CondensedLinear else 2
    assert counter.get_total_flops() == 2 * len(X) * (both_slopes * first + 3 * second)
    with FlopCounterMode(display=False) as dense:
        dense_twin(model)(X)
    assert dense.get_total_flops() == 2 * len(X) * (12 * 8 + 8 * 5)


@pytest.mark.parametrize("kind", KINDS)
def test_fake_tensors_have_the_shape(kind):
    with FakeTensorMode(allow_non_fake_inputs=True) as fake:
        y = network(kind)(fake.from_tensor(X))
    assert y.shape == (6, 5)
