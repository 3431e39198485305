"""The folder of a run: what was asked, with which versions, what came out."""

import json
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from neurosparse.cli.model_file.files import load_config, save_config
from neurosparse.cli.model_file.schema import Config
from neurosparse.cli.versions import versions
from neurosparse.store.atomic import standing_name
from neurosparse.store.single import new_file


@dataclass(frozen=True)
class RunFolder:
    """Names of what a run leaves behind.

    Args:
        path: the folder.
    """

    path: Path

    @property
    def config(self) -> Path:
        """The resolved configuration; `neurosparse run` takes it again."""
        return self.path / "config.toml"

    @property
    def recording(self) -> Path:
        """What was recorded, a Zarr v3 group."""
        return self.path / "recording.zarr"

    @property
    def checkpoint(self) -> Path:
        """The last state, a Zarr v3 group; `--resume` starts here."""
        return self.path / "checkpoint.zarr"

    @property
    def summary(self) -> Path:
        """Counts, rates and times; there when the run is complete."""
        return self.path / "summary.json"

    @property
    def started(self) -> bool:
        """Whether there is a state to go on from, also one that a kill left aside."""
        return standing_name(self.checkpoint).exists()

    def describe(self, config: Config) -> None:
        """Write down what is simulated, and with which versions."""
        save_config(self.config, config)
        write_json(
            self.path / "versions.json", {"versions": versions(), "command": sys.argv}
        )

    def discard(self) -> None:
        """Remove the folder of a run that could not begin."""
        shutil.rmtree(self.path, ignore_errors=True)


def open_folder(path: Path, config: Config, *, resume: bool) -> RunFolder:
    """Make the folder of a new run, or check that a started one belongs to this configuration.

    A resumed run may be longer, use other threads and ranks and save at other times; all else must
    be the same. What is in its folder stays as it is until `RunFolder.describe`.

    Raises:
        FileExistsError: a new run, and the folder holds something.
        FileNotFoundError: a resumed run, and the folder holds none.
        ValueError: a resumed run of another configuration.
    """
    folder = RunFolder(path)
    if resume:
        if not folder.config.is_file():
            remedy = "name its folder by --out, or leave out --resume to start one"
            raise FileNotFoundError(f"{path}: no run to resume here; {remedy}")
        if _essence(load_config(folder.config)) != _essence(config):
            remedy = f"see {folder.config}, or choose another --out"
            raise ValueError(f"{path}: a run of another configuration; {remedy}")
        return folder
    if path.exists() and not _is_free(path):
        raise FileExistsError(
            f"{path}: is there already; choose another --out, or --resume it"
        )
    path.mkdir(parents=True, exist_ok=True)
    folder.describe(config)
    return folder


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a dictionary as JSON, whole or not at all."""
    with new_file(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _is_free(path: Path) -> bool:
    """Whether a folder is empty, but for files that a kill left under temporary names."""
    if not path.is_dir():
        return False
    return all(entry.name.startswith(".") and entry.is_file() for entry in path.iterdir())


def _essence(config: Config) -> Config:
    """A configuration without what a resumed run may change."""
    # one step of dt stands for any duration
    free = {"duration": config.simulation.dt, "threads": 1, "checkpoint": None}
    free |= {"partition": None}
    return replace(config, simulation=replace(config.simulation, **free))  # type: ignore[arg-type]
