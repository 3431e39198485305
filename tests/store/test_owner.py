"""Owners of folders: one at a time, gone with their process, not to be had by a fork."""

import multiprocessing
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from neurosparse.store.owner import FolderOwner

OWNS = """
import sys
from pathlib import Path
from neurosparse.store.owner import FolderOwner
owner = FolderOwner(Path(sys.argv[1]))
print("owned", flush=True)
sys.stdin.read()
"""


def test_a_folder_has_one_owner_until_it_is_released(tmp_path: Path) -> None:
    first = FolderOwner(tmp_path)
    first.claim()
    with pytest.raises(BlockingIOError, match="is being written by another run"):
        FolderOwner(tmp_path)
    first.release()
    second = FolderOwner(tmp_path)
    with pytest.raises(BlockingIOError, match=str(tmp_path)):
        first.claim()
    assert second.standing
    assert not list(tmp_path.iterdir())


def test_an_owner_that_nobody_holds_is_gone(tmp_path: Path) -> None:
    around: list[Any] = [FolderOwner(tmp_path)]
    around.append(around)
    del around
    assert FolderOwner(tmp_path).standing


def test_a_killed_process_owns_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNS, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "owned\n"
            with pytest.raises(BlockingIOError, match="in this process or another"):
                FolderOwner(tmp_path)
        finally:
            process.send_signal(signal.SIGKILL)
    assert FolderOwner(tmp_path).standing


def test_a_folder_that_was_deleted_or_replaced_is_not_the_one_that_was_taken(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    owner = FolderOwner(folder)
    shutil.rmtree(folder)
    assert not owner.standing
    folder.mkdir()
    assert not owner.standing
    assert FolderOwner(folder).standing


def _claim(owner: FolderOwner, results: Any) -> None:
    try:
        owner.claim()
        results.put("claimed")
    except BlockingIOError as error:
        results.put(str(error))


def test_a_forked_process_does_not_own_what_its_parent_owns(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    owner = FolderOwner(tmp_path)
    results = fork.SimpleQueue()
    child = fork.Process(target=_claim, args=(owner, results))
    child.start()
    child.join(60)
    assert "is being written" in results.get()
    with pytest.raises(BlockingIOError):
        FolderOwner(tmp_path)
