"""Sets of neurons: their algebra, and that none is ever empty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.connectome import Connectome

N = 6
BRAIN = Connectome(
    Connectivity.from_dense(np.eye(N, k=1)),
    {"type": ["a", "a", "b", "b", "", "c"], "id": np.arange(10, 10 + N)},
)
MASKS = st.lists(st.booleans(), min_size=N, max_size=N).map(np.array)


@given(MASKS, MASKS)
def test_algebra_is_that_of_masks(a, b) -> None:
    operations = {"__and__": a & b, "__or__": a | b, "__sub__": a & ~b, "__xor__": a ^ b}
    if not (a.any() and b.any()):
        return
    one = BRAIN.numbered(a, "one")
    two = BRAIN.numbered(b, "two")
    for operation, mask in operations.items():
        if mask.any():
            both = getattr(one, operation)(two)
            assert np.array_equal(both.mask, mask)
            assert "one" in both.name
            assert both == BRAIN.numbered(np.flatnonzero(mask))
        else:
            with pytest.raises(ValueError, match=r"set: got none: \(one\)"):
                getattr(one, operation)(two)


def test_members_and_columns() -> None:
    some = BRAIN.where(type=["b", "c"]).named("some")
    assert (list(some), len(some), 3 in some, 0 in some, -1 in some) == (
        [2, 3, 5], 3, True, False, False
    )  # fmt: skip
    assert some.ids.tolist() == [12, 13, 15]
    assert some.column("type").tolist() == ["b", "b", "c"]
    assert {name: len(part) for name, part in some.split("type").items()} == {
        "b": 2,
        "c": 1,
    }
    assert list(BRAIN.split("type", least=2)) == ["a", "b"]
    assert some.name == "some"
    assert hash(some) == hash(BRAIN.numbered([2, 3, 5]))
    assert (~some).indices.tolist() == [0, 1, 4]
    with pytest.raises(ValueError, match="read-only"):
        some.mask[0] = True


def test_within_and_sample() -> None:
    b = BRAIN.where(type="b")
    assert b.within(1).indices.tolist() == [2, 3, 4]
    assert b.within(1, "upstream").indices.tolist() == [1, 2, 3]
    assert b.within(9, "both") == BRAIN.all
    drawn = BRAIN.all.sample(3, rng=1)
    assert len(drawn) == 3
    assert drawn == BRAIN.all.sample(3, rng=1)


def test_what_cannot_be_meant() -> None:
    a = BRAIN.where(type="a")
    with pytest.raises(ValueError, match="got none: not"):
        _ = ~BRAIN.all
    with pytest.raises(TypeError, match="wants another set"):
        _ = a & [1, 2]
    other = Connectome(BRAIN.connectivity, {"type": BRAIN.column("type")})
    with pytest.raises(ValueError, match="sets of two connectomes"):
        _ = a | other.where(type="b")
    with pytest.raises(ValueError, match="direction: got 'down'"):
        a.within(1, "down")
    with pytest.raises(ValueError, match="k: got 3"):
        a.sample(3)
