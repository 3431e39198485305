"""Every recipe stops in the middle and goes on to the bit; a state of another kind is refused
before anything moves.
"""

import signal
from dataclasses import replace

import pytest
import torch
from torch import nn

from neurosparse.models import Data, TrainingPlan, dense_mlp, fit, prune, sparse_mlp, sparsified
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.pruning import Gradual, granet
from neurosparse.rewiring import (
    Cubic,
    NodeScore,
    Sigmoid,
    chts,
    chtss,
    dst_ee,
    hebbian,
    rigl,
    set_,
    snfs,
    srigl,
)
from neurosparse.wiring import FixedInDegree, RandomEdges

WIDTHS = [12, 24, 18, 4]
RECIPES = {
    "SET": set_(),
    "SNFS": snfs(),
    "RigL": rigl(every=3),
    "SRigL": srigl(every=3),
    "DST-EE": dst_ee(every=3),
    "Hebbian": hebbian(0.2, every=3),
    "CHTs": chts(),
    "CHTs, nodes": chts(score=NodeScore(), importance=True),
    "CHTss": chtss(Sigmoid(0.4, 0.1)),
    "GraNet": granet(0.1, 0.4, every=2),
    "gradual": Gradual(Cubic(0.4, 0.1), every=2),
    "magnitude": None,
}


pytestmark = pytest.mark.usefixtures("one_torch_thread")


def samples():
    x = torch.randn(60, 12, generator=torch.Generator().manual_seed(0))
    return Data(x, x[:, :4].argmax(1), x[:20], x[:20, :4].argmax(1), batch=12)


def network(name="SET", seed=0):
    if name == "magnitude":
        return prune(sparsified(dense_mlp(WIDTHS, seed), keep_dense=("4",)), 0.2)
    return sparse_mlp(WIDTHS, FixedInDegree(5) if name == "SRigL" else RandomEdges(0.4), rng=seed)


def adam(model):
    return torch.optim.Adam(model.parameters(), 3e-3)


class PressedAt(nn.Module):
    """Ctrl-C in this training pass."""

    def __init__(self, call):
        super().__init__()
        self.call = call

    def forward(self, x):
        self.call -= self.training
        if self.call == 0 and self.training:
            signal.raise_signal(signal.SIGINT)
        return x


@pytest.mark.parametrize("name", RECIPES)
def test_a_stop_in_the_middle_changes_no_bit(name, tmp_path):
    whole, parts, fresh = (nn.Sequential(PressedAt(call), network(name)) for call in (-1, 18, -1))
    before = sum(layer.nnz for layer in sparse_layers(whole).values())
    optimizer = adam(whole)
    rows = fit(whole, samples(), optimizer, TrainingPlan(6), rewiring=RECIPES[name]).history
    plan = TrainingPlan(6, checkpoint=tmp_path / "run.pt")
    stopped = fit(parts, samples(), adam(parts), plan, rewiring=RECIPES[name])
    assert (stopped.interrupted, len(stopped.history)) == (True, 3)
    again = adam(fresh)
    went_on = fit(fresh, samples(), again, plan, rewiring=RECIPES[name]).history
    for key, tensor in whole.state_dict().items():
        assert torch.equal(tensor, fresh.state_dict()[key]), key
    for one, other in zip(optimizer.state.values(), again.state.values(), strict=True):
        assert torch.equal(one["exp_avg_sq"], other["exp_avg_sq"])
    for row, other in zip(rows, went_on, strict=True):
        assert {k: v for k, v in row.items() if "seconds" not in k} == {
            k: v for k, v in other.items() if "seconds" not in k
        }
    nnz = rows[-1]["nnz"]
    places = 12 * 24 + 24 * 18
    falls = name in ("CHTss", "GraNet", "gradual")
    assert (
        nnz == round(0.1 * places)
        if falls
        else 0 <= before - nnz < (24 + 18 if name == "SRigL" else 1)
    )
    if RECIPES[name] is not None:
        # samples of the first epoch met what there was before its updates
        assert rows[0]["mean_nnz"] > rows[0]["nnz"] if falls else rows[0]["moved"] > 0


def halving(optimizer):
    return torch.optim.lr_scheduler.StepLR(optimizer, 100, 0.5)


def fading(optimizer):
    return torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99)


@pytest.mark.parametrize(
    ("kind", "schedule", "words"),
    [
        (torch.optim.SGD, None, "optimizer: got SGD, wants AdamW"),
        (torch.optim.Adam, None, "optimizer: got Adam, wants AdamW"),
        (torch.optim.AdamW, None, "scheduler: got None, wants ExponentialLR"),
        (torch.optim.AdamW, halving, "scheduler: got StepLR, wants ExponentialLR"),
    ],
)
def test_a_state_of_another_kind_is_refused(kind, schedule, words, tmp_path):
    plan = TrainingPlan(1, checkpoint=tmp_path / "run.pt")
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), 0.01)
    fit(model, samples(), optimizer, plan, scheduler=fading(optimizer))
    model = network(seed=1)
    values = model[0].values.detach().clone()
    other = kind(model.parameters(), 0.01)
    with pytest.raises(ValueError, match=words):
        fit(model, samples(), other, plan, scheduler=schedule and schedule(other))
    assert torch.equal(model[0].values, values)


def test_a_checkpoint_of_an_earlier_version_tells_of_its_schedule_too(tmp_path):
    plan = TrainingPlan(1, checkpoint=tmp_path / "run.pt")
    model = network()
    optimizer = adam(model)
    fit(model, samples(), optimizer, plan, scheduler=fading(optimizer))
    content = torch.load(plan.checkpoint, weights_only=True)
    del content["kinds"], content["cuda_rng"]
    torch.save(content, plan.checkpoint)
    with pytest.raises(ValueError, match="scheduler: got None, wants a schedule"):
        fit(model, samples(), adam(model), plan)
    optimizer = adam(model)
    assert (
        len(
            fit(
                model, samples(), optimizer, replace(plan, epochs=2), scheduler=fading(optimizer)
            ).history
        )
        == 2
    )


def test_a_schedule_that_the_checkpoint_lacks_is_refused(tmp_path):
    plan = TrainingPlan(1, checkpoint=tmp_path / "run.pt")
    model = network()
    fit(model, samples(), adam(model), plan)
    optimizer = adam(model)
    with pytest.raises(ValueError, match="scheduler: got ExponentialLR, wants None"):
        fit(model, samples(), optimizer, plan, scheduler=fading(optimizer))


def test_what_a_rule_cannot_rewire_is_said_before_training():
    model = network()
    before = model[0].values.detach().clone()
    with pytest.raises(ValueError, match=r"layers: got neurons with .* FixedInDegree"):
        fit(model, samples(), adam(model), TrainingPlan(1), rewiring=srigl())
    assert torch.equal(model[0].values, before)
    dense = dense_mlp(WIDTHS, 0)
    with pytest.raises(ValueError, match="model: got Sequential, wants at least one SparseLinear"):
        fit(dense, samples(), adam(dense), TrainingPlan(1), rewiring=set_())


def test_the_layer_that_gives_the_output_is_told_apart():
    seen = []

    class Looks:
        every = 0
        remember = False
        sampling = set_().sampling

        def step(self, layers, progress, rng=None):
            seen.append([layer.is_output for layer in layers])
            return set_().step(layers, progress, rng)

    for model in (network(), sparsified(network())):
        fit(model, samples(), adam(model), TrainingPlan(2), rewiring=Looks())
    assert seen == [[False, False], [False, False, True]]


@pytest.mark.parametrize("tests", [(20, 10), (0, 0)])
def test_test_samples_need_a_target_each(tests):
    data = samples()
    with pytest.raises(ValueError, match="test_y: got"):
        Data(data.x, data.y, data.x[: tests[0]], data.y[: tests[1]])


def test_ranks_refuse_rules_that_change_the_sizes_of_layers(tmp_path):
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1
    )
    try:
        ranks = nn.parallel.DistributedDataParallel(network())
        before = network().state_dict()
        for name in ("SNFS", "CHTss", "GraNet", "gradual"):
            with pytest.raises(
                ValueError, match=r"rule: got (Rewiring|Gradual), wants one that keeps"
            ):
                fit(ranks, samples(), adam(ranks), TrainingPlan(2), rewiring=RECIPES[name])
        assert all(
            torch.equal(tensor, before[key]) for key, tensor in ranks.module.state_dict().items()
        )
        assert (
            fit(ranks, samples(), adam(ranks), TrainingPlan(2), rewiring=rigl(every=2)).history[0][
                "moved"
            ]
            > 0
        )
        # freed after its process group it may wait for ever for a thread that waits for Python
        del ranks
    finally:
        torch.distributed.destroy_process_group()
