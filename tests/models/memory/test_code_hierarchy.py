"""A hierarchy of code-selection memories."""

import numpy as np
import pytest

from neurosparse.models import CodeHierarchy, ImageFields
from neurosparse.sdr import SDR


def test_hierarchy_skips_silent_fields() -> None:
    net = CodeHierarchy(ImageFields((8, 8), 4, 4, least=2), modules=5, units=6, rng=0)
    corner = np.zeros((8, 8), bool)
    corner[:3, :3] = True
    code = net.step(SDR.from_dense(corner))
    assert len(code) == 5
    assert code.indices.max() < 30
    assert net.step(SDR.from_dense(corner), learn=False) == code


def test_the_mac_above_recognises_what_it_stored() -> None:
    rng = np.random.default_rng(0)
    images = [SDR.random((12, 12), 0.2, rng) for _ in range(6)]
    net = CodeHierarchy(
        ImageFields((12, 12), 6, 3), modules=6, units=20, above=(15, 20), rng=1
    )
    stored = [net.recognise(image).code for image in images]
    found = [net.recognise(image, learn=False) for image in images]
    assert [f.code.overlap(s) for f, s in zip(found, stored, strict=True)] == [15] * 6
    assert min(f.familiarity for f in found) > 0.95
    strange = net.recognise(SDR.random((12, 12), 0.2, rng), learn=False)
    assert strange.familiarity < 0.6


def test_many_images_are_retrieved_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    images = [SDR.random((12, 12), 0.2, rng) for _ in range(12)]
    net = CodeHierarchy(
        ImageFields((12, 12), 6, 6, least=7), modules=6, units=20, rng=1
    ).partial_fit(images)
    together = net.transform(images)
    for row, image in zip(together.toarray(), images, strict=True):
        assert SDR.from_dense(row) == net.step(image, learn=False)
    assert len(np.unique(together.sum(axis=1))) > 1  # some fields are silent


def test_hierarchies_that_cannot_be() -> None:
    for call, words in [
        (lambda: CodeHierarchy(ImageFields((4, 4), 5, 1)), "field"),
        (lambda: CodeHierarchy(ImageFields((4, 4), 2, 2)).recognise(SDR([], 16)), "above"),
        (lambda: CodeHierarchy(ImageFields((4, 4), 2, 2)).step(SDR([], 9)), "image of shape"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
