"""Every format: exact round trips in the caller's order, files that must be refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.io import (
    read_edgelist,
    read_graph,
    read_graphml,
    read_npz,
    read_sonata_edges,
    write_edgelist,
    write_graph,
    write_graphml,
    write_npz,
    write_sonata_edges,
)

DT = 0.1


FORMATS = {
    "csv": ("a.csv", write_edgelist, read_edgelist),
    "parquet": ("a.parquet", write_edgelist, read_edgelist),
    "npz": ("a.npz", write_npz, read_npz),
    "graphml": ("a.graphml", write_graphml, read_graphml),
    "gexf": ("a.gexf", write_graphml, read_graphml),
    "sonata": (
        "a.h5",
        lambda path, c: write_sonata_edges(path, c, dt=DT),
        lambda path: read_sonata_edges(path, dt=DT),
    ),
}


every_format = pytest.mark.parametrize("form", FORMATS)


@st.composite
def connectivities(draw):
    """Any sizes, repeated pairs, odd floats, scalar or single weights and delays, any order."""
    n_pre = draw(st.integers(1, 6))
    n_post = draw(st.integers(1, 6))
    pair = st.tuples(st.integers(0, n_pre - 1), st.integers(0, n_post - 1))
    edges = draw(st.lists(pair, max_size=12))
    numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
    weight = draw(
        st.one_of(numbers, st.lists(numbers, min_size=len(edges), max_size=len(edges)))
    )
    steps = st.integers(0, 300)
    delay = draw(
        st.one_of(steps, st.lists(steps, min_size=len(edges), max_size=len(edges)))
    )
    pre, post = ([e[k] for e in edges] for k in (0, 1))
    return Connectivity.from_edges(
        pre,
        post,
        n_pre=n_pre,
        n_post=n_post,
        weight=weight,
        delay_steps=delay,
        duplicates="keep",
    )


def same(a, b):
    assert a.shape == b.shape
    for ours, theirs in zip(a.edges("caller"), b.edges("caller"), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(a.weights_array("caller"), b.weights_array("caller"))
    np.testing.assert_array_equal(
        a.delay_steps_array("caller"), b.delay_steps_array("caller")
    )


@every_format
@given(c=connectivities())
@settings(max_examples=25)
def test_round_trips_are_exact(tmp_path_factory, form, c):
    name, write, read = FORMATS[form]
    path = tmp_path_factory.getbasetemp() / name
    write(path, c)
    same(read(path), c)
    assert not list(path.parent.glob(f".*{name}"))


@every_format
def test_empty_ones_travel(tmp_path, form):
    name, write, read = FORMATS[form]
    for shape in ((0, 0), (3, 3), (2, 5)):
        write(tmp_path / name, Connectivity.empty(*shape))
        assert read(tmp_path / name).nnz == 0
        assert read(tmp_path / name).shape == shape


@every_format
def test_a_failed_write_leaves_the_old_file(tmp_path, form, monkeypatch):
    name, write, read = FORMATS[form]
    c = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2)
    write(tmp_path / name, c)
    monkeypatch.setattr(Connectivity, "weights_array", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / name, c)
    monkeypatch.undo()
    same(read(tmp_path / name), c)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@every_format
def test_foreign_and_missing_files_are_refused(tmp_path, form):
    name, write, read = FORMATS[form]
    with pytest.raises(FileNotFoundError, match="path: got"):
        read(tmp_path / name)
    for content in (
        b"",
        b"\x80\x04garbage",
        b"<html></html>",
        b"\x89HDF\r\n\x1a\nx",
        b"PK\x03\x04broken",
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="path|column"):
            read(tmp_path / name)
    if form != "sonata":
        with pytest.raises(ValueError, match="ending in"):
            write(tmp_path / "a.what", Connectivity.empty(1, 1))


# a CSV that ends early at the end of a line is just a shorter table
@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"csv"}))
def test_a_cut_file_is_refused(tmp_path, form):
    name, write, read = FORMATS[form]
    pre = np.arange(2000) % 50
    write(
        tmp_path / name,
        Connectivity.from_edges(
            pre, (pre * 7) % 50, n_pre=50, n_post=50, duplicates="keep"
        ),
    )
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="path"):
        read(tmp_path / name)


@pytest.mark.parametrize("form", ["parquet", "npz", "sonata"])
def test_many_edges_take_no_python_loop(tmp_path, form):
    """A loop would take tens of seconds; ten million edges must not."""
    import time

    name, write, read = FORMATS[form]
    rng = np.random.default_rng(0)
    pre, post = rng.integers(0, 5000, (2, 300_000))
    weight = rng.random(300_000)
    c = Connectivity.from_edges(
        pre, post, n_pre=5000, n_post=5000, duplicates="keep", weight=weight
    )
    start = time.process_time()
    write(tmp_path / name, c)
    same(read(tmp_path / name), c)
    assert time.process_time() - start < 2


ENDS = (".npz", ".csv", ".parquet", ".graphml", ".gexf", ".h5", ".zarr")


GRAPH = Connectivity.from_edges(
    [2, 0, 1, 0],
    [1, 2, 0, 4],
    n_pre=3,
    n_post=5,
    weight=[0.5, -1, 2, 3],
    delay_steps=[1, 2, 3, 4],
)


def spoil(content: bytes, rng: np.random.Generator) -> bytes:
    """Cut, or with some bytes changed."""
    if rng.random() < 0.3:
        return content[: rng.integers(len(content))]
    spoilt = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        spoilt[rng.integers(len(spoilt))] = rng.integers(256)
    return bytes(spoilt)


@pytest.mark.parametrize("end", ENDS)
def test_any_damage_is_a_value_error_that_says_what_is_wanted(tmp_path, end):
    path = tmp_path / f"a{end}"
    rng = np.random.default_rng(0)
    refused = 0
    write_graph(path, GRAPH)
    files = [file for file in sorted(path.rglob("*")) if file.is_file()] or [path]
    whole = {file: file.read_bytes() for file in files}
    for _ in range(60):
        file = files[rng.integers(len(files))]
        file.write_bytes(spoil(whole[file], rng))
        try:
            read_graph(path)
        except ValueError as error:
            assert ", wants " in str(error) or "neurosparse-connectivity" in str(error)  # noqa: PT017
            refused += 1
        file.write_bytes(whole[file])
    assert refused > 20
    assert read_graph(path) == GRAPH


def test_matrices_are_no_connectivities(tmp_path):
    with pytest.raises(TypeError, match="connectivity: got an array"):
        write_graph(tmp_path / "a.csv", np.eye(2))


def test_progress_of_long_conversions_is_told(tmp_path):
    calls = []
    write_graph(
        tmp_path / "a.gexf", GRAPH, progress=lambda done, total: calls.append((done, total))
    )
    assert calls == [(4, 4)]
    read_graph(
        tmp_path / "a.gexf", progress=lambda done, total: calls.append((done, total))
    )
    assert calls[1] == ((tmp_path / "a.gexf").stat().st_size,) * 2


def test_options_of_other_formats_are_refused(tmp_path):
    for name, options in (
        ("a.npz", {"types": {}}),
        ("a.csv", {"population": "one"}),
        ("a.h5", {"sep": ";"}),
        ("a.gexf", {"ids": True}),
    ):
        with pytest.raises(
            ValueError, match=f"{next(iter(options))}: got .* nothing for a "
        ):
            read_graph(tmp_path / name, **options)


@every_format
def test_a_refusal_names_the_file(tmp_path, form):
    """Ours too: of 3,300 mutated files some hundred were refused without a name."""
    name, write, read = FORMATS[form]
    write(
        tmp_path / name, Connectivity.from_edges([0, 1, 2], [1, 2, 0], weight=[0.5, 2, 3])
    )
    whole = (tmp_path / name).read_bytes()
    rng = np.random.default_rng(0)
    messages = []
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(3):
            data[rng.integers(len(data))] = rng.integers(256)
        (tmp_path / name).write_bytes(data)
        try:
            read(tmp_path / name)
        except ValueError as error:
            messages.append(str(error))
    assert messages
    assert [text for text in messages if name not in text] == []
