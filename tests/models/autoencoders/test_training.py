"""Training: it learns, resumes to the bit at any step, and says what is wrong."""

import numpy as np
import pytest
import torch

from neurosparse.models import (
    AuxK,
    BatchTopK,
    GroupBias,
    Hierarchical,
    JumpReLU,
    Reconstruction,
    Resample,
    Sae,
    SaeTraining,
    TopK,
    train_sae,
)

PLAN = SaeTraining(epochs=3, batch=16, lr=0.01, warmup=0, every=1)


def data(samples=70):
    rng = np.random.default_rng(0)
    atoms = rng.standard_normal((12, 6))
    codes = rng.random((samples, 12)) * (rng.random((samples, 12)) < 0.2)
    return (codes @ atoms).astype(np.float32)


def net(select=TopK(2), losses=(Reconstruction(), AuxK())):  # noqa: B008
    return Sae(6, 12, select=select, losses=losses, rng=0)


class Killed(BaseException):
    pass


def killed_after(monkeypatch, steps):
    """Let training die in the step after some steps."""
    whole = Sae.losses_of
    done = []

    def losses_of(self, x):
        if len(done) == steps:
            raise Killed
        done.append(1)
        return whole(self, x)

    monkeypatch.setattr(Sae, "losses_of", losses_of)


@pytest.mark.parametrize(
    ("select", "steps"),
    [(TopK(2), 1), (TopK(2), 5), (BatchTopK(1.5), 7), (GroupBias(2, every=20), 7)],
    ids=str,
)
def test_a_killed_run_ends_with_the_bits_of_a_whole_one(
    select, steps, tmp_path, monkeypatch
):
    x = data()
    whole = net(select)
    expected = train_sae(whole, x, PLAN).history
    plan = SaeTraining(**{**vars(PLAN), "checkpoint": tmp_path / "run.pt"})
    with monkeypatch.context() as patch:
        killed_after(patch, steps)
        with pytest.raises(Killed):
            train_sae(net(select), x, plan)
    other = net(select)
    history = train_sae(other, x, plan).history
    for name, value in whole.state_dict().items():
        assert torch.equal(value, other.state_dict()[name]), name
    for row, true in zip(history, expected, strict=True):
        assert {**row, "seconds": 0} == {**true, "seconds": 0}


def test_training_learns_and_tells(tmp_path):
    x = data(300)
    sae = net(TopK(3))
    plan = SaeTraining(epochs=12, batch=32, lr=0.02, warmup=4)
    history = train_sae(sae, x[:200], plan, test_x=x[200:]).history
    assert history[-1]["test_fvu"] < 0.6 * history[0]["test_fvu"]
    assert history[-1]["loss"] < history[0]["loss"] / 2
    assert {"reconstruction", "aux", "l0", "dead"} <= set(history[-1])
    assert history[-1]["l0"] <= 3
    lengths = torch.linalg.vector_norm(sae.decoder, dim=1)
    assert torch.allclose(lengths, torch.ones(12))
    assert not sae.training


def test_units_that_all_die_are_reported_and_begin_again():
    x = data()
    sae = net(JumpReLU(100.0, 0.1), [Reconstruction()])
    plan = SaeTraining(epochs=2, batch=70, lr=1e-3, warmup=0, dead_after=70)
    history = train_sae(sae, x, plan).history
    assert history[-1]["dead"] == 1.0
    assert history[-1]["l0"] == 0.0
    sae = net(TopK(2))
    sae.bias.data[:] = -100.0
    again = SaeTraining(
        epochs=2, batch=70, lr=1e-3, warmup=0, dead_after=70, resample=Resample((1,))
    )
    history = train_sae(sae, x, again).history
    assert history[0]["l0"] == 0.0 or history[0]["dead"] == 0.0
    assert history[-1]["l0"] > 0
    assert history[-1]["dead"] < 1.0


def test_several_budgets_learn_in_one_net():
    x = data(200)
    sae = net(TopK(4), [Hierarchical((1, 2, 4)), AuxK()])
    history = train_sae(sae, x, SaeTraining(epochs=6, batch=32, lr=0.02, warmup=0)).history
    assert history[-1]["hierarchical"] < history[0]["hierarchical"]


def test_bad_input_is_refused_before_or_by_name(tmp_path):
    x = data()
    with pytest.raises(ValueError, match=r"x: got .*wants \[samples, 6\]"):
        train_sae(net(), x[:, :5], PLAN)
    with pytest.raises(ValueError, match="sample"):
        train_sae(net(), x[:0], PLAN)
    with pytest.raises(TypeError, match="x: got list"):
        train_sae(net(), [[1.0]], PLAN)
    with pytest.raises(ValueError, match="betas: got 1.5"):
        SaeTraining(betas=(0.9, 1.5))
    with pytest.raises(TypeError, match="plan"):
        train_sae(net(), x, 10)
    with pytest.raises(TypeError, match="sae"):
        train_sae(torch.nn.Linear(6, 6), x, PLAN)
    bad = x.copy()
    bad[41, 2] = np.nan
    with pytest.raises(ValueError, match="x: got NaN or infinity in row 41"):
        train_sae(net(), bad, PLAN)
    path = tmp_path / "run.pt"
    train_sae(net(), x, SaeTraining(epochs=1, batch=16, checkpoint=path))
    with pytest.raises(ValueError, match=r"seed: got 1, wants 0"):
        train_sae(net(), x, SaeTraining(epochs=2, batch=16, checkpoint=path, seed=1))
    with pytest.raises(ValueError, match="batch: got 8, wants 16"):
        train_sae(net(), x, SaeTraining(epochs=2, batch=8, checkpoint=path))
    with pytest.raises(ValueError, match="gradient: got inf"):
        train_sae(net(), x * np.float32(1e15), SaeTraining(epochs=1, batch=16))
