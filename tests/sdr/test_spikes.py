"""SDRs as volleys of spikes, and back."""

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
