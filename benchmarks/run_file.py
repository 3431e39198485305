"""Finished runs of one study: a file of JSON lines, one run a line, that a study goes on from.

A line is `{"run": KEY, …}`; the last line of a key counts. A line is appended whole and synced
under a lock, so that several processes can share a file and a killed one loses the run it was in,
nothing else.
"""

import argparse
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

RESULTS = Path(__file__).parent / "results"


class Runs:
    """Records by key, kept in a file; in memory alone where `path` is None.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "study_runs.jsonl"
    >>> Runs(path).add("dense, seed 0", {"accuracy": 0.5})
    >>> Runs(path)["dense, seed 0"]
    {'accuracy': 0.5}
    >>> Runs(path).get("dense, seed 1") is None
    True
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._records: dict[str, dict[str, Any]] = {}
        self._read = 0

    def __contains__(self, key: str) -> bool:
        return key in self._now()

    def __getitem__(self, key: str) -> dict[str, Any]:
        return self._now()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._now()))

    def __len__(self) -> int:
        return len(self._now())

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the record of a key, None where that run is not finished."""
        return self._now().get(key)

    def values(self) -> list[dict[str, Any]]:
        """Return all records, in the order in which their keys came first."""
        return list(self._now().values())

    def add(self, key: str, record: dict[str, Any]) -> None:
        """Keep a finished run, in the place of an earlier one of the same key."""
        if self.path is None:
            self._records[key] = record
            return
        line = json.dumps({"run": key, **record}, allow_nan=False) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _cut_torn_line(file)
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())

    def _now(self) -> dict[str, dict[str, Any]]:
        """Take in what was appended since, by this process or another one."""
        if self.path is None or not self.path.exists():
            return self._records
        with self.path.open("rb") as file:
            file.seek(self._read)
            # a line without its end is being written, or its writer was killed
            whole = file.read().rpartition(b"\n")[0]
        for line in whole.splitlines():
            record = json.loads(line)
            self._records[record.pop("run")] = record
        self._read += len(whole) + 1 if whole else 0
        return self._records


def _cut_torn_line(file: IO[bytes]) -> None:
    """Remove the half line that a killed writer left; the caller holds the lock."""
    file.seek(0)
    content = file.read()
    if content and not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)


def runs_option(parser: argparse.ArgumentParser, default: str) -> None:
    """Add `--runs FILE`, by default `default` among the results."""
    parser.add_argument(
        "--runs",
        type=Path,
        metavar="FILE",
        help=f"keep finished runs here and go on from them  [default: results/{default}]",
    )
