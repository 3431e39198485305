"""The place of a run: what it is called in the folder, and how the folder is cleared for it."""

import shutil
from pathlib import Path

from neurosparse.store.owner import FolderOwner
from neurosparse.store.zarr_store import refuse_foreign, unborn

FORMAT = "neurosparse-run"
FORMAT_VERSION = 1


def make_way(path: Path, overwrite: bool) -> None:
    """Leave an empty folder or none at `path`.

    Raises:
        FileExistsError: something is there that may not go.
        BlockingIOError: it is being written.
    """
    if unborn(path):
        for leftover in path.iterdir():
            leftover.unlink(missing_ok=True)
        return
    if not overwrite:
        raise FileExistsError(
            f"{path} exists; choose another path, RunStore.resume to go on, or overwrite=True"
        )
    refuse_foreign(
        path, FORMAT, FORMAT_VERSION, "overwrite=True replaces only recorded runs"
    )
    owner = FolderOwner(path)
    shutil.rmtree(path)
    owner.release()
