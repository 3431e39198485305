"""Layers of every kind with the same weights, and digits that learn in a moment."""

from itertools import pairwise

import numpy as np
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.datasets import digits_8x8
from neurosparse.models import CondensedLinear, Data, SparseLinear

KINDS = ["dense", "sparse", "condensed"]


def layer_of(kind, weight, bias=False):
    """A layer of float64 that computes x Wᵀ, weight `[out, in]`."""
    dense = nn.Linear(weight.shape[1], weight.shape[0], bias=bias).double()
    dense.weight.data = torch.as_tensor(weight, dtype=torch.float64)
    if kind == "dense":
        return dense
    sparse = SparseLinear.from_dense(dense)
    return sparse if kind == "sparse" else CondensedLinear.from_sparse(sparse)


def slope_of(layer):
    """The gradient of a layer as a matrix `[out, in]`."""
    if isinstance(layer, nn.Linear):
        return layer.weight.grad
    twin = layer.to_dense()
    values = layer.values.data.clone()
    layer.values.data.copy_(layer.values.grad)
    twin = layer.to_dense()
    layer.values.data.copy_(values)
    return twin.weight.detach()


def wired(n_pre, n_post, fan_in, seed):
    """Synapses of equal fan-in, for layers sparse and condensed alike."""
    rng = np.random.default_rng(seed)
    pre = np.concatenate([rng.permutation(n_pre)[:fan_in] for _ in range(n_post)])
    post = np.repeat(np.arange(n_post), fan_in)
    return Connectivity.from_edges(pre, post, n_pre=n_pre, n_post=n_post)


def pair_of_layers(kind, widths, seed=0):
    """A hidden and a last layer of one kind, of fan-in 20 where sparse."""
    torch.manual_seed(seed)
    if kind == "dense":
        return [nn.Linear(a, b) for a, b in pairwise(widths)]
    made = []
    for place, (a, b) in enumerate(pairwise(widths)):
        synapses = wired(a, b, min(20, a // 2), place)
        layer = SparseLinear if kind == "sparse" else CondensedLinear
        made.append(layer(synapses, rng=seed))
    return made


def cut_after(epochs):
    """A callback that ends a run as Ctrl-C does."""

    def stop(history):
        if len(history) == epochs:
            raise KeyboardInterrupt

    return stop


def digits(labels=0, samples=1438):
    """Rows of pixels with room for labels before them."""
    images = digits_8x8()

    def rows(x):
        pixels = torch.tensor(x.reshape(-1, 64) / 16, dtype=torch.float32)
        return torch.cat([torch.zeros(len(x), labels), pixels], 1)

    test = torch.tensor(images.test_y, dtype=torch.long)
    y = torch.tensor(images.train_y, dtype=torch.long)
    return Data(
        rows(images.train_x)[:samples],
        y[:samples],
        rows(images.test_x),
        test,
        batch=64,
    )
