"""Objects of ours in one .npz file: read back whole, anything else refused by what it is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosparse.store.one_file import (
    generator_state,
    load_file,
    loaded_generator,
    save_file,
)


def test_settings_and_arrays_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    save_file(
        path, "Counter", {"n": np.int64(3), "p": np.float32(0.5)}, {"x": np.arange(4)}
    )
    config, arrays = load_file(path, "Counter")
    assert config == {"n": 3, "p": 0.5}
    np.testing.assert_array_equal(arrays["x"], np.arange(4))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.npz"]


def test_other_files_are_refused(tmp_path: Path) -> None:
    save_file(tmp_path / "a.npz", "Counter", {}, {})
    with pytest.raises(ValueError, match="a saved Counter"):
        load_file(tmp_path / "a.npz", "Pooler")
    np.savez(tmp_path / "b.npz", x=np.arange(3))
    (tmp_path / "c.npz").write_bytes(b"no archive")
    for name in ("b.npz", "c.npz"):
        with pytest.raises(ValueError, match=r"a file that Counter\.save wrote"):
            load_file(tmp_path / name, "Counter")


def test_what_is_no_number_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="cannot be saved"):
        save_file(tmp_path / "a.npz", "Counter", {"x": object()}, {})
    assert not list(tmp_path.iterdir())


def test_a_missing_setting_is_named(tmp_path: Path) -> None:
    save_file(tmp_path / "a.npz", "Counter", {"n": 3}, {})
    config, _ = load_file(tmp_path / "a.npz", "Counter")
    assert config["n"] == 3
    with pytest.raises(
        ValueError, match="a file without 'rng', wants a file that Counter.save"
    ):
        config["rng"]


@pytest.mark.parametrize("name", ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"])
def test_generators_go_on(name: str) -> None:
    rng = np.random.Generator(getattr(np.random, name)(5))
    rng.random(3)
    rng.integers(0, 9, 1, dtype=np.uint32)  # half a word is left over
    state = json.loads(json.dumps(generator_state(rng)))
    np.testing.assert_array_equal(
        loaded_generator(state).integers(0, 9, 7), rng.integers(0, 9, 7)
    )


@pytest.mark.parametrize(
    "state",
    [None, 3, {}, {"bit_generator": "Mine"}, {"bit_generator": "PCG64", "state": 3}],
)
def test_no_state_of_a_generator_is_refused(state: Any) -> None:
    with pytest.raises(ValueError, match="a generator that cannot go on"):
        loaded_generator(state)


def test_every_flipped_bit_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    save_file(path, "Counter", {"n": 3}, {"x": np.arange(2)})
    whole = path.read_bytes()
    directory = whole.index(
        b"PK\x01\x02"
    )  # names, sizes, checksums and flags of the archive
    bits = 8 * (len(whole) - directory)
    refused = 0
    unchanged = 0
    for bit in range(bits):
        damaged = bytearray(whole)
        damaged[directory + bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            config, arrays = load_file(path, "Counter")
        except ValueError as error:
            refused += "a file that Counter.save wrote" in str(error)
        else:
            # an array under another name is missed by whoever asks for it
            assert config == {"n": 3}
            assert arrays.keys() != {"x"} or arrays["x"].tolist() == [0, 1]
            unchanged += 1
    assert refused + unchanged == bits
    assert refused > 300
