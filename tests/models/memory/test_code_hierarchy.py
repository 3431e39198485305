"""A hierarchy of code-selection memories."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.models import CodeHierarchy, ImageFields, LinearExpansivity
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
        (
            lambda: CodeHierarchy(ImageFields((4, 4), 2, 2)).step(SDR([], 9)),
            "image of shape",
        ),
    ]:
        with pytest.raises(ValueError, match=words):
            call()


@pytest.mark.parametrize("above", [None, (9, 7)])
def test_a_hierarchy_continues_from_its_file(
    tmp_path: Path, above: tuple[int, int] | None
) -> None:
    rng = np.random.default_rng(2)
    images = [SDR.random((8, 8), 0.3, rng) for _ in range(30)]
    fields = ImageFields((8, 8), 4, 2, least=2, most=9)
    rule = LinearExpansivity(gain=2.0)
    net = CodeHierarchy(fields, modules=5, units=6, above=above, expansivity=rule, rng=4)
    net.partial_fit(images[:15])
    net.save(tmp_path / "net.npz")
    again = CodeHierarchy.load(tmp_path / "net.npz")
    assert (again.fields, again.size, len(again.macs)) == (fields, net.size, len(net.macs))
    assert all(mac.rng is again.rng for mac in again.macs)
    for image in images[15:]:
        if above:
            ours, theirs = net.recognise(image), again.recognise(image)
            assert (ours.code, ours.familiarity) == (theirs.code, theirs.familiarity)
        else:
            assert net.step(image) == again.step(image)
    np.testing.assert_array_equal(
        net.transform(images).toarray(), again.transform(images).toarray()
    )
    for mine, other in zip(net.macs, again.macs, strict=True):
        np.testing.assert_array_equal(mine.below.words, other.below.words)
        assert (mine.saturation, mine.expansivity) == (other.saturation, rule)


def test_what_no_hierarchy_wrote_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    net = CodeHierarchy(ImageFields((4, 4), 2, 2), modules=3, units=5, rng=0)
    net.macs[0].save(path)
    with pytest.raises(ValueError, match="a saved CodeSelectionMemory"):
        CodeHierarchy.load(path)
    net.macs.pop()
    net.save(path)
    with pytest.raises(ValueError, match="macs that do not fit the fields"):
        CodeHierarchy.load(path)
    with pytest.raises(TypeError, match="sdr: got"):
        net.step(np.ones((4, 4)))  # type: ignore[arg-type]
