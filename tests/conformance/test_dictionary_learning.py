"""Online learning ends where scikit-learn's ends: cost of held-out patches within 2 %."""

import numpy as np
import pytest
from sklearn.datasets import load_sample_images
from sklearn.decomposition import MiniBatchDictionaryLearning

from neurosparse.datasets import image_patches
from neurosparse.sparse_coding import Dictionary, Ista, OnlineDictionary, Soft, cost

LAM = 0.15
ATOMS = 96


def held_out(atoms: np.ndarray, x: np.ndarray) -> float:
    """Mean lasso cost of signals, once they are coded well."""
    dictionary = Dictionary(atoms, renormalise=True)
    codes = Ista(Soft(LAM), steps=3000, tol=1e-5).encode(x, dictionary)
    return float(cost(x, codes, dictionary, Soft(LAM)).mean())


@pytest.mark.parametrize("seed", range(5))
def test_equal_cost_on_photographs(seed: int) -> None:
    photographs = load_sample_images().images
    x = image_patches(photographs, 6000, 8, rng=seed)
    x /= np.linalg.norm(x, axis=1).mean()
    train, test = np.split(x, [5000])
    start = Dictionary.random(ATOMS, 64, rng=seed)
    peer = MiniBatchDictionaryLearning(
        ATOMS,
        alpha=LAM,
        batch_size=250,
        max_iter=4,
        tol=0,
        max_no_improvement=None,
        fit_algorithm="cd",
        dict_init=start.atoms,
        random_state=seed,
    ).fit(train)
    ours = OnlineDictionary(batch=250).fit(
        train,
        dictionary=start,
        coder=Ista(Soft(LAM), steps=200, tol=1e-3),
        epochs=4,
        rng=seed,
    )
    expected = held_out(peer.components_, test)
    assert expected < 0.8 * held_out(start.atoms, test)
    # dead atoms are replaced by other samples than there: lower by a little is no fault
    assert 0.93 * expected < held_out(ours.dictionary.atoms, test) < 1.02 * expected
