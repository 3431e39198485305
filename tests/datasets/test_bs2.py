"""Event files: round trips, the bit layout by hand, refusals."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.datasets import EVENT, read_bs2, write_bs2
from neurosparse.datasets.bs2 import LONGEST, decode_bs2, decode_numbered, encode_bs2

records = st.lists(
    st.tuples(
        st.integers(0, 255),
        st.integers(0, 255),
        st.integers(0, LONGEST - 1),
        st.integers(0, 1),
    ),
    max_size=40,
).map(lambda rows: np.array(sorted(rows, key=lambda row: row[2]), EVENT))


def naive(data: bytes) -> list[tuple[int, int, int, int]]:
    """The format, one event at a time."""
    events = []
    for i in range(0, len(data), 5):
        word = int.from_bytes(data[i + 2 : i + 5], "big")
        events.append((data[i], data[i + 1], word & 0x7FFFFF, word >> 23))
    return events


@given(records)
def test_what_is_written_is_read_back(events: np.ndarray) -> None:
    data = encode_bs2(events)
    assert len(data) == 5 * len(events)
    assert np.array_equal(decode_bs2(data), events)
    assert decode_bs2(data).tolist() == naive(data)


def test_layout_by_hand() -> None:
    data = bytes([1, 2, 0x80 | 0x12, 0x34, 0x56, 33, 0, 0x7F, 0xFF, 0xFF])
    assert decode_bs2(data).tolist() == [(1, 2, 0x123456, 1), (33, 0, LONGEST - 1, 0)]


def test_files(tmp_path: Path) -> None:
    events = np.array([(1, 2, 3, 0), (255, 255, 9, 1)], EVENT)
    write_bs2(tmp_path / "a.bs2", events)
    write_bs2(tmp_path / "a.bs2", events)
    assert np.array_equal(read_bs2(tmp_path / "a.bs2"), events)
    assert [file.name for file in tmp_path.iterdir()] == ["a.bs2"]
    (tmp_path / "empty.bs2").touch()
    assert read_bs2(tmp_path / "empty.bs2").shape == (0,)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\0" * 7, "truncated"),
        (bytes([40, 0, 0, 0, 1]), "outside the sensor of 34 x 34"),
        (bytes([0, 34, 0, 0, 1]), "outside the sensor of 34 x 34"),
        (bytes([0, 0, 0, 0, 9, 0, 0, 0, 0, 8]), "time runs backwards"),
    ],
)
def test_foreign_files_are_refused(data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "x.bs2").write_bytes(data)
    with pytest.raises(ValueError, match=says) as caught:
        read_bs2(tmp_path / "x.bs2", width=34, height=34)
    assert "x.bs2" in str(caught.value)


@pytest.mark.parametrize(
    "row", [(256, 0, 0, 0), (0, 256, 0, 0), (0, 0, LONGEST, 0), (0, 0, -1, 0), (0, 0, 0, 2)]
)
def test_what_the_format_cannot_hold_is_refused(
    row: tuple[int, ...], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="events"):
        write_bs2(tmp_path / "x.bs2", np.array([row], EVENT))
    assert list(tmp_path.iterdir()) == []


def test_unordered_or_other_arrays_are_refused() -> None:
    with pytest.raises(ValueError, match="ascending"):
        encode_bs2(np.array([(0, 0, 2, 0), (0, 0, 1, 0)], EVENT))
    with pytest.raises(ValueError, match="fields x, y, t and p"):
        encode_bs2(np.zeros(3, np.dtype([("x", int), ("y", int)])))


def test_numbered_members_are_found_in_a_folder_of_the_archive(tmp_path: Path) -> None:
    events = [np.array([(i, 2, 30, 1)], EVENT) for i in (1, 2, 3)]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for i, one in enumerate(events, 1):
            archive.writestr(f"samples/{i}.bs2", encode_bs2(one))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert decode_numbered(archive, 3, 4)[2].tolist() == [(3, 2, 30, 1)]
        with pytest.raises(ValueError, match=r"a\.zip: 3\.bs2: events outside the sensor"):
            decode_numbered(archive, 3, 3)
