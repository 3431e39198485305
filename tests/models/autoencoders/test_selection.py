"""Selections with a number of winners: worked examples, slopes, what is refused."""

import numpy as np
import pytest
import torch

from neurosparse.models import (
    AbsTopK,
    BatchTopK,
    FeatureChoice,
    GradientTopK,
    KSparse,
    Reconstruction,
    Sae,
    TopK,
)
from neurosparse.models.autoencoders.code import Scores
from tests.models.autoencoders.helpers import X, random_net, worked_example, worst_slope

H = torch.tensor([[3.0, 1.0, 0.5, -1.0], [0.9, 0.2, -2.0, 0.8]])


def chosen(select, h=H):
    """What a rule keeps of scores, dense."""
    net = Sae(h.shape[1], h.shape[1], select=select, rng=0)
    scores = Scores(h, torch.zeros(h.shape[1]), torch.eye(h.shape[1]), net.bias)
    code, _ = select.select(scores, net)
    dense = torch.zeros(h.shape)
    dense[code.samples, code.indices.long()] = code.values.detach()
    return dense.numpy(), net, code


def test_the_worked_example():
    sae = worked_example()
    values, seen = sae.losses_of(X)
    assert values["reconstruction"].tolist() == pytest.approx(1.877)
    np.testing.assert_allclose(
        seen.output.detach(), [[1.64, 2.62], [0.0, -0.5]], atol=1e-12
    )
    values["reconstruction"].backward()
    slopes = {name: parameter.grad for name, parameter in sae.named_parameters()}
    close = {"atol": 1e-12}
    rows = [[0.0, 0.0], [-0.576, 2.592], [-0.684, 3.078], [0.0, 0.5]]
    np.testing.assert_allclose(slopes["decoder"], rows, **close)
    rows = [[0.0, 0.0], [2.43, 2.43], [1.62, 1.62], [0.0, 0.0]]
    np.testing.assert_allclose(slopes["encoder"], rows, **close)
    np.testing.assert_allclose(slopes["bias"], [0.0, 1.62, 1.08, 0.0], **close)
    np.testing.assert_allclose(slopes["center"], [-1.008, 0.136], **close)


def test_winners_of_a_batch_of_a_latent_and_by_size():
    dense, net, code = chosen(BatchTopK(1.5))
    np.testing.assert_allclose(dense, [[3, 1, 0, 0], [0.9, 0, 0, 0]])
    BatchTopK(1.5).looked(code, net)
    assert float(net.rule["threshold"]) == pytest.approx(0.9)
    dense, *_ = chosen(AbsTopK(2))
    # of 1 and -1 the later wins, as of all equals
    np.testing.assert_allclose(dense, [[3, 0, 0, -1], [0.9, 0, -2, 0]])
    dense, *_ = chosen(FeatureChoice(2.0))
    np.testing.assert_allclose(dense, [[3, 1, 0.5, 0], [0, 0, 0, 0.8]])


def test_the_threshold_of_a_batch_serves_single_samples():
    sae, x = random_net(BatchTopK(1.5, keep=0.0), [Reconstruction()])
    sae.train()(x)
    sae.losses_of(x)
    trained = sae.pass_on(x).code
    sae.eval()
    least = float(trained.values.detach().min())
    assert float(sae.rule["threshold"]) == least
    codes = sae.encode(x)
    assert codes.nnz == len(trained.values) - 1
    assert codes.values.min() > least


def test_equal_scores_of_a_batch_go_to_the_last():
    dense, *_ = chosen(BatchTopK(1.0), torch.ones(2, 3))
    assert dense.tolist() == [[0, 0, 0], [0, 1, 1]]


def test_blocks_of_samples_change_nothing(monkeypatch):
    from neurosparse.kernels.coding.encode_topk import autograd

    rules = (BatchTopK(0.5), TopK(2), AbsTopK(2), GradientTopK(2, lambda x: 2 * x))
    h = torch.randn(9, 4, generator=torch.Generator().manual_seed(0))
    whole = [chosen(rule, h)[0] for rule in rules]
    monkeypatch.setattr(autograd, "samples_a_block", lambda n: 2)
    for rule, before in zip(rules, whole, strict=True):
        np.testing.assert_array_equal(chosen(rule, h)[0], before)
        assert before.any()


def test_budgets_follow_zipf_and_add_up():
    fired = torch.tensor([5, 50, 500, 0])
    counts = FeatureChoice(1.0, exponent=1.0).budgets(25, fired)
    assert counts.tolist() == [4, 6, 12, 3]
    assert FeatureChoice(1.5).budgets(3, fired).sum() == 4


def test_slopes_of_a_model_say_what_matters():
    z, effect = torch.tensor([1.0, 0.9, 0.5]), torch.tensor([0.1, 2.0, 1.66])
    ranks = GradientTopK(1, beta=torch.inf).rank(z, effect)
    np.testing.assert_allclose(ranks, [0.1, 1.8, 0.83], rtol=1e-6)
    ranks = GradientTopK(1, beta=1.0).rank(z, effect)
    np.testing.assert_allclose(ranks, [1.1, 2.7, 1.33], rtol=1e-6)
    sae = Sae(2, 3, select=GradientTopK(1, lambda x: torch.tensor([[0.1, 2.0]])), rng=0)
    atoms = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    sae.decoder.data = atoms
    sae.encoder.data = torch.tensor([[1.0, 0.0], [0.9, 0.0], [0.5, 0.0]])
    x = torch.tensor([[1.0, 0.0]])
    assert sae.train().pass_on(x).code.indices.tolist() == [1]
    assert sae.eval().encode(x).indices.tolist() == [0]
    with pytest.raises(ValueError, match="slope"):
        sae.pass_on(torch.ones(3, 2))


def test_k_falls_along_a_line_and_grows_for_looking():
    sae = Sae(4, 8, select=KSparse(2, first_k=6, batches=4, test_factor=1.5), rng=0)
    x = torch.randn(3, 4, generator=torch.Generator().manual_seed(1))
    counts = [len(sae.pass_on(x).code.values) // 3 for _ in range(6)]
    assert counts == [6, 5, 4, 3, 2, 2]
    assert sae.encoder is sae.decoder
    assert sae.encode(x).counts.tolist() == [3, 3, 3]
    sae.bias.data -= 9.0
    assert sae.encode(x).values.max() < 0


@pytest.mark.parametrize(
    "select",
    [
        TopK(3),
        KSparse(3),
        AbsTopK(3),
        BatchTopK(2.5),
        FeatureChoice(2.0, exponent=1.0),
        GradientTopK(3, lambda x: 2 * x),
    ],
    ids=lambda select: type(select).__name__,
)
def test_slopes_are_those_of_finite_differences(select):
    assert worst_slope(*random_net(select, [Reconstruction()])) < 1e-7


def test_k_above_n_is_refused():
    for select in (TopK(9), AbsTopK(9), BatchTopK(9.0), FeatureChoice(9.0), KSparse(9)):
        with pytest.raises(ValueError, match=r"k: got 9.*wants at most 8"):
            Sae(2, 8, select=select)
    with pytest.raises(ValueError, match="k: got 0"):
        TopK(0)
    with pytest.raises(ValueError, match="beta"):
        GradientTopK(1, beta=float("nan"))
