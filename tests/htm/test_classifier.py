"""The classifier and the predictor of labels."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csc_array, csr_array

from neurosparse.htm import (
    AnomalyLikelihood,
    Predictor,
    SDRClassifier,
)
from neurosparse.htm.classifier import softmax
from neurosparse.sdr import SDR


def test_softmax() -> None:
    p = softmax([0, 1, 1.337, 2.018, 1.1, 0.5, 0.9])
    expected = [
        0.04512302,
        0.12265707,
        0.17181056,
        0.33947233,
        0.13555703,
        0.07439528,
        0.11098471,
    ]
    assert p == pytest.approx(expected, abs=1e-8)
    assert softmax([1e4, 0.0]).tolist() == [1, 0]


def test_predictor_one_step_ahead() -> None:
    predictor = Predictor(20, [1], alpha=1.0)
    for number, (cells, label) in enumerate(
        [([1, 5, 9], 4), ([0, 6, 9, 11], 5), ([6, 9], 5), ([1, 5, 9], 4)]
    ):
        predictor.learn(number, SDR(cells, 20), label)
    expected = [0.034234, 0.034234, 0.034234, 0.034234, 0.093058, 0.770004]
    assert predictor.infer(SDR([1, 5, 9], 20))[1] == pytest.approx(expected, abs=1e-6)


def test_several_labels_share_the_target() -> None:
    classifier = SDRClassifier(10, alpha=0.5)
    code = SDR([1, 2], 10)
    for _ in range(200):
        classifier.learn(code, [0, 3])
    assert classifier.infer(code) == pytest.approx([0.5, 0, 0, 0.5], abs=0.01)


def test_batch_equals_steps_and_comes_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    codes = [SDR.random(50, 0.1, rng) for _ in range(30)]
    labels = rng.integers(0, 4, 30)
    one = SDRClassifier(50, 0.3)
    batch = SDRClassifier(50, 0.3)
    for code, label in zip(codes, labels, strict=True):
        one.learn(code, int(label))
    from scipy.sparse import csr_array

    dense = np.stack([c.dense for c in codes])
    batch.partial_fit(csr_array(dense), labels)
    assert np.array_equal(one.weights, batch.weights)
    batch.save(tmp_path / "c.npz")
    assert np.array_equal(
        SDRClassifier.load(tmp_path / "c.npz").predict(codes), one.predict(dense)
    )
    for _ in range(30):
        batch.partial_fit(codes, labels)
    assert (batch.predict(codes) == labels).all()


def test_refusals() -> None:
    classifier = SDRClassifier(4)
    for call, words in [
        (lambda: SDRClassifier(0), "n_cells"),
        (lambda: classifier.infer(SDR([0], 4)), "knows no label"),
        (lambda: classifier.learn(SDR([0], 4), -1), "labels"),
        (lambda: classifier.learn(SDR([0], 5), 1), "4 cells"),
        (lambda: Predictor(4, []), "steps"),
        (lambda: Predictor(4, 1), "steps: got 1, .*write .1. for one"),
        (lambda: Predictor(4, [1.5]), "steps: got 1.5, wants a whole number"),
        (lambda: AnomalyLikelihood(0), "period"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
    predictor = Predictor(4, [1])
    predictor.learn(3, SDR([0], 4), 0)
    with pytest.raises(ValueError, match="row after 3"):
        predictor.learn(3, SDR([0], 4), 0)


def test_predictor_save_load_continue_equals_continue(tmp_path) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(0)
    codes = [SDR.random((4, 10), 0.2, rng) for _ in range(20)]
    one = Predictor(40, [1, 3], alpha=0.5)
    for i, code in enumerate(codes[:10]):
        one.learn(i, code, i % 4)
    one.save(tmp_path / "predictor.npz")
    other = Predictor.load(tmp_path / "predictor.npz")
    for i, code in enumerate(codes[10:], start=10):
        one.learn(i, code, i % 4)
        other.learn(i, code, i % 4)
    for step, chances in one.infer(codes[0]).items():
        assert np.array_equal(chances, other.infer(codes[0])[step])
    assert [r.number for r in other.history] == [r.number for r in one.history]
    with pytest.raises(ValueError, match="Predictor"):
        SDRClassifier.load(tmp_path / "predictor.npz")


def test_labels_are_whole_and_rows_of_any_kind() -> None:
    rows = np.array([[1, 1, 0, 0], [0, 0, 1, 1]])
    kinds = rows, csr_array(rows), csc_array(rows), [SDR([0, 1], 4), SDR([2, 3], 4)]
    fitted = [
        SDRClassifier(4, 0.5).partial_fit(kind, np.array([1.0, 0.0])) for kind in kinds
    ]
    assert all(np.array_equal(one.weights, fitted[0].weights) for one in fitted)
    assert [
        one.predict(kind).tolist() for one, kind in zip(fitted, kinds, strict=True)
    ] == [[1, 0]] * 4
    for label in (1.7, "cat", None):
        with pytest.raises(ValueError, match="labels"):
            fitted[0].learn(SDR([0], 4), label)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="y: got 1 labels, wants as many as X has rows: 2"):
        fitted[0].partial_fit(rows, [0])
    with pytest.raises(TypeError, match="write .sdr. for one"):
        fitted[0].predict(SDR([0], 4))


def test_the_classifier_wants_bits_and_a_finite_rate() -> None:
    classifier = SDRClassifier(3).learn(SDR([0], 3), 0)
    for ask in (classifier.predict, lambda x: classifier.partial_fit(x, [0])):
        with pytest.raises(ValueError, match="got the value 0.5, wants 0 and 1"):
            ask([[0, 0.5, 1]])
    for alpha in (np.inf, np.nan, 0):
        with pytest.raises(ValueError, match="alpha: got"):
            SDRClassifier(3, alpha=alpha)


def test_a_file_with_nan_is_refused(tmp_path: Path) -> None:
    classifier = SDRClassifier(4).learn(SDR([0], 4), 1)
    classifier.weights[0, 0] = np.nan
    classifier.save(tmp_path / "c.npz")
    with pytest.raises(ValueError, match="NaN or infinity"):
        SDRClassifier.load(tmp_path / "c.npz")
