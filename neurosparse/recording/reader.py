"""The reading end of a recorded run: what is complete of it, finished, still running or killed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from neurosparse.errors import Said, bad_argument
from neurosparse.recording.place import FORMAT, FORMAT_VERSION
from neurosparse.recording.series import RateRecord, StateRecord
from neurosparse.recording.spikes import SpikeRecord
from neurosparse.recording.stored import read_stream
from neurosparse.recording.zarr_table import COMPLETE
from neurosparse.store.zarr_store import open_root

if TYPE_CHECKING:
    import zarr

# how many names lead to a stream
_KINDS = {"spikes": 1, "rates": 1, "states": 2, "weights": 1, "synapses": 2, "traces": 3}


class Run(NamedTuple):
    """The reading end of a run: records by name, read late; states by (population, variable),
    synapses by (projection, variable), traces by (projection, side, variable).
    """

    path: Path
    dt: float
    seed: int | list[int] | None
    config: dict[str, Any]
    versions: dict[str, str]
    finished: bool
    spikes: dict[str, SpikeRecord]
    states: dict[tuple[str, str], StateRecord]
    rates: dict[str, RateRecord]
    weights: dict[str, StateRecord]
    synapses: dict[tuple[str, str], StateRecord]
    traces: dict[tuple[str, str, str], StateRecord]


def open_run(path: str | Path) -> Run:
    """Open what is complete of the run at `path`, finished, still running or killed.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: `path` is something else, or files are missing.
    """
    path = Path(path)
    try:
        return _opened(path)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        damaged = Said(f"{path}, damaged: {error}")
        raise bad_argument("path", damaged, "a recording that is whole") from error


def _opened(path: Path) -> Run:
    root = open_root(path, FORMAT, FORMAT_VERSION)
    about: dict[str, Any] = dict(root.attrs)
    records: dict[str, dict[Any, Any]] = {kind: {} for kind in _KINDS}
    for kind, depth in _KINDS.items():
        for head in sorted(path.glob("/".join([kind, *["*"] * depth, "zarr.json"]))):
            names = head.parent.relative_to(path / kind).parts
            group = _subgroup(root, kind, *names)
            # a run killed while a sink was made has a group without rows
            if COMPLETE in group.attrs:
                name = names if depth > 1 else names[0]
                records[kind][name] = read_stream(group, str(head.parent))
    return Run(
        path,
        about["dt_ms"],
        about["seed"],
        about["config"],
        about["versions"],
        about["finished"],
        **records,
    )


def _subgroup(root: "zarr.Group", *names: str) -> "zarr.Group":
    import zarr

    group = root["/".join(names)]
    if not isinstance(group, zarr.Group):
        raise ValueError(f"{root.store_path}/{'/'.join(names)} is not a group")
    return group
