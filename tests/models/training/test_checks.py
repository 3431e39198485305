"""What `fit` is handed, refused before any training."""

import pytest
import torch
from torch import nn

from neurosparse.models import (
    Data,
    fit,
    sparse_mlp,
)
from neurosparse.rewiring import (
    rigl,
)
from neurosparse.wiring import RandomEdges

pytestmark = pytest.mark.usefixtures("one_torch_thread")

MODEL = sparse_mlp([6, 8, 3], RandomEdges(0.5), rng=0)
X = torch.randn(20, 6, generator=torch.Generator().manual_seed(0))
Y = torch.arange(20) % 3
DATA = Data(X, Y, X, Y, batch=10)
STEP = torch.optim.SGD(MODEL.parameters(), 0.1)
PLATEAU = torch.optim.lr_scheduler.ReduceLROnPlateau(STEP)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: fit(MODEL, [X, Y], STEP), TypeError, "data: got list"),
        (
            lambda: fit(MODEL, DATA, STEP, 5),
            TypeError,
            r"plan: got 5, .*TrainingPlan\(epochs=5\)",
        ),
        (lambda: fit(MODEL, DATA, torch.optim.SGD), TypeError, "optimizer: got <class"),
        (
            lambda: fit(MODEL, DATA, torch.optim.LBFGS(MODEL.parameters())),
            TypeError,
            "optimizer: got LBFGS",
        ),
        (
            lambda: fit(MODEL, DATA, STEP, scheduler=PLATEAU),
            TypeError,
            "scheduler: got ReduceLROnPlateau",
        ),
        (
            lambda: fit(nn.Linear(6, 3), DATA, STEP),
            ValueError,
            "optimizer: got one whose parameters are none",
        ),
        (lambda: fit(MODEL, DATA, STEP, rewiring="rigl"), TypeError, "rule: got 'rigl'"),
        (
            lambda: fit(MODEL, DATA, STEP, rewiring=rigl),
            TypeError,
            "rule: got the function rigl",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_trained(call, kind, words):
    before = [p.detach().clone() for p in MODEL.parameters()]
    with pytest.raises(kind, match=words):
        call()
    assert all(torch.equal(a, b) for a, b in zip(before, MODEL.parameters(), strict=True))
