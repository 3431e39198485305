"""Files of a temporal memory: what no memory can have been is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosparse.htm import TemporalMemory
from neurosparse.store.one_file import load_file, save_file


@pytest.mark.parametrize("bad", [7.0, np.nan, -0.5])
def test_a_file_of_impossible_permanences_is_refused(tmp_path: Path, bad: float) -> None:
    memory = TemporalMemory(4, 2).create_segment(5, [0, 1], 0.5)
    memory.save(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as stored:
        arrays = dict(stored)
    arrays["permanence"][0] = bad
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(ValueError, match="permanences outside 0 to 1"):
        TemporalMemory.load(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"iteration": "x"}, "iteration = 'x'"),
        ({"iteration": -1}, "iteration = -1"),
        ({"born": 0}, "born = 0"),
        ({"seed": None}, "a file without 'seed'"),
    ],
)
def test_a_file_of_impossible_settings_is_refused(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    memory = TemporalMemory(4, 2).create_segment(5, [0, 1], 0.5)
    memory.save(tmp_path / "a.npz")
    config, arrays = load_file(tmp_path / "a.npz", "TemporalMemory")
    changed = {
        name: value for name, value in (config | change).items() if value is not None
    }
    save_file(tmp_path / "a.npz", "TemporalMemory", changed, arrays)
    with pytest.raises(ValueError, match=said):
        TemporalMemory.load(tmp_path / "a.npz")


def test_a_file_of_sources_out_of_order_is_refused(tmp_path: Path) -> None:
    memory = (
        TemporalMemory(4, 2).create_segment(5, [3, 6], 0.5).create_segment(2, [0, 1], 0.5)
    )
    memory.save(tmp_path / "a.npz")
    config, arrays = load_file(tmp_path / "a.npz", "TemporalMemory")
    kept = TemporalMemory.load(tmp_path / "a.npz").listing()
    np.testing.assert_array_equal(kept.source, memory.listing().source)
    for sources, serials in (
        ([1, 0, 3, 6], [1, 0]),
        ([0, 1, 3, 3], [1, 0]),
        ([0, 1, 3, 6], [1, 1]),
    ):
        broken = arrays | {
            "source": np.array(sources, np.int32),
            "serial": np.array(serials, np.int64),
        }
        save_file(tmp_path / "a.npz", "TemporalMemory", config, broken)
        with pytest.raises(ValueError, match="out of order"):
            TemporalMemory.load(tmp_path / "a.npz")
