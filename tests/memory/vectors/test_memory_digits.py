"""The published retrieval curve on real digits: lower half grey, five updates, cosine above 0.9."""

import numpy as np
import pytest

from neurosparse.datasets import digits_8x8
from neurosparse.memory import HopfieldMemory

# (beta, alpha) -> share retrieved with M stored, mean of five permutations
CURVE = {
    (0.1, 1.0): {16: 0.05, 128: 0.002, 1024: 0.001},
    (0.1, 2.0): {16: 0.787, 128: 0.581, 1024: 0.544},
    (1.0, 1.0): {16: 0.963, 128: 0.762, 1024: 0.446},
    (1.0, 1.5): {16: 0.988, 128: 0.922, 1024: 0.767},
    (1.0, 2.0): {16: 1.0, 128: 0.953, 1024: 0.820},
    "dot": {16: 1.0, 128: 0.972, 1024: 0.885},
    "cosine": {16: 1.0, 128: 0.972, 1024: 0.918},
}


@pytest.fixture(scope="module")
def images():
    """All digits in their published order, pixels in [-1, 1]."""
    found = digits_8x8()
    test = np.arange(1797) % 5 == 4
    x = np.empty((1797, 8, 8), np.uint8)
    x[~test], x[test] = found.train_x, found.test_x
    return (x.reshape(1797, 64) / 8 - 1).astype(np.float32)


def state_of(way, x, query):
    if way == "dot":
        return x[HopfieldMemory(x).best(query)[0][:, 0]]
    if way == "cosine":
        return x[
            HopfieldMemory(x / np.linalg.norm(x, axis=1, keepdims=True)).best(query)[0][
                :, 0
            ]
        ]
    return HopfieldMemory(x).retrieve(query, *way, steps=5).state


@pytest.mark.parametrize("way", CURVE, ids=str)
def test_retrieval_curve(images, way):
    for m, wanted in CURVE[way].items():
        shares = []
        for seed in range(5):
            x = images[np.random.default_rng(seed).permutation(1797)[:m]]
            query = x.copy()
            query[:, 32:] = 0
            state = state_of(way, x, query)
            cosine = (state * x).sum(1) / (
                np.linalg.norm(state, axis=1) * np.linalg.norm(x, axis=1)
            )
            shares.append((cosine > 0.9).mean())
        assert np.mean(shares) == pytest.approx(wanted, abs=0.0016), (way, m)
