"""PV-RNN on a grammar: it stays uncertain at the branches (in `make check`, for its length)."""

import numpy as np
import pytest
import torch

from neurosparse.models import PVRNN, Data, TrainingPlan, fit, sparse_layers
from neurosparse.rewiring import set_

pytestmark = pytest.mark.usefixtures("one_torch_thread")

STEPS = 24


def grammar(count=24, seed=0):
    """Sequences of three states: 0 goes to 1 or 2 by chance, 1 and 2 to 0.

    Also, which steps show what nobody could know.
    """
    rng = np.random.default_rng(seed)
    states = np.zeros((count, STEPS), int)
    states[:, 1::2] = rng.integers(1, 3, (count, STEPS // 2))
    return torch.eye(3)[states], np.arange(STEPS) % 2 == 1


def net_of(density, meta_prior=0.05):
    torch.manual_seed(0)
    sizes = {"sequences": 24, "steps": STEPS}
    return PVRNN(
        3, [10, 5], [2, 1], [1.0, 4.0], **sizes, meta_prior=meta_prior, density=density
    )


def test_it_is_uncertain_where_the_grammar_branches():
    sequences, branching = grammar()
    net = net_of(density=0.5)
    data = Data(torch.arange(24), sequences, batch=24)
    optimizer = torch.optim.Adam(net.parameters(), 0.03)
    before = next(iter(sparse_layers(net).values())).topology_hash()
    plan = TrainingPlan(120)
    history = fit(net, data, optimizer, plan, rewiring=set_(0.1)).history
    assert history[-1]["loss"] < 0.3 * history[0]["loss"]
    assert next(iter(sparse_layers(net).values())).topology_hash() != before
    with torch.no_grad():
        unfolded = net.unfold(list(net.posteriors))
    divergence = unfolded.divergence.sum(0).mean(0).numpy()[2:]
    assert divergence[branching[2:]].mean() > 1.5 * divergence[~branching[2:]].mean()
    # what comes for certain is predicted: after 1 or 2 comes 0
    torch.manual_seed(1)
    ahead = net.predict(sequences[:8, :6], 1, updates=10)
    assert (ahead[:, 0].argmax(1) == 0).float().mean() > 0.8
    assert all(a.grad is not None for a in net.posteriors)
