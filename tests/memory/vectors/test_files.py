"""Memories on disk: mapped, whole or not at all, and nobody else's."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import zarr

from neurosparse.memory import HopfieldMemory
from neurosparse.memory.vectors import files


def stored(tmp_path, dtype=np.float32):
    memory = HopfieldMemory(np.random.default_rng(1).standard_normal((50, 7)), dtype=dtype)
    memory.save(tmp_path / "m.zarr")
    return memory, tmp_path / "m.zarr"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("memory_map", [True, False])
def test_round_trip(tmp_path, dtype, memory_map):
    memory, path = stored(tmp_path, dtype)
    back = HopfieldMemory.load(path, memory_map=memory_map)
    np.testing.assert_array_equal(back.patterns, memory.patterns)
    assert back.dtype == dtype
    assert isinstance(back.patterns, np.memmap) == memory_map
    q = np.ones(7)
    np.testing.assert_array_equal(
        back.retrieve(q, 2.0).state, memory.retrieve(q, 2.0).state
    )
    np.testing.assert_array_equal(
        zarr.open_group(str(path))["patterns"][:], memory.patterns
    )


def test_a_mapped_memory_can_be_changed_and_saved_over_itself(tmp_path):
    _, path = stored(tmp_path)
    memory = HopfieldMemory.load(path)
    memory.forget([0, 1])
    memory.store(np.ones(7))
    memory.save(path)
    assert len(HopfieldMemory.load(path)) == 49


def test_a_save_cut_short_leaves_the_last_complete_memory(tmp_path, monkeypatch):
    memory, path = stored(tmp_path)

    def cut(*rest):
        raise OSError(28, "No space left on device")

    larger = HopfieldMemory(np.ones((90, 7)))
    monkeypatch.setattr(files, "as_patterns", cut)
    with pytest.raises(OSError, match="No space"):
        larger.save(path)
    monkeypatch.undo()
    np.testing.assert_array_equal(HopfieldMemory.load(path).patterns, memory.patterns)
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.zarr"]


ENDLESS = """
import sys
import numpy as np
from neurosparse.memory.vectors import files

class Endless:
    shape, dtype = (10**9, 50), np.dtype(np.float32)
    def __getitem__(self, rows):
        if rows.start == 5 * files.ROWS:
            print("half-way", flush=True)
            sys.stdin.read()
        return np.ones((rows.stop - rows.start, 50), np.float32)

files.save_patterns(sys.argv[1], Endless())
"""


def test_a_process_killed_while_it_saves_leaves_the_last_complete_memory(tmp_path):
    memory, path = stored(tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "half-way\n"
    child.kill()
    child.communicate()
    assert len(list(tmp_path.iterdir())) == 2  # what it had written so far lies beside
    np.testing.assert_array_equal(HopfieldMemory.load(path).patterns, memory.patterns)
    memory.store(np.ones(7))
    memory.save(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.zarr"]
    assert len(HopfieldMemory.load(path)) == 51


def edit(path, **changes):
    file = path / "zarr.json"
    head = json.loads(file.read_text())
    head["attributes"] |= changes
    file.write_text(json.dumps(head))


def edit_array(path, **changes):
    file = path / "patterns" / "zarr.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda p: edit(p, format_version=2), "format version 2, this library reads 1"),
        (lambda p: edit(p, format="other"), "its format is 'other'"),
        (lambda p: edit(p, shape=[49, 7]), "which its array does not"),
        (lambda p: edit(p, shape="big"), "damaged"),
        (lambda p: edit(p, dtype="float64"), "which its array does not"),
        (lambda p: edit_array(p, data_type="float64"), "which its array does not"),
        (
            lambda p: edit_array(
                p, codecs=[{"name": "bytes", "configuration": {"endian": "big"}}]
            ),
            "one plain chunk",
        ),
        (
            lambda p: edit_array(
                p, chunk_grid={"name": "regular", "configuration": {"chunk_shape": [1, 7]}}
            ),
            "plain",
        ),
        (
            lambda p: (edit(p, dtype="float64"), edit_array(p, data_type="float64")),
            "1400 bytes, wants 2800",
        ),
        (lambda p: shutil.rmtree(p / "patterns"), "which its array does not"),
        (
            lambda p: (p / "patterns" / "c" / "0" / "0").write_bytes(b"short"),
            "5 bytes, wants 1400",
        ),
        (lambda p: (p / "patterns" / "c" / "0" / "0").unlink(), "0 bytes, wants 1400"),
        (lambda p: (p / "zarr.json").write_text("{"), "no readable zarr.json"),
    ],
)
def test_what_is_not_ours_or_not_whole_is_refused(tmp_path, damage, said):
    _, path = stored(tmp_path)
    damage(path)
    with pytest.raises(ValueError, match=said):
        HopfieldMemory.load(path)


def test_nothing_there_and_something_else_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="no neurosparse-hopfield-memory"):
        HopfieldMemory.load(tmp_path / "none.zarr")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="not overwritten"):
        HopfieldMemory(np.eye(2)).save(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()


@pytest.mark.parametrize("memory_map", [True, False])
def test_no_byte_of_a_file_can_change_unnoticed(tmp_path, memory_map, monkeypatch):
    monkeypatch.setattr(files, "ROWS", 16)  # several checksums
    memory, path = stored(tmp_path)
    chunk = path / "patterns" / "c" / "0" / "0"
    whole = chunk.read_bytes()
    for at in range(0, len(whole), 37):
        broken = bytearray(whole)
        broken[at] ^= 1 << at % 8
        chunk.write_bytes(broken)
        first = at // 28 // 16 * 16  # 7 float32 a row
        with pytest.raises(ValueError, match=f"damaged: rows {first} to"):
            HopfieldMemory.load(path, memory_map=memory_map)
    chunk.write_bytes(whole)
    same = HopfieldMemory.load(path, memory_map=memory_map).patterns
    np.testing.assert_array_equal(same, memory.patterns)


def test_a_file_opened_unread_is_verified_before_its_first_use(tmp_path):
    _, path = stored(tmp_path)
    chunk = path / "patterns" / "c" / "0" / "0"
    broken = bytearray(chunk.read_bytes())
    broken[100] ^= 4
    chunk.write_bytes(broken)
    q = np.ones(7)
    uses = [
        lambda m: m.retrieve(q, 1.0),
        lambda m: m.best(q),
        lambda m: m.patterns,
        lambda m: m.store(q),
        lambda m: m.update([0], q),
        lambda m: m.forget([0]),
        lambda m: m.save(tmp_path / "other.zarr"),
        lambda m: m.verify(),
    ]
    for use in uses:
        memory = HopfieldMemory.load(path, verify=False)
        assert len(memory) == 50
        for _ in range(2):
            with pytest.raises(ValueError, match="damaged: rows 0 to 49"):
                use(memory)


def test_verify_reads_again_what_was_right_when_opened(tmp_path):
    _, path = stored(tmp_path)
    memory = HopfieldMemory.load(path)
    memory.verify()
    with (path / "patterns" / "c" / "0" / "0").open("r+b") as file:
        file.seek(8)
        file.write(b"x")
    with pytest.raises(ValueError, match="damaged"):
        memory.verify()


def test_files_of_before_checksums_load_if_they_are_finite(tmp_path):
    memory, path = stored(tmp_path)
    head = json.loads((path / "zarr.json").read_text())
    del head["attributes"]["crc32"]
    (path / "zarr.json").write_text(json.dumps(head))
    np.testing.assert_array_equal(HopfieldMemory.load(path).patterns, memory.patterns)
    with (path / "patterns" / "c" / "0" / "0").open("r+b") as file:
        file.write(np.float32(np.nan).tobytes())
    with pytest.raises(ValueError, match="damaged.*NaN or infinity in row 0"):
        HopfieldMemory.load(path)


@pytest.mark.parametrize(
    "crc32", [3, {}, {"rows": 0, "blocks": []}, {"rows": 9, "blocks": [1]}]
)
def test_checksums_that_do_not_fit_are_refused(tmp_path, crc32):
    _, path = stored(tmp_path)
    edit(path, crc32=crc32)
    with pytest.raises(ValueError, match="checksums do not fit"):
        HopfieldMemory.load(path)
