"""What a plan refuses."""

import copy

import pytest
import torch
from torch import nn

from neurosparse.models import (
    TrainingPlan,
    fit,
)
from neurosparse.rewiring import (
    set_,
)
from tests.models.training.helpers import (
    adam,
    network,
    samples,
)


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: TrainingPlan(epochs=-1), ValueError, "epochs: got -1"),
        (lambda: TrainingPlan(epochs=2.5), ValueError, "epochs: got 2.5"),
        (lambda: TrainingPlan(epochs="many"), TypeError, "epochs: got 'many'"),
        (lambda: TrainingPlan(loss="mse"), TypeError, "loss: got 'mse'"),
        (lambda: TrainingPlan(loss=nn.CrossEntropyLoss), TypeError, "loss: got <class"),
    ],
)
def test_what_is_no_plan_is_refused(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


def test_no_epoch_is_a_plan_too():
    model = network()
    before = copy.deepcopy(model.state_dict())
    result = fit(model, samples(), adam(model), TrainingPlan(epochs=0), rewiring=set_())
    assert result.history == []
    assert all(
        torch.equal(tensor, before[key]) for key, tensor in model.state_dict().items()
    )
