"""An average by hand over other synapses is refused; layers that live on their own are not."""

import copy
import pickle

import pytest
import torch

from neurosparse.models import SparseLinear, rewire, sparse_mlp
from neurosparse.rewiring import set_
from neurosparse.wiring import RandomEdges
from tests.models.layers.helpers import sparse

pytestmark = pytest.mark.usefixtures("one_torch_thread")

X = torch.randn(6, 20, generator=torch.Generator().manual_seed(0))


def network():
    return sparse_mlp([20, 12, 12, 3], RandomEdges(0.2), rng=0)


def by_parameters(average, model):
    with torch.no_grad():
        for mine, theirs in zip(average.parameters(), model.parameters(), strict=True):
            mine.mul_(0.9).add_(theirs, alpha=0.1)


def by_state(average, model):
    theirs = model.state_dict()
    for name, mine in average.state_dict().items():
        if mine.is_floating_point():
            mine.mul_(0.9).add_(theirs[name], alpha=0.1)


def by_data(average, model):
    for mine, theirs in zip(average.parameters(), model.parameters(), strict=True):
        mine.data.mul_(0.9).add_(theirs.data, alpha=0.1)


@pytest.mark.parametrize("update", [by_parameters, by_state, by_data])
@pytest.mark.parametrize("mode", ["eval", "no_grad", "frozen", "train"])
def test_an_average_over_other_synapses_does_not_compute(update, mode):
    model = network()
    average = copy.deepcopy(model)
    update(average, model)
    if mode == "eval":
        average.eval()
    if mode == "frozen":
        average.requires_grad_(False)
    with torch.set_grad_enabled(mode != "no_grad"):
        average(X)
        rewire(model, set_(0.5), 0.0, rng=0)
        average(X)
        update(average, model)
        for _ in range(2):
            with pytest.raises(
                ValueError, match=r"values: got weights written to.*dense_twin"
            ):
                average(X)
        average.load_state_dict(model.state_dict())
        update(average, model)
        assert torch.isfinite(average(X)).all()


def test_the_one_that_is_rewired_may_be_the_copy():
    teacher = network()
    student = copy.deepcopy(teacher)
    optimizer = torch.optim.Adam(student.parameters())
    student(X).sum().backward()
    optimizer.step()
    by_parameters(teacher, student)
    teacher(X)
    rewire(student, set_(0.5), 0.0, optimizer=optimizer, rng=0)
    by_parameters(teacher, student)
    student(X)
    # what is no more there cannot be asked
    del student
    with pytest.raises(ValueError, match="values: got weights written to"):
        teacher(X)


def test_a_later_rewiring_does_not_make_good_an_earlier_one():
    model = network()
    average, start = copy.deepcopy(model), copy.deepcopy(model)
    rewire(model, set_(0.5), 0.0, rng=0)
    by_data(average, model)
    rewire(model, set_(0.5), 0.0, rng=1)
    start(X)
    for spoiled in (
        average,
        copy.deepcopy(average),
        pickle.loads(pickle.dumps(average[0])),
    ):
        with pytest.raises(ValueError, match="values: got weights written to"):
            spoiled(X)


def test_a_copy_that_follows_or_learns_is_left_alone():
    model = network()
    follower, learner, other = (copy.deepcopy(model) for _ in range(3))
    rewire(follower, set_(0.5), 0.0, rng=0)
    before = other(X).sum()
    rewire(model, set_(0.5), 0.0, rng=0)
    by_parameters(follower, model)
    follower.eval()(X)
    learner(X).sum().backward()
    by_parameters(learner, learner)
    learner.zero_grad()
    learner.eval()(X)
    optimizer = torch.optim.SGD(other.parameters(), 0.1)
    # the graph is older than the rewiring
    before.backward()
    optimizer.step()
    optimizer.zero_grad()
    other(X)


def test_a_copy_that_changes_its_kind_of_numbers_or_its_own_synapses_is_left_alone():
    model = network()
    wider, child = copy.deepcopy(model), copy.deepcopy(model)
    rewire(model, set_(0.5), 0.0, rng=0)
    assert wider.double()(X.double()).dtype == torch.float64
    rewire(child, set_(0.5), 0.0, rng=1)
    child(X)
    assert pickle.loads(pickle.dumps(child[0])).eval()(X).isfinite().all()


def test_copies_of_a_layer_that_only_lost_nothing_stay():
    layer = sparse()
    average = copy.deepcopy(layer).eval()
    layer.edit()
    by_parameters(average, layer)
    average(X)


def test_a_pickled_layer_is_nobodys_copy():
    layer = sparse()
    again = pickle.loads(pickle.dumps(layer)).eval()
    layer.edit(drop=[0])
    with torch.no_grad():
        again.values.mul_(2)
    again(X)
    assert again.connectivity.nnz == layer.nnz + 1


def by_whole_state(average, model):
    """Averages of numbers, copies of indices, and what comes of it loaded."""
    mine = average.state_dict()
    for name, theirs in model.state_dict().items():
        if theirs.is_floating_point():
            mine[name].mul_(0.9).add_(theirs, alpha=0.1)
        else:
            mine[name].copy_(theirs)
    average.load_state_dict(mine)


def test_an_average_in_place_is_refused_where_it_is_loaded():
    model = network()
    average = copy.deepcopy(model)
    by_whole_state(average, model)
    average(X)
    rewire(model, set_(0.5), 0.0, rng=0)
    with pytest.raises(ValueError, match="indices: got synapses that were written over"):
        by_whole_state(average, model)


def tied():
    """Two layers of the same synapses with one parameter."""
    one, other = (SparseLinear(8, 8, density=0.5, rng=0) for _ in range(2))
    other.values = one.values
    return one, other


def absent(layer):
    """One pair that is not connected."""
    pre, post = (layer.connectivity.to_dense() == 0).nonzero()
    return pre[:1], post[:1]


@pytest.mark.parametrize(
    "change",
    [
        lambda layer: layer.edit([0], *absent(layer)),
        lambda layer: layer.load_state_dict(SparseLinear(8, 8, 0.5, rng=1).state_dict()),
    ],
)
def test_a_layer_whose_weights_moved_to_the_synapses_of_another_does_not_compute(change):
    one, other = tied()
    x = torch.ones(2, 8)
    assert torch.equal(one(x), other(x))
    change(one)
    one(x)
    for use in (lambda: other(x), other.state_dict, other.to_dense, other.edit):
        with pytest.raises(ValueError, match="weights that another layer has as well"):
            use()
    other.load_state_dict(one.state_dict())
    assert torch.equal(one(x), other(x))
