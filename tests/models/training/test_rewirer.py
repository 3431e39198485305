"""A loop of one's own with a `Rewirer`: the very bits of `fit`, and nothing to know of windows."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import Rewirer, TrainingPlan, fit, sparse_layers
from neurosparse.rewiring import BaseRule, Change, dst_ee, hebbian, rigl, set_, snfs, srigl
from tests.models.training.helpers import RECIPES, adam, network, samples

pytestmark = pytest.mark.usefixtures("one_torch_thread")

EPOCHS = 4


def learn(model, optimizer, x, y):
    optimizer.zero_grad(set_to_none=True)
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()


def assert_same_bits(one, other):
    for (name, a), b in zip(
        one.state_dict().items(), other.state_dict().values(), strict=True
    ):
        assert torch.equal(a, b), name


@pytest.mark.parametrize(
    "name", [name for name, rule in RECIPES.items() if rule is not None]
)
def test_an_ordinary_loop_ends_with_the_bits_of_fit(name):
    data = samples()
    fitted = network(name)
    rule = RECIPES[name]
    rows = fit(fitted, data, adam(fitted), TrainingPlan(EPOCHS), rewiring=rule).history

    model = network(name)
    optimizer = adam(model)
    steps = EPOCHS * data.steps
    updates = moved = 0
    with Rewirer(
        model, rule, optimizer, steps=steps, steps_per_epoch=data.steps
    ) as rewirer:
        for epoch in range(EPOCHS):
            rng = np.random.default_rng([0, epoch])
            rewirer.start_epoch(rng)
            model.train()
            for x, y in data.batches(rng):
                learn(model, optimizer, x, y)
                moved += rewirer.step()
            updates += rewirer.updates
    assert_same_bits(model, fitted)
    assert updates == sum(row["updates"] for row in rows) > 0
    assert moved == sum(row["moved"] for row in rows) > 0
    assert not any(layer._forward_hooks for layer in model.modules())


@pytest.mark.parametrize("rule", [rigl(every=2), dst_ee(every=3), srigl(every=2)])
def test_three_lines_are_enough(rule):
    data = samples()
    model = network("SRigL")
    before = [layer.support for layer in sparse_layers(model).values()]
    optimizer = adam(model)
    rewirer = Rewirer(model, rule, optimizer, steps=12, rng=0)
    for _ in range(12):
        learn(model, optimizer, data.x, data.y)
        rewirer.step()
    rewirer.close()
    assert rewirer.done == 12
    # never after the last step
    assert rewirer.updates == (5 if rule.every == 2 else 3)
    for layer, support in zip(sparse_layers(model).values(), before, strict=True):
        assert layer.support != support
        assert optimizer.state[layer.values]["exp_avg"].shape == layer.values.shape


@pytest.mark.parametrize(
    "rule", [dst_ee(every=2), hebbian(0.2, every=2)], ids=["DST-EE", "Hebbian"]
)
def test_a_loop_goes_on_from_its_checkpoint_to_the_bit(rule, tmp_path):
    data = samples()

    def train(model, optimizer, rewirer, steps):
        for step in steps:
            # what is recorded is no part of a checkpoint
            if step % 4 == 0:
                rewirer.start_epoch()
            learn(model, optimizer, data.x[step : step + 20], data.y[step : step + 20])
            rewirer.step()

    def begin():
        model = network()
        optimizer = adam(model)
        return model, optimizer, Rewirer(model, rule, optimizer, steps=16, rng=3)

    whole = begin()
    train(*whole, range(16))
    first = begin()
    train(*first, range(8))
    parts = {"model": first[0], "optimizer": first[1], "rewirer": first[2]}
    torch.save(
        {name: part.state_dict() for name, part in parts.items()}, tmp_path / "run.pt"
    )

    model, optimizer, rewirer = begin()
    saved = torch.load(tmp_path / "run.pt", weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    rewirer.load_state_dict(saved["rewirer"])
    train(model, optimizer, rewirer, range(8, 16))
    assert_same_bits(model, whole[0])
    assert rewirer.done == 16


def test_nothing_is_due_after_the_end_nor_between_updates():
    model = network()
    optimizer = adam(model)
    rewirer = Rewirer(model, set_(), optimizer, steps=6, steps_per_epoch=2, rng=0)
    due = []
    for _ in range(9):
        rewirer.step()
        due.append(rewirer.due)
    assert due == [False, True, False, True, False, False, False, False, False]
    assert rewirer.updates == 2
    rewirer.start_epoch()
    assert (rewirer.updates, rewirer.moved, rewirer.seconds) == (0, 0, 0.0)


def test_a_rule_of_ones_own_needs_a_step_alone():
    class DropFirst(BaseRule):
        every = 1

        @property
        def resizes(self):
            return True

        def step(self, layers, progress, rng=None):
            none = np.empty(0, np.int32)
            return [Change(np.array([0]), none, none) for _ in layers]

    model = network()
    before = sum(layer.nnz for layer in sparse_layers(model).values())
    rewirer = Rewirer(model, DropFirst(), adam(model), steps=4)
    assert [rewirer.step() for _ in range(4)] == [2, 2, 2, 0]
    assert sum(layer.nnz for layer in sparse_layers(model).values()) == before - 6


MODEL = network()
STEP = adam(MODEL)
BAD = [
    (lambda: Rewirer(MODEL, rigl, STEP, steps=9), TypeError, "rule: got the function rigl"),
    (lambda: Rewirer(MODEL, rigl(), "adam", steps=9), TypeError, "optimizer: got 'adam'"),
    (lambda: Rewirer(MODEL, rigl(), STEP, steps=2.5), ValueError, "steps: got 2.5"),
    (
        lambda: Rewirer(MODEL, set_(), STEP, steps=9),
        ValueError,
        "steps_per_epoch: got None, wants the steps of an epoch, .* or give the rule every=",
    ),
    (
        lambda: Rewirer(MODEL, snfs(), STEP, steps=9, steps_per_epoch=0),
        ValueError,
        "steps_per_epoch: got 0",
    ),
    (
        lambda: Rewirer(MODEL, srigl(), STEP, steps=9),
        ValueError,
        "layers: got neurons with",
    ),
    (
        lambda: Rewirer(MODEL, rigl(), adam(copy.deepcopy(MODEL)), steps=9),
        ValueError,
        "optimizer: got one whose parameters are none of the model",
    ),
    (
        lambda: Rewirer(nn.Linear(2, 2), rigl(), STEP, steps=9),
        ValueError,
        "at least one SparseLinear",
    ),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD)
def test_what_cannot_be_meant_is_refused_and_no_hook_is_left(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
    assert not any(module._forward_hooks for module in MODEL.modules())
