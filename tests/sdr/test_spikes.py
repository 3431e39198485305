"""SDRs as volleys of spikes, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.sdr import SDR, from_spikes, to_spikes

SIZE = 130


@st.composite
def sdrs(draw: st.DrawFn, size: int = SIZE) -> SDR:
    return SDR(sorted(draw(st.sets(st.integers(0, size - 1), max_size=40))), size)


@given(st.lists(sdrs(), max_size=5), st.integers(-3, 9))
def test_spikes_and_back(volleys: list[SDR], first: int) -> None:
    steps, index = to_spikes(volleys, first)
    back = from_spikes(steps[::-1], index[::-1], SIZE, window=(first, first + len(volleys)))
    assert back == volleys


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: from_spikes([3.7], [1], 9, window=(3, 6)), "steps: got .* whole"),
        (lambda: from_spikes([3], [1.5], 9, window=(3, 6)), "index: got .* whole"),
        (lambda: from_spikes([3], [1], 9, window=(3, 6.5)), "window: got 6.5"),
        (lambda: to_spikes([SDR([1], 9)], 0.5), "first_step: got 0.5"),
        (lambda: to_spikes([[1, 2]]), r"sdrs\[0\]: got .* an SDR"),
    ],
)
def test_fractions_are_not_cut_off(call, said) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        call()
