"""Drawn loops of one's own against laws that no combination may break.

Gradients are those of the dense twin; what a rule sees is the whole dense gradient; whatever
changes synapses leaves the weights and moments of those that stay, and lets new ones begin.
"""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import Rewirer, SparseLinear, dense_twin, prune, sparse_layers
from neurosparse.rewiring import Sampling, dst_ee, rigl, set_, snfs
from tests.models.layers.optimizers import SharpnessAware

pytestmark = pytest.mark.usefixtures("one_torch_thread")

WIDTH = 10
STEPS = 8
DRAWS = 40


class Lion(torch.optim.Optimizer):
    """An optimiser of one's own: signs of averages, in its state as torch's have it."""

    def __init__(self, parameters, lr=1e-3):
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for part in group["params"]:
                if part.grad is None:
                    continue
                average = self.state[part].setdefault("average", torch.zeros_like(part))
                part -= group["lr"] * torch.sign(0.9 * average + 0.1 * part.grad)
                average.mul_(0.99).add_(part.grad, alpha=0.01)


def chain():
    """Layers one behind the other, an activation in place between them."""
    layers = [SparseLinear(WIDTH, WIDTH, 0.3, rng=seed) for seed in range(3)]
    return nn.Sequential(layers[0], nn.ReLU(inplace=True), layers[1], nn.Tanh(), layers[2])


class Twice(nn.Module):
    """A layer that is used twice, and one behind it."""

    def __init__(self):
        super().__init__()
        self.a = SparseLinear(WIDTH, WIDTH, 0.3, rng=0)
        self.b = SparseLinear(WIDTH, WIDTH, 0.3, bias=False, rng=1)

    def forward(self, x):
        return self.b(torch.tanh(self.a(torch.tanh(self.a(x)))))


class Branches(nn.Module):
    """Branches of one width, defined behind what reads them."""

    def __init__(self):
        super().__init__()
        self.last, self.q, self.k = (
            SparseLinear(WIDTH, WIDTH, 0.3, rng=seed) for seed in range(3)
        )

    def forward(self, x):
        return self.last(torch.relu(self.q(x)) * self.k(x) + x)


class InTime(nn.Module):
    """A layer over time, with its own output."""

    def __init__(self):
        super().__init__()
        self.a = SparseLinear(WIDTH, WIDTH, 0.3, rng=0)
        self.b = SparseLinear(WIDTH, WIDTH, 0.3, rng=1)

    def forward(self, x):
        h = torch.zeros_like(x)
        for _ in range(3):
            h = torch.tanh(self.a(h) + x)
        return self.b(h)


def around_adam(parameters):
    """Adam in another optimiser."""
    return SharpnessAware(parameters, lambda groups: torch.optim.Adam(groups, 0.01))


MODELS = [chain, Twice, Branches, InTime]
RULES = [lambda: set_(0.4), rigl, snfs, dst_ee]
OPTIMIZERS = [
    lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, nesterov=True),
    lambda p: torch.optim.Adam(p, 0.01, foreach=True),
    lambda p: torch.optim.AdamW(p, 0.01, amsgrad=True, fused=True),
    lambda p: torch.optim.NAdam(p, 0.01),
    lambda p: torch.optim.RMSprop(p, 0.01, centered=True, momentum=0.5),
    lambda p: torch.optim.Adagrad(p, 0.01, initial_accumulator_value=0.1),
    lambda p: torch.optim.Rprop(p, 0.01),
    Lion,
    around_adam,
]
FRESH = {"sum": 0.1, "step_size": 0.01}


def edges(layer):
    """Pairs of a layer, as numbers in the order of its weights."""
    pre, post = layer.support.edges()
    return pre.astype(np.int64) * WIDTH + post


def states_of(optimizer, parameter):
    """Numbers by weight in an optimiser and in the one in it."""
    holders = [optimizer, *([optimizer.base] if hasattr(optimizer, "base") else [])]
    return {
        (place, name): moment
        for place, holder in enumerate(holders)
        for name, moment in holder.state.get(parameter, {}).items()
        if isinstance(moment, torch.Tensor) and moment.dim()
    }


def photograph(model, optimizer):
    """Weights and moments of every synapse, by its edge."""
    return {
        name: (
            edges(layer),
            {
                part: numbers.detach().numpy().copy()
                for part, numbers in {
                    ("", "w"): layer.values,
                    **states_of(optimizer, layer.values),
                }.items()
            },
        )
        for name, layer in sparse_layers(model).items()
    }


def check_followed(before, after):
    """What stayed has what it had; what came begins."""
    for name, (keys, numbers) in after.items():
        old_keys, old_numbers = before[name]
        assert (np.diff(keys) > 0).all()
        assert numbers.keys() == old_numbers.keys()
        both, now, then = np.intersect1d(keys, old_keys, return_indices=True)
        new = np.setdiff1d(np.arange(len(keys)), now)
        assert len(both) + len(new) == len(keys)
        for part, values in numbers.items():
            assert np.array_equal(values[now], old_numbers[part][then]), (name, part)
            assert np.allclose(values[new], FRESH.get(part[1], 0.0)), (name, part)


def check_gradients(model, twin, recorder):
    """Sparse gradients are those of the dense twin; windows hold all of it."""
    for name, layer in sparse_layers(model).items():
        dense = twin.get_submodule(name).weight
        assert (layer.values.grad is None) == (dense.grad is None)
        if dense.grad is None:
            continue
        whole = dense.grad.T.numpy()
        mine = whole.ravel()[edges(layer)]
        np.testing.assert_allclose(layer.values.grad, mine, rtol=1e-3, atol=1e-5)
        if recorder.sampling == Sampling(1):
            window = recorder.window(layer)
            seen = window.inputs.T @ window.slopes
            np.testing.assert_allclose(seen, whole, rtol=1e-3, atol=1e-5)


def exchange_by_hand(model, optimizer, rng):
    """One synapse of a layer goes, another comes."""
    layers = [
        layer for layer in sparse_layers(model).values() if layer.values.requires_grad
    ]
    layer = layers[rng.integers(len(layers))]
    free = np.setdiff1d(np.arange(WIDTH * WIDTH), edges(layer))
    pre, post = divmod(int(rng.choice(free)), WIDTH)
    layer.edit([int(rng.integers(layer.nnz))], [pre], [post], optimizer)


def prune_in_place(model, optimizer, rng):
    """A few weights go for good."""
    present = sum(layer.nnz for layer in sparse_layers(model).values())
    places = WIDTH * WIDTH * len(sparse_layers(model))
    prune(model, 0.9 * present / places, optimizer=optimizer)


def save_and_load(model, optimizer, rng):
    """Both to a state and back."""
    saved = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
    model.load_state_dict(saved[0])
    if not hasattr(optimizer, "base"):
        optimizer.load_state_dict(saved[1])


def look(model, optimizer, rng):
    """A forward pass that nobody learns from, in either mode."""
    model(torch.randn(3, WIDTH))
    model.eval()(torch.randn(3, WIDTH))
    model.train()


ACTS = [exchange_by_hand, prune_in_place, save_and_load, look]


@pytest.mark.parametrize("seed", range(DRAWS))
def test_a_drawn_loop_breaks_no_law(seed):
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    model = MODELS[rng.integers(len(MODELS))]()
    layers = list(sparse_layers(model).values())
    frozen = rng.random() < 0.3
    if frozen:
        layers[0].requires_grad_(False)
    learning = [part for part in model.parameters() if part.requires_grad]
    optimizer = OPTIMIZERS[rng.integers(len(OPTIMIZERS))](learning)
    rule = RULES[rng.integers(len(RULES))]()
    rule = type(rule)(**{**vars(rule), "every": 2})
    first = layers[0].topology_hash(), layers[0].values.detach().clone()
    pieces = int(rng.integers(1, 4))
    shape = (4, WIDTH) if rng.random() < 0.5 else (2, 3, WIDTH)
    act = ACTS[rng.integers(len(ACTS))]
    with Rewirer(model, rule, optimizer, steps=STEPS, rng=seed) as rewirer:
        for step in range(STEPS):
            # now and then a step is thrown away
            for _ in range(1 + (rng.random() < 0.2)):
                optimizer.zero_grad(set_to_none=bool(rng.random() < 0.5))
                twin = dense_twin(model)
                for _ in range(pieces):
                    x = torch.randn(shape)
                    for net in (model, twin):
                        (net(x).square().mean() / pieces).backward()
                for part in model.parameters():
                    assert part.grad is None or part.grad.isfinite().all()
            check_gradients(model, twin, rewirer.recorder)
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            before = photograph(model, optimizer)
            rewirer.step()
            check_followed(before, photograph(model, optimizer))
            if step == STEPS // 2 and not (frozen and act is prune_in_place):
                before = photograph(model, optimizer)
                act(model, optimizer, rng)
                check_followed(before, photograph(model, optimizer))
    assert rewirer.moved > 0
    if frozen:
        assert layers[0].topology_hash() == first[0]
        assert torch.equal(layers[0].values, first[1])
