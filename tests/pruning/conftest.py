"""A network of clusters, and how it is drawn from by three scores."""

import pytest

from neurosparse.pruning import LinearNoise, NoiseScore, RecurrentNet, Sampled
from neurosparse.rewiring import Equal, Magnitude
from tests.pruning.nets import clusters


@pytest.fixture(scope="session")
def symmetric():
    c, label = clusters()
    return RecurrentNet.begin(c), label


@pytest.fixture(scope="session")
def drawn(symmetric):
    """Draws by keep and score, scored once: the covariance does not depend on the draw."""
    net, _ = symmetric
    moments = LinearNoise()(net, None)
    scores = {
        "noise": NoiseScore(lambda n, r: moments),
        "weight": Magnitude(),
        "uniform": Equal(),
    }
    return {
        (keep, name): [
            Sampled(score)(net, round(keep * net.connectivity.nnz), seed)
            for seed in range(4)
        ]
        for keep in (0.5, 0.2, 0.1)
        for name, score in scores.items()
    }
