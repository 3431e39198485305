"""What the tests of stored runs share."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosparse.recording import RunStore, SpikeRecord

N = 1000


def create(path: Path, **more: Any) -> RunStore:
    return RunStore.create(path, dt=0.1, seed=1, **more)


def spikes(start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
    """Spike k is of neuron 7k mod N in step k // 3: any prefix can be checked by itself."""
    k = np.arange(start, stop)
    return k // 3, (7 * k % N).astype(np.int32)


def check_prefix(record: SpikeRecord) -> None:
    step, index = spikes(0, len(record))
    np.testing.assert_array_equal(record.step, step)
    np.testing.assert_array_equal(record.i, index)


class Disk:
    """A disk that is full after `room` writes, for all files whose path holds `only`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, only: str = "") -> None:
        import zarr.storage

        write = zarr.storage.LocalStore.set
        self.room = 10**9

        async def limited(store: Any, key: str, value: Any, *more: Any) -> None:
            if only in key:
                self.room -= 1
            if self.room < 0 and only in key:
                raise OSError(28, "No space left on device")
            await write(store, key, value, *more)

        assert asyncio.iscoroutinefunction(write)
        monkeypatch.setattr(zarr.storage.LocalStore, "set", limited)
