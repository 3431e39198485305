"""Layers and recipes that several test files rewire."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    ActivityWindow,
    LayerSynapses,
    NodeScore,
    Visits,
    chts,
    dst_ee,
    hebbian,
    rigl,
    set_,
    snfs,
)

RECIPES = {
    "set": set_(),
    "rigl": rigl(),
    "snfs": snfs(),
    "dst_ee": dst_ee(),
    "hebbian": hebbian(0.3),
    "chts": chts(),
    "chts node": chts(score=NodeScore(), importance=True),
}


def a_layer(n_pre=20, n_post=30, density=0.2, seed=0, samples=16):
    rng = np.random.default_rng(seed)
    support = Connectivity.from_dense((rng.random((n_pre, n_post)) < density).astype(float))
    sizes = (samples, n_pre), (samples, n_post), (samples, n_post)
    window = ActivityWindow(*(rng.standard_normal(s).astype(np.float32) for s in sizes))
    values = rng.standard_normal(support.nnz).astype(np.float32)
    return LayerSynapses(support, values, window, Visits.none().after(support))


def applied(layer, change):
    return layer.support.edit(change.drop, change.pre, change.post)
