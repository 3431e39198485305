import numpy as np
import pytest

from neurosparse.analysis import ComparisonSettings
from neurosparse.analysis.comparison.settings import contestant
from neurosparse.analysis.comparison.wired import brain, part_of
from neurosparse.connectivity import Connectivity
from neurosparse.io import write_npz
from neurosparse.models import sparse_layers

WIDTHS = [10, 64, 48, 3]


def test_hidden_layers_are_joined_as_the_brain_and_the_control_keeps_degrees():
    ours, control = (
        list(sparse_layers(contestant(name).build(WIDTHS, 0.05, 1)).values())
        for name in ("larva_brain", "larva_brain, rewired")
    )
    part = part_of(brain("larva_brain"), 64, 48, 0.05)
    assert ours[1].support.edges()[0].tolist() == part.edges()[0].tolist()
    assert ours[1].support.edges()[1].tolist() == part.edges()[1].tolist()
    assert part.nnz == control[1].nnz == round(0.05 * 64 * 48)
    edges = [
        set(zip(*layer.support.edges(), strict=True)) for layer in (ours[1], control[1])
    ]
    assert edges[0] != edges[1]
    for side, size in ((0, 64), (1, 48)):
        degrees = [
            np.bincount(layer.support.edges()[side], minlength=size)
            for layer in (ours[1], control[1])
        ]
        np.testing.assert_array_equal(*degrees)
    # the random inputs onto them are the same
    assert ours[0].topology_hash() == control[0].topology_hash()


def test_a_brain_comes_with_its_control_and_a_file_is_one_too(tmp_path):
    rng = np.random.default_rng(0)
    dense = rng.random((30, 30)) * (rng.random((30, 30)) < 0.5)
    path = str(tmp_path / "mine.npz")
    write_npz(path, Connectivity.from_dense(dense))
    settings = {"hidden": (20, 20), "sparsities": (0.9,)}
    many = ComparisonSettings(methods=("SET", "larva_brain", path), **settings)
    names = [one.name for one in many.contestants()]
    assert names[-5:] == [
        "SET",
        "larva_brain",
        "larva_brain, rewired",
        path,
        f"{path}, rewired",
    ]
    assert part_of(brain(path), 20, 20, 0.1).nnz == 40


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hidden": (64,)}, "two hidden layers"),
        ({"hidden": (64, 64), "sparsities": (0.5, 0.9)}, "0.5 with larva_brain"),
        ({"hidden": (64, 4000)}, "at least 4000 neurons"),
        ({"methods": ("larva_brian",)}, "methods"),
    ],
)
def test_what_a_brain_cannot_give_is_refused_before_any_run(settings, words):
    more = {"methods": ("larva_brain",), "sparsities": (0.95,), **settings}
    with pytest.raises(ValueError, match=words):
        ComparisonSettings(**more)
