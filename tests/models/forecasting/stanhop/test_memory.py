"""External memories against their definitions."""

import copy

import numpy as np
import pytest
import torch

from neurosparse.datasets import ForecastWindows
from neurosparse.kernels.memory.entmax import entmax
from neurosparse.models import (
    Association,
    ForecastTraining,
    PlugAndPlay,
    STanHop,
    TuneAndPlay,
    score_forecast,
)
from tests.models.forecasting.networks import SMALL, trained


def test_plug_and_play_changes_only_what_it_says() -> None:
    net, cut = trained()
    before = copy.deepcopy(net.state_dict())
    x = torch.from_numpy(cut.inputs[:9].copy())
    stored = torch.from_numpy(cut.inputs[100:140].copy())
    said = net(x)
    assert torch.equal(PlugAndPlay(net, stored, gain=0.0)(x), said)
    plugged = PlugAndPlay(net, stored, gain=1.0)(x)
    assert not torch.allclose(plugged, said, atol=1e-3)
    assert not plugged.requires_grad
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    # the definition, written out
    memory = PlugAndPlay(
        net, stored, association=Association(2.0, beta=0.7, learn_alpha=False)
    )
    codes = net.embed(x).detach().numpy()
    bank = net.embed(stored).detach().transpose(0, 1).flatten(1, 2).numpy()
    found = memory.recall(torch.from_numpy(codes)).numpy()
    for column in range(2):
        weights = entmax(
            0.7 * codes[:, column].reshape(-1, 8) @ bank[column].T, 2.0, backend="naive"
        )
        assert 1 < (weights > 0).sum(1).mean() < len(bank[column]) / 2
        np.testing.assert_allclose(
            found[:, column].reshape(-1, 8), weights @ bank[column], atol=1e-4
        )


def test_a_window_that_is_stored_forecasts_as_before() -> None:
    net = STanHop(16, 6, 2, SMALL)
    x = torch.randn(9, 16, 2)
    sharp = Association(2.0, beta=1e4, learn_alpha=False)
    torch.testing.assert_close(PlugAndPlay(net, x, gain=1.0, association=sharp)(x), net(x))
    assert not torch.allclose(
        PlugAndPlay(net, x[1:], gain=1.0, association=sharp)(x[:1]), net(x[:1]), atol=1e-3
    )


def test_plug_and_play_mends_a_broken_window() -> None:
    net, cut = trained()
    stored = torch.from_numpy(cut.inputs[:60].copy())
    whole = torch.from_numpy(cut.inputs[60:100].copy())
    noisy = whole.clone()
    noisy[:, 4:8] += 0.5 * torch.randn(40, 4, 2)
    with torch.no_grad():
        harm = (net(noisy) - net(whole)).square().mean()
        left = (PlugAndPlay(net, stored, gain=0.8)(noisy) - net(whole)).square().mean()
    assert left < harm


def test_tune_and_play_starts_as_the_net_and_learns_beside_it() -> None:
    net, cut = trained()
    before = copy.deepcopy(net.state_dict())
    moved = ForecastWindows(
        cut.inputs, cut.targets + 1.0
    )  # the course has changed since the net was trained
    x, y = (torch.from_numpy(part[::4].copy()) for part in moved)
    memory = TuneAndPlay(net, x, y)
    torch.testing.assert_close(memory(x), net(x))
    keys = memory.keys.clone()
    values = memory.values.clone()
    ForecastTraining(6, 32, 5e-2)(memory, moved, 0)
    assert score_forecast(memory, moved).mse < 0.3 * score_forecast(net, moved).mse
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    assert torch.equal(memory.keys, keys)
    assert torch.equal(memory.values, values)
    assert not {id(p) for p in net.parameters()} & {id(p) for p in memory.parameters()}


def test_tune_and_play_with_open_gates_says_the_stored_target() -> None:
    net = STanHop(8, 3, 2, SMALL)
    x = torch.randn(20, 8, 2)
    y = torch.randn(20, 3, 2)
    memory = TuneAndPlay(
        net, x, y, association=Association(2.0, beta=1e5, learn_alpha=False)
    )
    with torch.no_grad():
        memory.gates.fill_(1.0)
        asked, kept = (
            memory.project((part - part[:, -1:]).permute(2, 0, 1)) for part in (x + 3.0, x)
        )
        nearest = (asked @ kept.mT).argmax(-1)
        for column in range(2):
            expected = (
                y[nearest[column], :, column]
                - x[nearest[column], -1:, column]
                + x[:, -1:, column]
                + 3.0
            )
            torch.testing.assert_close(memory(x + 3.0)[:, :, column], expected)


def test_memories_refuse() -> None:
    net = STanHop(8, 3, 2, SMALL)
    x = torch.randn(4, 8, 2)
    nan = x.clone()
    nan[1, 2, 0] = float("nan")
    for make, says in (
        (lambda: PlugAndPlay(net, x[:0]), "examples: got none"),
        (lambda: PlugAndPlay(net, x[:, 1:]), r"wants \[batch, 8, 2\]"),
        (lambda: PlugAndPlay(net, nan), "NaN"),
        (lambda: PlugAndPlay(net, x, gain=1.5), "gain: got 1.5"),
        (lambda: PlugAndPlay(net, x, association=Association()), "TuneAndPlay"),
        (lambda: TuneAndPlay(net, x[:0], x[:0]), "examples: got none"),
        (lambda: TuneAndPlay(net, nan, torch.zeros(4, 3, 2)), "NaN"),
        (lambda: TuneAndPlay(net, x, torch.zeros(3, 3, 2)), r"targets.*finite \[4, 3, 2\]"),
        (lambda: TuneAndPlay(net, x, torch.zeros(4, 3, 2), width=0), "width: got 0"),
        (
            lambda: TuneAndPlay(
                net, x, torch.zeros(4, 3, 2), association=Association(steps=2)
            ),
            "steps: got 2",
        ),
    ):
        with pytest.raises(ValueError, match=says):
            make()
