"""Opening a run: whole, or refused by name."""

from pathlib import Path

import pytest

from neurosparse.recording import open_run
from tests.recording.stores import N, create, spikes


def test_a_damaged_run_is_named(tmp_path: Path) -> None:
    create(tmp_path / "r.zarr").close()
    head = tmp_path / "r.zarr" / "zarr.json"
    whole = head.read_text()
    for broken in (whole.replace("dt_ms", "td_ms"), whole[: len(whole) // 2], "[]"):
        head.write_text(broken)
        with pytest.raises(ValueError, match=r"r\.zarr"):
            open_run(tmp_path / "r.zarr")
    head.write_text(whole)
    assert open_run(tmp_path / "r.zarr").dt == 0.1


def test_damage_is_refused(tmp_path: Path) -> None:
    with create(tmp_path / "r.zarr") as run:
        run.spikes("E", N, shard=100).append(*spikes(0, 1000))
    shard = tmp_path / "r.zarr" / "spikes" / "E" / "index" / "c" / "4"
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    with pytest.raises(ValueError, match=r"(?i)checksum|crc"):
        _ = open_run(tmp_path / "r.zarr").spikes["E"].i
    shard.unlink()
    with pytest.raises(ValueError, match=r"E/index is damaged: 9 of 10 shards are there"):
        open_run(tmp_path / "r.zarr")
