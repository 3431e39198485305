"""What `fit`, `rewire` and `evaluate` refuse before any training, and the mode they leave a network
in.
"""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import Data, TrainingPlan, evaluate, fit, sparse_mlp
from neurosparse.models.training._rewire import rewire
from neurosparse.pruning import Gradual
from neurosparse.rewiring import rigl, set_, srigl
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
        (lambda: Data(X.numpy(), Y), TypeError, "x: got ndarray, wants a tensor; torch.as_tensor"),
        (lambda: Data(X, Y.tolist()), TypeError, "y: got list"),
        (lambda: Data(X, Y, batch=5.0), TypeError, "batch: got 5.0"),
        (lambda: TrainingPlan(epochs=2.5), TypeError, "epochs: got 2.5"),
        (lambda: TrainingPlan(loss="mse"), TypeError, "loss: got 'mse'"),
        (lambda: TrainingPlan(loss=nn.CrossEntropyLoss), TypeError, "loss: got <class"),
        (lambda: fit(MODEL, [X, Y], STEP), TypeError, "data: got list"),
        (lambda: fit(MODEL, DATA, STEP, 5), TypeError, r"plan: got 5, .*TrainingPlan\(epochs=5\)"),
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
        (lambda: fit(MODEL, DATA, STEP, rewiring=rigl), TypeError, "rule: got the function rigl"),
        (lambda: rewire(MODEL, set_, 0.5), TypeError, "rule: got the function set_"),
        (lambda: rewire(MODEL, set_(), 50), ValueError, "progress: got 50"),
        (lambda: rewire(MODEL, set_(), float("nan")), ValueError, "progress: got nan"),
        (lambda: rewire(MODEL, rigl(), 0.5), ValueError, "recorder: got None"),
        (lambda: rigl(every=7.5), ValueError, "every: got 7.5"),
        (lambda: srigl(every=7.5), ValueError, "every: got 7.5"),
        (lambda: Gradual(every=7.5), ValueError, "every: got 7.5"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_trained(call, kind, words):
    before = [p.detach().clone() for p in MODEL.parameters()]
    with pytest.raises(kind, match=words):
        call()
    assert all(torch.equal(a, b) for a, b in zip(before, MODEL.parameters(), strict=True))


def test_a_loss_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match=r"loss: got a tensor of shape \[10\]"):
        fit(MODEL, DATA, STEP, TrainingPlan(epochs=1, loss=nn.CrossEntropyLoss(reduction="none")))


def test_an_evaluation_leaves_every_part_in_its_mode():
    model = nn.Sequential(
        nn.Linear(6, 6), nn.BatchNorm1d(6), nn.Dropout(0.5), nn.Linear(6, 3)
    ).train()
    model[1].eval()
    seen = evaluate(model, X, Y)
    assert [part.training for part in model] == [True, False, True, True]
    assert seen == evaluate(model, X, Y)  # no dropout while it lasted
    with pytest.raises(ValueError, match="loss"):
        evaluate(model, X, Y, lambda out, target: (_ for _ in ()).throw(ValueError("loss")))
    assert model[2].training
    step = torch.optim.SGD(model.parameters(), 0.1)
    fit(model, DATA, step, TrainingPlan(epochs=1))
    assert not model.training
    fit(model, Data(X, Y), step, TrainingPlan(epochs=1))
    assert model.training
    assert np.isfinite(seen["test_loss"])
