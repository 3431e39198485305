"""What the tests of several rules share."""

import hypothesis.strategies as st
import numpy as np

SIZES = st.integers(0, 12)


def has_pair_twice(c):
    pairs = list(zip(*(part.tolist() for part in c.edges()), strict=True))
    return len(set(pairs)) < len(pairs)


def has_self(c):
    return bool(np.any(np.equal(*c.edges())))


def drawn(rule, n_pre, n_post, seed):
    """Build, check the stored form and that the same seed gives the same bits."""
    c = rule.build(n_pre, n_post, seed)
    c.validate()
    assert c.shape == (n_pre, n_post)
    assert rule.build(n_pre, n_post, np.random.default_rng(seed)) == c
    return c


def five_sigma(count, n, p):
    return abs(count - n * p) < 5 * np.sqrt(n * p * (1 - p)) + 1e-9


LINE = np.linspace(0, 1, 12)[:, None]
