"""A rule changes a network once; ranks must agree."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    ActivityRecorder,
    Data,
    RewiringMemory,
    TrainingPlan,
    check_same_topology,
    fit,
    rewire,
    sparse_layers,
    sparse_mlp,
    sparsified,
)
from neurosparse.rewiring import (
    BaseRule,
    LayerSynapses,
    dst_ee,
    rigl,
    set_,
)
from neurosparse.wiring import RandomEdges
from tests.models.training.helpers import RECIPES, adam, digit_network, network, samples

pytestmark = pytest.mark.usefixtures("one_torch_thread")

MODEL = sparse_mlp([6, 8, 3], RandomEdges(0.5), rng=0)
X = torch.randn(20, 6, generator=torch.Generator().manual_seed(0))
Y = torch.arange(20) % 3
DATA = Data(X, Y, X, Y, batch=10)
# a pair that is connected in the second layer of the network of the tests of own rules
PRESENT = sparse_layers(sparse_mlp([6, 8, 8, 3], RandomEdges(0.5), rng=0))["2"]
PRESENT = [int(side[0]) for side in PRESENT.support.edges()]
STEP = torch.optim.SGD(MODEL.parameters(), 0.1)
PLATEAU = torch.optim.lr_scheduler.ReduceLROnPlateau(STEP)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: rewire(MODEL, set_, 0.5), TypeError, "rule: got the function set_"),
        (lambda: rewire(MODEL, set_(), 50), ValueError, "progress: got 50"),
        (lambda: rewire(MODEL, set_(), float("nan")), ValueError, "progress: got nan"),
        (lambda: rewire(MODEL, rigl(), 0.5), ValueError, "recorder: got None"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_trained(call, kind, words):
    before = [p.detach().clone() for p in MODEL.parameters()]
    with pytest.raises(kind, match=words):
        call()
    assert all(torch.equal(a, b) for a, b in zip(before, MODEL.parameters(), strict=True))


def test_the_layer_that_gives_the_output_is_told_apart():
    seen = []

    class Looks(BaseRule):
        def step(self, layers, progress, rng=None):
            seen.append([layer.is_output for layer in layers])
            return set_().step(layers, progress, rng)

    for model in (network(), sparsified(network())):
        fit(model, samples(), adam(model), TrainingPlan(2), rewiring=Looks())
    assert seen == [[False, False], [False, False, True]]


def test_ranks_must_agree(tmp_path, monkeypatch):
    model = digit_network()
    store = f"file://{tmp_path}/store"
    torch.distributed.init_process_group("gloo", init_method=store, rank=0, world_size=1)
    try:
        check_same_topology(model)

        def two_ranks(everyone, mine):
            everyone[0] = {**mine, "2": "other"}

        monkeypatch.setattr(torch.distributed, "all_gather_object", two_ranks)
        with pytest.raises(RuntimeError, match="2: rank 0 has other synapses"):
            check_same_topology(model)
    finally:
        torch.distributed.destroy_process_group()


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
            torch.equal(tensor, before[key])
            for key, tensor in ranks.module.state_dict().items()
        )
        assert (
            fit(
                ranks, samples(), adam(ranks), TrainingPlan(2), rewiring=rigl(every=2)
            ).history[0]["moved"]
            > 0
        )
        # freed after its process group it may wait for ever for a thread that waits for Python
        del ranks
    finally:
        torch.distributed.destroy_process_group()


def test_weights_that_are_no_numbers_are_named():
    model = digit_network()
    model[0].values.data[3] = torch.nan
    with pytest.raises(ValueError, match=r"0\.values: got 1 NaN"):
        rewire(model, set_(), 0.0, memory=RewiringMemory(), rng=0)


def test_moments_follow_and_memory_is_kept():
    model = network()
    optimizer = adam(model)
    memory = RewiringMemory()
    rule = dst_ee()
    with ActivityRecorder(model, rule.sampling) as recorder:
        nn.functional.cross_entropy(model(samples().x), samples().y).backward()
        optimizer.step()
        moved = rewire(
            model, rule, 0.1, recorder=recorder, optimizer=optimizer, memory=memory, rng=0
        )
    assert moved > 0
    for name, layer in sparse_layers(model).items():
        assert optimizer.state[layer.values]["exp_avg"].shape == layer.values.shape
        assert np.array_equal(
            memory.visits[name].keys, LayerSynapses(layer.support, None).keys
        )
    saved = RewiringMemory.from_state_dict(memory.state_dict())
    assert all(
        np.array_equal(saved.visits[name].rounds, visits.rounds)
        for name, visits in memory.visits.items()
    )


@pytest.mark.parametrize("kind", [float, torch.tensor])
def test_a_layer_that_learns_at_a_rate_of_0_stays(kind):
    model = sparse_mlp([6, 8, 8, 3], RandomEdges(0.5), rng=0)
    groups = [
        {"params": list(layer.parameters()), "lr": kind(rate)}
        for layer, rate in ((model[0], 0.0), (model[2], 0.1), (model[4], 0.1))
    ]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    before = model[0].topology_hash(), model[2].topology_hash()
    assert rewire(model, set_(0.5), 0.1, optimizer=optimizer, rng=0) > 0
    assert model[0].topology_hash() == before[0]
    assert model[2].topology_hash() != before[1]
    # the end of many schedules
    for group in optimizer.param_groups:
        group["lr"] = kind(0.0)
    assert rewire(model, set_(0.5), 0.1, optimizer=optimizer, rng=0) == 0


CHANGES = {
    "too few": ([], ValueError, "rule: got 0 changes, wants a Change for each of 2"),
    "nothing": (None, TypeError, "rule: got None"),
    "no change": ([None, None], TypeError, "rule: got None, wants a Change"),
    "out of range": ([([0], [], []), ([999], [], [])], ValueError, "drop: got 999"),
    "twice": ([([0], [], []), ([1, 1], [], [])], ValueError, "drop: got"),
    "present": (
        [([0], [], []), ([], [PRESENT[0]], [PRESENT[1]])],
        ValueError,
        "at most one between two neurons",
    ),
}


@pytest.mark.parametrize(("changes", "error", "words"), CHANGES.values(), ids=CHANGES)
def test_what_a_rule_of_ones_own_wants_is_looked_at_before_any_layer_changes(
    changes, error, words
):
    class Own(BaseRule):
        def step(self, layers, progress, rng=None):
            return changes

    model = sparse_mlp([6, 8, 8, 3], RandomEdges(0.5), rng=0)
    before = [layer.connectivity for layer in sparse_layers(model).values()]
    with pytest.raises(error, match=words):
        rewire(model, Own(), 0.0)
    assert before == [layer.connectivity for layer in sparse_layers(model).values()]


def test_a_network_in_which_no_synapse_can_move_is_refused_before_training():
    model = sparsified(nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3)))
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with pytest.raises(ValueError, match="model: got 0, 2 with every synapse.*prune"):
        fit(model, DATA, optimizer, TrainingPlan(1), rewiring=rigl(every=1))
    # one that has room is enough
    model[0].edit(drop=[0])
    fit(model, DATA, optimizer, TrainingPlan(1), rewiring=set_())
