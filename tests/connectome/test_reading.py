"""Tables of edges and neurons into a connectome: sums, thresholds, signs, strangers, cache."""

import gzip
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from neurosparse.connectome import (
    NeuronTable,
    TransmitterSigns,
    load_connectome,
    read_connectome,
)

IDS = [720575940600000001, 720575940600000002, 720575940600000003]
EDGES = {
    "pre": [IDS[0], IDS[0], IDS[0], IDS[1], IDS[2]],
    "post": [IDS[1], IDS[1], IDS[2], IDS[2], IDS[0]],
    "n": [3, 4, 4, 9, 6],
}
NEURONS = {
    "id": IDS[::-1],
    "type": ["c", "b", "a"],
    "transmitter": ["", "GLUT", "ACH"],
    "position": ["[1 2 3]", "", "[4 5 6]"],
}
NAMES = {"pre": "pre", "post": "post", "synapses": "n"}
PLACED = {"id": "id", "position": "position"}


def write(path: Path, table: dict) -> Path:
    whole = pa.table(table)
    if path.suffix == ".feather":
        feather.write_feather(whole, path, compression="lz4")
    elif path.suffix == ".parquet":
        parquet.write_table(whole, path)
    else:
        rows = [",".join(map(str, row)) for row in zip(*table.values(), strict=True)]
        text = "\n".join([",".join(table), *rows]) + "\n"
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "wt") as file:
            file.write(text)
    return path


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".feather", ".parquet"])
def test_every_kind_of_file_gives_the_same(tmp_path: Path, ending: str) -> None:
    edges = write(tmp_path / f"e{ending}", EDGES)
    neurons = NeuronTable(write(tmp_path / f"n{ending}", NEURONS), PLACED, scale=(4, 4, 40))
    brain = read_connectome(edges, neurons, NAMES, threshold=5, about={"version": "x"})
    assert brain.id.tolist() == IDS
    expected = [[0, 7, 0], [0, 0, -9], [6, 0, 0]]
    assert brain.connectivity.to_dense().tolist() == expected
    assert brain.column("type").tolist() == ["a", "b", "c"]
    assert brain.column("z").tolist()[::2] == [240.0, 120.0]
    assert np.isnan(brain.column("x")[1])
    assert brain.about["threshold"] == 5
    assert brain.about["pairs_below_threshold"] == 1
    assert (brain.about["rows"], brain.about["version"]) == (5, "x")
    assert brain.about["signs"].startswith("-1: gaba")
    assert set(brain.about["files"]) == {f"e{ending}", f"n{ending}"}
    again = load_connectome(f"{edges}.connectome.zarr")
    assert again.connectivity == brain.connectivity
    assert again.about == brain.about
    for name, values in brain.table.items():
        assert np.array_equal(again.table[name], values, equal_nan=values.dtype.kind == "f")


def test_the_cached_form_is_read_as_long_as_nothing_changed(tmp_path: Path) -> None:
    edges = write(tmp_path / "e.csv", EDGES)
    neurons = write(tmp_path / "n.csv", NEURONS)
    kept = tmp_path / "e.csv.connectome.zarr"
    read_connectome(edges, neurons, NAMES)
    born = kept.stat().st_ino
    read_connectome(edges, neurons, NAMES)
    os.utime(edges, (1, 1))  # another time, the same content
    read_connectome(edges, neurons, NAMES)
    assert kept.stat().st_ino == born
    other = read_connectome(edges, neurons, NAMES, threshold=5)
    assert (other.connectivity.nnz, kept.stat().st_ino != born) == (3, True)
    write(edges, {**EDGES, "n": [3, 4, 4, 9, 1]})
    assert read_connectome(edges, neurons, NAMES, threshold=5).connectivity.nnz == 2
    (kept / "zarr.json").write_text("{}")
    with pytest.raises(FileExistsError, match="connectome"):
        read_connectome(edges, neurons, NAMES)
    assert read_connectome(edges, neurons, NAMES, cache=False).connectivity.nnz == 4


def test_a_damaged_store_is_refused_by_name(tmp_path: Path) -> None:
    edges = write(tmp_path / "e.csv", EDGES)
    read_connectome(edges, write(tmp_path / "n.csv", NEURONS), NAMES)
    path = tmp_path / "e.csv.connectome.zarr"
    (path / "indices" / "c" / "0").unlink()
    with pytest.raises(ValueError, match=r"connectome\.zarr: indices: 0 of 1 files"):
        load_connectome(path)
    # what can be read again is
    assert read_connectome(edges, tmp_path / "n.csv", NAMES).connectivity.nnz == 4
    assert load_connectome(path).connectivity.nnz == 4


def test_signs_are_a_rule_of_ones_own(tmp_path: Path) -> None:
    edges = write(tmp_path / "e.csv", EDGES)
    neurons = write(tmp_path / "n.csv", NEURONS)
    rule = TransmitterSigns({"ach": -1.0}, unknown=0.0)
    brain = read_connectome(edges, neurons, NAMES, signs=rule)
    assert brain.connectivity.weights_array().tolist() == [-7.0, -4.0]
    assert str(rule) == "-1: ach; others +0"
    with pytest.raises(ValueError, match=r"signs\['gaba'\]: got 2"):
        TransmitterSigns({"gaba": 2})
    bare = NeuronTable(write(tmp_path / "bare.csv", {"id": IDS}), {"id": "id"})
    assert read_connectome(edges, bare).connectivity.weights_array().tolist() == [
        2,
        1,
        1,
        1,
    ]
    with pytest.raises(ValueError, match="signs: got a rule, and neurons without a column"):
        read_connectome(edges, bare, NAMES, signs=rule)


def test_neurons_of_another_version_are_refused(tmp_path: Path) -> None:
    edges = write(tmp_path / "e.csv", EDGES)
    table = {name: values[:2] for name, values in NEURONS.items()}
    few = write(tmp_path / "few.csv", table)
    with pytest.raises(
        ValueError, match="4 edges of ids in no table .*, the first .*one version"
    ):
        read_connectome(edges, few, NAMES)
    brain = read_connectome(edges, few, NAMES, strangers="drop")
    assert (brain.connectivity.nnz, brain.about["rows_of_strangers"]) == (1, 4)
    other = write(tmp_path / "other.csv", {**NEURONS, "id": [1, 2, 3]})
    with pytest.raises(ValueError, match="5 edges of ids in no table"):
        read_connectome(edges, other, NAMES, strangers="drop")
    tables = [NeuronTable(path, {"id": "id"}) for path in (few, other)]
    with pytest.raises(ValueError, match=r"other\.csv: no id of the first table"):
        read_connectome(edges, tables, NAMES, cache=False)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"pre": "prä"}, r"e\.csv: column: got 'prä', wants one of n, post, pre; did you"),
        ({"weight": "n"}, "columns: got 'weight'"),
        ({"synapses": "half"}, r"e\.csv: column: got 'half'"),
    ],
)
def test_columns_that_are_not_there(tmp_path: Path, columns, words) -> None:
    edges = write(tmp_path / "e.csv", EDGES)
    neurons = write(tmp_path / "n.csv", NEURONS)
    with pytest.raises(ValueError, match=words):
        read_connectome(edges, neurons, {**NAMES, **columns})


def test_damaged_tables(tmp_path: Path) -> None:
    edges = write(tmp_path / "e.csv", {**EDGES, "n": [1, 2, 3, 4, 0.5]})
    neurons = write(tmp_path / "n.csv", NEURONS)
    with pytest.raises(ValueError, match="synapses: got an array"):
        read_connectome(edges, neurons, NAMES)
    with pytest.raises(ValueError, match=r"n\.csv: column: got 'typ'.*mean 'type'"):
        read_connectome(edges, NeuronTable(neurons, {"id": "id", "typ": "type"}), NAMES)
    holes = tmp_path / "holes.csv"
    holes.write_text("id,type\n1,a\n,b\n")
    with pytest.raises(ValueError, match=r"holes\.csv: id: got empty cells"):
        read_connectome(edges, holes, NAMES)
    with pytest.raises(FileNotFoundError, match="absent"):
        read_connectome(tmp_path / "absent.csv", neurons, NAMES)
    (tmp_path / "e.doc").write_text("x")
    with pytest.raises(ValueError, match=r"e\.doc"):
        read_connectome(tmp_path / "e.doc", neurons, NAMES)
