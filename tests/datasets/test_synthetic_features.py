"""Samples of a known dictionary: numbers of the benchmark, laws of firing."""

import numpy as np
import pytest
import torch

from neurosparse.datasets import SparseFeatures
from neurosparse.sparse_coding import Dictionary


def test_the_benchmark_of_known_atoms():
    samples = SparseFeatures(256, 64, 8).draw(1000, rng=0)
    assert (samples.x**2).sum() == pytest.approx(8527.41878289)
    assert samples.codes[0:1].indices.tolist() == [107, 154, 157, 165, 179, 249, 250, 255]
    assert samples.dictionary.coherence == pytest.approx(0.53959095)
    assert samples.dictionary.lipschitz == pytest.approx(8.4951284)
    off = np.abs(samples.dictionary.gram)
    np.fill_diagonal(off, 0)
    assert off.sum() / (256 * 255) == pytest.approx(0.10004028)
    assert (samples.codes.counts == 8).all()


def test_one_shot_finds_two_thirds_of_the_true_atoms():
    """What an encoder can find that is the true dictionary itself."""
    samples = SparseFeatures(256, 64, 8).draw(1000, rng=0)
    from neurosparse.analysis import match_atoms, match_supports, unexplained_variance
    from neurosparse.models import Sae, TopK

    sae = Sae(64, 256, select=TopK(8), atoms=samples.dictionary.atoms).double().eval()
    for rows in (sae.encoder, sae.decoder):
        rows.data = torch.from_numpy(samples.dictionary.atoms.copy())
    codes = sae.encode(samples.x)
    match = match_atoms(samples.dictionary, sae.dictionary())
    support = match_supports(samples.codes, codes, match)
    assert support.recall == pytest.approx(0.6613, abs=5e-4)
    assert support.exact == pytest.approx(0.003, abs=1e-9)
    fvu = unexplained_variance(samples.x, sae.decode(codes))
    assert fvu == pytest.approx(0.584225, abs=2e-5)
    fitted = sae.decode(sae.encode(samples.x, refine="values"))
    assert unexplained_variance(samples.x, fitted) == pytest.approx(0.160350, abs=2e-5)


def test_atoms_fire_as_often_as_the_law_says():
    zipf = SparseFeatures(40, 8, 3, "zipf")
    samples = zipf.draw(9000, rng=1)
    share = np.bincount(samples.codes.indices, minlength=40) / 9000
    np.testing.assert_allclose(share, zipf.probabilities, atol=0.02)
    assert share[0] > 5 * share[20]
    uniform = SparseFeatures(40, 8, 4, "uniform").draw(4000, rng=1).codes
    assert uniform.counts.mean() == pytest.approx(4.0, abs=0.1)
    assert uniform.counts.max() > 6


def test_children_fire_only_where_their_parents_do():
    tree = SparseFeatures(12, 8, 8, "uniform", children=3)
    dense = tree.draw(200, rng=0).codes.to_dense() > 0
    parents = np.repeat(dense[:, :3], 3, axis=1)
    assert dense[:, 3:].any()
    assert not (dense[:, 3:] & ~parents).any()


def test_opposites_low_rank_noise_and_more_of_the_same():
    signs = SparseFeatures(8, 5, 2, antipodal=True).draw(3, rng=0)
    np.testing.assert_allclose(signs.dictionary.atoms[:4], -signs.dictionary.atoms[4:])
    low = SparseFeatures(20, 6, 2, rank=3).draw(50, rng=0)
    assert np.linalg.matrix_rank(low.x) == 3
    law = SparseFeatures(8, 5, 2, noise=0.1, bias=3.0)
    noisy = law.draw(500, rng=0)
    clean = noisy.dictionary.decode(noisy.codes)
    assert (noisy.x - clean).std() == pytest.approx(0.1, rel=0.1)
    assert (noisy.x - clean).mean() == pytest.approx(3.0, abs=0.02)
    more = law.draw(4, rng=1, dictionary=noisy.dictionary)
    assert more.dictionary is noisy.dictionary
    assert law.draw(0, rng=0).x.shape == (0, 5)


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match="active"):
        SparseFeatures(4, 3, 5)
    with pytest.raises(ValueError, match="high"):
        SparseFeatures(4, 3, 1, low=2.0)
    with pytest.raises(ValueError, match="n: got 5"):
        SparseFeatures(5, 3, 1, antipodal=True)
    with pytest.raises(ValueError, match="n: got 5"):
        SparseFeatures(5, 3, 1, children=1)
    with pytest.raises(ValueError, match="firing"):
        SparseFeatures(4, 3, 1, "often")
    with pytest.raises(ValueError, match="dictionary"):
        SparseFeatures(4, 3, 1).draw(1, dictionary=Dictionary(np.eye(3)))
