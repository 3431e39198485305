"""Tables of edges: endings, packing, and what a caller says against what a file says."""

import gzip
import sys

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import read_graph, write_graph
from neurosparse.store.edge_table import ENDINGS, read_edge_table


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_there_and_back(tmp_path, ending):
    made = Connectivity.from_edges(
        [1, 0], [2, 1], n_pre=4, n_post=3, weight=[0.1, -2], delay_steps=[3, 4]
    )
    path = tmp_path / f"a.b{ending}"
    write_graph(path, made)
    first = path.read_bytes()
    assert first.startswith(b"\x1f\x8b") == ending.endswith(".gz")
    assert read_graph(path) == made
    write_graph(path, made)
    assert path.read_bytes() == first
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    text = gzip.decompress(first) if ending.endswith(".gz") else first
    assert (b'"pre"\t"post"' in text) == ending.startswith(".tsv")


def test_tables_of_others_and_the_sizes_of_the_caller(tmp_path):
    path = tmp_path / "a.tsv.gz"
    path.write_bytes(gzip.compress(b"# n_pre=4 n_post=5\npre\tpost\tdelay\n0\t1\t2.0\n"))
    table = read_edge_table(path)
    assert (table.n_pre, table.n_post, list(table.values)) == (4, 5, ["delay"])
    assert table.values["delay"].dtype == np.int64
    assert read_edge_table(path, n_post=9)[2:4] == (4, 9)
    (tmp_path / "a.csv").write_text("a;b\n0;3\n")
    names = {"pre": "a", "post": "b"}
    assert read_edge_table(tmp_path / "a.csv", sep=";", columns=names)[2:4] == (1, 4)


def test_damaged_packing_and_other_endings_are_refused(tmp_path):
    packed = gzip.compress(b"pre,post\n" + b"0,1\n" * 1000)
    for content in (packed[:-9], b"pre,post\n0,1\n", b""):
        (tmp_path / "a.csv.gz").write_bytes(content)
        with pytest.raises(ValueError, match=r"a\.csv\.gz"):
            read_edge_table(tmp_path / "a.csv.gz")
    for name in ("a.gz", "a.npz.gz", "a", ".csv"):
        (tmp_path / name).write_text("")
        with pytest.raises(ValueError, match=r"path: got .*wants a name ending in \.csv"):
            read_edge_table(tmp_path / name)


def test_a_missing_package_is_named_with_its_extra(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("pre,post\n0,1\n")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"pip install 'neurosparse\[io\]'"):
        read_edge_table(tmp_path / "a.csv")
