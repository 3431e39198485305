"""What `fit` is handed, refused before any training."""

import pytest
import torch
from torch import nn

from neurosparse.models import (
    Data,
    fit,
    sparse_mlp,
)
from neurosparse.models.training.checks import check_smallest_batch
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


@pytest.mark.parametrize(
    ("n", "batch", "refused"), [(9, 4, True), (3, 1, True), (10, 4, False)]
)
def test_a_last_batch_of_one_is_refused_where_a_norm_over_batches_wants_two(
    n, batch, refused
):
    data = Data(torch.randn(n, 6), torch.arange(n) % 3, batch=batch)
    flat = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Linear(8, 3))
    before = [tensor.clone() for tensor in flat.state_dict().values()]
    if refused:
        with pytest.raises(
            ValueError, match=f"data: got {n} samples in batches of {batch}"
        ):
            fit(flat, data, torch.optim.SGD(flat.parameters(), 0.1))
        assert all(map(torch.equal, before, flat.state_dict().values()))
    else:
        check_smallest_batch(flat, data)


def test_a_last_batch_of_one_is_fine_for_other_norms():
    data = Data(torch.randn(9, 6), torch.arange(9) % 3, batch=4)
    space = nn.Sequential(
        nn.Unflatten(1, (2, 3)), nn.BatchNorm1d(2), nn.LayerNorm(3), nn.Flatten()
    )
    state = torch.get_rng_state()
    check_smallest_batch(space, data)
    assert torch.equal(state, torch.get_rng_state())
    assert space[1].num_batches_tracked == 0
