"""`sparsified`: dense layers as sparse ones that still have all their weights."""

import copy
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn.utils.parametrize import is_parametrized

from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.layers.support import as_rule
from neurosparse.models.training.parameters import check_own_weights
from neurosparse.typing import Seed
from neurosparse.wiring import Wiring


def sparsified(
    model: nn.Module,
    keep_dense: Sequence[str] = (),
    *,
    wiring: Wiring | None = None,
    rng: Seed = None,
) -> nn.Module:
    """Copy a network with every `nn.Linear` as a `SparseLinear`.

    It has all the weights, zeros too; with a wiring, new ones on the synapses that the rule draws.

    Args:
        model: dense, sparse, or mixed; left as it is.
        keep_dense: names of layers to leave as they are, such as the output layer.
        wiring: a rule such as `RandomEdges(0.1)`, for a sparse network to train from the start;
            its offsets begin at 0.
        rng: seed or generator of synapses and weights, where there is a wiring.

    Raises:
        ValueError: a name that is no layer; a layer that a fused one of torch
            (`MultiheadAttention`, `TransformerEncoderLayer`) uses without calling it; one with
            hooks, a parametrisation or a forward pass of its own; weights that are tied.

    >>> sparsified(nn.Sequential(nn.Linear(3, 2)))
    Sequential(
      (0): SparseLinear(3 -> 2, 6 synapses, density 100 %, bias=True)
    )
    >>> from neurosparse.wiring import RandomEdges
    >>> sparsified(nn.Linear(30, 20), wiring=RandomEdges(0.1), rng=0)
    SparseLinear(30 -> 20, 60 synapses, density 10 %, bias=True)
    """
    rule = None if wiring is None else as_rule(wiring)
    generator = np.random.default_rng(rng)
    names = layer_names(model, keep_dense)
    _check_layers(model, {model.get_submodule(name) for name in names})
    twin = copy.deepcopy(model)
    kept = {twin.get_submodule(name) for name in names}
    sparse = dict[nn.Module, SparseLinear]()
    # a layer that has several names stays one
    for name, layer in list(twin.named_modules(remove_duplicate=False)):
        if not isinstance(layer, nn.Linear) or layer in kept:
            continue
        parent, _, child = name.rpartition(".")
        if layer not in sparse:
            sparse[layer] = _as_sparse(layer, rule, generator)
        if not name:
            return sparse[layer]
        setattr(twin.get_submodule(parent), child, sparse[layer])
    return twin


def _as_sparse(
    layer: nn.Linear, wiring: Wiring | None, rng: np.random.Generator
) -> SparseLinear:
    """A dense layer with all its weights, or with new ones on other synapses."""
    if wiring is None:
        whole = SparseLinear.from_dense(layer, keep=layer.weight.numel())
        return whole.train(layer.training)
    sizes = layer.in_features, layer.out_features
    bias = layer.bias is not None
    drawn = SparseLinear(*sizes, wiring=wiring, bias=bias, rng=rng)
    drawn = drawn.to(layer.weight.device, layer.weight.dtype)
    drawn.values.requires_grad_(layer.weight.requires_grad)
    if drawn.bias is not None:
        drawn.bias.requires_grad_(layer.bias.requires_grad)
    return drawn.train(layer.training)


def layer_names(model: nn.Module, keep_dense: Sequence[str]) -> tuple[str, ...]:
    """Return the names of layers that stay dense; one by itself may be a string.

    Raises:
        ValueError: a name that is no layer.
        TypeError: no names, such as a wiring.

    >>> layer_names(nn.Sequential(nn.Linear(1, 1)), "0")
    ('0',)
    """
    if not isinstance(keep_dense, str | Iterable):
        remedy = "sparsified(model, wiring=RandomEdges(0.1)) takes a rule"
        raise bad_type("keep_dense", keep_dense, "names of layers", remedy)
    names = (keep_dense,) if isinstance(keep_dense, str) else tuple(keep_dense)
    modules = dict(model.named_modules(remove_duplicate=False))
    linear = nn.Linear | SparseLinear
    for name in names:
        if name not in modules:
            layers = [
                known for known, layer in modules.items() if isinstance(layer, linear)
            ]
            raise unknown_name("keep_dense", name, layers)
    return names


def _check_layers(model: nn.Module, kept: set[nn.Module]) -> None:
    """Refuse dense layers that are more than their weights, before anything is copied."""
    dense: dict[str, nn.Module] = {}
    for name, layer in model.named_modules(remove_duplicate=False):
        if isinstance(layer, nn.Linear) and layer not in kept:
            _refuse_fused(model.get_submodule(name.rpartition(".")[0]), name)
            more = _more_than_linear(layer)
            if more:
                remedy = (
                    f"take it away, or keep_dense=({name!r},)" if name else "take it away"
                )
                received = Said(f"{name or 'a layer'} with {more}")
                raise bad_argument("model", received, "plain linear layers", remedy)
            dense.setdefault(name, layer)
    check_own_weights(model, dense)


def _more_than_linear(layer: nn.Linear) -> str:
    """What a layer has beside weights and offsets, in words; nothing if it is a plain one."""
    if (
        isinstance(layer, nn.modules.lazy.LazyModuleMixin)
        and layer.has_uninitialized_params()
    ):
        return "a size that is not known until it has seen a batch"
    if is_parametrized(layer):
        return "a parametrisation, which the copy would lose"
    if set(layer._parameters) != {"weight", "bias"} or layer._modules or layer._buffers:
        return "parameters of its own, such as of weight_norm or torch.nn.utils.prune"
    for call in ("forward", "__call__"):
        if getattr(type(layer), call) is not getattr(nn.Linear, call) or call in vars(
            layer
        ):
            return f"a forward pass of its own ({type(layer).__name__})"
    # whatever torch calls hooks, of the layer and of its weights
    things: list[nn.Module | torch.Tensor] = [layer, *layer.parameters(recurse=False)]
    if any(getattr(thing, name) for thing in things for name in _hooks_of(thing)):
        return "hooks, which the copy would lose"
    return ""


def _hooks_of(thing: nn.Module | torch.Tensor) -> list[str]:
    """Where a layer or its weights keep functions that others have given it."""
    if isinstance(thing, torch.Tensor):
        return ["_backward_hooks", "_post_accumulate_grad_hooks"]
    return [name for name in vars(thing) if name.endswith("_hooks")]


def _refuse_fused(parent: nn.Module, name: str) -> None:
    """Refuse a layer whose weights torch reads past its `forward`."""
    kind = type(parent).__name__
    received = Said(f"{name} of a {kind}, which reads the weights of its layers itself")
    expected = "layers that are called"
    if isinstance(parent, nn.MultiheadAttention):
        raise bad_argument(
            "model", received, expected, f"leave it: keep_dense=({name!r}, …)"
        )
    if (
        isinstance(parent, nn.TransformerEncoderLayer)
        and torch.backends.mha.get_fastpath_enabled()
    ):
        remedy = "torch.backends.mha.set_fastpath_enabled(False) has it call them"
        raise bad_argument("model", received, expected, remedy)
