"""What all rules share: learning, streams however they are cut, dead atoms, what is refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.sparse_coding import (
    Dictionary,
    Ista,
    KSvd,
    LearnedDictionary,
    Mod,
    OlshausenField,
    Omp,
    OnlineDictionary,
    Soft,
)
from neurosparse.sparse_coding.learn.rule import replaced

RULES = {
    "olshausen": OlshausenField(batch=100, rate=2.0, patience=500),
    "mod": Mod(),
    "ksvd": KSvd(),
    "power": KSvd(exact=False),
    "online": OnlineDictionary(batch=100, patience=500),
}


@pytest.fixture(scope="module")
def sparse() -> tuple[np.ndarray, np.ndarray]:
    """Signals of two of twelve true atoms."""
    rng = np.random.default_rng(0)
    truth = Dictionary.random(12, 8, rng=rng).atoms
    code = np.zeros((800, 12))
    for row in code:
        row[rng.choice(12, 2, replace=False)] = rng.uniform(0.5, 1.5, 2) * rng.choice(
            [-1, 1], 2
        )
    return code @ truth, truth


@pytest.mark.parametrize("name", RULES)
def test_every_rule_finds_atoms_that_made_the_signals(sparse: Any, name: str) -> None:
    x, truth = sparse
    start = Dictionary(x[:12], renormalise=True)
    epochs = 12
    learned = RULES[name].fit(x, dictionary=start, coder=Omp(2), epochs=epochs, rng=0)
    likeness = np.abs(truth @ learned.dictionary.atoms.T).max(1)
    before = np.abs(truth @ start.atoms.T).max(1)
    assert (before > 0.98).sum() <= 4
    assert (likeness > 0.98).sum() >= 7
    first, last = learned.history[0], learned.history[-1]
    assert last.cost < 0.5 * first.cost
    assert last.samples == epochs * 800
    assert last.l0 <= 2
    np.testing.assert_allclose(np.linalg.norm(learned.dictionary.atoms, axis=1), 1)


@settings(max_examples=10, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 100), max_size=5),
    name=st.sampled_from(["olshausen", "online"]),
    dtype=st.sampled_from([np.float32, np.float64]),
    stop=st.integers(0, 5),
)
def test_how_a_stream_is_cut_changes_no_bit(
    cuts: list[int], name: str, dtype: type, stop: int, tmp_path_factory: Any
) -> None:
    rule = {"olshausen": OlshausenField(batch=16), "online": OnlineDictionary(batch=16)}[
        name
    ]
    coder = Ista(Soft(0.1), steps=5)
    x = np.random.default_rng(0).standard_normal((100, 4)).astype(dtype)
    start = rule.begin(Dictionary.random(6, 4, rng=0, dtype=dtype))
    whole = rule.partial_fit(x, start, coder=coder)
    assert (whole.samples, len(whole.rest)) == (96, 4)
    parted = start
    folder = tmp_path_factory.mktemp("runs")
    for turn, part in enumerate(np.split(x, sorted(cuts))):
        parted = rule.partial_fit(part, parted, coder=coder)
        if turn == stop:
            parted.save(folder / "run")
            parted = LearnedDictionary.load(folder / "run")
    assert np.array_equal(parted.dictionary.atoms, whole.dictionary.atoms)
    assert parted.history == whole.history
    assert parted.dictionary.dtype == dtype
    ends = [rule.finish(run, coder=coder) for run in (whole, parted)]
    assert np.array_equal(ends[0].dictionary.atoms, ends[1].dictionary.atoms)
    assert (ends[0].samples, len(ends[0].rest)) == (100, 0)
    assert rule.finish(ends[0], coder=coder) is ends[0]


def test_an_atom_that_nothing_uses_becomes_the_signal_described_worst() -> None:
    x = np.zeros((20, 3))
    x[:, 0] = 1.0
    x[7] = [0.0, 3.0, 0.0]
    start = Dictionary([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [-0.6, 0.0, 0.8]])
    coder = Ista(Soft(0.7))
    learned = Mod().fit(x, dictionary=start, coder=coder)
    assert learned.history[0].dead == 2
    # the second stands in for what is described second worst
    atoms = learned.dictionary.atoms
    np.testing.assert_allclose(atoms, [[1, 0, 0], [0, 1, 0], [1, 0, 0]], atol=1e-12)
    patient = OlshausenField(batch=10, patience=30)
    state = patient.begin(start)
    for turn in range(5):
        state = patient.partial_fit(x[:10], state, coder=coder)
        assert state.history[-1].dead == (2 if turn == 3 else 0)


def test_signals_stand_in_once_and_only_where_something_is_left() -> None:
    atoms = np.eye(4)
    x = np.array([[0, 0, 3.0, 0], [0, 5.0, 0, 0], [1, 0, 0, 0]])
    costs = np.array([1.0, 2.0, 0.0])
    fresh, places = replaced(atoms, np.array([True, True, False, True]), x, costs)
    assert places.tolist() == [0, 1]
    assert fresh.tolist() == [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    # two signals of one direction make one atom
    _, places = replaced(
        atoms, np.ones(4, bool), x[[0, 0, 1]] * [[1], [-2], [1]], costs + 1
    )
    assert places.tolist() == [0, 1]


def test_signals_are_read_batch_by_batch_from_files(sparse: Any, tmp_path: Any) -> None:
    import zarr
    from pandas import DataFrame
    from scipy.sparse import csr_array

    x, _ = sparse
    np.save(tmp_path / "x.npy", x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    stored = zarr.create_array(str(tmp_path / "x.zarr"), data=x, chunks=(64, 8))
    start = Dictionary.random(10, 8, rng=0)
    results = [
        RULES["online"].fit(data, dictionary=start, coder=Omp(1), rng=3).dictionary.atoms
        for data in (x, mapped, stored, csr_array(x), DataFrame(x))
    ]
    for result in results[1:]:
        assert np.array_equal(results[0], result)


def test_what_cannot_be_learned_from_is_refused(sparse: Any) -> None:
    x, _ = sparse
    start = Dictionary.random(6, 8, rng=0)
    rule = OnlineDictionary(batch=100)
    with pytest.raises(TypeError, match=r"coder: got 3, wants a coder; write Omp\(8\)"):
        rule.fit(x, dictionary=start, coder=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="NaN or infinity in row"):
        rule.fit(np.where(x == x[3, 3], np.nan, x), dictionary=start, coder=Omp(1))
    with pytest.raises(ValueError, match="as wide as an atom"):
        rule.fit(x[:, :5], dictionary=start, coder=Omp(1))
    with pytest.raises(ValueError, match="one signal or more"):
        rule.fit(x[:0], dictionary=start, coder=Omp(1))
    with pytest.raises(ValueError, match="k: got 7"):
        rule.fit(x, dictionary=start, coder=Omp(7))
    with pytest.raises(TypeError, match=r"rule\.begin"):
        rule.partial_fit(x, start, coder=Omp(1))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="batch"):
        OnlineDictionary(batch=0)
    with pytest.raises(ValueError, match="rate"):
        OlshausenField(rate=0.0)
    with pytest.raises(ValueError, match="fading"):
        OnlineDictionary(fading=-1.0)
