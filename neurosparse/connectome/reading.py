"""A connectome from a table of edges and tables of neurons: ids, counts, signs, provenance."""

import hashlib
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from neurosparse import checks
from neurosparse.checks import text
from neurosparse.connectivity import Connectivity
from neurosparse.connectome.cached import load_cached, save_cached
from neurosparse.connectome.columns import column_names, points_of, read_columns, renamed
from neurosparse.connectome.diagram import Connectome
from neurosparse.connectome.signs import TransmitterSigns
from neurosparse.errors import Said, bad_argument, bad_type, mapping, unknown_name
from neurosparse.quantities import real_numbers
from neurosparse.typing import Array, Bool, Int64, Path

Strangers = Literal["refuse", "drop"]


@dataclass(frozen=True)
class NeuronTable:
    """One table of neurons, and what its columns are called.

    Args:
        path: a CSV, TSV (also packed), Feather or Parquet file.
        names: the file's name of a column -> ours: `id` must be among ours; `type`, `region`,
            `side`, `transmitter` and `position` are those that sets and signs know. Columns that
            are not listed keep their names, in small letters.
        scale: nm of one unit of `position` along x, y and z.
        neurons: column (ours) that only neurons have a value in; rows without one are left out.
        sides: the file's words for sides -> "left", "right", "center".
    """

    path: Path
    names: Mapping[str, str]
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0)
    neurons: str = ""
    sides: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.path, str | pathlib.Path):
            raise bad_type("NeuronTable.path", self.path, "the path of a file")
        for part in ("names", "sides"):
            mapping(f"NeuronTable.{part}", getattr(self, part), "a dictionary of words")
        text("NeuronTable.neurons", self.neurons, "the name of a column, or ''")
        wants = "nm of one unit along x, y and z"
        scale = real_numbers("NeuronTable.scale", self.scale, wants)
        if scale.shape != (3,) or not np.isfinite(scale).all():
            raise bad_argument("NeuronTable.scale", self.scale, wants)

    def read(self) -> dict[str, Array]:
        """Read and rename the columns; the first row of an id counts.

        Raises:
            ValueError: no such column; ids that are no whole numbers or texts.
        """
        file = pathlib.Path(self.path).name
        known = column_names(self.path)
        for name in self.names:
            if name not in known:
                raise unknown_name(f"{file}: column", name, known)
        columns = renamed(read_columns(self.path), self.names)
        ids = columns["id"]
        if ids.dtype.kind not in "iU" or (ids.dtype.kind == "U" and "" in ids):
            expected = "a whole number or a text in every row"
            raise bad_argument(f"{file}: id", Said("empty cells or fractions"), expected)
        if self.neurons:
            kept = columns[self.neurons] != ""
            columns = {name: values[kept] for name, values in columns.items()}
        _, first = np.unique(columns["id"], return_index=True)
        columns = {name: values[first] for name, values in columns.items()}
        if "side" in columns:
            columns["side"] = _worded(columns["side"], self.sides)
        if "position" in columns:
            columns |= _places(columns.pop("position"), self.scale)
        return {name: values for name, values in columns.items() if values.ndim == 1}


def read_connectome(
    edges: Path,
    neurons: Path | NeuronTable | Sequence[NeuronTable],
    columns: Mapping[str, str] | None = None,
    *,
    threshold: int = 1,
    signs: TransmitterSigns | None = None,
    strangers: Strangers = "refuse",
    about: Mapping[str, Any] | None = None,
    cache: bool | Path = True,
) -> Connectome:
    """Read a connectome from a table of edges and one or several tables of neurons.

    Rows of the same two neurons, as there are for several regions, are added up; what then has
    fewer than `threshold` synapses is left out; the sign comes from the presynaptic transmitter. A
    cached form is kept beside the edges (`EDGES.connectome.zarr`), and read instead as long as the
    files and the settings are the same.

    Args:
        edges: a CSV, TSV (also packed), Feather or Parquet file, one row a connection.
        neurons: a file with a column `id`, or tables whose columns are named; later tables add
            columns to the neurons of the first.
        columns: the names of `pre`, `post` and `synapses` in the table of edges; without a column
            of synapses a row counts 1.
        threshold: fewest synapses of a pair.
        signs: rule; without it that of the adult fly where there is a column `transmitter`, else
            all +1.
        strangers: what is done with edges of ids that are in no table: an error, or left out and
            counted in `about`.
        about: what else belongs into the provenance: data set, version, citation.
        cache: whether to keep the cached form, or its path.

    Raises:
        ValueError: a column that is not there (the nearest is shown), ids that are in no table, as
            where two versions are mixed, counts that are no whole numbers.
        FileNotFoundError: a file that is not there.
        ImportError: pyarrow is missing.

    >>> import tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "e.csv").write_text("from,to,n\\n7,8,3\\n7,8,4\\n8,9,1\\n")
    >>> _ = (folder / "n.csv").write_text("id,type,transmitter\\n7,PN,GABA\\n8,KC,ACH\\n9,KC,\\n")
    >>> names = {"pre": "from", "post": "to", "synapses": "n"}
    >>> brain = read_connectome(folder / "e.csv", folder / "n.csv", names, threshold=2)
    >>> brain, brain.connectivity.weights_array().tolist()
    (Connectome(3 neurons, 1 connections; id, type, transmitter), [-7.0])
    """
    least = checks.whole_number("threshold", threshold, 1)
    if strangers not in ("refuse", "drop"):
        raise bad_argument("strangers", strangers, "'refuse' or 'drop'")
    tables = _tables(neurons)
    names = _edge_columns(edges, columns)
    settings = [names, least, str(signs), strangers, [repr(table) for table in tables]]
    sources = [pathlib.Path(edges), *(pathlib.Path(table.path) for table in tables)]
    path = cache if isinstance(cache, str | pathlib.Path) else f"{edges}.connectome.zarr"
    if cache and (stored := load_cached(path, sources, settings)) is not None:
        return stored
    table = _joined(tables)
    rule = _rule(signs, table)
    wiring, counted = _wire(edges, names, table["id"], least, strangers)
    if rule is not None:
        wiring = _signed(wiring, rule, table["transmitter"])
    digests = {source.name: digest(source) for source in sources}
    provenance = {
        **(about or {}),
        "files": digests,
        "threshold": least,
        "signs": "all +1: no transmitters" if rule is None else str(rule),
        **counted,
    }
    connectome = Connectome(wiring, table, provenance)
    if cache:
        save_cached(path, connectome, sources, settings)
    return connectome


def digest(path: pathlib.Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _tables(neurons: Any) -> list[NeuronTable]:
    if isinstance(neurons, NeuronTable):
        return [neurons]
    if isinstance(neurons, str | pathlib.Path):
        return [NeuronTable(neurons, {"id": "id"})]
    return list(neurons)


def _edge_columns(edges: Path, columns: Mapping[str, str] | None) -> dict[str, str]:
    names = {"pre": "pre", "post": "post"} | dict(columns or {})
    for name in names:
        if name not in ("pre", "post", "synapses"):
            raise unknown_name("columns", name, ("pre", "post", "synapses"))
    known = column_names(edges)
    for name in names.values():
        if name not in known:
            raise unknown_name(f"{pathlib.Path(edges).name}: column", name, known)
    return names


def _joined(tables: Sequence[NeuronTable]) -> dict[str, Array]:
    """The columns of all tables, in the order of the ids of the first."""
    joined = tables[0].read()
    for table in tables[1:]:
        more = table.read()
        place = _places_of(joined["id"], more["id"])
        there = place >= 0
        if not there.any():
            fault = Said(f"{pathlib.Path(table.path).name}: no id of the first table")
            remedy = "take all files from one version of the data set"
            raise bad_argument("neurons", fault, "tables of the same neurons", remedy)
        for name, values in more.items():
            if name not in joined:
                joined[name] = np.where(there, values[place], _missing(values))
    return joined


def _missing(values: Array) -> Any:
    if values.dtype.kind == "U":
        return ""
    return np.nan if values.dtype.kind == "f" else 0


def _rule(
    signs: TransmitterSigns | None, table: Mapping[str, Array]
) -> TransmitterSigns | None:
    if "transmitter" in table:
        return TransmitterSigns() if signs is None else signs
    if signs is not None:
        remedy = "name it: NeuronTable(path, {'nt_type': 'transmitter', ...})"
        fault = Said("a rule, and neurons without a column 'transmitter'")
        raise bad_argument("signs", fault, "tables with that column", remedy)
    return None


def _wire(
    edges: Path, names: Mapping[str, str], ids: Array, least: int, strangers: Strangers
) -> tuple[Connectivity, dict[str, int]]:
    columns = read_columns(edges, list(names.values()))
    pre = _places_of(columns[names["pre"]], ids)
    post = _places_of(columns[names["post"]], ids)
    known = (pre >= 0) & (post >= 0)
    if not known.all():
        _check_strangers(edges, columns, names, known, strangers)
    counts = np.ones(len(pre), np.float32)
    if "synapses" in names:
        counts = _counts(columns[names["synapses"]])
    counted = {"rows": len(pre), "rows_of_strangers": int(np.count_nonzero(~known))}
    del columns
    whole = Connectivity.from_edges(
        pre[known].astype(np.int32),
        post[known].astype(np.int32),
        n_pre=len(ids),
        n_post=len(ids),
        weight=counts[known],
        duplicates="sum",
    )
    weak = whole.weights_array() < least
    return whole.without(weak), counted | {"pairs_below_threshold": int(weak.sum())}


def _check_strangers(
    edges: Path,
    columns: Mapping[str, Array],
    names: Mapping[str, str],
    known: Bool,
    strangers: Strangers,
) -> None:
    row = int(np.argmin(known))
    pair = f"{columns[names['pre']][row]} -> {columns[names['post']][row]}"
    few = np.count_nonzero(~known)
    fault = f"{pathlib.Path(edges).name}: {few} edges of ids in no table of neurons"
    remedy = "take all files from one version of the data set, or strangers='drop'"
    if strangers == "refuse":
        first = Said(f"{fault}, the first {pair}")
        raise bad_argument("edges", first, "edges of neurons of the table", remedy)
    if not known.any():
        remedy = "take all files from one version of the data set"
        raise bad_argument("edges", Said(fault), "edges of neurons of the table", remedy)


def _places_of(values: Array, ids: Array) -> Int64:
    """Place of each id in the ascending ids, -1 where it is not."""
    if values.dtype.kind != ids.dtype.kind or not len(ids):
        return np.full(len(values), -1, np.int64)
    place = np.minimum(np.searchsorted(ids, values), len(ids) - 1)
    place[ids[place] != values] = -1
    return place


def _counts(values: Array) -> Array:
    numbers = values.dtype.kind in "iuf"
    if not numbers or not np.all((values >= 0) & (values == np.floor(values))):
        raise bad_argument("synapses", values, "whole numbers of synapses, 0 or more")
    return values.astype(np.float32)


def _signed(wiring: Connectivity, rule: TransmitterSigns, names: Array) -> Connectivity:
    signs = np.repeat(rule(names), wiring.out_degree)
    signed = wiring.with_weight(wiring.weights_array() * signs)
    return signed if signs.all() else signed.without(signs == 0)


def _worded(sides: Array, words: Mapping[str, str]) -> Array:
    kinds, place = np.unique(sides, return_inverse=True)
    named = [words.get(str(kind), str(kind).lower()) for kind in kinds]
    return np.asarray(named, np.str_)[place]


def _places(position: Array, scale: tuple[float, float, float]) -> dict[str, Array]:
    points = points_of(position) if position.ndim == 1 else position
    return {axis: points[:, k] * scale[k] for k, axis in enumerate("xyz")}
