"""Samples of one's own: the same from every source, scaled as said, refused where they are none."""

import re

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from neurosparse.analysis import ComparisonSettings, compare, own_samples
from neurosparse.analysis.comparison.report import heading
from neurosparse.models import Data

RNG = np.random.default_rng(0)
X = RNG.normal(3.0, 2.0, (40, 5))
Y = np.arange(40) % 4
FOUR = (X[:30], Y[:30], X[30:], Y[30:])


def test_every_source_gives_the_same(tmp_path):
    np.savez(
        tmp_path / "mine.npz",
        **dict(zip(("x", "y", "test_x", "test_y"), FOUR, strict=True)),
    )
    sources = {
        "mine.npz": tmp_path / "mine.npz",
        "arrays": FOUR,
        "tensors": Data(*map(torch.from_numpy, FOUR)),
        "function": lambda: FOUR,
        "dictionary": dict(zip(("x", "y", "test_x", "test_y"), FOUR, strict=True)),
    }
    made = {name: own_samples(source, name=name) for name, source in sources.items()}
    assert len({one.about for one in made.values()}) == 1
    assert own_samples(tmp_path / "mine.npz").name == "mine.npz"
    first, *others = (one.data(7) for one in made.values())
    assert (first.batch, first.x.shape, first.y.dtype) == (7, (30, 5), torch.int64)
    for other in others:
        assert torch.equal(other.x, first.x)
        assert torch.equal(other.test_y, first.test_y)
    with made["arrays"].in_a_file() as laid_down:
        again = laid_down.data(7)
        assert not isinstance(laid_down.kept, tuple)
    assert torch.equal(again.test_x, first.test_x)
    assert not laid_down.kept.exists()


def test_inputs_are_scaled_by_the_training_samples():
    x = np.c_[X, np.full(40, 7.0)]
    four = (x[:30], Y[:30], x[30:], Y[30:])
    columns = own_samples(four).data(8)
    np.testing.assert_allclose(columns.x[:, :5].mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(columns.x[:, :5].std(0, correction=0), 1, atol=1e-6)
    assert columns.x[:, 5].tolist() == [0.0] * 30
    np.testing.assert_allclose(
        columns.test_x[:, :5],
        (X[30:] - X[:30].mean(0)) / X[:30].std(0),
        rtol=1e-4,
        atol=1e-6,
    )
    whole = own_samples(FOUR, scaling="whole").data(8)
    np.testing.assert_allclose(whole.x, (X[:30] - X[:30].mean()) / X[:30].std(), rtol=1e-4)
    plain = own_samples((X[:30].reshape(30, 5, 1), *FOUR[1:]), scaling="none").data(8)
    np.testing.assert_allclose(plain.x, X[:30], rtol=1e-6)


def test_the_split_is_drawn_and_the_same_each_time():
    one, same = (own_samples((X, Y), test_share=0.25) for _ in range(2))
    assert one.about == same.about != own_samples((X, Y), test_share=0.5).about
    parts = one.data(8)
    assert (len(parts.x), len(parts.test_x)) == (30, 10)
    assert not torch.equal(parts.test_y, torch.from_numpy(Y[30:]))
    other = own_samples((X + 1e-9, Y), test_share=0.25)
    assert other.about != one.about


BAD = {
    "x: got an array of float64 [40], wants": ((Y * 1.0, Y), {}),
    "x: got nan in sample 3, wants finite": ((np.where(X[3, 2] == X, np.nan, X), Y), {}),
    "x: got rows of different length": (([[1, 2], [3]], [0, 1]), {}),
    "y: got an array of int64 [39], wants one class for each of 40": ((X, Y[:39]), {}),
    "shape [40]; y[:, 0]": ((X, Y[:, None]), {}),
    "shape [40]; y.argmax(axis=1) of": ((X, np.eye(4)[Y]), {}),
    "y: got a label of 0.5, wants whole numbers": ((X, Y / 2), {}),
    "y: got a label of nan, wants whole numbers": ((X, np.where(Y, Y, np.nan)), {}),
    "y: got class 0 alone, wants at least two": ((X, Y * 0), {}),
    "one of 0, 1, 2, 3": ((*FOUR[:3], FOUR[3] + 8), {"test_share": None}),
    "numbers or texts, as y is": ((*FOUR[:3], list("ab" * 5)), {"test_share": None}),
    "0.2 draws a fifth": ((X, Y), {"test_share": None}),
    "test_y: got class 8, which": ((*FOUR[:3], FOUR[3] + 8), {"test_share": None}),
    "test_x: got 4 numbers a sample, wants 5": ((X, Y, X[:, :4], Y), {"test_share": None}),
    "test_y: got only one of": ((X, Y, X, None), {}),
    "test_share: got None": ((X, Y), {"test_share": None}),
    "test_share: got both": (FOUR, {}),
    "test_share: got 0.001": ((X, Y), {"test_share": 0.001}),
    "label: got 'kind'": ((X, Y), {"label": "kind"}),
    "beyond the range of": ((np.where(X[0, 0] == X, 1e300, X), Y), {"scaling": "none"}),
    "beyond the range of float32": ((np.where(X[0, 0] == X, 1e300, X), Y), {}),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    source, options = BAD[says]
    with pytest.raises(ValueError, match=re.escape(says)):
        own_samples(source, **({"test_share": 0.25} | options))


def test_other_kinds_are_refused():
    with pytest.raises(TypeError, match=r"source: got 3, wants a .npz"):
        own_samples(3)
    with pytest.raises(TypeError, match=r"source: got a dict, wants a .npz"):
        own_samples({"data": X, "target": Y})
    with pytest.raises(TypeError, match="y: got an array of complex128 .*or texts"):
        own_samples((X, Y + 1j), test_share=0.2)
    with pytest.raises(
        TypeError, match=r"x: got a csr_array, wants a dense array; toarray\(\)"
    ):
        own_samples((csr_array(X), Y), test_share=0.2)
    with pytest.raises(
        ValueError, match="scaling: got 'column', .* did you mean 'columns'"
    ):
        own_samples(FOUR, scaling="column")


@pytest.mark.parametrize(
    "name", [lambda y: y + 1, lambda y: y * 7.0 - 3, "abcd".__getitem__]
)
def test_classes_are_numbered_whatever_they_are_called(name):
    called = [name(one) for one in Y]
    parts = own_samples((X[:30], called[:30], X[30:], called[30:])).data(8)
    assert parts.y.tolist() == Y[:30].tolist()
    assert parts.test_y.tolist() == Y[30:].tolist()


def test_what_is_wrong_in_a_file_is_said_with_its_name(tmp_path):
    np.savez(tmp_path / "mine.npz", x=X + 1j, y=Y)
    with pytest.raises(ValueError, match=r"^mine.npz: x: got an array of complex128"):
        own_samples(tmp_path / "mine.npz", test_share=0.2)
    np.savez(tmp_path / "mine.npz", x=X, y=Y)
    with pytest.raises(ValueError, match=r"^mine.npz: test_share: got None"):
        own_samples(tmp_path / "mine.npz")
    with pytest.raises(FileNotFoundError, match=r"none.npz"):
        own_samples(tmp_path / "none.npz")


def untrained(settings, trial):
    """A record of nothing but what its process was sent."""
    lies_in_a_file = not isinstance(settings.dataset.kept, tuple)
    sent = float(settings.dataset.data(4).x.abs().sum())
    return {"budget": settings.budget, "sent": sent, "file": lies_in_a_file}


def test_a_comparison_goes_on_with_the_same_samples_alone(tmp_path):
    def settings(source):
        samples = own_samples(source, name="mine")
        return ComparisonSettings(samples, (8,), (0.5,), ("SET",), seeds=1)

    records = compare(settings(FOUR), tmp_path, run=untrained)
    assert len(records) == 7
    assert all(record["file"] and record["sent"] > 100 for record in records)
    assert records[0]["budget"]["dataset"] == "mine"
    assert "30 + 10 of 5 numbers in 4 classes" in records[0]["budget"]["samples"]
    assert compare(settings(FOUR), tmp_path, run=None) == records
    assert heading(settings(FOUR), []).startswith("# Sparse against dense: mine\n")
    with pytest.raises(ValueError, match=r"samples = '30 .* there; use a new folder"):
        compare(settings((FOUR[0] + 1, *FOUR[1:])), tmp_path, run=None)


def test_a_file_is_no_name_of_a_set():
    with pytest.raises(ValueError, match=r"write own_samples\('mine.npz'\)"):
        ComparisonSettings("mine.npz")
    with pytest.raises(
        ValueError, match="wants digits, mnist, fashion_mnist or own_samples"
    ):
        ComparisonSettings(FOUR)
